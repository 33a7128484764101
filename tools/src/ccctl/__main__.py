"""The entry point: answers `ccctl --version` at once, and hands everything else to the command line proper.

Nothing is imported here before the first argument was looked at: a version, a typing mistake in a script or a
completion must not pay for click. Every way out is an exit code of services/exit_codes.py.
"""

import sys


def main() -> None:
    """Run the command line with sys.argv and leave with a documented exit code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from ccctl import __version__

        sys.stdout.write(f"ccctl {__version__}\n")
        return
    from ccctl.cli import run

    raise SystemExit(run(arguments))


if __name__ == "__main__":
    main()

"""The command `secc`: runs daemons on the device or in simulation, makes the hardware safe, and replays traces.

The composition root: the only place that brings daemons, runtime and hardware together. It imports what the
command needs when it needs it, so that `secc --version` and `secc safe-state` cost an interpreter and not much more.
Guide §12.
"""

from __future__ import annotations

import sys

from secc import __version__

TYPE_CHECKING = False  # as typing.TYPE_CHECKING, without its import
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import NoReturn

    from secc.ports import Station
    from secc.runtime.process import Daemon

EXIT_OK = 0
EXIT_DIFFERENCE = 1
EXIT_USAGE = 64
EXIT_DATA = 65
EXIT_UNAVAILABLE = 69

DAEMONS = {
    "evsed": "the power path: pilot, proximity, contactor, plug lock, RCD, current limits",
    "ledd": "the status LED and the green LED of the board",
    "sim": "the simulated vehicle, cable and power hardware",
}
STATIONS = "sim|sim:SOCKET|tarragon|FILE.toml"
LOG_LEVELS = ("debug", "info", "warning", "error")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 crash or difference, 64 usage, 65 no trace, 69 no hardware,
    78 configuration refused."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"secc {__version__}\n")
        sys.exit(EXIT_OK)
    if arguments[:2] == ["safe-state", "--station"] and len(arguments) == 3:
        sys.exit(_safe_state(arguments[2]))  # before anything is imported: it is what evsed.service waits for
    options = _parse(arguments)
    if options.command == "safe-state":
        sys.exit(_safe_state(options.station))
    sys.exit(_replay(options.daemon, options.file) if options.command == "replay" else _run(options))


def _safe_state(station: str) -> int:
    from secc.safe import safe_state

    return safe_state(station)


def _parse(arguments: list[str]) -> argparse.Namespace:
    import argparse
    from pathlib import Path

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            self.print_usage(sys.stderr)
            _refuse(message)

    names = "\n".join(f"  {name:10}{about}" for name, about in DAEMONS.items())
    parser = Parser(prog="secc", description="The charging stack of Charge Control C.")
    parser.add_argument("--version", action="version", version=f"secc {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="run one or more daemons in this process",
        description=f"Run one or more daemons in this process:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("daemons", nargs="+", metavar="DAEMON", help="evsed, sim ...")
    run.add_argument("--broker", default="127.0.0.1:1883", metavar="HOST:PORT|unix:PATH", help="MQTT broker")
    run.add_argument("--config", type=Path, default=Path("/etc/secc"), metavar="DIR", help="configuration files")
    run.add_argument("--station", default="sim", metavar=STATIONS, help="the hardware, or a board profile")
    run.add_argument("--scenario", metavar="NAME", help="what the simulation plays")
    run.add_argument("--trace", type=Path, metavar="FILE", help="record the first daemon that is not sim")
    run.add_argument("--log-level", choices=LOG_LEVELS, default="info", metavar="|".join(LOG_LEVELS))
    safe = commands.add_parser(
        "safe-state",
        help="relays off, lock motor coasting, no PWM: what evsed.service does when evsed has ended",
        description="Drive the hardware to its safe state. Run it only while evsed does not.",
    )
    safe.add_argument("--station", required=True, metavar=STATIONS[len("sim|") :], help="the hardware")
    replay = commands.add_parser("replay", help="run a daemon's core over a recorded trace and compare")
    replay.add_argument("daemon", metavar="DAEMON", help="whose trace it is")
    replay.add_argument("file", type=Path, metavar="FILE", help="the trace")
    return parser.parse_args(arguments)


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"secc: {message}\n")
    sys.exit(EXIT_USAGE)


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if name not in DAEMONS:
            _refuse(f"there is no daemon {name!r}; there are: {', '.join(DAEMONS)}")
    if len(set(names)) != len(names):
        _refuse("a daemon runs once only: name it once")


def _run(options: argparse.Namespace) -> int:
    import logging

    from secc.runtime.broker import parse_broker

    _check_names(options.daemons)
    try:
        broker = parse_broker(options.broker)
    except ValueError as error:
        _refuse(f"--broker {error}")
    if not options.config.is_dir():
        _refuse(f"--config {options.config}: no such directory")
    station = _station(options.station)

    from secc.runtime import process

    setup = process.Setup(
        broker=broker,
        config_dir=options.config,
        station=station,
        scenario=options.scenario,
        log_level=getattr(logging, options.log_level.upper()),
    )
    return process.run(_daemons(options.daemons, options.trace), setup)


def _daemons(names: Sequence[str], trace: Path | None) -> list[Daemon]:
    """The daemons in the order they start: the simulated plant first, or the others would see a dead board."""
    from importlib import import_module

    from secc.runtime.process import Daemon

    recorded = next((name for name in names if name != "sim"), None)
    return [
        Daemon(name, import_module(f"secc.{name}.main").start, trace if name == recorded else None)
        for name in sorted(names, key=lambda name: name != "sim")
    ]


def _station(kind: str) -> Callable[[], Station]:
    """Whatever is called first builds the station; every daemon of the process gets the same."""
    built: list[Station] = []
    known = kind in ("sim", "tarragon") or kind.endswith(".toml") or (kind.startswith("sim:") and kind != "sim:")
    if not known:
        _refuse(f"--station {kind!r}: sim, sim:SOCKET, tarragon or FILE.toml")

    def station() -> Station:
        if not built:
            built.append(_open_station(kind))
        return built[0]

    return station


def _open_station(kind: str) -> Station:
    if kind == "sim":
        from secc.hw.sim import SimStation

        return SimStation()
    if kind.startswith("sim:"):
        from secc.hw.linked import LinkedStation

        return LinkedStation(kind.removeprefix("sim:"))
    from secc.hw.linux.station import open_station

    return open_station(kind)


def _replay(daemon: str, file: Path) -> int:
    from importlib import import_module

    from secc.contract.topics import ALL
    from secc.runtime.encoding import TraceError
    from secc.runtime.replay import Core, replay

    _check_names([daemon])
    try:
        core: Core = import_module(f"secc.{daemon}.core")
    except ModuleNotFoundError:
        _refuse(f"{daemon} has no core that could be replayed")
    try:
        count, difference = replay(core, daemon, file, ALL)
    except (TraceError, OSError) as error:
        sys.stderr.write(f"secc: {error}\n")
        return EXIT_DATA
    if difference is not None:
        sys.stdout.write(f"{difference}\n")
        return EXIT_DIFFERENCE
    sys.stdout.write(f"{count} events, the same effects\n")
    return EXIT_OK


if __name__ == "__main__":
    main()

"""Writes every file that is made from the catalogues in secc.contract: code, shipped files, reference pages.

A module of this package other than __main__ that offers `products() -> dict[str, str]` (path from the root of the
project to content) can be listed in __main__.SOURCES; what it gives must be the same on every run. Run it with
`python -m ccctl.generate`, or `--check` to learn whether what is checked in is fresh.
"""

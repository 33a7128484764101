"""Plants a bug: puts a wrong function in the place of a right one for a while, and takes it out again.

A Bug is a small entry of data; its wrong version is made from the right one, so that it can be wrong in one point
alone. Nothing here knows the power path. House rules 8 (a test that cannot fail is a defect).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from power_invariants import Invariant
from power_setup import Setup

Function = Callable[..., Any]


@dataclass(frozen=True)
class Bug:
    """`where` is `module:name` or `module:Class.name` as it is looked up when it is called; a property counts as a
    function of the object. `breaks`: what has to be reported, and nothing else. `setup`: a station on which it shows.
    """

    name: str
    breaks: Invariant
    where: str
    wrong: Callable[[Function], Function]
    setup: Setup = Setup()


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """While the bug is there."""
    module, _, path = bug.where.partition(":")
    owner: Any = import_module(module)
    *classes, name = path.split(".")
    for each in classes:
        owner = getattr(owner, each)
    right = vars(owner)[name]
    if isinstance(right, property):
        assert right.fget is not None
        setattr(owner, name, property(bug.wrong(right.fget)))
    else:
        setattr(owner, name, bug.wrong(right))
    try:
        yield
    finally:
        setattr(owner, name, right)

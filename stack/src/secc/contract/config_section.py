"""What a section of the configuration is: a frozen, slotted dataclass that starts fast.

Decides how the generated classes behave: keyword arguments only, defaults for all that is left out, no assignment
afterwards, equality by value, and a repr without secrets. It is dataclasses.dataclass with the methods shared by all
sections instead of compiled for each, which takes a twentieth of the time; fields(), replace() and asdict() work.
It knows no key of the configuration. Guide §14.1.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


def _init(self: Any, **values: Any) -> None:
    for name, this in type(self).__dataclass_fields__.items():
        value = values.pop(name, this.default)
        if value is MISSING:
            raise TypeError(f"{type(self).__name__} needs {name}")
        object.__setattr__(self, name, value)
    if values:
        raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in type(self).__dataclass_fields__)


def _repr(self: Any) -> str:
    shown = (f"{n}={getattr(self, n)!r}" for n, this in type(self).__dataclass_fields__.items() if this.repr)
    return f"{type(self).__name__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _frozen(self: Any, name: str, value: object = None) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed: use dataclasses.replace()")


def _reduce(self: Any) -> tuple[Any, ...]:
    return _rebuild, (type(self), dict(zip(type(self).__dataclass_fields__, _values(self), strict=True)))


def _rebuild(cls: type[T], values: dict[str, Any]) -> T:
    return cls(**values)


_METHODS = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
    "__reduce__": _reduce,
}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def section(cls: type[T]) -> type[T]:
    """Make a class with annotated defaults a section of the configuration."""
    for name, method in _METHODS.items():
        setattr(cls, name, method)
    return dataclass(slots=True, init=False, repr=False, eq=False, match_args=False)(cls)

"""What the service manager hears, over a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from secc.runtime.notify import Notifier, Watchdog


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = f"@secc-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name[1:] if name.startswith("@") else name)
        listener.setblocking(False)
        yield name, listener


def heard(listener: socket.socket) -> list[str]:
    messages = []
    while True:
        try:
            messages.append(listener.recv(4096).decode())
        except BlockingIOError:
            return messages


def test_the_life_of_a_service(manager: tuple[str, socket.socket]) -> None:
    name, listener = manager
    notifier = Notifier({"NOTIFY_SOCKET": name})
    notifier.ready("evsed\nrunning")
    notifier.status("charging")
    notifier.feed()
    notifier.stopping()
    notifier.close()
    notifier.feed()
    assert heard(listener) == [
        "READY=1\nSTATUS=evsed running",
        "STATUS=charging",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_without_a_manager_nothing_happens() -> None:
    for environ in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/at/all"}):
        notifier = Notifier(environ)
        notifier.ready("x")
        notifier.close()


@pytest.mark.parametrize(
    ("usec", "pid", "expected"),
    [
        ("2000000", "", 2_000_000),
        ("2000000", "mine", 2_000_000),
        ("2000000", "1", None),
        ("0", "", None),
        ("", "", None),
        ("-5", "", None),
        ("abc", "", None),
    ],
)
def test_whether_a_watchdog_waits(usec: str, pid: str, expected: int | None) -> None:
    number = str(os.getpid()) if pid == "mine" else pid
    assert Notifier({"WATCHDOG_USEC": usec, "WATCHDOG_PID": number}).watchdog_usec == expected


@pytest.mark.parametrize(
    ("usec", "period_ms"),
    [(None, 1000), (30_000_000, 1000), (3_000_000, 1000), (1_000_000, 333), (1000, 20)],
)
def test_ticks_come_at_least_thrice_within_the_watchdog(usec: int | None, period_ms: int) -> None:
    notifier = Notifier({} if usec is None else {"WATCHDOG_USEC": str(usec)})
    assert Watchdog(notifier, 1).period_ms == period_ms


def test_the_watchdog_is_fed_only_if_every_daemon_has_ticked_since(
    manager: tuple[str, socket.socket],
) -> None:
    name, listener = manager
    notifier = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "3000000"})
    watchdog = Watchdog(notifier, 2)
    looks = [
        ((0, 0), False),
        ((1, 0), False),
        ((1, 1), True),
        ((1, 1), False),
        ((2, 1), False),
        ((9, 1), False),
        ((9, 2), True),
    ]
    for ticked, fed in looks:
        assert watchdog.look(ticked) is fed, ticked
        assert heard(listener) == (["WATCHDOG=1"] if fed else [])
    notifier.close()

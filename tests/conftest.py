"""Fixtures that tests of several folders share; what they hand out is in live_broker.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from live_broker import EMBEDDED, MOSQUITTO, Broker, Observer, unused_port, wait_until


def pytest_report_header() -> str:
    if MOSQUITTO is not None:
        return f"broker: {MOSQUITTO}"
    if EMBEDDED is not None:
        return "broker: mosquitto is not installed, the embedded one stands in"
    return "broker: neither mosquitto nor amqtt is installed, tests of the bus are skipped"


@pytest.fixture
def free_port() -> int:
    return unused_port()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running broker of its own for the test."""
    if MOSQUITTO is None and EMBEDDED is None:
        pytest.skip("neither mosquitto nor amqtt is installed")
    folder = tmp_path / "broker"
    folder.mkdir()
    running = Broker(folder, unused_port())
    running.start()
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture
def observe(broker: Broker) -> Callable[..., Awaitable[Observer]]:
    """`await observe()` gives an Observer of the broker that hears everything from now on."""

    async def make(topic_filter: str = "#", client_id: str = "") -> Observer:
        observer = Observer(broker.port, topic_filter, client_id)
        await wait_until(lambda: observer.subscribed)
        return observer

    return make


@pytest.fixture
def until() -> Callable[..., Awaitable[float]]:
    """`await until(condition, limit_s)`."""
    return wait_until

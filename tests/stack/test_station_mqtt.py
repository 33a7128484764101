"""The station as it is started for real, over a real broker: what is seen, and what a broker that dies does to it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from live_broker import Broker, Observer, wait_until
from secc.contract import config, jsonc
from secc.contract.topics import ALL, find

SCENARIO = """about = "A short charge"
[ev]
ready_after = 0.2
[customer]
"ports[0]/evse_current_limit" = 32
[[at]]
t = 0.5
do = "plug"
[[at]]
t = {stop}
do = "stop"
[[at]]
t = {leave}
do = "unplug"
patience = 5
"""
Observe = Callable[..., Awaitable[Observer]]


@contextmanager
def station(broker: Broker, folder: Path, stop: float = 13.0, *more: str) -> Iterator[subprocess.Popen[str]]:
    """`secc run evsed sim` as a process of its own, ended by its process id."""
    for kind in config.KINDS:
        (folder / f"{kind}.json").write_text(config.shipped(kind), encoding="utf-8")
    edited = jsonc.parse(config.shipped("customer")).set(("ports", 0, "evse_current_limit"), 32)
    (folder / "customer.json").write_text(edited.text, encoding="utf-8")
    scenario = folder / "short.toml"
    scenario.write_text(SCENARIO.format(stop=stop, leave=stop + 1.5), encoding="utf-8")
    command = [sys.executable, "-m", "secc", "run", "evsed", "sim", "--station", "sim", "--scenario", str(scenario)]
    command += ["--broker", f"127.0.0.1:{broker.port}", "--config", str(folder), *more]
    with (folder / "station.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, text=True)
    try:
        yield process
        assert process.poll() is None, (folder / "station.log").read_text()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


async def session_over(observer: Observer) -> None:
    states = ["A", "B", "C", "B", "A"]

    def seen() -> bool:
        cp = [payload for topic, payload, _ in observer.messages if topic == "port0/ci/charge/cp/status"]
        return cp[-len(states) :] == states

    await wait_until(seen, 30)


def test_a_session_as_everybody_on_the_broker_sees_it(broker: Broker, observe: Observe, tmp_path: Path) -> None:
    async def run() -> Observer:
        observer = await observe()
        trace = tmp_path / "trace.jsonl"
        with station(broker, tmp_path, 13.0, "--trace", str(trace)) as process:
            await session_over(observer)
            await wait_until(lambda: observer.last("port0/ci/charge/pwm/status") == "100.00")
            process.send_signal(signal.SIGTERM)
            await wait_until(lambda: observer.last("secc/evsed/state") == "stopped")
            assert process.wait(10) == 0
            process.poll = lambda: None  # type: ignore[method-assign]  # it ended, and well
        await observer.close()
        return observer

    observer = asyncio.run(run())
    unknown = sorted({topic for topic in observer.topics() if find(topic) is None})
    assert unknown == []
    for topic, payload, _ in observer.messages:
        found = find(topic)
        assert found is not None
        found[0].decode(payload.encode())
    seen = set(observer.topics())
    missing = [row.topic for row in ALL if row.owner == "evsed" and row.topic not in seen]
    assert missing == []
    assert float(observer.last("port0/metering/energy/import") or 0) > 0

    replayed = subprocess.run(
        [sys.executable, "-m", "secc", "replay", "evsed", str(tmp_path / "trace.jsonl")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert "the same effects" in replayed.stdout


def test_a_broker_that_is_killed_in_the_middle(broker: Broker, observe: Observe, tmp_path: Path) -> None:
    async def run() -> None:
        observer = await observe()
        with station(broker, tmp_path, stop=18.0):
            await wait_until(lambda: observer.last("port0/charging") == "1", 25)
            before = {topic: payload for topic, payload, _ in observer.messages if payload}
            kept = {t for t in before if (found := find(t)) is not None and found[0].retain}
            broker.kill()
            await asyncio.to_thread(broker.start)
            again = await observe()
            took_s = await wait_until(lambda: kept <= set(again.topics()), 10)
            assert took_s < 2.0, f"{took_s:.2f} s; missing {kept - set(again.topics())}"
            assert again.last("port0/charging") == "1"
            assert again.last("port0/ci/charge/cp/status") == "C"
            await wait_until(lambda: again.last("port0/ci/charge/cp/status") == "A", 30)
            assert "0" not in [p for t, p, _ in again.messages if t == "secc/evsed/state"]
            await again.close()

    asyncio.run(run())


def test_the_five_limits_of_the_guide_over_the_broker(broker: Broker, observe: Observe, tmp_path: Path) -> None:
    async def run() -> None:
        observer = await observe()
        offered = "port0/ci/evse/basic/offered_current_limit"
        with station(broker, tmp_path, stop=300.0):
            await wait_until(lambda: observer.last(offered) == "32.0", 15)
            await wait_until(lambda: observer.last("secc/evsed/state") == "running", 15)
            for name, value in (("internal_example_limit", 6), ("custom_ocpp_limit", 13), ("special_limit", 20),
                                ("custom_limit_1", 32), ("custom_limit_2", 63), ("ignored_limit", 1)):  # fmt: skip
                observer.publish(f"ci/global/dyn_current_limit/{name}", str(value))
            await wait_until(lambda: observer.last(offered) == "6.0")
            observer.publish("ci/global/dyn_current_limit/internal_example_limit", "20")
            await wait_until(lambda: observer.last(offered) == "13.0")
            for hostile in (b"NaN", b"0x6", b"1,5", b"\xff\xfe", b"9" * 70_000, b""):
                observer.publish("ci/global/dyn_current_limit/custom_ocpp_limit", hostile)
            observer.publish("port0/contactor/state/target", "1")
            observer.publish("port0/cp/duty_cycle", "96.00")
            observer.publish("ci/global/dyn_current_limit/custom_ocpp_limit", "12")
            await wait_until(lambda: observer.last(offered) == "12.0")
        await observer.close()

    asyncio.run(run())


def refused(broker: Broker, folder: Path, customer: str) -> str:
    """What evsed says to a customer.json that it does not take."""
    for kind in config.KINDS:
        (folder / f"{kind}.json").write_text(config.shipped(kind), encoding="utf-8")
    (folder / "customer.json").write_text(customer, encoding="utf-8")
    command = [sys.executable, "-m", "secc", "run", "evsed", "--station", "sim", "--config", str(folder)]
    ended = subprocess.run(
        [*command, "--broker", f"127.0.0.1:{broker.port}"], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 78, ended.stderr
    return ended.stderr


def test_a_wrong_value_and_a_missing_function_are_refused(broker: Broker, tmp_path: Path) -> None:
    document = jsonc.parse(config.shipped("customer"))
    document = document.set(("ports", 0, "evse_current_limit"), "16 A")
    document = document.set(("ports", 0, "charging_type"), "highlevel")
    said = refused(broker, tmp_path, document.text)
    place = document.where(("ports", 0, "evse_current_limit"))
    assert place is not None
    assert f"customer.json:{place[0]}:" in said
    assert "ports[0]/charging_type: " in said


def test_a_file_that_does_not_parse_is_refused(broker: Broker, tmp_path: Path) -> None:
    said = refused(broker, tmp_path, config.shipped("customer").replace('"ports": [', '"ports": [,', 1))
    assert "customer.json:" in said


def test_a_wrong_key_of_another_daemon_is_only_a_warning(broker: Broker, observe: Observe, tmp_path: Path) -> None:
    async def run() -> None:
        observer = await observe()
        with station(broker, tmp_path, 1.0):
            await wait_until(lambda: observer.last("secc/evsed/state") == "running", 15)
            customer = tmp_path / "customer.json"
            text = customer.read_text().replace('"ClockAlignedDataInterval": 0', '"ClockAlignedDataInterval": 5')
            text = text.replace('"evse_current_limit": 32', '"evse_current_limit": 20')
            replacement = tmp_path / "new.json"
            replacement.write_text(text)
            replacement.replace(customer)
            await wait_until(lambda: "ClockAlignedDataInterval" in (tmp_path / "station.log").read_text(), 20)
        await observer.close()

    asyncio.run(run())

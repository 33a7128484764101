"""evsed dies while a car charges: how long the relays stay on, and what happens then.

Everything is real but the board: the unit file, the daemon, the command that it names, a broker. One round of each
death; SECC_DEATH_ROUNDS=20 measures more of them. A round takes over ten seconds, because relays are not closed sooner
than that after a start.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from supervisor import Service, read_unit, seconds

from live_broker import Broker, Observer, wait_until
from secc.contract import config, jsonc
from secc.hw.linked import LinkedStation

ROUNDS = int(os.environ.get("SECC_DEATH_ROUNDS", "1"))
LIMIT_S = 1.0

SCENARIO = """about = "A car that charges for ever"
[ev]
ready_after = 0.2
[[at]]
t = 0.2
do = "plug"
"""


class Charger:
    """The service, and somebody who watches the contactor at the plant."""

    def __init__(self, service: Service, board: LinkedStation, simulation: subprocess.Popen[bytes]) -> None:
        self.service = service
        self.simulation = simulation
        self.changes: list[tuple[float, bool]] = []
        contactor = board.digital_in("relay_1_sense")
        self.closed = contactor.read
        contactor.watch(lambda level: self.changes.append((time.monotonic(), level)))
        self.pilot = board.peaks().read

    async def charges(self) -> None:
        await wait_until(lambda: self.service.ready and self.closed(), 30)

    def helped(self) -> list[str]:
        """How each run of ExecStopPost ended."""
        return [what for _, what in self.service.history if what.startswith("stop-post")]

    def pilot_rests(self) -> bool:
        """No PWM: the negative detector, which sees -12 V while there is, sees nothing."""
        return self.pilot()[1] > 2000

    async def dies_by(self, number: signal.Signals) -> float:
        """Send the signal to evsed; seconds until the contactor was open."""
        start_s = time.monotonic()
        os.kill(self.service.pid, number)
        await wait_until(lambda: not self.closed(), 10)
        return max(at_s for at_s, level in self.changes if not level) - start_s


@asynccontextmanager
async def charger(broker: Broker, folder: Path) -> AsyncIterator[Charger]:
    """The service under its manager, and a plant in a process of its own; each ended by its process id."""
    for kind in config.KINDS:
        (folder / f"{kind}.json").write_text(config.shipped(kind), encoding="utf-8")
    edited = jsonc.parse(config.shipped("customer")).set(("ports", 0, "evse_current_limit"), 32)
    (folder / "customer.json").write_text(edited.text, encoding="utf-8")
    (folder / "charges.toml").write_text(SCENARIO, encoding="utf-8")
    station = f"sim:{folder}/plant.sock"
    more = ["--broker", f"127.0.0.1:{broker.port}", "--config", str(folder)]

    def command(line: list[str]) -> list[str]:
        assert line[0] == "/usr/bin/secc"
        assert line[-2:] == ["--station", "tarragon"]
        ours = [sys.executable, "-m", "secc", *line[1:-1], station]
        return ours + more if "run" in line else ours

    run_sim = [sys.executable, "-m", "secc", "run", "sim", "--station", station, "--scenario", f"{folder}/charges.toml"]
    with (folder / "sim.log").open("wb") as log:
        simulation = subprocess.Popen([*run_sim, *more], stdout=log, stderr=log)
    service = Service("evsed.service", command, folder)
    try:
        await wait_until((folder / "plant.sock").exists, 20)
        board = LinkedStation(f"{folder}/plant.sock")
        it = Charger(service, board, simulation)
        service.start()
        yield it
        board.close()
    finally:
        await service.stop()
        simulation.send_signal(signal.SIGTERM)
        await asyncio.to_thread(simulation.wait, 10)


DEATHS = [(signal.SIGKILL, 0.0), (signal.SIGSTOP, seconds(read_unit("evsed.service")["WatchdogSec"][0]))]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "noticed_s"), DEATHS, ids=["kill -9", "hangs"])
def test_relays_are_off_within_a_second_and_the_car_charges_on(
    broker: Broker, tmp_path: Path, number: signal.Signals, noticed_s: float
) -> None:
    async def main() -> list[float]:
        took: list[float] = []
        async with charger(broker, tmp_path) as it:
            for round_ in range(ROUNDS):
                await it.charges()
                took.append(await it.dies_by(number))
                await wait_until(lambda count=round_: len(it.helped()) == count + 1)  # type: ignore[misc]
                assert it.helped()[-1] == "stop-post 0"
                assert it.pilot_rests()
                watched = sum(what == "watchdog" for _, what in it.service.history)
                assert watched == (round_ + 1 if number is signal.SIGSTOP else 0)
            await it.charges()
            assert it.simulation.poll() is None
        return took

    took = asyncio.run(main())
    print(f"\n{number.name}: relays off after {min(took):.3f} to {max(took):.3f} s ({len(took)} rounds)")  # noqa: T201
    assert noticed_s * 0.5 < max(took) < LIMIT_S


def test_an_orderly_end_runs_it_as_well(
    broker: Broker, tmp_path: Path, observe: Callable[..., Awaitable[Observer]]
) -> None:
    async def main() -> None:
        observer = await observe()
        async with charger(broker, tmp_path) as it:
            await wait_until(lambda: it.service.ready, 20)
            await wait_until(lambda: observer.last("port0/ci/charge/cp/status") == "B", 20)
        assert [what for _, what in it.service.history] == ["started", "ready", "ended 0", "stop-post 0"]
        assert observer.last("secc/evsed/state") == "stopped"
        assert not it.closed()
        await observer.close()

    asyncio.run(main())


def test_the_unit_file_says_what_the_manager_of_these_tests_obeys() -> None:
    unit = read_unit("evsed.service")
    assert unit["ExecStopPost"] == ["/usr/bin/secc safe-state --station tarragon"]
    assert unit["Restart"] == ["always"]
    assert unit["WatchdogSignal"] == ["SIGKILL"]
    assert seconds(unit["WatchdogSec"][0]) <= 0.5
    assert "StartLimitIntervalSec" in unit
    assert unit["StartLimitIntervalSec"] == ["0"]

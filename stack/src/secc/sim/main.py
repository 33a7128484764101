"""The pseudo daemon "sim": runs a scenario in real time beside the daemons that it feeds.

It wires bench, player, broker and the board's side of the wires together. It publishes what the meter says
(a stand-in for meteringd) and sim/state, and obeys sim/command by the same strict reader as scenarios. It
never touches what the board drives. Guide §3.3.4.7 (metering available), decision 28.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from secc.contract.topics import find
from secc.contract.topics.metering import METER_AVAILABLE
from secc.contract.topics.metering import SERIAL as METER_SERIAL
from secc.contract.topics.simulation import COMMAND, STATE
from secc.contract.values import PayloadError, shown
from secc.ports import Bus, Clock, PortError, Station
from secc.sim.actions import Action, ActionError, PublishText, read_action
from secc.sim.bench import Bench, Player, Wiring
from secc.sim.link import LinkServer
from secc.sim.scenario import ScenarioError, load
from secc.sim.view import SERIAL, measured, state

DEFAULT_SCENARIO = "idle"

_log = logging.getLogger("secc.sim")


class SimContext(Protocol):
    """What `start` needs of the runtime's context."""

    @property
    def clock(self) -> Clock: ...

    @property
    def bus(self) -> Bus: ...

    @property
    def station(self) -> Callable[[], Station] | None: ...

    @property
    def scenario(self) -> str | None: ...


@runtime_checkable
class Linked(Protocol):
    """A station whose wires end in a UNIX socket: the plant has to listen there."""

    @property
    def socket_path(self) -> str: ...


class Simulation:
    """The running simulation (Running of the runtime)."""

    def __init__(self, scenario_name: str, wiring: Wiring, clock: Clock, bus: Bus) -> None:
        self.scenario = load(scenario_name)
        self.bench = Bench(self.scenario.plant(), wiring, clock, self._stepped)
        self.ticked = 0
        self._wiring = wiring
        self._player = Player(self.scenario, self._perform)
        self._bus = bus
        self._refused: str | None = None
        self._pressing = True
        self._second = -1
        self._published: dict[str, Any] | None = None
        self._steps_seen = -1

    def start(self) -> None:
        """Publish what never changes, listen for commands, and let time pass."""
        self._bus.publish(METER_SERIAL, SERIAL)
        self._bus.publish(METER_AVAILABLE, True)
        self._bus.subscribe(COMMAND, self._commanded)
        self.bench.start()
        _log.info("scenario %s: %s", self.scenario.name, self.scenario.about)

    def tick(self, now_ms: int) -> None:
        """Counts as dealt with when time has passed at the bench since the last one."""
        if self.bench.steps != self._steps_seen:
            self._steps_seen = self.bench.steps
            self.ticked += 1

    def stop(self) -> None:
        """Time stands still, the meter is gone."""
        self.bench.stop()
        self._bus.publish(METER_AVAILABLE, False)
        if isinstance(self._wiring, LinkServer):
            self._wiring.close()

    def _stepped(self) -> None:
        t_ms = self.bench.plant.t_ms
        for reason in self._player.play(t_ms):
            self._refuse(self.scenario.name, reason)
        if t_ms // 1000 != self._second:
            self._second = t_ms // 1000
            for topic, value in measured(self.bench.plant):
                self._bus.publish(topic, value)
            self._publish_state()
        elif self._pressing:
            self._publish_state()

    def _publish_state(self) -> None:
        self._pressing = False
        outputs = list(self._wiring.controls.digital_out)
        document = {
            "scenario": self.scenario.name,
            **state(self.bench.plant),
            "outputs": outputs,
            "refused": self._refused,
        }
        if document != self._published:
            self._published = document
            time_s = self._player.time_ms(self.bench.plant.t_ms) / 1000
            self._bus.publish(STATE, {"time_s": round(time_s, 1), **document})

    def _perform(self, action: Action) -> str | None:
        if isinstance(action, PublishText):
            return self._publish_text(action)
        refused = self.bench.act(action)
        if refused is None:
            _log.info("%s", action)
            self._pressing = True
        return refused

    def _publish_text(self, action: PublishText) -> str | None:
        found = find(action.topic)
        if found is None:
            return f"{shown(action.topic)} is no topic of the catalogue"
        topic, params = found
        try:
            self._bus.publish(topic, topic.decode(action.payload.encode()), *params)
        except PayloadError as error:
            return str(error)
        return None

    def _commanded(self, document: dict[str, Any], _params: tuple[str, ...]) -> None:
        self._refused, self._pressing = None, True
        try:
            action = read_action(document)
        except ActionError as error:
            self._refuse(COMMAND.topic, str(error))
            return
        if isinstance(action, PublishText):
            self._refuse(COMMAND.topic, "whoever can send this can publish on the broker as well: do that")
            return
        refused = self._player.attempt(action, self.bench.plant.t_ms)
        if refused is not None:
            self._refuse(COMMAND.topic, refused)

    def _refuse(self, where: str, reason: str) -> None:
        _log.warning("%s: refused: %s", where, reason)
        self._refused, self._pressing = reason, True


def _wiring(make: Callable[[], Station] | None) -> Wiring:
    station: object = make() if make is not None else None
    if isinstance(station, Wiring):
        return station
    if isinstance(station, Linked):
        return LinkServer(station.socket_path)
    raise PortError("sim needs a simulated station: start it with --station sim or --station sim:SOCKET")


def start(context: SimContext) -> Simulation:
    """Run the scenario of the context; PortError if it is wrong or the station is not a simulated one."""
    wiring = _wiring(context.station)
    try:
        simulation = Simulation(context.scenario or DEFAULT_SCENARIO, wiring, context.clock, context.bus)
    except ScenarioError as error:
        raise PortError(str(error)) from None
    simulation.start()
    return simulation

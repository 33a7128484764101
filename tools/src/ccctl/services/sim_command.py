"""A command to the running simulation, and what came of it: the effect, or the reason why it was refused.

The simulation answers in sim/state; a refusal stands there until the next command. It decides only what counts as
the effect of a command.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ccctl.services.errors import CcctlError
from ccctl.services.exit_codes import ExitCode
from ccctl.services.mqtt import Broker, Connection, Message

State = dict[str, Any]
Effect = Callable[[State], bool]
_STATE_S = 2.0
_REFUSAL_S = 1.0


def _state(message: Message) -> State | None:
    from secc.contract.topics.simulation import STATE
    from secc.contract.values import PayloadError

    if message.topic != STATE.topic:
        return None
    try:
        state: State = STATE.decode(message.payload)
    except PayloadError:
        return None
    return state


def _current(connection: Connection) -> State | None:
    """The state of a simulation that runs now, None without one."""
    from secc.contract.topics.runtime import DAEMON_STATE
    from secc.contract.topics.simulation import STATE

    life = DAEMON_STATE.at("sim")
    connection.subscribe([STATE.topic, life])
    alive, state = False, None
    for message in connection.messages(_STATE_S):
        if message.topic == life:
            alive = message.payload == b"running"
        state = _state(message) or state
        if alive and state is not None:
            return state
    return None


def read_state(broker: Broker) -> State | None:
    """The state of the simulation at the broker; None if none runs there or the broker cannot be reached."""
    try:
        with Connection(broker) as connection:
            return _current(connection)
    except CcctlError:
        return None


def _send(connection: Connection, document: dict[str, Any]) -> None:
    from secc.contract.topics.simulation import COMMAND

    connection.publish(COMMAND.topic, json.dumps(document).encode(), retain=False)


def _wait(connection: Connection, seconds: float, wanted: Effect) -> State | None:
    for message in connection.messages(seconds):
        state = _state(message)
        if state is not None and wanted(state):
            return state
    return None


def perform(broker: Broker, document: dict[str, Any], effect: Effect, timeout_s: float) -> State:
    """Send a command and wait for its effect; CcctlError for a refusal, or if nothing happens in time."""
    with Connection(broker) as connection:
        before = _current(connection)
        if before is None:
            raise CcctlError(f"no simulation runs at {broker}", "start one: 'ccctl sim up'", ExitCode.NOT_FOUND)
        if before.get("refused") is not None:
            # An old refusal would be taken for the answer; turning the switch to where it is takes it back.
            _send(connection, {"do": "rotary", "position": str(before.get("rotary", "0"))})
            _wait(connection, _STATE_S, lambda state: state.get("refused") is None)
        was_so = effect(before)
        _send(connection, document)
        start = time.monotonic()
        limit_s = _REFUSAL_S if was_so else timeout_s
        after = _wait(
            connection, limit_s, lambda state: state.get("refused") is not None or (not was_so and effect(state))
        )
    if after is not None and after.get("refused") is not None:
        raise CcctlError(f"the simulation refuses: {after['refused']}")
    if after is None and not was_so:
        raise CcctlError(
            f"no effect within {time.monotonic() - start:.0f} s",
            "'ccctl sim list' shows what stands there now",
            ExitCode.TIMEOUT,
        )
    return after or before


def summary(state: State) -> str:
    """The state in one line."""
    cable, ev = state.get("cable") or {}, state.get("ev")
    ends = [name for name, key in (("station", "at_station"), ("car", "at_ev")) if cable.get(key)]
    parts = [f"cable {cable.get('rating_a')} A at {' and '.join(ends) or 'nothing'}", f"lock {state.get('lock')}"]
    if isinstance(ev, dict):
        parts.append(f"car {ev.get('state')}, {ev.get('current_a')} A, {ev.get('energy_wh')} Wh")
    contactors = state.get("contactors") or [False]
    parts.append(f"contactor {'closed' if contactors[0] else 'open'}")
    faults = state.get("faults") or []
    parts.append(f"faults: {', '.join(map(str, faults))}" if faults else "no faults")
    return "; ".join(parts)

"""Random histories of the power path: whatever happens, some things never do (facts: IEC 61851-1, guide §3.4, §15.16).

The invariants are written against what is driven, not against the model's own idea of it.
"""

from __future__ import annotations

from typing import Any

from evsed_bench import CABLE_RAW, HIGH, LOW_PWM, Bench, contactor_sensed, settings
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from secc.contract.enums import CpState, Operative
from secc.contract.topics import availability, limits, session
from secc.evsed import duty
from secc.evsed.authorization import Method
from secc.evsed.core import initial
from secc.evsed.events import DriveRelay, PilotSampled, ProximitySampled, Started
from secc.evsed.pilot import millivolts
from secc.evsed.settings import Feedback
from secc.fsm import Effect

ACTIONS = st.one_of(
    st.tuples(st.just("charge"), st.sampled_from([1, 100, 600, 1000, 6000])),
    st.tuples(st.just("charge"), st.sampled_from([600, 1000])),
    st.tuples(st.just("pause"), st.sampled_from([1, 600, 1000, 5000, 6000, 9000])),
    st.tuples(st.just("pilot"), st.sampled_from(list(CpState))),
    st.tuples(st.just("pilot"), st.sampled_from([CpState.B, CpState.C])),
    st.tuples(st.just("raw"), st.tuples(st.integers(0, 4095), st.integers(0, 4095))),
    st.tuples(st.just("cable"), st.sampled_from(list(CABLE_RAW.values()))),
    st.tuples(st.just("run"), st.sampled_from([1, 10, 250, 600, 1000, 6000, 10_000])),
    st.tuples(st.just("limit"), st.sampled_from([-1.0, 0.0, 5.9, 6.0, 16.0, 32.0, 63.0])),
    st.tuples(st.just("word"), st.booleans()),
    st.tuples(st.just("service"), st.sampled_from(list(Operative))),
    st.tuples(st.just("stuck"), st.booleans()),
    st.tuples(st.just("jammed"), st.booleans()),
    st.tuples(st.just("edge"), st.booleans()),
)


class Watched(Bench):
    """A bench that judges every command to the contactor at the moment it is given."""

    closed_at: int | None = None
    opened_at: int = 0

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, DriveRelay):
            if effect.closed and not self.coil:
                assert self.now_ms - self.opened_at >= self.model.settings.rest_ms, "closed too soon after opening"
                assert self.closed_at is None or self.now_ms - self.closed_at >= self.model.settings.interval_ms
                assert self.bolt or not self.model.settings.pluggable, "closed before the plug was locked"
                assert self.model.authorization.granted
                assert self.model.limits.offered_da >= 60
                self.closed_at = self.now_ms
            if not effect.closed and self.coil:
                self.opened_at = self.now_ms
        super()._perform(effect)

    def settled(self) -> None:
        state = self.model.cp
        if self.coil:
            winding_down = self.model.duty == duty.FULL  # a car that wants air in vain gets its 6 s to stop
            accepted = self.model.settings.accept_state_d or winding_down
            allowed = state is CpState.C or (state is CpState.D and accepted)
            assert allowed, f"contactor driven in state {state}"
            assert not self.topics["port0/contactor/error"]
        if self.model.running:
            driven = self.model.duty
            assert duty.to_milliampere(driven) <= max(self.model.limits.offered_da, 0) * 100
            assert driven == duty.NONE or self.model.contactor.stage.value != "failed"
            assert self.topics["port0/cp/duty_cycle"] == driven / 100
            assert self.topics["port0/contactor/state/target"] is self.coil


def act(bench: Watched, what: str, value: Any) -> None:
    match what:
        case "pilot":
            low = LOW_PWM if duty.is_nominal(bench.model.duty) and millivolts(HIGH[value]) > 2000 else HIGH[value]
            bench.pilot(value, low)
        case "charge":
            act(bench, "pilot", CpState.B)
            bench.run(600)
            act(bench, "pilot", CpState.C)
            bench.run(value)
        case "pause":
            act(bench, "pilot", CpState.B)
            bench.run(value)
            act(bench, "pilot", CpState.C)
            bench.run(value)
        case "raw":
            bench.post(PilotSampled(*value))
        case "cable":
            bench.post(ProximitySampled(value))
        case "run":
            bench.run(value)
        case "limit":
            bench.receive(limits.DYN_CURRENT_LIMIT, value, "one")
        case "word":
            bench.receive(session.AUTHORIZATION_STATUS, int(value))
        case "service":
            bench.receive(availability.TARGET, value)
        case "edge":
            bench.post(contactor_sensed(value))
        case _:
            setattr(bench, what, value)


@profile(max_examples=400, deadline=None)
@given(
    st.sampled_from([Method.FREE, Method.MQTT]),
    st.booleans(),
    st.sampled_from(list(Feedback)),
    st.lists(ACTIONS, min_size=5, max_size=80),
)
def test_what_never_happens(
    method: Method, pluggable: bool, feedback: Feedback, actions: list[tuple[str, Any]]
) -> None:
    chosen = settings(method=method, pluggable=pluggable, feedback=feedback)
    if not pluggable:
        chosen = settings(method=method, pluggable=False, motor=None, feedback=feedback)
    bench = Watched(initial(chosen))
    bench.post(Started())
    bench.cable(32)
    bench.run(10_000)
    bench.pilot(CpState.B)
    for what, value in actions:
        act(bench, what, value)

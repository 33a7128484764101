"""One LED of ledd: rhythm, colors, durations, what is not listed, several LEDs, edits, and the end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledd_bench import LINES, Bench, Told, bench, led, told

from secc.contract.enums import CpState, FirmwareState, Operative, ProximityError
from secc.contract.topics import availability, charge, evse, firmware, metering, power, rfid, session
from secc.fsm import After, Publish, Tick
from secc.ledd.conditions import Condition
from secc.ledd.events import BrokerSeen, DriveOutput, SettingsChanged, Stopping
from secc.ledd.settings import Mode, Settings

CP, DUTY = charge.CP_STATUS, power.CP_DUTY_CYCLE
A, B, C, D, E, F = CpState
OFFER: Told = (DUTY, 53.33)
CHARGING: Told = (power.CHARGING, True)
WORD, TAG = session.AUTHORIZATION_STATUS, rfid.AUTHORIZATION_REQUEST
UID = ["ISO14443", "04A2B3"]
METER_GONE: Told = (metering.METER_AVAILABLE, False)


def test_solid_is_driven_once() -> None:
    this = bench(("ready", "solid", "white", 0)).run()
    this.wait(60_000)
    assert this.edges[3:] == [(0, LINES[0], True), (0, LINES[1], True), (0, LINES[2], True)]
    assert this.edges[:3] == [(0, line, False) for line in LINES]


@pytest.mark.parametrize(("mode", "half_ms"), [("blink_slow", 1000), ("blink_fast", 100)])
def test_blinking(mode: str, half_ms: int) -> None:
    this = bench(("ready", mode, "red", 0)).run()
    this.wait(4 * half_ms)
    assert this.rhythm()[1:] == [(n * half_ms, n % 2 == 0) for n in range(5)]
    assert this.rhythm(LINES[1]) == [(0, False)]


def test_blinking_publishes_nothing() -> None:
    this = bench(("ready", "blink_fast", "red", 0)).run()
    this.effects.clear()
    this.wait(10_000)
    assert {type(effect) for effect in this.effects} == {DriveOutput, After}
    assert this.count(DriveOutput) == 100
    assert this.count(Publish) == 0


def test_the_rhythm_goes_on_when_the_next_condition_looks_the_same() -> None:
    this = told(bench().run(), ((CP, C), OFFER, CHARGING))
    this.wait(500)
    this.hear(CP, D)
    assert this.first == "ventilation_1"
    this.wait(1_500)
    assert this.rhythm()[-2:] == [(1000, False), (2000, True)]


@pytest.mark.parametrize(
    ("color", "channels", "lit"),
    [
        ("black", 1, (False,)),
        ("red", 1, (True,)),
        ("green", 1, (False,)),
        ("blue", 1, (False,)),
        ("white", 1, (True,)),
        ("yellow", 1, (True,)),
        ("magenta", 1, (True,)),
        ("cyan", 1, (False,)),
        ("yellow", 2, (True, True)),
        ("cyan", 2, (False, True)),
        ("blue", 2, (False, False)),
        ("black", 3, (False, False, False)),
        ("red", 3, (True, False, False)),
        ("green", 3, (False, True, False)),
        ("blue", 3, (False, False, True)),
        ("yellow", 3, (True, True, False)),
        ("cyan", 3, (False, True, True)),
        ("magenta", 3, (True, False, True)),
        ("white", 3, (True, True, True)),
    ],
)
def test_colors(color: str, channels: int, lit: tuple[bool, ...]) -> None:
    this = bench(("ready", "solid", color, 0), channels=channels).run()
    assert tuple(this.levels[line] for line in LINES[:channels]) == lit


def test_what_has_no_channel_does_not_blink() -> None:
    this = bench(("ready", "blink_fast", "blue", 0), channels=1).run()
    assert "led0.blink" not in this.timers


def test_a_condition_without_a_behavior_leaves_the_led_as_it_is() -> None:
    this = bench(("ready", "solid", "green", 0), ("charge_1", "blink_slow", "blue", 0)).run()
    this.hear(CP, B)
    assert this.shows == ("solid", "green")
    told(this, ((CP, C), OFFER, CHARGING))
    this.hear(power.CONTACTOR_ERROR, True)
    assert this.shows == ("blink_slow", "blue")
    this.hear(power.CHARGING, False)
    assert this.shows == ("blink_slow", "blue")
    told(this, ((power.CONTACTOR_ERROR, False), (CP, A)))
    assert this.shows == ("solid", "green")


def test_an_led_without_behaviors_stays_dark() -> None:
    this = Bench(Settings((led(),))).run()
    this.wait(10_000)
    assert this.levels == dict.fromkeys(LINES, False)


def test_an_answer_that_is_not_listed_is_skipped() -> None:
    this = bench(("auth_pending", "solid", "yellow", 0), ("connected", "solid", "green", 0), asks=True, tags=True).run()
    told(this, ((CP, B), (WORD, True)))
    assert this.shows == ("solid", "green")


def test_each_session_gets_its_answer() -> None:
    this = bench(("auth_accepted", "solid", "green", 1_000), ("connected", "solid", "blue", 0), asks=True).run()
    for _ in range(3):
        told(this, ((CP, B), (WORD, True)))
        assert this.shows == ("solid", "green")
        this.wait(1_000)
        assert this.shows == ("solid", "blue")
        this.hear(CP, A)


def test_a_second_refusal_shows_anew() -> None:
    this = bench(("auth_rejected", "solid", "red", 1_000), ("auth_pending", "solid", "blue", 0), asks=True).run()
    this.hear(CP, B)
    for _ in range(2):
        this.hear(evse.AUTH_ERROR, True)
        assert this.shows == ("solid", "red")
        this.wait(1_000)
        assert this.shows == ("solid", "blue")


def test_after_its_duration_what_is_not_listed_shows_what_was_before() -> None:
    this = bench(("auth_pending", "solid", "yellow", 0), ("auth_accepted", "solid", "white", 500), asks=True).run()
    told(this, ((CP, B), (WORD, True)))
    assert this.shows == ("solid", "white")
    this.wait(500)
    assert this.first == "connected"
    assert this.shows == ("solid", "yellow")


def test_a_state_with_a_duration_is_dark_afterwards_and_begins_anew_with_the_next() -> None:
    this = bench(("ready", "solid", "green", 5_000), ("connected", "solid", "blue", 0)).run()
    this.wait(5_000)
    assert this.shows == ("solid", "black")
    this.hear(CP, B)
    this.hear(CP, A)
    assert this.shows == ("solid", "green")
    this.wait(5_000)
    assert this.shows == ("solid", "black")


def test_after_the_duration_of_an_error_the_session_shows_again() -> None:
    this = bench(("error", "blink_fast", "red", 2_000), ("connected", "solid", "blue", 0)).run()
    told(this, ((CP, B), (power.PROXIMITY_ERROR, ProximityError.INVALID)))
    this.wait(2_000)
    assert this.first == "error"
    assert this.shows == ("solid", "blue")
    this.wait(60_000)
    assert this.shows == ("solid", "blue")
    told(this, ((power.PROXIMITY_ERROR, ProximityError.NONE), (power.PROXIMITY_ERROR, ProximityError.INVALID)))
    assert this.shows == ("blink_fast", "red")


def test_the_duration_of_a_state_that_something_else_interrupts_is_over() -> None:
    this = bench(("connected", "solid", "blue", 5_000), ("error", "solid", "red", 0)).run()
    told(this, ((CP, B), METER_GONE, (metering.METER_AVAILABLE, True)))
    assert this.first == "connected"
    assert this.shows == ("solid", "black")


def test_what_shows_for_a_while_is_not_cut_short_by_what_is_not_listed() -> None:
    this = bench(("init", "solid", "blue", 0), ("ready", "solid", "green", 5_000)).run()
    this.wait(2_000)
    this.hear(CP, B)
    assert this.shows == ("solid", "green")
    this.wait(3_000)
    assert this.shows == ("solid", "blue")


def test_an_interrupted_duration_does_not_go_on() -> None:
    this = bench(("auth_accepted", "solid", "white", 3_000), ("connected", "solid", "blue", 0),
                 ("error", "solid", "red", 0), asks=True).run()  # fmt: skip
    told(this, ((CP, B), (WORD, True), METER_GONE))
    assert this.shows == ("solid", "red")
    this.hear(metering.METER_AVAILABLE, True)
    assert this.shows == ("solid", "blue")
    assert "led0.duration" not in this.timers


def test_an_answer_without_a_duration_shows_until_something_else_holds() -> None:
    this = bench(("auth_accepted", "solid", "white", 0), ("connected", "solid", "blue", 0),
                 ("charge_request", "solid", "cyan", 0), asks=True).run()  # fmt: skip
    told(this, ((CP, B), (WORD, True)))
    this.wait(60_000)
    this.hear(DUTY, 53.33)
    assert this.shows == ("solid", "white")
    this.hear(CP, C)
    assert this.shows == ("solid", "cyan")
    this.hear(CP, B)
    assert this.shows == ("solid", "blue")


def test_several_leds_show_each_its_own() -> None:
    red = led(("failure", "blink_fast", "red", 0), ("ready", "solid", "black", 0), channels=1)
    green = led(("ready", "solid", "red", 0), ("connected", "blink_slow", "red", 0), channels=1, first=1)
    this = Bench(Settings((red, green))).run()
    assert this.levels == {LINES[0]: False, LINES[1]: True}
    this.hear(CP, B)
    this.wait(1_000)
    assert this.levels == {LINES[0]: False, LINES[1]: False}
    this.hear(power.CONTACTOR_ERROR, True)
    this.wait(900)
    assert this.rhythm(LINES[0])[-3:] == [(1700, False), (1800, True), (1900, False)]
    assert this.rhythm(LINES[1])[-1] == (1000, False)
    this.wait(100)
    assert this.rhythm(LINES[1])[-1] == (2000, True)  # not listed: as it was


# Settings


def test_edited_settings_apply_at_once_and_free_outputs_go_dark() -> None:
    this = bench(("ready", "blink_fast", "white", 0)).run()
    this.wait(50)
    this.post(SettingsChanged(Settings((led(("ready", "solid", "red", 0), channels=1),))))
    assert this.levels == {LINES[0]: True, LINES[1]: False, LINES[2]: False}
    this.wait(1_000)
    assert this.levels == {LINES[0]: True, LINES[1]: False, LINES[2]: False}
    assert "led0.blink" not in this.timers


def test_an_edit_elsewhere_leaves_the_rhythm_alone() -> None:
    this = bench(("ready", "blink_slow", "red", 0)).run()
    this.wait(500)
    this.post(SettingsChanged(Settings(this.settings.leds, asks=True, tags=True)))
    this.wait(500)
    assert this.rhythm()[-1] == (1000, False)
    this.hear(CP, B)
    assert this.first == "auth_pending"


def test_stopping_puts_everything_out_for_good() -> None:
    this = told(bench(asks=True, tags=True).run(), ((CP, E), (TAG, UID), (WORD, False)))
    this.post(Stopping())
    assert this.timers == {}
    assert this.levels == dict.fromkeys(LINES, False)
    told(this, ((CP, C), CHARGING, (CP, E)))
    this.post(BrokerSeen(1))
    assert this.levels == dict.fromkeys(LINES, False)
    assert this.timers == {}


def test_a_tick_changes_nothing() -> None:
    this = bench().run()
    before = this.model
    this.post(Tick(1000))
    assert this.model is before


HEARD: list[Told] = [
    *((CP, state) for state in CpState),
    *((DUTY, duty) for duty in (0, 5, 16, 53.33, 100)),
    *((power.CHARGING, on) for on in (False, True)),
    *((WORD, on) for on in (False, True)),
    (TAG, UID),
    *((power.CONTACTOR_ERROR, on) for on in (False, True)),
    *((metering.METER_AVAILABLE, on) for on in (False, True)),
    (availability.ACTUAL, Operative.INOPERATIVE),
    (availability.ACTUAL, Operative.OPERATIVE),
    (firmware.STATE_ACTUAL, FirmwareState.INSTALLING),
    (firmware.STATE_ACTUAL, FirmwareState.IDLE),
    (evse.AUTH_ERROR, True),
]
BEHAVIORS = st.lists(
    st.tuples(
        st.sampled_from([c.value for c in Condition]),
        st.sampled_from(["solid", "blink_slow", "blink_fast"]),
        st.sampled_from(["black", "red", "white", "blue"]),
        st.sampled_from([0, 0, 50, 3_000]),
    ),
    unique_by=lambda row: row[0],
)
WHAT = st.one_of(st.sampled_from(HEARD), st.sampled_from([1, 60, 500, 7_000, 31_000]))


@settings(deadline=None)  # a minute of blinking is many steps
@given(BEHAVIORS, st.lists(WHAT, max_size=40), st.booleans())
def test_outputs_always_follow_the_look_and_nothing_ever_runs_twice(
    behaviors: list[tuple[str, str, str, int]], what: list[Any], asks: bool
) -> None:
    this = Bench(Settings((led(*behaviors),), asks=asks, tags=asks)).run()
    for item in what:
        if isinstance(item, int):
            this.wait(item)
        else:
            this.hear(*item)
        lamp = this.model.lamps[0]
        assert lamp.look is not None
        lit = lamp.look.levels if lamp.lit else (False,) * 3
        assert tuple(this.levels[line] for line in LINES) == lit
        assert lamp.timed is ("led0.duration" in this.timers)
        assert (lamp.look.mode != "solid") is ("led0.blink" in this.timers)
        assert set(lamp.spent) <= {*this.model.standing, this.model.word}
        first = lamp.led.behavior(this.model.standing[0])
        if first is not None and first.duration_ms == 0 and lamp.condition is not this.model.word:
            levels = first.color.value
            assert lamp.look.levels == levels
            assert lamp.look.mode is (first.mode if any(levels) else Mode.SOLID)
        changes = [level for _, level in this.rhythm()]
        assert all(a is not b for a, b in pairwise(changes))  # no output is driven to where it is

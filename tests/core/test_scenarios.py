"""Scenario files: all shipped ones parse and run, and what is wrong with one is said with its line."""

from pathlib import Path

import pytest

from secc.sim.actions import Action, Break, Plug, PublishText, Unplug, act
from secc.sim.bench import Player
from secc.sim.contactor import Feedback
from secc.sim.ev import Behaviour
from secc.sim.plant import Controls, Plant, Readings, SecondRelay, step
from secc.sim.scenario import MAX_BYTES, Scenario, ScenarioError, load, read, shipped

LOCK_MS = 600


class TinyController:
    """Just enough of a station to let a car charge: lock, duty cycle, contactor. Nothing that a real one checks."""

    def __init__(self, scenario: Scenario) -> None:
        self.socket = scenario.station.fixed_cable_a is None
        self.motor_ms = 0
        self.locked = False

    def controls(self, readings: Readings) -> Controls:
        positive = (readings.cp_positive_raw * 3300 // 4095) * 4561 // 476 - 16013
        car, asks = positive < 10_000, positive < 7_000
        want_lock = self.socket and (car or readings.relay_1_sense)
        if want_lock != self.locked and not self.motor_ms:
            self.motor_ms, self.locked = LOCK_MS, want_lock
        driving, self.motor_ms = self.motor_ms > 0, max(0, self.motor_ms - 5)
        return Controls(
            relay_1=asks,
            motor_in1=driving and not self.locked,
            motor_in2=driving and self.locked,
            duty_pct=26.67 if car and not driving else 100.0,
        )


def played(name: str, seconds: float) -> tuple[list[Plant], list[str], list[PublishText]]:
    """The plant once a second, what was refused, what was published."""
    scenario = load(name)
    plant, controller = scenario.plant(), TinyController(scenario)
    published: list[PublishText] = []
    seen: list[Plant] = []
    refused: list[str] = []

    def perform(action: Action) -> str | None:
        nonlocal plant
        if isinstance(action, PublishText):
            published.append(action)
            return None
        plant, reason = act(plant, action)
        return reason

    player = Player(scenario, perform)
    controls = Controls()
    while plant.t_ms < seconds * 1000:
        plant, readings = step(plant, controls, 5)
        controls = controller.controls(readings)
        refused += player.play(plant.t_ms)
        if plant.t_ms % 1000 == 0:
            seen.append(plant)
    return seen, refused, published


def test_what_is_shipped() -> None:
    assert {"idle", "loop", "session"} <= set(shipped()), "ccctl names these; more may come: a scenario is one file"
    for name in shipped():
        scenario = load(name)
        assert scenario.name == name
        assert scenario.about
        assert dict(scenario.customer)["ports[0]/evse_current_limit"] == 32


@pytest.mark.parametrize("name", ["session", "fixed_cable", "cable_13a", "ventilation"])
def test_a_session_charges_and_ends(name: str) -> None:
    seen, refused, _ = played(name, 28)
    assert refused == []
    assert any(plant.ev is not None and plant.ev.current_ma >= 10_000 for plant in seen)
    assert seen[-1].ev is None
    assert seen[-1].outlet == (False, False, False)
    assert seen[-1].meter.energy_wh > 10
    assert seen[-1].cable.at_station is (name == "fixed_cable")


def test_idle_stays_idle() -> None:
    seen, refused, published = played("idle", 10)
    assert (refused, published) == ([], [])
    assert seen[-1].meter.energy_uj == 0
    assert seen[-1].ev is None


def test_the_loop_goes_round_and_round() -> None:
    seen, refused, _ = played("loop", 95)
    assert refused == []
    there = [plant.ev is not None for plant in seen]
    arrivals = [second + 1 for second in range(1, len(there)) if there[second] and not there[second - 1]]
    assert arrivals == [2, 32, 62, 92]
    assert seen[85].ev is None
    assert seen[-1].meter.energy_uj > seen[40].meter.energy_uj > 0


def test_the_contactor_welds_and_stays_closed() -> None:
    seen, _, _ = played("welded_contactor", 22)
    assert seen[10].outlet == (True, True, True)
    assert seen[-1].faults == {"contactor_weld"}
    assert seen[-1].ev is not None
    assert not seen[-1].ev.s2
    assert seen[-1].outlet == (True, True, True)


def test_the_limits_are_published_in_order() -> None:
    _, _, published = played("limits", 48)
    assert [p.payload for p in published] == ["10", "0", "32"]


def test_a_driver_with_patience_tries_until_the_lock_lets_go() -> None:
    text = 'about = "x"\n[[at]]\nt = 1\ndo = "unplug"\npatience = 2\n'
    tries: list[object] = []

    def perform(action: object) -> str | None:
        tries.append(action)
        return "held" if len(tries) < 4 else None

    player = Player(read(text, "x.toml"), perform)
    assert [player.play(t) for t in (900, 1000, 1500, 2000, 2500, 3000)] == [()] * 6
    assert len(tries) == 4


def test_patience_ends() -> None:
    text = 'about = "x"\n[[at]]\nt = 1\ndo = "unplug"\npatience = 2\n'
    player = Player(read(text, "x.toml"), lambda action: "held")
    assert [player.play(t) for t in (1000, 2999, 3000, 3001)] == [(), (), ("held",), ()]


EVERYTHING = """
about = "all keys"
repeat_every = 9.5
[station]
rotary = "a"
contactor_feedback = "nc"
relay_2 = "phases"
relay_2_feedback = "none"
lock_type = "KUESTER-04S"
grid_phases = 1
seed = 7
[ev]
phases = 1
max_current = 20
energy = 1.5
battery = 4000
ready_after = 0.25
behaviour = "legacy"
ventilation = true
[cable]
rating = 63
[customer]
"ports[0]/plug_lock/type" = "KUESTER-04S"
[[at]]
t = 1
do = "plug"
half = true
[[at]]
t = 1.5
do = "fault"
fault = "lock_jam"
[[at]]
t = 2
do = "publish"
topic = "ci/global/dyn_current_limit/x"
payload = "7.5"
[[at]]
t = 9
do = "unplug"
[[expect]]
t = 3
topic = "port0/ci/charge/cp/status"
payload = "B"
"""


def test_every_key() -> None:
    scenario = read(EVERYTHING, "dir/every.toml")
    assert (scenario.name, scenario.about, scenario.every_ms) == ("every", "all keys", 9500)
    station, car = scenario.station, scenario.ev
    assert (station.rotary, station.contactor_feedback, station.relay_2) == (10, Feedback.NC, SecondRelay.PHASES)
    assert (station.relay_2_feedback, station.lock_type) == (Feedback.NONE, "KUESTER-04S")
    assert (station.grid_phases, station.seed, station.fixed_cable_a) == (1, 7, None)
    assert (car.phases, car.max_current_a, car.energy_wh, car.battery_wh) == (1, 20, 1.5, 4000)
    assert (car.ready_after_ms, car.behaviour, car.ventilation) == (250, Behaviour.LEGACY, True)
    assert scenario.plant().cable.rating_a == 63
    assert scenario.customer == (("ports[0]/plug_lock/type", "KUESTER-04S"),)
    assert [(at.t_ms, at.action) for at in scenario.steps] == [
        (1000, Plug(half=True)),
        (1500, Break("lock_jam")),
        (2000, PublishText("ci/global/dyn_current_limit/x", "7.5")),
        (9000, Unplug()),
    ]
    assert [(e.t_ms, e.topic, e.payload) for e in scenario.expects] == [(3000, "port0/ci/charge/cp/status", "B")]


AT = 'about = "x"\n[[at]]\nt = 1\ndo = "plug"\n[[at]]\nt = 2\n'
WRONG = [
    ("", 'x.toml: "about" is missing'),
    ('about = "x"\nspeed = 2', "x.toml:2: 'speed' is not known here"),
    ("about = \n", "x.toml:1: not TOML"),
    ('about = "x"\n[station]\nrotary = "G"', "x.toml:3: [station] \"rotary\" is 'G'"),
    ('about = "x"\n[station]\nlock_type = "X"', 'x.toml:3: [station] "lock_type"'),
    ('about = "x"\n[station]\nfixed_cable = 14', 'x.toml:3: [station] "fixed_cable"'),
    ('about = "x"\n[station]\ncolour = 1', "x.toml:3: [station] 'colour' is not known here"),
    ('about = "x"\n\n[ev]\nphases = 2', "x.toml:4: [ev] \"phases\" is '2': write one of 1, 3"),
    ('about = "x"\n[ev]\nphases = true', "x.toml:3: [ev] \"phases\" is 'True'"),
    ('about = "x"\n[ev]\nmax_current = 5', "x.toml:3: [ev] \"max_current\" is '5': write a number from 6 to 80"),
    ('about = "x"\n[ev]\nmax_current = 6.5', 'x.toml:3: [ev] "max_current" is 6.5: write a whole number'),
    ('about = "x"\n[ev]\nenergy = nan', "x.toml:3: [ev] \"energy\" is 'nan'"),
    ('about = "x"\n[ev]\nenergy = inf', "x.toml:3: [ev] \"energy\" is 'inf'"),
    ('about = "x"\n[ev]\nventilation = 1', "x.toml:3: [ev] \"ventilation\" is '1': write one of True, False"),
    ('about = "x"\n[cable]\nrating = 16', "x.toml:3: [cable] \"rating\" is '16': write one of 13, 20, 32, 63"),
    ('about = "x"\n[customer]\n"a b" = 1', "x.toml:3: [customer] 'a b' is no path"),
    ('about = "x"\n[customer]\na = [1]', 'x.toml:3: [customer] "a" must be'),
    ('about = "x"\nstation = 1', "x.toml: write [station] as a table"),
    ('about = "x"\n[at]\nt = 1', "x.toml: write each [[at]] in double brackets"),
    (AT, 'x.toml:5: [at] "do" is missing'),
    (AT + 'do = "fly"', "x.toml:7: [at] \"do\" is 'fly': write one of plug, unplug"),
    (AT + 'do = "fault"\nfault = "x"', "x.toml:8: [at] \"fault\" is 'x'"),
    (AT + 'do = "plug"\nlength = 3', "x.toml:8: [at] \"plug\" does not know 'length': it takes end, cable, half"),
    (AT + 'do = "stop"\nend = "ev"', "x.toml:8: [at] \"stop\" does not know 'end': it takes nothing else"),
    (AT.replace("2", "0.5") + 'do = "stop"', 'x.toml:6: [at] "t" is 0.5, before the step above it'),
    (AT.replace("t = 2", "") + 'do = "stop"', 'x.toml:5: [at] "t" is missing'),
    (AT.replace("2", "-1") + 'do = "stop"', "x.toml:6: [at] \"t\" is '-1'"),
    (AT + 'do = "publish"\ntopic = "a/#"\npayload = ""', "x.toml:8: [at] \"topic\" is 'a/#': it is no topic"),
    (
        AT + 'do = "publish"\ntopic = "ci/global/dyn_current_limit/x"\npayload = "20,2"',
        'x.toml:9: [at] "payload" cannot be sent',
    ),
    ('about = "x"\nrepeat_every = 1\n[[at]]\nt = 1\ndo = "plug"', 'x.toml:2: "repeat_every" must be later'),
    ('about = "x"\n[[expect]]\nt = 1\ntopic = "a"', 'x.toml:2: [expect] "payload" is missing'),
    ('about = "x"\n[[expect]]\nt = 1\ntopic = "a"\npayload = "1"', "x.toml:4: [expect] \"topic\" is 'a': it is no"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(text, "x.toml")
    assert str(caught.value).startswith(message)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('about = "mine"\n')
    assert load(str(path)).name == "mine"
    for content, message in (
        (b"\xff", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "more than"),
        (b"a = " + b"[" * 9999, "nested too deeply"),
    ):
        path.write_bytes(content)
        with pytest.raises(ScenarioError, match=message):
            load(str(path))
    with pytest.raises(ScenarioError, match="cannot be read: No such file"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(ScenarioError, match="no scenario holiday: take one of cable_13a"):
        load("holiday")

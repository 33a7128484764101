"""What the demo counts as a whole session: every step in order, or it is none."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ccctl.services.session_watch import SessionWatch

CP = "port0/ci/charge/cp/status"
CONTACTOR = "port0/ci/charge/contactor/status"
ENERGY = "port0/metering/energy/import"
SESSION = [
    (CP, "A"), (CONTACTOR, "opened"), (ENERGY, "100"), (CP, "B"), (CP, "C"), (CONTACTOR, "closed"), (ENERGY, "100"),
    (ENERGY, "103"), (CP, "B"), (CONTACTOR, "opened"), (CP, "A"),
]  # fmt: skip


def watched(messages: list[tuple[str, str]]) -> SessionWatch:
    watch = SessionWatch()
    for topic, payload in messages:
        watch.heard(topic, payload.encode())
    return watch


def test_a_whole_session() -> None:
    watch = watched(SESSION)
    assert watch.complete
    assert watch.missing == ()


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ((CP, "C"), "pilot C: car asks for energy"),
        ((CONTACTOR, "closed"), "contactor closed"),
        ((ENERGY, "103"), "energy counted"),
    ],
)
def test_a_session_that_lacks_a_step(left_out: tuple[str, str], missing: str) -> None:
    watch = watched([message for message in SESSION if message != left_out])
    assert not watch.complete
    assert watch.missing[0] == missing


def test_energy_from_before_the_contactor_does_not_count() -> None:
    early = [(CP, "A"), (ENERGY, "100"), (CP, "B"), (ENERGY, "105"), (CP, "C"), (CONTACTOR, "closed"), (ENERGY, "105")]
    assert watched(early).missing[0] == "energy counted"


def test_the_next_session_counts_from_its_own_beginning() -> None:
    watch = watched(SESSION)
    watch.begin_again()
    assert (watch.sessions, watch.done) == (1, ["pilot A: no car"])
    for topic, payload in SESSION[3:]:
        watch.heard(topic, payload.encode())
    assert watch.missing[0] == "energy counted"


def test_what_the_catalogue_does_not_allow_is_noted() -> None:
    watch = watched([(CP, "Z"), (ENERGY, "lots")])
    assert [wrong.split(":")[0] for wrong in watch.wrong] == [CP, ENERGY]


@pytest.mark.slow
def test_the_demo_sees_a_session_over_the_embedded_broker() -> None:
    """The user's first command, without mosquitto on PATH."""
    environment = os.environ | {"PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin"}
    ended = subprocess.run(
        [sys.executable, "-m", "ccctl", "sim", "demo", "--once", "--broker", "embedded"],
        capture_output=True, text=True, timeout=90, check=False, env=environment,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "(embedded)" in ended.stderr
    assert ended.stdout.count("  seen ") == 7

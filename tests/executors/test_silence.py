"""What is said of a controller that does not answer, and when the driver gives up."""

import pytest

from resweep.executors import silence
from resweep.executors.silence import GoneError, Silence
from tests.samples import refusal


@pytest.fixture
def clock(monkeypatch):
    """The clock, which a test moves."""
    hands = [1000.0]
    monkeypatch.setattr(silence.time, "monotonic", lambda: hands[0])
    return hands


def test_it_is_said_once_and_asked_ever_more_seldom(clock):
    said = []
    slurm = Silence("Slurm", "workers go on", 600.0, said.append, clock[0])
    pauses = []
    for _ in range(8):
        slurm.missed("squeue: no")
        pauses.append(slurm.pause)
        clock[0] += slurm.pause
    assert said == ["Slurm does not answer (squeue: no): workers go on; asking again for 600 s"]
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    slurm.heard()
    assert said[1:] == ["Slurm answers again"]
    assert slurm.pause == 0
    slurm.heard()
    assert len(said) == 2


def test_after_too_long_it_ends_and_says_how_to_go_on(clock):
    slurm = Silence("Slurm", "workers go on", 600.0, sign=clock[0])
    slurm.missed("no")
    clock[0] += 599
    slurm.missed("no")
    clock[0] += 2
    message = refusal(GoneError, slurm.missed, "no")
    assert message == (
        "Slurm has not answered for 601 s (no): workers go on; once it answers, the same "
        "command goes on"
    )
    assert GoneError.exit_code == 4


def test_workers_that_deliver_are_a_sign_of_life(clock):
    slurm = Silence("Slurm", "workers go on", 600.0, sign=clock[0])
    slurm.missed("no")
    for _ in range(3):
        clock[0] += 599
        slurm.alive()
        slurm.missed("no")
    assert clock[0] - slurm.sign == 0

"""A sample of what `benchmarks.bad_input` tries: one bad value in a call that would work."""

import gc
import signal

import pytest

from benchmarks.bad_input import calls, cases, place
from benchmarks.bad_input.values import SECRET

CASES = 40
SECONDS = 60


@pytest.fixture
def limited():
    """Turns a call that hangs into an exception, which ends as a defect."""

    def stop(*_):
        raise TimeoutError(f"no end after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    yield lambda: signal.alarm(SECONDS)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_each_ends_in_one_clear_line_and_leaves_every_file_alone(
    resweep, tmp_path, monkeypatch, limited
):
    outcomes = place.stored()
    place.furnish(tmp_path, outcomes)
    before = place.contents(tmp_path)
    chosen = cases.cases(seed=1, count=CASES, key=outcomes[0].experiment.key[:12])
    assert len(chosen) == CASES
    wrong = []
    for case in chosen:
        limited()
        done = resweep(*case.words)
        ending = calls.Ending(done.code, done.out, done.err, 0.0)
        found = list(calls.faults(case, ending))
        # A program closes its connections as it ends; here a traceback may still hold one.
        gc.collect()
        if place.contents(tmp_path) != before:
            found.append("changed a file")
            before = place.contents(tmp_path)
        if found:
            wrong.append((case.words, found, done.err))
    assert wrong == []


def test_every_option_of_every_command_has_bad_values():
    groups = [list(group) for group in cases._by_parameter()]
    parameters = [p for _, command in cases.commands() for p in command.params]
    assert len(groups) == len(parameters) + 1
    assert min(map(len, groups)) >= 2
    assert len(cases.cases(seed=0, count=len(groups))) == len(groups)


@pytest.mark.parametrize(
    ("ending", "fault"),
    [
        (calls.Ending(None, "", "", 60.0), "hangs"),
        (calls.Ending(0, "", "error: x\n", 0.1), "exit code 0, not 2"),
        (calls.Ending(2, "a table\n", "error: x\n", 0.1), "output on stdout"),
        (calls.Ending(2, "", "", 0.1), "0 lines on stderr"),
        (calls.Ending(2, "", "error: x\nerror: y\n", 0.1), "2 lines on stderr"),
        (calls.Ending(2, "", "error: \x1b[2J\n", 0.1), "control characters"),
        (calls.Ending(2, "", "error: a defect of resweep\n", 0.1), "defect"),
        (calls.Ending(2, "", f"error: {SECRET}\n", 0.1), "password"),
    ],
)
def test_what_is_wrong_with_an_ending_is_named(ending, fault):
    case = cases.Case(("report",), "--where", (2,))
    assert list(calls.faults(case, ending)) == [fault]
    assert list(calls.faults(case, calls.Ending(2, "", "error: x\n", 0.1))) == []

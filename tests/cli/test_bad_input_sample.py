"""A sample of what benchmarks/bad_input.py tries: one bad value in a call that would work."""

import gc
import signal

import pytest

from benchmarks import bad_input

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
    outcomes = bad_input.stored()
    bad_input.furnish(tmp_path, outcomes)
    before = bad_input.contents(tmp_path)
    cases = bad_input.cases(seed=1, count=CASES, key=outcomes[0].experiment.key[:12])
    assert len(cases) == CASES
    wrong = []
    for case in cases:
        limited()
        done = resweep(*case.words)
        ending = bad_input.Ending(done.code, done.out, done.err, 0.0)
        found = list(bad_input.faults(case, ending))
        # A program closes its connections as it ends; here a traceback may still hold one.
        gc.collect()
        if bad_input.contents(tmp_path) != before:
            found.append("changed a file")
            before = bad_input.contents(tmp_path)
        if found:
            wrong.append((case.words, found, done.err))
    assert wrong == []


def test_every_option_of_every_command_has_bad_values():
    groups = [list(group) for group in bad_input._by_parameter()]
    parameters = [p for _, command in bad_input.commands() for p in command.params]
    assert len(groups) == len(parameters) + 1
    assert min(map(len, groups)) >= 2
    assert len(bad_input.cases(seed=0, count=len(groups))) == len(groups)


@pytest.mark.parametrize(
    ("ending", "fault"),
    [
        (bad_input.Ending(None, "", "", 60.0), "hangs"),
        (bad_input.Ending(0, "", "error: x\n", 0.1), "exit code 0, not 2"),
        (bad_input.Ending(2, "a table\n", "error: x\n", 0.1), "output on stdout"),
        (bad_input.Ending(2, "", "", 0.1), "0 lines on stderr"),
        (bad_input.Ending(2, "", "error: x\nerror: y\n", 0.1), "2 lines on stderr"),
        (bad_input.Ending(2, "", "error: \x1b[2J\n", 0.1), "control characters"),
        (bad_input.Ending(2, "", "error: a defect of resweep\n", 0.1), "defect"),
        (bad_input.Ending(2, "", f"error: {bad_input.SECRET}\n", 0.1), "password"),
    ],
)
def test_what_is_wrong_with_an_ending_is_named(ending, fault):
    case = bad_input.Case(("report",), "--where", (2,))
    assert list(bad_input.faults(case, ending)) == [fault]
    assert list(bad_input.faults(case, bad_input.Ending(2, "", "error: x\n", 0.1))) == []

"""benchmarks/report_speed.py on a handful of runs: what it prints, and what a failure says."""

import json

import pytest

from benchmarks import report_speed


def measured(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["report_speed.py", "--runs", "4", "--settings", "2", *words])
    report_speed.main()
    return json.loads(capsys.readouterr().out)


def test_a_command_is_timed(monkeypatch, capsys):
    (timing,) = measured(monkeypatch, capsys, "--only", "report --csv")["timings"]
    assert timing["lines"] == 3
    assert timing["torch_imported"] is False


def test_a_command_that_fails_ends_it_with_its_own_words(monkeypatch, capsys):
    with pytest.raises(SystemExit, match="report --sort nope ended with 2: error: unknown column"):
        measured(monkeypatch, capsys, "--only", "report --sort nope")

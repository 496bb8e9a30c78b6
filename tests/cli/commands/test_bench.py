import pytest


def test_it_times_both_and_gives_the_ratio(resweep):
    words = (
        "bench",
        "--blocks",
        "1",
        "--batch-size",
        "2",
        "--rounds",
        "1",
        "--level",
        "vanilla",
        "--device",
        "cpu",
    )
    done = resweep(*words, "--json")
    assert "round 1 of 1: vanilla" in done.err
    arms = done.json()["arms"]
    ratio = arms["vanilla"]["seconds_per_step"] / arms["resweep"]["seconds_per_step"]
    assert arms["vanilla"]["resweep_times_as_fast"] == pytest.approx(ratio)
    assert arms["resweep"]["images_per_second"] == pytest.approx(
        2 / arms["resweep"]["seconds_per_step"]
    )
    assert min(arm["peak_mib"] for arm in arms.values()) > 50


def test_an_unknown_level_is_a_usage_error(resweep):
    assert resweep("bench", "--level", "magic").code == 2


def test_what_takes_too_long_or_fails_is_said(monkeypatch):
    import sys

    from resweep.cli.commands.bench import line, summary
    from resweep.lab import rounds

    script = 'print(\'{"seconds_per_step": 2, "peak_mib": 3}\')'
    found = rounds.in_turn(
        {
            "resweep": [sys.executable, "-c", script],
            "broken": [sys.executable, "-c", "1 / 0"],
        },
        rounds=2,
        limit=300,
    )
    assert len(found["resweep"]) == 2
    rows = summary(found, 4)
    assert rows["resweep"]["images_per_second"] == 2
    slow = rounds.timed([sys.executable, "-c", "import time; time.sleep(600)"], 0.1)
    assert slow.reason == "not done after 0.1 s"
    assert "ZeroDivisionError" in line("broken", rows["broken"])

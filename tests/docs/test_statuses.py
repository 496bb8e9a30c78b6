"""docs/statuses.md has the numbers of the rules and the rates of benchmarks/untrained.py."""

import json
from pathlib import Path

from resweep.lab.evidence import UNTRAINED_IMAGES
from resweep.outcome import learning
from resweep.stats.binomial import beta_binomial_tail

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "statuses.md").read_text().split())
RATES = json.loads((ROOT / "benchmarks" / "results" / "untrained.json").read_text())


def test_the_numbers_of_the_rules_are_those_of_the_program():
    for said in (
        f"above {learning.FAR:g} times",
        f"at least {learning.GAIN:g} nats",
        f"at the level {learning.ALPHA:g}",
        f"Beta({learning.SPREAD:g} p, {learning.SPREAD:g} (1 - p))",
        f"fewer than {learning.FEW_STEPS} steps",
        f"at least {learning.FALL:g} nats and three standard errors",
        f"standard error above {learning.WIDEST:g}",
        f"at most {UNTRAINED_IMAGES:,} of the test images",
    ):
        assert said in PAGE
    assert learning.FALL_ERRORS == 3
    least = next(k for k in range(500) if beta_binomial_tail(k, 500, 10, 90) < learning.ALPHA)
    assert f"500 images, an accuracy of {least / 500:.3f} passes" in PAGE


def test_the_rates_are_those_of_the_measurement():
    for null in ("still", "scrambled"):
        found = RATES["learned"][null]
        assert found["of"] == 200
        assert f"{found['count']} of 200 (at most {100 * found['high']:.1f} %)" in PAGE
    earlier = RATES["rule_of_0.1.0"]
    assert f"{earlier['count']} of 200" in PAGE
    assert f"{RATES['accuracy_sd']:.3f}" in PAGE
    assert f"reach {RATES['accuracy_largest']:.3f}" in PAGE
    assert "the seeds {} to {}.".format(*RATES["seeds"]) in PAGE
    assert RATES["gain_over_prior_largest"] < learning.GAIN

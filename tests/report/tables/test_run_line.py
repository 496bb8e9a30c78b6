"""Verdict lines, status by status."""

import math
from dataclasses import replace

from resweep.report.tables.run_line import verdict


def test_a_run_in_words(make, paper):
    assert (
        verdict(make("depth-scaled", 0, 0.434))
        == "ok: accuracy 0.434 after epoch 1 (391 steps), test loss 1.690, "
        "forward growth 543, gradients 1:12"
    )
    assert (
        verdict(paper[0])
        == "exploded: forward of block 83, step 0; forward growth 2.60e44, gradients inf"
    )
    assert verdict(paper[2]).startswith(
        "trapped: no better than a constant guess; accuracy 0.100 after epoch 1 (391 steps), "
    )


def test_what_was_not_measured_is_not_mentioned(make):
    bare = replace(make("he", 0, None, "error", detail="out of memory"), metrics={})
    assert verdict(bare) == "error: out of memory"
    assert verdict(replace(bare, status="ok", detail="")) == "ok"
    lost = replace(bare, status="vanished", detail="", metrics={"forward_growth": math.nan})
    assert verdict(lost) == (
        "vanished: all gradients of the branches are zero or subnormal; forward growth nan"
    )


def test_a_run_that_diverged_says_what_it_had_reached_and_when(make):
    run = make("he", 0, 0.3, "exploded", detail="loss not finite in epoch 3")
    early = replace(run, metrics={"first_epoch_accuracy": 0.2})
    assert (
        verdict(early)
        == "exploded: loss not finite in epoch 3; accuracy 0.300 after epoch 1 (391 steps)"
    )
    assert verdict(replace(early, curve=())).endswith("0.200 after epoch 1 (391 steps)")


def test_gradients_that_are_exactly_zero_are_no_nan(make):
    run = make("rezero", 0, 0.3)
    still = replace(run, metrics={"grad_norm_ratio": math.nan}, profiles={"grad_norm": (0.0, 0.0)})
    said = (
        "ok: accuracy 0.300 after epoch 1 (391 steps), gradients of the blocks' weights exactly 0"
    )
    assert verdict(still) == said
    assert verdict(replace(still, profiles={})) == said
    lost = replace(still, status="exploded", profiles={"grad_norm": (math.inf, math.inf)})
    assert verdict(lost).endswith("gradients nan")

"""The answer of a comparison: its sentence, the order of arms, trends, and which arms to draw."""

import pytest

from resweep.analysis.answer import answer, interesting
from resweep.analysis.compare import comparisons
from tests.samples import arm_outcome

HE, DEPTH = "he", "depth-scaled"


def runs(arm, accuracy, status="ok", blocks=12, seeds=2):
    return [arm_outcome(arm, seed, accuracy, status, blocks=blocks) for seed in range(seeds)]


def answered(*groups, metric="first_epoch_accuracy"):
    """The answer for arms that are called by their label and depth."""
    (comparison,) = comparisons([run for group in groups for run in group], metric)
    names = [f"{arm.arm} L={arm.experiment.blocks}" for arm in comparison.arms]
    return answer(comparison, names)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (
            [runs(DEPTH, 0.4), runs(HE, None, "exploded"), runs("glorot", 0.1, "trapped")],
            "At L = 12 depth-scaled survives the first epoch; he and glorot do not.",
        ),
        (
            [runs(DEPTH, 0.4), runs(HE, 0.3)],
            "At L = 12 both arms survive the first epoch, depth-scaled best.",
        ),
        (
            [runs(DEPTH, 0.1, "trapped"), runs(HE, None, "exploded")],
            "At L = 12 neither arm survives the first epoch: 1 exploding and 1 trapped.",
        ),
        ([runs(HE, 0.4)], "At L = 12 he survives the first epoch."),
        ([runs(HE, None, "exploded")], "At L = 12 he does not survive the first epoch: exploding."),
        (
            [
                runs(DEPTH, 0.4, blocks=6),
                runs(HE, 0.4, blocks=6),
                runs(DEPTH, 0.4, blocks=24),
                runs(HE, None, "exploded", blocks=24),
            ],
            "At L = 24 depth-scaled survives the first epoch; he does not; at L = 6 all do.",
        ),
        (
            [runs(DEPTH, 0.4, blocks=6), runs(DEPTH, None, "exploded", blocks=24)],
            "At L = 24 depth-scaled does not survive the first epoch: exploding; "
            "at L = 6 depth-scaled does.",
        ),
        (
            [runs(arm, 0.4) for arm in (DEPTH, "lecun", "bn", "glorot")]
            + [runs(HE, None, "exploded")],
            "At L = 12, 4 of 5 arms survive the first epoch, depth-scaled best; he does not.",
        ),
    ],
)
def test_the_sentence_says_which_arms_survive(groups, sentence):
    assert answered(*groups).sentence == sentence


def test_the_best_of_many_depths_is_the_best_of_all_and_is_told_in_three_digits():
    drawn = [0.17190722018585746, 1.2345678, 0.33333333, 0.0987654321, 2.71828182, 7.12345]
    groups = [
        runs(f"{DEPTH}:c={c},multiplier={1 / c}", 0.3 + place / 100, blocks=4 + place, seeds=1)
        for place, c in enumerate([*drawn, 3.14159265])
    ]
    assert answered(*groups).sentence == (
        "At 7 depths from L = 4 to 10 all 7 arms survive the first epoch, "
        "depth-scaled:c=3.14,multiplier=0.318 at L = 10 best."
    )


def test_of_a_sweep_the_sentence_gives_the_range():
    values = (0.01, 0.1, 1, 10, 100)
    groups = []
    for blocks, low, high in ((10, 0.1, 10), (200, 0.1, 1)):
        for c in values:
            good = low <= c <= high
            arm = f"{DEPTH}:c={c}"
            status = "ok" if good else "trapped"
            groups.append(runs(arm, 0.4 if good else 0.1, status, blocks=blocks))
    assert answered(*groups).sentence == (
        "depth-scaled survives the first epoch for c from 0.1 to 10 at L = 10 "
        "and for c from 0.1 to 1 at L = 200."
    )
    with_others = answered(*groups, runs(HE, 0.4), runs("bn", None, "exploded"))
    assert with_others.sentence.endswith("at L = 200; so does 1 of the 2 others.")


def swept(endings, blocks=12):
    """Arms at c = 0.1, 0.2, 0.4, ... whose runs end as the letters say: good, bad or undecided."""
    statuses = {"g": (0.4, "ok"), "b": (0.1, "trapped"), "u": (0.1, "undecided")}
    groups = []
    for place, ending in enumerate(endings):
        accuracy, status = statuses[ending]
        groups.append(runs(f"{DEPTH}:c={0.1 * 2**place:.3g}", accuracy, status, blocks=blocks))
    return groups


@pytest.mark.parametrize(
    ("endings", "words"),
    [
        ("gggg", "for c from 0.1 to 0.8 at L = 12."),
        ("ggbgb", "for c from 0.1 to 0.8 except 0.4 at L = 12."),
        ("gbgbg", "for c from 0.1 to 1.6 except 0.2 and 0.8 at L = 12."),
        ("gbbbbg", "for c from 0.1 to 3.2 except 4 values between at L = 12."),
        ("ggugb", "for c from 0.1 to 0.8 (unknown at 0.4) at L = 12."),
        ("guuuug", "for c from 0.1 to 3.2 (unknown at 4 values between) at L = 12."),
        ("gbgugu", "for c from 0.1 to 1.6 except 0.2 (unknown at 0.8) at L = 12."),
        ("bgbb", "for c = 0.2 alone at L = 12."),
        ("bbbb", "for no c at L = 12."),
        ("uuuu", "for no c (all undecided) at L = 12."),
        ("bubu", "for no c (2 of 4 undecided) at L = 12."),
    ],
)
def test_what_fails_within_the_range_is_said(endings, words):
    assert answered(*swept(endings)).sentence.endswith(words)


def test_every_depth_of_a_few_ranges_is_told():
    groups = [group for L in (5, 10, 20) for group in swept("gggb", L)] + swept("gbgb", 50)
    assert answered(*groups).sentence == (
        "depth-scaled survives the first epoch for c from 0.1 to 0.4 at L = 5, 10 and 20 "
        "and for c from 0.1 to 0.4 except 0.2 at L = 50."
    )
    many = [group for L in range(5, 13) for group in swept("gggb", L)]
    assert answered(*many).sentence.endswith("from 0.1 to 0.4 at 8 depths from L = 5 to 12.")


def test_of_many_ranges_those_at_the_ends_are_given_and_where_others_have_gaps():
    endings = {5: "gggg", 10: "gbgg", 20: "gggb", 40: "ggbb"}
    groups = [group for L, word in endings.items() for group in swept(word, L)]
    assert answered(*groups).sentence == (
        "depth-scaled survives the first epoch for c from 0.1 to 0.8 at L = 5 "
        "and for c from 0.1 to 0.2 at L = 40, with gaps in the range at L = 10."
    )


def test_a_run_that_failed_says_nothing_of_the_scale():
    groups = [runs(f"{DEPTH}:c={c}", 0.4, "ok") for c in (0.1, 0.5, 2, 10)]
    groups.append(runs(DEPTH, None, "error"))
    groups.append(runs(f"{DEPTH}:c=100", None, "exploded"))
    sentence = answered(*groups).sentence
    assert "for c from 0.1 to 10 (unknown at 1) at L = 12." in sentence


def test_no_runs_have_no_sentence():
    (comparison,) = comparisons(runs(HE, 0.4))
    empty = type(comparison)(comparison.metric, "", "", ())
    assert answer(empty, []).sentence == ""
    assert interesting(answer(empty, []).standings, 7) == []


def test_arms_that_succeed_stand_first_then_the_higher_mean():
    standings = answered(
        runs(HE, None, "exploded"),
        runs("bn", 0.2),
        runs("glorot", 0.3, "trapped"),
        runs(DEPTH, 0.4),
        runs("lecun", 0.1, "trapped"),
    ).standings
    # those that failed count at chance, whatever was measured of them
    assert [standing.arm.arm for standing in standings] == [DEPTH, "bn", HE, "glorot", "lecun"]
    assert [standing.place for standing in standings] == [3, 1, 0, 2, 4]
    assert [standing.arm.success.k for standing in standings] == [2, 2, 0, 0, 0]


def test_an_arm_that_fails_in_some_runs_is_neither_said_to_succeed_nor_to_fail():
    steady = [arm_outcome(HE, seed, 0.40, blocks=12) for seed in range(7)]
    fragile = [arm_outcome(DEPTH, seed, 0.45, blocks=12) for seed in range(4)]
    fragile += [arm_outcome(DEPTH, seed, None, "exploded", blocks=12) for seed in (4, 5, 6)]
    trapped = runs("glorot", 0.1, "trapped")
    found = answered(fragile, steady, trapped)
    assert [standing.arm.arm for standing in found.standings] == [HE, DEPTH, "glorot"]
    assert found.sentence == (
        "At L = 12 he survives the first epoch; depth-scaled does in 4 of 7 runs; glorot does not."
    )
    assert answered(fragile, trapped).sentence == (
        "At L = 12 neither arm survives the first epoch in every run: 1 fragile and 1 trapped."
    )
    assert answered(fragile).sentence == (
        "At L = 12 depth-scaled survives the first epoch in 4 of 7 runs."
    )


def test_of_a_loss_the_lower_is_better():
    groups = [runs(HE, 0.4), runs(DEPTH, 0.4)]
    groups[0] = [
        arm_outcome(HE, seed, 0.4, blocks=12, metrics={"test_loss": 2.0}) for seed in range(2)
    ]
    standings = answered(*groups, metric="test_loss").standings
    assert [standing.arm.arm for standing in standings] == [DEPTH, HE]


def test_trends_are_along_what_differs_alone():
    groups = [runs(f"{DEPTH}:c={c}", 0.4, blocks=blocks) for c in (0.5, 2) for blocks in (6, 12)]
    groups.append(runs(HE, 0.4, blocks=6))
    trends = answered(*groups).trends
    described = [(t.axis, t.experiment.blocks, [p.value for p in t.points]) for t in trends]
    assert described == [
        ("c", 6, [0.5, 2]),
        ("c", 12, [0.5, 2]),
        ("blocks", 100, [6, 12]),
        ("blocks", 100, [6, 12]),
    ]
    point = trends[0].points[0]
    assert (point.mean, point.n, point.succeeds) == (pytest.approx(0.4), 2, True)


def test_few_arms_are_all_drawn():
    standings = answered(runs(HE, 0.4), runs(DEPTH, 0.3)).standings
    assert [pick.why for pick in interesting(standings, 7)] == ["all", "all"]


def test_of_many_arms_the_interesting_ones_are_drawn():
    groups = [runs(f"{DEPTH}:c={1 + i / 10}", 0.4 + i / 100, blocks=24) for i in range(1, 10)]
    groups += [runs(HE, 0.39, blocks=24), runs(HE, 0.5, blocks=6), runs(DEPTH, 0.5, blocks=6)]
    groups += [runs("glorot", 0.1, "trapped", blocks=24), runs("lecun", None, "error", blocks=24)]
    groups += [runs("glorot", 0.6, "ok", blocks=6)]
    picks = interesting(answered(*groups).standings, 7)
    whys = {pick.standing.name: pick.why for pick in picks}
    assert len(whys) == 7
    assert whys[f"{DEPTH}:c=1.9 L=24"] == "best"
    assert whys["glorot L=24"] == "worst"
    assert whys["he L=24"] == "reference"
    assert sorted(whys.values()).count("between") == 4
    assert {pick.standing.experiment.blocks for pick in picks} == {24}
    places = [pick.standing.arm.overall for pick in picks]
    assert places == sorted(places, reverse=True)

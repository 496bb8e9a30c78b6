"""Which arms succeed at which depth, in one sentence of plain words."""

from collections.abc import Sequence

from resweep.analysis.answer.ranges import NAMED, listed
from resweep.analysis.answer.standing import Standing
from resweep.analysis.answer.words import Verb, at
from resweep.numerals import shortened


def of_depths(standings: Sequence[Standing], verb: Verb) -> str:
    """The split at the deepest depth where arms differ, and how many succeed at the others."""
    by_depth: dict[int, list[Standing]] = {}
    for standing in standings:
        by_depth.setdefault(standing.experiment.blocks, []).append(standing)
    depths = sorted(by_depth)
    split = [depth for depth in depths if len({s.succeeds for s in by_depth[depth]}) == 2]
    if not split and len({standing.succeeds for standing in standings}) == 1:
        return _unanimous(standings, depths, verb)
    headline = split[-1] if split else depths[-1]
    text = "At " + _depths([headline], _split(by_depth[headline], verb))
    others: dict[str, list[int]] = {}
    for depth in depths:
        if depth != headline:
            others.setdefault(_count(by_depth[depth]), []).append(depth)
    for count, same in others.items():
        text += "; at " + _depths(same, count)
    return text + "."


def _unanimous(everyone: Sequence[Standing], depths: Sequence[int], verb: Verb) -> str:
    """All succeed, or none does in every run, at every depth."""
    if len(everyone) == 1:
        said = _alone(everyone[0], verb)
    elif everyone[0].succeeds:
        who = "both arms" if len(everyone) == 2 else f"all {len(everyone)} arms"
        said = f"{who} {verb.several}, {_best(everyone, depths)} best"
    else:
        who = "neither arm" if len(everyone) == 2 else f"none of {len(everyone)} arms"
        said = f"{who} {verb.one}{_in_every_run(everyone)}: {_why(everyone)}"
    return f"At {_depths(depths, said)}."


def _alone(arm: Standing, verb: Verb, *, why: bool = True) -> str:
    """What the only arm does, and why not."""
    name = _names([arm], [arm])
    if arm.succeeds:
        return f"{name} {verb.one}"
    if arm.fragile:
        return f"{name} {verb.one} {_in_some(arm)}"
    if arm.undecided:
        return f"it is undecided whether {name} {verb.one}"
    if not why:
        return f"{name} does not"
    return f"{name} does not {verb.infinitive}: {_why([arm])}"


def _in_some(arm: Standing) -> str:
    return f"in {arm.arm.success.k} of {arm.arm.success.n} runs"


def _in_every_run(arms: Sequence[Standing]) -> str:
    """What keeps `none does` true where some arms do in some of their runs."""
    return " in every run" if any(arm.fragile for arm in arms) else ""


def _depths(depths: Sequence[int], said: str) -> str:
    """`L = 6 and 12 all do`; a comma keeps a depth and a count apart: `L = 24, 5 of 9 do`."""
    comma = "," if said[:1].isdigit() else ""
    return f"{at(depths)}{comma} {said}"


def _split(arms: Sequence[Standing], verb: Verb) -> str:
    """`he and glorot survive the first epoch; bn does in 4 of 7 runs; plain does not`.

    Where names are too many, counts stand in their place.
    """
    if len(arms) == 1:
        return _alone(arms[0], verb)
    good = [arm for arm in arms if arm.succeeds]
    if len(good) == len(arms):
        return f"all {len(arms)} {verb.several}"
    some = [arm for arm in arms if arm.fragile]
    if not good and not some:
        return f"none of {len(arms)} {verb.one}"
    undecided = [arm for arm in arms if arm.undecided]
    told = {arm.name for arm in (*good, *some, *undecided)}
    bad = [arm for arm in arms if arm.name not in told]
    clauses = [
        _of_good(good, arms, verb),
        _of_some(some, arms, "do" if good else verb.several, "does" if good else verb.one),
        _of_rest(undecided, arms, "is undecided", "are undecided"),
        _of_rest(bad, arms, "does not", "do not"),
    ]
    return "; ".join(clause for clause in clauses if clause)


def _of_good(good: Sequence[Standing], arms: Sequence[Standing], verb: Verb) -> str:
    if not good:
        return ""
    if len(good) <= NAMED:
        return f"{_names(good, arms)} {verb.of(len(good))}"
    return f"{len(good)} of {len(arms)} arms {verb.several}, {_best(good, ())} best"


def _of_some(some: Sequence[Standing], arms: Sequence[Standing], several: str, one: str) -> str:
    """The arms of which some runs succeeded and others failed."""
    if len(some) > NAMED:
        return f"{len(some)} {several} in some of their runs"
    return ", ".join(f"{_names([arm], arms)} {one} {_in_some(arm)}" for arm in some)


def _of_rest(rest: Sequence[Standing], arms: Sequence[Standing], one: str, several: str) -> str:
    if not rest:
        return ""
    if len(rest) > NAMED:
        return f"the other {len(rest)} {several}"
    return f"{_names(rest, arms)} {one if len(rest) == 1 else several}"


def _count(arms: Sequence[Standing]) -> str:
    """How many of the arms succeed, short enough to follow the full sentence."""
    if len(arms) == 1:
        return _alone(arms[0], Verb("does", "do"), why=False)
    succeeding = sum(standing.succeeds for standing in arms)
    if not succeeding:
        return f"none does{_in_every_run(arms)}"
    return "all do" if succeeding == len(arms) else f"{succeeding} of {len(arms)} do"


def _names(some: Sequence[Standing], arms: Sequence[Standing]) -> str:
    """The labels of `some` of the arms, their full names where two arms share a label."""
    labels = [standing.arm.arm for standing in arms]
    if len(set(labels)) == len(labels):
        return listed(shortened(standing.arm.arm for standing in some))
    return listed(shortened(standing.name for standing in some))


def _best(arms: Sequence[Standing], depths: Sequence[int]) -> str:
    """The first of the arms, with its depth where they have several."""
    best = _names(arms[:1], arms)
    if len(depths) > 1 and "blocks=" not in best:
        best += f" at L = {arms[0].experiment.blocks}"
    return best


def _why(arms: Sequence[Standing]) -> str:
    """What becomes of arms that do not succeed: their verdicts with counts, the frequent first."""
    verdicts = [standing.arm.verdict for standing in arms]
    distinct = sorted(set(verdicts), key=lambda verdict: (-verdicts.count(verdict), verdict))
    if len(distinct) == 1:
        return distinct[0]
    return listed([f"{verdicts.count(verdict)} {verdict}" for verdict in distinct])

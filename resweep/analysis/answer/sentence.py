"""The answer of a comparison in one sentence of plain words."""

from collections.abc import Sequence

from resweep.analysis.answer.by_depth import of_depths
from resweep.analysis.answer.ranges import ScaleRange, listed, scale_range
from resweep.analysis.answer.standing import Standing
from resweep.analysis.answer.words import Verb, at
from resweep.numerals import shortened

RANGES = 3  # different ranges of a scale that a sentence gives


def sentence(standings: Sequence[Standing], differing: Sequence[str]) -> str:
    """Which arms succeed and which do not, at the deepest depth where they differ.

    Of arms that sweep a scale (three values or more), the range in which they succeed. Empty where
    nothing was run. `differing` are the fields in which arms differ.
    """
    if not standings:
        return ""
    verb = _verb(standings)
    found = scale_range(standings, differing)
    if found is not None:
        return _of_range(found, verb, standings)
    return of_depths(standings, verb)


def _verb(standings: Sequence[Standing]) -> Verb:
    epochs = {standing.experiment.epochs for standing in standings}
    if epochs == {0}:
        return Verb("stays stable at initialization", "stay stable at initialization")
    if epochs == {1}:
        return Verb("survives the first epoch", "survive the first epoch")
    if len(epochs) == 1:
        count = min(epochs)
        return Verb(f"trains through {count} epochs", f"train through {count} epochs")
    return Verb("trains", "train")


def _of_range(found: ScaleRange, verb: Verb, standings: Sequence[Standing]) -> str:
    """`depth-scaled survives the first epoch for c from 0.03 to 10 at L = 10, 0.03 to 1 at 200.`

    Where depths have many different ranges it gives those of the least and the greatest depth, and
    says at which others the range is broken.
    """
    depths = list(found.at_depths)
    ranges = {depth: found.words(depth) for depth in depths}
    broken: list[int] = []
    if len(set(ranges.values())) > RANGES:
        broken = [depth for depth in depths[1:-1] if found.broken(depth)]
        depths = [depths[0], depths[-1]]
    same: dict[str, list[int]] = {}
    for depth in depths:
        same.setdefault(ranges[depth], []).append(depth)
    parts = [f"{words} at {at(alike)}" for words, alike in same.items()]
    text = f"{shortened([found.arm])[0]} {verb.one} {listed(parts)}"
    if broken:
        text += f", with gaps in the range at {at(broken)}"
    sweeping = {standing.place for standing in found.members}
    others = [standing for standing in standings if standing.place not in sweeping]
    if others:
        text += f"; {_so_do(others)}"
    return text + "."


def _so_do(others: Sequence[Standing]) -> str:
    """How many of the arms that sweep nothing succeed too."""
    succeeding = sum(standing.succeeds for standing in others)
    if len(others) == 1:
        return f"{shortened([others[0].name])[0]} {'does too' if succeeding else 'does not'}"
    if len(others) == succeeding:
        return f"so do {'both' if succeeding == 2 else f'all {succeeding}'} others"
    return f"so {'does' if succeeding == 1 else 'do'} {succeeding} of the {len(others)} others"

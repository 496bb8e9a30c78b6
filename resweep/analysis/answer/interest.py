"""Which arms to draw where not all have room: by interest, not by the order of storing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from resweep.analysis.answer.standing import Standing


@dataclass(frozen=True)
class Chosen:
    """An arm that is drawn, and why: `best`, `worst`, `reference`, its verdict, or `between`."""

    standing: Standing
    why: str


def interesting(standings: Sequence[Standing], most: int) -> list[Chosen]:
    """At most `most` arms, in the order of `standings`, which are best first.

    Where arms of several depths were run, those of the deepest depth at which they differ in
    success are considered, since profiles of different depths share no axis. Of these the best, the
    worst, the reference (the arm that most differences are to), and the best of every other verdict
    are chosen; the rest are spread evenly over what lies between. Arms whose runs failed show
    nothing of a network and are left out.
    """
    if len(standings) <= most:
        return [Chosen(standing, "all") for standing in standings]
    measured = [standing for standing in standings if standing.arm.verdict != "failed"]
    pool = _one_depth(measured or standings)
    why = {0: "best"}
    why.setdefault(len(pool) - 1, "worst")
    reference = _reference(pool)
    if reference is not None:
        why.setdefault(reference, "reference")
    for place, standing in enumerate(pool):
        verdicts = {pool[chosen].arm.verdict for chosen in why}
        if standing.arm.verdict not in verdicts:
            why.setdefault(place, standing.arm.verdict)
    chosen = dict(list(why.items())[:most])
    for place in _spread(len(pool), most - len(chosen), set(chosen)):
        chosen[place] = "between"
    return [Chosen(pool[place], chosen[place]) for place in sorted(chosen)]


def _one_depth(standings: Sequence[Standing]) -> list[Standing]:
    """The arms of the deepest depth at which some succeed and some do not, else of the deepest."""
    by_depth: dict[int, list[Standing]] = {}
    for standing in standings:
        by_depth.setdefault(standing.experiment.blocks, []).append(standing)

    def interest(depth: int) -> tuple[bool, bool, int]:
        arms = by_depth[depth]
        return len(arms) > 1, len({arm.succeeds for arm in arms}) > 1, depth

    return by_depth[max(by_depth, key=interest)]


def _reference(pool: Sequence[Standing]) -> int | None:
    """The place of the arm that most differences are to; None where there are no differences."""
    differences = [arm.arm.difference for arm in pool]
    counted = Counter(difference.to for difference in differences if difference)
    for label, _ in counted.most_common():
        for place, standing in enumerate(pool):
            if standing.arm.arm == label and standing.arm.difference is None:
                return place
    return None


def _spread(count: int, wanted: int, taken: set[int]) -> list[int]:
    """`wanted` places out of `count`, evenly among those that are not taken."""
    free = [place for place in range(count) if place not in taken]
    if wanted >= len(free):
        return free
    return [free[(2 * i + 1) * len(free) // (2 * wanted)] for i in range(wanted)]

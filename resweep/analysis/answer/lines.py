"""Arms that sweep a scale, gathered into one line each: thirteen multipliers are one thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from resweep.analysis.answer.along import families
from resweep.analysis.answer.ranges import MANY, SCALES
from resweep.analysis.answer.standing import Standing


@dataclass(frozen=True)
class Line:
    """One arm, or arms of one kind at `MANY` values or more of the scale `axis`.

    `name` is what they have in common. `members` ascend along the axis; `best` is the one that
    stands first. Of a single arm `axis` is empty.
    """

    name: str
    axis: str
    members: tuple[Standing, ...]
    best: Standing

    @property
    def succeeding(self) -> int:
        """How many members succeed."""
        return sum(member.succeeds for member in self.members)

    def value(self, member: Standing) -> float:
        """The value of the axis that a member has."""
        return float(getattr(member.experiment, self.axis))


def lines(
    standings: Sequence[Standing], differing: Sequence[str], *, gathered: bool = True
) -> list[Line]:
    """The lines of the standings, in the order of the best member of each.

    Unless `gathered`, every arm has its own. `differing` are the fields in which arms differ.
    """
    order = {standing.place: rank for rank, standing in enumerate(standings)}
    left = list(standings)
    found: list[Line] = []
    for axis in SCALES if gathered else ():
        for family in families(left, (axis,), MANY, differing):
            best = min(family.members, key=lambda member: order[member.place])
            line = Line(family.arm, axis, family.members, best)
            found.append(Line(family.arm, axis, tuple(sorted(line.members, key=line.value)), best))
        taken = {member.place for line in found for member in line.members}
        left = [standing for standing in left if standing.place not in taken]
    found += [Line(standing.arm.arm, "", (standing,), standing) for standing in left]
    return sorted(found, key=lambda line: order[line.best.place])

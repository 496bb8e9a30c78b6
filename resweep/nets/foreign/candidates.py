"""The laws that authors initialize weights by, each with the variance it gives a weight.

Fans are those of `fans.py`. torch.nn.init counts them from the shape alone, so that it gives a
grouped convolution the fan-out of all groups, a transposed one the fan-ins of its outputs, and
queries, keys and values that are packed in one weight the fan-out of all three. Where its count is
another one, the law of its fans is a candidate beside that of the real ones, under its own name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from resweep.nets.foreign.fans import Matrix

OF_DEPTH = ("(n L", "sqrt(L)")  # what the names of laws have that depend on L
FIXED = (0.02, 0.01)  # standard deviations that recipes give to weights of every size
WHATEVER = "whatever the fan-in"


class Candidate(NamedTuple):
    """A law: its name, Var[w], and whether only uniform draws can be of it.

    A law of `fixed` scale is named behind the shape of its draws, others before it.
    """

    name: str
    variance: float
    uniform: bool = False
    fixed: bool = False


def candidates(matrix: Matrix, blocks: int) -> Iterator[Candidate]:
    """Yield the laws that a weight may have; of equal variance, the likelier one comes first.

    `blocks` is the number L of branches, 0 where it is not known.
    """
    n, m = matrix.fan_in, matrix.fan_out
    yield Candidate("he, fan-in", 2 / n)
    yield Candidate("lecun, fan-in", 1 / n)
    yield Candidate("torch's default", 1 / (3 * matrix.counted[0]), uniform=True)
    yield Candidate("glorot", 2 / (n + m))
    yield Candidate("he, fan-out", 2 / m)
    yield from _as_counted(matrix)
    yield Candidate("1/(3 fan-out)", 1 / (3 * matrix.counted[1]), uniform=True)
    yield from tables()
    if blocks > 1:
        yield Candidate("depth-scaled 1/(n L)", 1 / (n * blocks))
        yield Candidate("depth-scaled 2/(n L)", 2 / (n * blocks))
        yield Candidate(f"std 0.02 / sqrt(L), {WHATEVER}", 0.02**2 / blocks, fixed=True)
        yield Candidate("depth-scaled 1/(n L^2)", 1 / (n * blocks**2))


def tables() -> Iterator[Candidate]:
    """Yield the laws of a parameter without fans, such as an embedding or positions."""
    for deviation in FIXED:
        yield Candidate(f"std {deviation:g}, {WHATEVER}", deviation**2, fixed=True)


def embeddings() -> Iterator[Candidate]:
    """Yield the laws of an embedding, which torch draws with a variance of 1."""
    yield Candidate("torch's default", 1.0)
    yield from tables()


def _as_counted(matrix: Matrix) -> Iterator[Candidate]:
    """The laws of torch's count of the fans, where it is another one."""
    n, m = matrix.counted
    how = matrix.packed and f"of q, k, v packed ({matrix.packed})"
    how = how or "as torch counts it"
    if n != matrix.fan_in:
        yield Candidate(f"he, fan-in {how}", 2 / n)
        yield Candidate(f"lecun, fan-in {how}", 1 / n)
    if m != matrix.fan_out:
        yield Candidate(f"he, fan-out {how}", 2 / m)
    if (n, m) != (matrix.fan_in, matrix.fan_out):
        yield Candidate(f"glorot {how}", 2 / (n + m))

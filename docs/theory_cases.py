"""The networks of the paper and of its discussion, each with the one number it is known for."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from monte_carlo import QUANTITIES, Measured, average, drawn, predicted

from resweep.experiment import Experiment


class Case(NamedTuple):
    """A network, its images (their number and side), its seeds, and the quantity compared."""

    fields: dict[str, Any]
    what: str
    images: int = 16
    size: int = 1
    seeds: int = 30


def dense(what: str, *, images: int = 16, seeds: int = 30, **fields: Any) -> Case:
    """A network of 256 channels on images of one pixel, by default without an activation."""
    base = {"kernel": 1, "channels": 256, "activation": "identity"}
    return Case(base | fields, what, images, 1, seeds)


def cases() -> Iterator[Case]:
    """All named networks, in the order of the page."""
    relu, bn = {"activation": "relu"}, {"images": 256, "seeds": 12}
    plain, doubled = {"block": "plain", "scheme": "lecun"}, {"multiplier": 2.0}
    yield dense("forward", blocks=20, **plain, **doubled)
    yield dense("forward", blocks=20, block="plain", scheme="he", **doubled, **relu)
    yield dense("forward", blocks=20, **plain)
    yield dense("forward", blocks=20, block="plain", scheme="he", **relu)
    for depth in (20, 64, 100):
        yield dense("forward", blocks=depth)
    for what in ("forward", "backward"):
        yield dense(what, blocks=20, **doubled)
    for what in ("forward", "backward"):
        yield dense(what, blocks=64, block="preact", **relu)
    for what in ("forward", "variance", "mean", "backward"):
        yield dense(what, blocks=20, **relu)
    for what in ("forward", "backward"):
        yield dense(what, blocks=64, **relu)
    yield dense("forward", blocks=100, c=0.01, **relu)
    for depth in (16, 64):
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn)
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn, **relu)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **doubled)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **relu)
    yield Case({"activation": "identity"}, "forward", 4, 32, 8)
    linear = {"activation": "identity", "block": "plain", "scheme": "lecun", "blocks": 20}
    yield Case(linear, "forward", 4, 32, 8)
    for what in ("forward", "backward"):
        yield Case({}, what, 8, 32, 12)


def expected(case: Case) -> float | None:
    """The prediction of the case's quantity, None where the program withholds it."""
    return predicted(Experiment(**case.fields), case.size)[QUANTITIES.index(case.what)]


def measured_case(case: Case) -> Measured:
    """Mean and standard error of the case's quantity over its seeds."""
    precision = "float64" if case.size < 32 else "float32"
    values = []
    for seed in range(case.seeds):
        e = Experiment(**case.fields, seed=seed, precision=precision)
        numbers = drawn(e, images=case.images, size=case.size)
        values.append(numbers[QUANTITIES.index(case.what)])
    return average(values)


def case_row(case: Case) -> dict[str, Any]:
    """What theory.json keeps of a case."""
    return case._asdict() | measured_case(case)._asdict()


def case_of(row: dict[str, Any]) -> Case:
    """The case of a row of theory.json."""
    return Case(**{name: row[name] for name in Case._fields})

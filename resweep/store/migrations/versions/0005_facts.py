"""Statuses of runs of 0.1.0, judged again by today's rules where that is possible.

The rules are those of `resweep.outcome.facts`.

These runs lack the test of the untrained network. What was measured decides where it suffices:

    vanished     every gradient norm of a branch is below the smallest normal number
    diverged     both losses ended above 10 times the initial loss of the probe batch: trapped
    learned      the test loss is 0.5 nats below ln 10 and below the initial loss, on ten classes
    undecided    trapped after fewer than 100 steps

The detail then says what the word was. Any other word stays, and its detail says that it follows
the earlier rule. No measured number changes; `learned` is added where it is known.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

PAGE = 1000
EARLIER = "by the rule of resweep 0.1.0, which did not look at the untrained network"
READ = ("initial_loss", "train_loss", "test_loss")
TINY = {"float64": 2.0**-1022, "float32": 2.0**-126, "bfloat16": 2.0**-126, "float16": 2.0**-14}
# Their branches have parameters beside the convolutions, whose gradients were not stored.
MORE = ("fixup", "skipinit", "rezero", "nf")
TEN_CLASSES = ("cifar10", "synthetic")

FIELDS = ("block", "scheme", "precision", "dataset", "epochs", "train_size", "batch_size")
runs = sa.table("runs", *map(sa.column, ("id", "status", "detail", *FIELDS)))
metrics = sa.table("metrics", *map(sa.column, ("run_id", "name", "value")))
profiles = sa.table("profiles", *map(sa.column, ("run_id", "name", "values")))


def upgrade() -> None:
    """Judge every run of status ok or trapped again."""
    connection = op.get_bind()
    chosen = sa.select(runs).where(runs.c.status.in_(("ok", "trapped"))).order_by(runs.c.id)
    rows = connection.execute(chosen).all()
    for first in range(0, len(rows), PAGE):
        page = rows[first : first + PAGE]
        measured = _measured(connection, page)
        norms = _norms(connection, page)
        judged = [judge(row, measured[row.id], norms[row.id]) for row in page]
        words, learned = [], []
        for row, (status, detail, known) in zip(page, judged, strict=True):
            words.append({"run": row.id, "word": status, "why": detail})
            if known is not None:
                value = None if math.isnan(known) else known
                learned.append({"run_id": row.id, "name": "learned", "value": value})
        change = sa.update(runs).where(runs.c.id == sa.bindparam("run"))
        change = change.values(status=sa.bindparam("word"), detail=sa.bindparam("why"))
        connection.execute(change, words)
        if learned:
            connection.execute(sa.insert(metrics), learned)


def judge(
    row: Any, measured: dict[str, float], norms: list[float]
) -> tuple[str, str, float | None]:
    """The status, the detail, and `learned` (1, 0, NaN where undecided) if it is known."""
    gone = _vanished(row, norms)
    if not row.epochs:
        return (
            ("vanished", "no gradient of the branches at step 0", None)
            if gone
            else (
                row.status,
                row.detail,
                None,
            )
        )
    initial, train, test = (measured.get(name, math.nan) for name in READ)
    was = f"was {row.status} by the rule of resweep 0.1.0"
    if min(train, test) > 10 * max(initial, math.log(10)):
        why = f"diverged: loss {min(train, test):.3g} from {initial:.3g} untrained"
        return "trapped", f"{why}; {was}", 0.0
    if row.dataset in TEN_CLASSES and test <= min(math.log(10), initial) - 0.5:
        return "ok", row.detail, 1.0
    if gone and row.status == "trapped":
        return "vanished", f"no gradient of the branches at step 0; {was}", 0.0
    steps = row.epochs * math.ceil(row.train_size / row.batch_size)
    if row.status == "trapped" and steps < 100:
        return "undecided", f"{steps} steps are few (less than 100); {was}", math.nan
    return row.status, "; ".join(filter(None, (row.detail, EARLIER))), None


def _vanished(row: Any, norms: list[float]) -> bool:
    bare = row.scheme not in MORE and not row.block.endswith("-bn")
    return bare and bool(norms) and max(norms) < TINY.get(row.precision, 0.0)


def _measured(connection: sa.Connection, page: Iterable[Any]) -> dict[int, dict[str, float]]:
    """The losses of the runs by id and name; NULL means NaN and is left out."""
    query = sa.select(metrics).where(metrics.c.name.in_(READ), metrics.c.run_id.in_(_ids(page)))
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for run, name, value in connection.execute(query):
        if value is not None:
            found[run][name] = value
    return found


def _norms(connection: sa.Connection, page: Iterable[Any]) -> dict[int, list[float]]:
    """The gradient norms of all convolutions of the runs, by id."""
    named = profiles.c.name.like("grad_norm%")
    query = sa.select(profiles).where(named, profiles.c.run_id.in_(_ids(page)))
    found: dict[int, list[float]] = defaultdict(list)
    for run, _, values in connection.execute(query):
        found[run] += _doubles(values)
    return found


def _doubles(values: bytes) -> Iterator[float]:
    series = array("d", bytes(values))
    if memoryview(b"\1\0").cast("h")[0] != 1:  # stored as little-endian
        series.byteswap()
    return iter(series)


def _ids(page: Iterable[Any]) -> list[int]:
    return [row.id for row in page]

"""The inspection of a network as an assertion, for test suites."""

from collections.abc import Sequence

from torch import Tensor, nn

from resweep.nets.foreign.inputs import Batch
from resweep.nets.foreign.inspecting import LIMIT, inspect
from resweep.nets.foreign.losses import Loss
from resweep.numerals import counted
from resweep.outcome.inspection import Inspection


def assert_stable(
    model: nn.Module,
    batch: Batch,
    *,
    blocks_at: Sequence[str] = (),
    loss: Loss = "cross-entropy",
    labels: Tensor | None = None,
    limit: float = LIMIT,
    faults: bool = True,
) -> Inspection:
    """Raise AssertionError unless `model` is sound at step 0 on `batch`; return its inspection.

    Arguments:
        model, batch, blocks_at, loss, labels: see `resweep.inspect`.
        limit: the factor by which second moments may change over all blocks.
        faults: whether a parameter that looks wrong (an outlier among its siblings, a wrong
            truncation, depth scaling on the wrong weight) fails too.
    """
    done = inspect(model, batch, blocks_at=blocks_at, loss=loss, labels=labels, limit=limit)
    wrong = [f"{f.where}: {f.text}" for f in done.faults] if faults else []
    if done.status != "sound":
        raise AssertionError("; ".join([done.verdict, *wrong]))
    if wrong:
        whole = f"{counted(len(wrong), 'fault')}, though the whole is {done.verdict}"
        raise AssertionError("; ".join([whole, *wrong]))
    return done

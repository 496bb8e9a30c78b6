"""Studies to test on, whose outcomes are a formula of the fields that they search."""

import math

from optuna.trial import TrialState

from resweep import identity
from resweep.plans import WAIT
from resweep.plans.search import Search
from resweep.plans.study import Study
from tests.samples import measured

RANGES = {"c": "0.1..10:log", "blocks": "4..12", "multiplier": "0.25..4:log"}
ENDED = f"{identity.host()} {2**22 + 1} 1"  # a process whose number is above every kernel's limit
OF_THE_PLAN = ("take_over", "steadily")


def resolve(experiment):
    return experiment.resolve("synthetic", 1000)


def study(kept, name="s", ranges=RANGES, fixed=(), **keys):
    """A study in the storage `kept`; `keys` are those of its search, or of the plan itself."""
    of_plan = {key: keys.pop(key) for key in OF_THE_PLAN if key in keys}
    search = Search.parse(ranges=ranges, **keys)
    return Study(name, search, dict(fixed), resolve, kept, data="d", **of_plan)


def answer(e, status="ok", **metrics):
    """The outcome of an experiment by the formula, but for the metrics that are given."""
    accuracy = 0.5 - 0.1 * abs(math.log10(e.c)) - 0.01 * e.blocks / 12
    formula = {"first_epoch_accuracy": accuracy, "forward_growth": e.c * e.multiplier}
    return measured(e, status, **(formula | metrics))


def drive(plan, answer=answer, most=math.inf):
    """Tell the plan of up to `most` experiments; those experiments."""
    asked = []
    while len(asked) < most and (experiment := plan.ask()) not in (None, WAIT):
        asked.append(experiment)
        plan.tell(answer(experiment))
    return asked


def states(plan):
    return [t.state for t in plan.study.trials]


def complete(count):
    return [TrialState.COMPLETE] * count

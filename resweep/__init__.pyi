"""The types of what `resweep/__init__.py` loads at first use."""

from resweep.api.runs import measure as measure
from resweep.api.runs import open_records as open
from resweep.api.stability import assert_stable as assert_stable
from resweep.experiment import Experiment as Experiment
from resweep.nets.foreign.inspecting import inspect as inspect
from resweep.nets.foreign.rules import initialize_ as initialize_

__all__ = [
    "Experiment",
    "__version__",
    "assert_stable",
    "initialize_",
    "inspect",
    "measure",
    "open",
]

__version__: str

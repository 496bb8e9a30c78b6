"""How sensitive a deep residual network is to its initialization, and which one survives."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Loaded at first use: `import resweep` takes no torch. Their types are in `__init__.pyi`.
_PLACES = {
    "Experiment": ("resweep.experiment", "Experiment"),
    "assert_stable": ("resweep.api.stability", "assert_stable"),
    "initialize_": ("resweep.nets.foreign.rules", "initialize_"),
    "inspect": ("resweep.nets.foreign.inspecting", "inspect"),
    "measure": ("resweep.api.runs", "measure"),
    "open": ("resweep.api.runs", "open_records"),
}

__all__ = [
    "Experiment",
    "__version__",
    "assert_stable",
    "initialize_",
    "inspect",
    "measure",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'resweep' has no attribute {name!r}")
    place, attribute = _PLACES[name]
    return getattr(import_module(place), attribute)

"""Measurements at step 0, one file each: `measure(start) -> Readings` from one shared forward pass.

A file's name is its probe's name. `DEFAULT = True` in a file makes it run unasked.
"""

from resweep import registry
from resweep.nets.probes._start import Readings, Start

PROBES = "resweep.nets.probes"

__all__ = ["PROBES", "Readings", "Start", "default", "probe"]


def default() -> tuple[str, ...]:
    """Names of the probes that run unasked."""
    return tuple(name for name in registry.names(PROBES) if registry.load(PROBES, name).DEFAULT)


def probe(start: Start, names: tuple[str, ...] | None = None) -> Readings:
    """All readings of the named probes (the default ones where none are named) together.

    Raises UsageError for an unknown name before any probe runs.
    """
    chosen = [registry.load(PROBES, name) for name in (default() if names is None else names)]
    readings = Readings({}, {})
    for module in chosen:
        found = module.measure(start)
        readings.metrics.update(found.metrics)
        readings.profiles.update(found.profiles)
    return readings

"""Measurements at step 0, one file each; `resweep.contracts.probes` says what such a file holds.

Probes read one shared forward pass, `Start`. A file's name is its probe's name.
"""

from resweep import registry
from resweep.nets.probes._start import Readings, Start

PROBES = "resweep.nets.probes"

__all__ = ["PROBES", "Readings", "Start", "default", "probe"]


def default() -> tuple[str, ...]:
    """Return the names of the probes that run unless others are asked for."""
    return tuple(name for name in registry.names(PROBES) if registry.load(PROBES, name).DEFAULT)


def probe(start: Start, names: tuple[str, ...] | None = None) -> Readings:
    """Return the readings of the named probes together; those of the default ones without names.

    Raises UsageError for an unknown name, before any probe runs.
    """
    files = [registry.load(PROBES, name) for name in (default() if names is None else names)]
    together = Readings({}, {})
    for file in files:
        readings = file.measure(start)
        together.metrics.update(readings.metrics)
        together.profiles.update(readings.profiles)
    return together

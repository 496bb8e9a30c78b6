"""What a network is called: its specification, its arguments and the state of its source.

Nothing here builds a network or needs torch; `resweep.nets.foreign` builds.
"""

from resweep.networks.arguments import alternatives, canonical, mapping
from resweep.networks.globs import globs
from resweep.networks.source import pinned
from resweep.networks.specification import BUILT_IN, Specification, parse

__all__ = [
    "BUILT_IN",
    "Specification",
    "alternatives",
    "canonical",
    "globs",
    "mapping",
    "parse",
    "pinned",
]

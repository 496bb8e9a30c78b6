"""The only dataset I/O: find CIFAR-10, an image folder or the built-in set, and load it."""

from resweep.data.images import Images, load, provide
from resweep.data.search import find
from resweep.data.source import Source

__all__ = ["Images", "Source", "find", "load", "provide"]

"""resweep: how sensitive is a deep residual network to its initialization, and which initialization survives."""

__version__ = "0.1.0"

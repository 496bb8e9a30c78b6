"""How sensitive a deep residual network is to its initialization, and which one survives."""

__version__ = "0.1.0"

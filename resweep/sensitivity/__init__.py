"""Sensitivity to the scale of the initialization: slopes, trainable windows, depth laws, critical scales."""

from resweep.sensitivity.records import (
    Critical,
    DepthLaw,
    Grid,
    GridCell,
    Law,
    Point,
    Sensitivity,
    Slope,
    Survey,
    Window,
)

__all__ = ["Critical", "DepthLaw", "Grid", "GridCell", "Law", "Point", "Sensitivity", "Slope", "Survey", "Window"]

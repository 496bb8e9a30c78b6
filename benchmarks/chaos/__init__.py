"""Random signals against sweeps, studies and boundaries; see `__main__`."""

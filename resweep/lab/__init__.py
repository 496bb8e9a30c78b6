"""From an Experiment to an Outcome on this machine: measuring, the worker, devices, memory, provenance, benchmarks."""

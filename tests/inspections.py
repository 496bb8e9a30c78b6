"""Inspections as tests need them: a small network with one block that explodes."""

import math

from resweep.outcome.inspection import Finding, Inspection, Law, Parameter
from resweep.outcome.question import Answer, Question

WEIGHT = Parameter(
    name="2.b.weight",
    tied=(),
    shape=(8, 4),
    fan_in=4.0,
    n_var=200.0,
    variance=50.0,
    law=Law("he, fan-in, normal", 100.0, False, "normal"),
    reads=False,
    writes=True,
    trained=True,
    missing="",
)
FAULTS = (
    Finding("outlier", "2.b.weight", "its variance is 100 times that of 3 siblings"),
    Finding("jump", "2", "E[z^2] changes by a factor of 10^2.5 in this block alone"),
    Finding("tied", "1.a.weight", "tied to head.weight", fault=False),
)


def inspection(**changed):
    """Two blocks; the second takes E[z^2] from 10^0.5 to 10^3, the gradient back by 10^1."""
    fields = {
        "network": "net.py:net(depth=2)",
        "status": "unstable",
        "verdict": "unstable: signal 10^+3.00 over 2 blocks",
        "advice": (),
        "found": "2 blocks, its residual sums",
        "blocks": ("1", "2"),
        "kinds": ("identity", "identity"),
        "loss": 2.5,
        "profiles": {
            "log10_forward_second_moment": (0.0, 0.5, 3.0),
            "log10_gradient_second_moment": (1.25, 1.0, 0.0),
            "branch_ratio": (0.1, math.inf),
        },
        "gradients": {"2.b.weight": 0.25},
        "parameters": (WEIGHT,),
        "findings": FAULTS,
        "metrics": {"log10_forward_growth": 3.0, "log10_gradient_growth": 1.25},
    }
    return Inspection(**fields | changed)


def answer(seed=0, **changed):
    """The inspection beside what was asked."""
    asked = Question("net.py:net@0123456789ab", "depth=2", blocks_at=("1", "2"), seed=seed)
    return Answer(asked, inspection(**changed))

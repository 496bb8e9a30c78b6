"""Time limits, in every form that sbatch takes and squeue prints (man sbatch, --time)."""

import math

import pytest

from resweep.errors import UsageError
from resweep.executors.slurm import walltime


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30", 30 * 60),
        ("0:45", 45),
        ("59:30", 59 * 60 + 30),
        ("1:02:03", 3723),
        ("2-12", (2 * 24 + 12) * 3600),
        ("1-01:30", (25 * 60 + 30) * 60),
        ("1-00:00:05", 86_405),
        ("UNLIMITED", math.inf),
        ("infinite", math.inf),
    ],
)
def test_every_form_is_understood(text, expected):
    assert walltime.seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "4h", "1:2:3:4", "-1", "1-", "INVALID"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(UsageError, match="no time limit of Slurm"):
        walltime.seconds(text)

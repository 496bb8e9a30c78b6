"""Names that tell the records of a survey apart in charts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from resweep.analysis.sensitivity import Critical, DepthLaw, Grid, Sensitivity
from resweep.numerals import shortened
from resweep.report import shared_fields

R = TypeVar("R", Sensitivity, DepthLaw, Critical, Grid)


def named(records: Sequence[R]) -> list[R]:
    """The records with arm names that differ, also where only a depth or a learning rate does."""
    experiments = [record.experiment for record in records]
    names = shortened(shared_fields.names(experiments, [record.arm for record in records]))
    return [replace(record, arm=name) for record, name in zip(records, names, strict=True)]

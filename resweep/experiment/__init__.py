"""Experiment: everything that determines the numbers of one run.

It is a record of frozen scalars, with a canonical JSON form whose hash is the experiment's key.

    fields.py    what each field may hold
    effects.py   which of them have an effect beside the others
    record.py    the record: parsed, resolved, and its key
    columns.py   many experiments field by field
"""

from resweep.experiment.columns import differing, reader
from resweep.experiment.effects import OF_BUILT_IN, TRAINING
from resweep.experiment.fields import MOST_IMAGES, WORDS, number_kinds
from resweep.experiment.record import (
    FIELDS,
    LEARNING_RATES,
    Experiment,
    checked,
    explain,
    quantity,
)

__all__ = [
    "FIELDS",
    "LEARNING_RATES",
    "MOST_IMAGES",
    "OF_BUILT_IN",
    "TRAINING",
    "WORDS",
    "Experiment",
    "checked",
    "differing",
    "explain",
    "number_kinds",
    "quantity",
    "reader",
]

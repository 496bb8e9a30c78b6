"""`resweep predict`: theory alone; no data, no torch."""

from resweep.arms import label
from resweep.cli.flags import Fields, expanded
from resweep.cli.options import EveryOption, JsonOption
from resweep.cli.output.as_json import dump
from resweep.cli.running import lists
from resweep.report import console
from resweep.report.tables.theory import prediction_table
from resweep.scheme_pages import check

EPILOG = (
    "Examples: resweep predict --blocks 100 --c 1.0   |   "
    "resweep predict --scheme stable --blocks 50 --json"
)


@expanded
def predict(*, fields: Fields, every: EveryOption = None, as_json: JsonOption = False) -> None:
    """Print the moments that a network must have at step 0; no data, no torch.

    They start from mean 0 and second moment 1 at the stem's output; `resweep run` starts them from
    what it measured.
    """
    from resweep.nets import theory  # numpy

    experiments = lists.experiments(fields)
    for e in experiments:
        check(e)
    objects = []
    for e in experiments:
        prediction, reason = None, None
        try:
            prediction = theory.predict(e)
        except theory.Unpredicted as unpredicted:
            reason = str(unpredicted)
        if as_json:
            predicted = prediction.to_json() if prediction else None
            experiment = e.model_dump()
            objects.append(
                {"experiment": experiment, "prediction": predicted, "unpredicted": reason}
            )
        elif prediction:
            console.results().print(prediction_table(e, vars(prediction), every))
        else:
            print(f"no prediction for {label(e)}: {reason}")
    if as_json:
        dump(objects[0] if len(objects) == 1 else objects)

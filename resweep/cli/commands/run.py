"""`resweep run`: one experiment, or one for each combination of the values of its flags."""

from resweep.cli.flags import Fields, expanded
from resweep.cli.options import (
    DryRunOption,
    EveryOption,
    JsonLinesOption,
    JsonOption,
    ProbeOption,
    RerunOption,
)
from resweep.cli.running import lists
from resweep.cli.running.begin import begin
from resweep.cli.running.run_options import RunOptions
from resweep.errors import UsageError

EPILOG = (
    "Examples: resweep run --blocks 100 --c 1.0   |   "
    "resweep run --scheme he,glorot --seed 0..4 --train-size 5000"
)


@expanded
def run(
    *,
    fields: Fields,
    options: RunOptions,
    probe: ProbeOption = None,
    rerun: RerunOption = False,
    dry_run: DryRunOption = False,
    every: EveryOption = None,
    as_json: JsonOption = False,
    json_lines: JsonLinesOption = False,
) -> None:
    """Probe a network at step 0, train it, store the result, and print the verdict and profile.

    What is stored already is answered from the store. A network that explodes is a result: exit
    code 0.
    """
    if as_json and json_lines:
        raise UsageError("choose one of --json, --json-lines")
    experiments = lists.experiments(fields)
    work = begin(options, experiments[0].dataset, rerun=rerun, probes=tuple(probe or ()))
    from resweep.cli.output import as_json as json_output
    from resweep.cli.output import present
    from resweep.cli.running.dry_run import print_plan
    from resweep.cli.running.outcomes import outcomes

    resolved = [work.resolve(e) for e in experiments]
    if dry_run:
        print_plan(resolved, work)
        return
    measured = outcomes(work, resolved)
    if as_json:
        json_output.dump_runs(measured)
    elif json_lines:
        json_output.dump_lines(measured)
    else:
        present.runs(measured, every)
    present.exit_code(measured)

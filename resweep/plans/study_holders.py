"""Who holds a trial of a study: a driver that lives, one that has ended, or nobody."""

from datetime import datetime, timedelta

from optuna.trial import FrozenTrial, TrialState

from resweep import identity

# User attributes of a trial: which process runs it, and the key of its experiment, which it has
# once it is drawn.
DRIVER, KEY = "driver", "key"
# Earlier versions signed a trial some milliseconds after Optuna had made it.
UNSIGNED = timedelta(seconds=1)


def driver_ended(trial: FrozenTrial, me: str) -> bool | None:
    """Return whether the driver of a running trial works on it no more; None: not to be seen.

    `me` is the name of this driver. A driver that did not come to sign its trial was killed in the
    moment between. A trial of this driver that is not drawn was begun by a call that a fault of the
    database cut off.
    """
    name = trial.user_attrs.get(DRIVER)
    if name is None:
        return trial.datetime_start is None or datetime.now() - trial.datetime_start > UNSIGNED
    if name == me:
        return KEY not in trial.user_attrs
    return identity.gone(name)


def held_by_another(trial: FrozenTrial, me: str) -> bool:
    """Return whether a driver that is seen to live, other than `me`, works on the trial."""
    running = trial.state == TrialState.RUNNING and trial.user_attrs.get(DRIVER) != me
    return running and driver_ended(trial, me) is False


def counts(trial: FrozenTrial) -> bool:
    """Return whether a trial is one of the total.

    All are, except those that were given up before they were measured.
    """
    return trial.state != TrialState.FAIL or trial.user_attrs.get("status") == "error"

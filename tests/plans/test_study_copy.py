"""Studies that move between databases: every bit arrives, and what two stores know adds up."""

import math
from datetime import timedelta

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from resweep.errors import ResweepError
from resweep.plans.study_copy import copy_studies
from resweep.plans.study_holders import DRIVER
from resweep.plans.study_storage import storage
from resweep.store import Store
from resweep.store.beside import studies_url
from tests.plans.studies import ENDED, answer, complete, drive, states, study
from tests.samples import outcome

KEY = 'räum "\\ 𝒳\u2028'
WORDS = KEY + "\x00"  # in JSON an escape, so that PostgreSQL takes it too
SPAN = {"c": optuna.distributions.FloatDistribution(1e-300, 1e300, log=True)}


@pytest.fixture
def other(tmp_path):
    return str(tmp_path / "other.db")


def kept(url):
    return storage(studies_url(url, create=True), create=True)


def merged(source, target):
    with Store.open(source, create=False) as read, Store.open(target) as written:
        done = written.merge(read, copy_studies)
    return done.studies, done.trials


def content(url, name="odd"):
    """Everything of a study but the numbers of its rows."""
    whole = optuna.load_study(study_name=name, storage=kept(url))
    trials = []
    for trial in whole.trials:
        parts = vars(trial) | {"_trial_id": None}
        for name in ("_params", "_user_attrs", "_system_attrs", "_distributions"):
            parts[name] = sorted(parts[name].items())
        trials.append(parts)
    of_system = whole._storage.get_study_system_attrs(whole._study_id)
    return whole.directions, whole.user_attrs, of_system, repr(trials)


def odd(url):
    """A study with every value that a database may lose."""
    made = optuna.create_study(study_name="odd", storage=kept(url), direction="maximize")
    made.set_user_attr(KEY, [None, 1e-320, WORDS, {"a": [True]}])
    made._storage.set_study_system_attr(made._study_id, "constraints", [1.5])
    for value in (math.inf, -math.inf, 5e-324, 0.1 + 0.2):
        made.add_trial(
            create_trial(
                params={"c": 1 / 3},
                distributions=SPAN,
                value=value,
                intermediate_values={0: math.nan, 1: math.inf, 2: -math.inf, 3: 1e-310},
                user_attrs={KEY: None, "b": WORDS},
                system_attrs={"constraints": [-1.0, 2.5]},
            )
        )
    made.enqueue_trial({"c": 2.0})
    made.tell(made.ask(SPAN), state=TrialState.PRUNED)
    made.ask()


def test_every_bit_of_a_study_arrives_and_comes_back(url, other, tmp_path):
    Store.open(url).close()
    odd(url)
    back = str(tmp_path / "back.db")
    assert merged(url, other) == (1, 6)
    assert merged(other, back) == (1, 6)
    assert content(other) == content(back) == content(url)
    assert merged(back, url) == (0, 0)


def test_a_study_that_moved_goes_on_as_if_it_had_stayed(url, other):
    Store.open(other).close()
    whole = drive(study(kept(other), "whole", trials=14))
    drive(study(kept(other), trials=14), most=11)
    assert merged(other, url) == (2, 25)
    moved = study(kept(url), trials=14)
    assert drive(moved) == whole[11:]
    assert merged(url, other) == (0, 3)
    assert states(study(kept(other), trials=14)) == complete(14)


def test_a_running_trial_is_nobodys_and_its_end_comes_home(url, other, monkeypatch):
    monkeypatch.setattr("resweep.plans.study_holders.UNSIGNED", timedelta(0))
    Store.open(other).close()
    away = study(kept(other), trials=2)
    begun = away.ask()
    assert merged(other, url) == (1, 1)
    here = study(kept(url), trials=2)
    assert DRIVER not in here.study.trials[0].user_attrs
    assert here.ask() == begun
    here.tell(answer(begun))
    assert merged(url, other) == (0, 1)
    assert states(away) == complete(1)
    assert away.study.trials[0].value == here.study.trials[0].value
    away.tell(answer(begun))  # its own driver comes too late, and nothing breaks
    assert merged(url, other) == (0, 0)


def test_trials_of_both_stores_add_up(url, other, monkeypatch):
    for place, seed in ((url, 0), (other, 0)):
        Store.open(place).close()
        drive(study(kept(place), trials=3, seed=seed))
    assert merged(other, url) == (0, 0)
    monkeypatch.setattr("resweep.identity.me", lambda: ENDED)
    for place, value in ((url, 0.5), (other, 2.0)):
        begun = study(kept(place), trials=5)
        begun.study.enqueue_trial({"c": value, "blocks": 5, "multiplier": 1.0})
        drive(begun)
    assert merged(other, url) == (0, 1)
    both = study(kept(url), trials=6)
    assert [t.number for t in both.study.trials] == list(range(6))
    assert [both.study.trials[n].params["c"] for n in (3, 5)] == [0.5, 2.0]
    assert merged(other, url) == (0, 0)


def test_another_definition_under_one_name_stops_everything(url, other):
    for place, low in ((url, "0.1"), (other, "0.2")):
        Store.open(place).close()
        study(kept(place), trials=1, ranges={"c": f"{low}..10:log"})
    with Store.open(other) as source:
        source.save(outcome(1))
    with pytest.raises(ResweepError, match="study 's' with another definition: nothing"):
        merged(other, url)
    with Store.open(url) as target:
        assert target.count() == 0


def test_tables_of_another_optuna_are_refused(url, other):
    for place in (url, other):
        Store.open(place).close()
        study(kept(place), trials=1)
    with kept(other).engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'v2.6.0.a'")
    for source, target in ((other, url), (url, other)):
        with pytest.raises(ResweepError, match=r"schema v2\.6\.0\.a, this Optuna has v3"):
            merged(source, target)

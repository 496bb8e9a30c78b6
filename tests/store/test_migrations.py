"""The schema and its revisions say the same, and nobody else's tables are touched."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from resweep.errors import MissingError, NoStoreError, ResweepError
from resweep.experiment import FIELDS
from resweep.store import Store, migrate, migrations, schema, upgrade
from tests.samples import outcome

HEAD, NEXT = schema.HEAD, f"{int(schema.HEAD) + 1:04}"
LATER = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"


def upgrade():
    with op.batch_alter_table("runs", recreate="auto") as batch:
        batch.add_column(sa.Column("note", sa.Text, server_default="none"))
        batch.alter_column("detail", server_default="")
"""


@pytest.fixture
def optuna_tables(url):
    """A function that makes Optuna's tables in the store's database and runs one trial there."""

    def make() -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        study = optuna.create_study(storage=url.replace("postgresql:", "postgresql+psycopg:"))
        study.optimize(lambda trial: trial.suggest_float("c", 0, 1), n_trials=1)

    return make


@pytest.fixture
def later(tmp_path, monkeypatch):
    """A program whose schema is one revision ahead, at work from here on."""
    scripts = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, scripts)
    (scripts / "versions" / f"{NEXT}_later.py").write_text(LATER)

    def begin() -> None:
        monkeypatch.setattr(migrate, "SCRIPTS", str(scripts))
        monkeypatch.setattr(schema, "HEAD", NEXT)

    return begin


def check_autogenerate(store: Store) -> None:
    """Raises where alembic would propose any change to the store's database."""
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    with store._database.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_head_is_the_newest_revision():
    assert ScriptDirectory(Path(migrations.__file__).parent).get_heads() == [schema.HEAD]


def test_every_experiment_field_is_a_column(store):
    with store._database.reader.connect() as connection:
        assert set(FIELDS) <= {column["name"] for column in inspect(connection).get_columns("runs")}


def test_autogenerate_has_nothing_to_propose(store):
    check_autogenerate(store)


@pytest.mark.parametrize("first", ["optuna", "resweep"])
def test_optuna_lives_in_the_same_database(url, optuna_tables, first):
    if first == "optuna":
        optuna_tables()
        with pytest.raises(MissingError, match="no store at"):
            Store.open(url, create=False)
    with Store.open(url) as store:
        if first == "resweep":
            optuna_tables()
        store.save(outcome(1))
        check_autogenerate(store)
    optuna_tables()
    with Store.open(url, create=False) as store:
        assert store.matching("") == [outcome(1)]


def test_an_older_store_is_upgraded_with_its_runs(url, later):
    with Store.open(url) as store:
        store.save(outcome(1))
    later()
    with pytest.raises(
        ResweepError, match=rf"has an older schema \({HEAD}\): run `resweep db upgrade`"
    ):
        Store.open(url, create=False)
    with Store.open(url) as store:
        store.save(outcome(2))
        assert list(store.outcomes(profiles=True)) == [outcome(2), outcome(1)]
        assert store.integrity() == []
        with store._database.reader.connect() as connection:
            assert "note" in {column["name"] for column in inspect(connection).get_columns("runs")}


def test_an_upgrade_that_fails_leaves_the_older_store(url, later, tmp_path):
    with Store.open(url) as store:
        store.save(outcome(1))
    later()
    with (tmp_path / "migrations" / "versions" / f"{NEXT}_later.py").open("a") as revision:
        revision.write("    op.execute('SELECT no_such_column FROM runs')\n")
    with pytest.raises(ResweepError, match="no_such_column"):
        Store.open(url)
    schema.HEAD = HEAD
    with Store.open(url, create=False) as store:
        assert "note" not in {
            column["name"] for column in inspect(store._database.reader).get_columns("runs")
        }
        assert store.matching("") == [outcome(1)]


def test_upgrade_says_from_where_to_where(url, later):
    Store.open(url).close()
    assert upgrade(url) == (HEAD, HEAD)
    later()
    assert upgrade(url) == (HEAD, NEXT)


def test_there_is_nothing_to_upgrade_where_there_is_no_store(url):
    for _ in range(2):  # the first try has made none
        with pytest.raises(NoStoreError, match="no store at"):
            upgrade(url)


@pytest.mark.parametrize("create", [True, False])
def test_a_newer_store_is_left_alone(url, later, monkeypatch, create):
    later()
    Store.open(url).close()
    monkeypatch.undo()
    with pytest.raises(
        ResweepError, match=rf"written by a newer resweep \(schema {NEXT}\): upgrade resweep"
    ):
        Store.open(url, create=create)
    with pytest.raises(ResweepError, match="upgrade resweep"):
        upgrade(url)


def test_reading_a_store_imports_neither_torch_nor_alembic_nor_the_orm(url):
    with Store.open(url) as store:
        store.save(outcome(1, c=0.5))
    program = (
        "import sys\nfrom resweep.store import Store\n"
        f"with Store.open({url!r}) as store:\n"
        "    assert [o.experiment.c for o in store.outcomes()] == [0.5]\n"
        "print(*{'torch', 'numpy', 'alembic', 'sqlalchemy.orm', 'optuna'} & set(sys.modules))"
    )
    root = Path(migrate.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []

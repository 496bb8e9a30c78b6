"""A file with damaged pages: what can be read is read, and what is lost is said."""

import pytest

from resweep.errors import ResweepError
from resweep.store import Store, salvage
from tests.samples import outcome, refusal

COUNT, PAGE = 200, 4096


@pytest.fixture(autouse=True)
def unsaid(monkeypatch):
    monkeypatch.setattr(salvage, "_said", set())


@pytest.fixture
def whole(tmp_path):
    """The file of a store of many pages; the sweep `mine` has every run as a cell."""
    path = tmp_path / "resweep.db"
    with Store.open(str(path)) as store:
        for seed in range(COUNT):
            store.save(outcome(seed, length=30))
    return path


def pages_of(path, table):
    """The numbers of the pages that hold rows of a table, leaves only where there are several."""
    import sqlite3

    connection = sqlite3.connect(path)
    try:
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"
        return [page for (page,) in connection.execute(query, (table,))]
    except sqlite3.OperationalError:
        pytest.skip("SQLite was built without dbstat")
    finally:
        connection.close()


def overwrite(path, page, junk=b"\xa5"):
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(junk * PAGE)


def seeds(outcomes):
    return [o.experiment.seed for o in outcomes]


@pytest.mark.parametrize("table", ["runs", "metrics", "profiles", "curve"])
def test_the_runs_of_other_pages_are_read(whole, table, capsys):
    pages = pages_of(whole, table)
    overwrite(whole, pages[len(pages) // 2])
    with Store.open(str(whole), create=False) as store:
        read = list(store.outcomes(profiles=True))
        found = seeds(read)
        assert COUNT / 2 < len(found) < COUNT
        assert found == sorted(found, reverse=True)
        assert read == [outcome(seed, length=30) for seed in found]
        (setting,) = store.settings(("final_accuracy",))
        assert set(found) <= set(setting.seeds)
        for seed, value in zip(setting.seeds, setting.metrics["final_accuracy"], strict=True):
            assert value == outcome(seed).metrics["final_accuracy"]
        assert store.metric_names() == ("final_accuracy", "initial_loss", "seconds")
        assert seeds(store.outcomes(limit=3)) == found[:3]
    said = capsys.readouterr().err
    assert said.count("warning: ") == 1
    assert f"store {whole} is damaged: of the runs, rows " in said


@pytest.mark.parametrize("table", ["runs", "metrics", "profiles", "curve"])
def test_check_lists_the_damage_and_the_rest_can_be_copied(whole, table, resweep):
    pages = pages_of(whole, table)
    overwrite(whole, pages[1])
    done = resweep("db", "check")
    assert done.code == 1
    assert "cannot be read" in done.out
    assert "save what can be read with resweep db copy" in done.err
    assert "warning" not in done.err
    copied = resweep("db", "copy", "resweep.db", "new.db")
    assert copied.code == 0, copied.err
    assert "are left out" in copied.err
    with Store.open(str(whole), create=False) as store, Store.open("new.db") as new:
        assert new.integrity() == []
        left = list(store.outcomes(profiles=True))
        assert COUNT / 2 < len(left) < COUNT
        assert list(new.outcomes(profiles=True)) == left


def test_a_report_goes_on_with_the_rest(whole, resweep):
    pages = pages_of(whole, "metrics")
    overwrite(whole, pages[1])
    done = resweep("report", "--metric", "final_accuracy", "--json")
    assert done.code == 0, done.err
    assert "is damaged" in done.err
    (arm,) = done.json()["arms"]
    assert COUNT / 2 < arm["runs"] < COUNT
    for words in (
        ["report"],
        ["ls"],
        ["export"],
        ["report", "--runs"],
        ["report", "--where", "seed>3"],
    ):
        assert resweep(*words).code == 0, words


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(whole, resweep):
    with whole.open("r+b") as file:
        file.truncate(whole.stat().st_size * 3 // 4 // PAGE * PAGE)
    done = resweep("ls", "--json")
    assert done.code == 0, done.err
    assert 0 < len(done.json()) < COUNT
    assert resweep("db", "check").code == 1
    before = whole.read_bytes()
    message = refusal(ResweepError, lambda: Store.open(str(whole)).save(outcome(999)))
    assert "is damaged" in message
    assert whole.read_bytes() == before


def test_a_sound_store_is_read_once(whole, capsys):
    from sqlalchemy import event

    with Store.open(str(whole), create=False) as store:
        statements = []
        event.listen(
            store._database.reader,
            "before_cursor_execute",
            lambda *call: statements.append(call[2]),
        )
        store.settings(("seconds",))
        # the first run, the first that differs from it, the runs, their metrics
        assert len([s for s in statements if s.startswith("SELECT")]) == 4
    assert capsys.readouterr().err == ""

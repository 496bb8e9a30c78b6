"""Names and details that a terminal would obey: shown as escapes wherever they come from."""

import pytest

from resweep.store import Store
from tests.cli.conftest import SMALL
from tests.samples import arm_outcome

EVIL = "fig\x1b[2J\nerror: all is lost\u202e"
SHOWN = r"fig\x1b[2J\nerror: all is lost\u202e"


@pytest.fixture
def store(tmp_path):
    """A store whose sweep, and the detail of whose run, somebody else has chosen."""
    run = arm_outcome("he", 0, None, "error", dataset="synthetic", detail=EVIL)
    with Store.open(f"sqlite:///{tmp_path / 'resweep.db'}") as opened:
        opened.save(run)
        opened.queue(EVIL, {}, "digest", [run.experiment], run.fingerprint)
    return run.experiment.key


def quiet(text):
    """Whether `text` has only lines of what prints."""
    return all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "--list"),
        ("report",),
        ("report", "--runs", "--csv"),
        ("report", "--sweep", "other"),
        ("show", "KEY"),
        ("ls", "--csv"),
        ("export", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_what_others_have_stored_is_escaped(resweep, store, words):
    done = resweep(*(store if word == "KEY" else word for word in words))
    assert SHOWN.split("\\n")[0] in done.out + done.err
    assert quiet(done.out)
    assert quiet(done.err)


@pytest.mark.parametrize("command", ["sweep", "study"])
@pytest.mark.parametrize("name", ["\x1b[2J", "two\nlines", "\udcff"])
def test_such_a_name_is_refused(resweep, tmp_path, command, name):
    done = resweep(command, *SMALL, "--c", "0.5,2", "--name", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith(f"error: the {command} is called ")
    assert quiet(done.err)
    assert not (tmp_path / "resweep.db").exists()


def test_an_argument_that_is_echoed_is_escaped(resweep, store):
    for words in (("show", "\x1b[2J"), ("report", "--sweep", EVIL[:4]), ("\x1b[2J",)):
        done = resweep(*words)
        assert done.code in (2, 4)
        assert "\x1b" not in done.err
        assert r"\x1b[" in done.err

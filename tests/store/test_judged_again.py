"""Runs of 0.1.0 get the words of the new rules where what they measured suffices."""

import array
import math
import sqlite3
from pathlib import Path

import pytest

from resweep.store import upgrade

DUMP = Path(__file__).parent / "earlier" / "store_0.1.0.sql"
EARLIER = "by the rule of resweep 0.1.0, which did not look at the untrained network"
LONG = {"train_size": 2048, "batch_size": 16}  # 128 steps
FLAT = {"initial_loss": 2.31, "train_loss": 2.31, "test_loss": 2.31}
# planted: fields, metrics, norm of every gradient -> status and detail, and `learned`
CASES = [
    ("ok", LONG, {"initial_loss": 2.5, "train_loss": 1.7, "test_loss": 1.7}, 1.0, "ok", "", 1.0),
    (
        "ok",
        LONG,
        {"initial_loss": 2.5, "train_loss": 2.3, "test_loss": 2.2},
        1.0,
        "ok",
        EARLIER,
        None,
    ),
    (
        "ok",
        LONG,
        {"initial_loss": 2.5, "train_loss": 210.0, "test_loss": 200.0},
        1.0,
        "trapped",
        "diverged: loss 200 from 2.5 untrained; was ok by the rule of resweep 0.1.0",
        0.0,
    ),
    ("trapped", LONG, FLAT, 1.0, "trapped", f"chance; {EARLIER}", None),
    (
        "trapped",
        {"train_size": 1584, "batch_size": 16},
        FLAT,
        1.0,
        "undecided",
        "99 steps are few (less than 100); was trapped by the rule of resweep 0.1.0",
        math.nan,
    ),
    (
        "trapped",
        LONG,
        FLAT,
        1e-39,
        "vanished",
        "no gradient of the branches at step 0; was trapped by the rule of resweep 0.1.0",
        0.0,
    ),
    ("ok", {"epochs": 0}, {}, 1e-39, "vanished", "no gradient of the branches at step 0", None),
    ("ok", {"epochs": 0}, {}, 1.0, "ok", "", None),
    ("exploded", LONG, {}, math.inf, "exploded", "", None),
]


def plant(connection, run, status, fields, losses, norm):
    """Make the stored run one of this status, with these fields, losses and gradient norms."""
    detail = "chance" if status == "trapped" else ""
    values = {"status": status, "detail": detail, "dataset": "synthetic", **fields}
    for name, value in values.items():
        connection.execute(f"UPDATE runs SET {name} = ? WHERE id = ?", (value, run))
    for name, value in losses.items():
        connection.execute("DELETE FROM metrics WHERE run_id = ? AND name = ?", (run, name))
        connection.execute("INSERT INTO metrics VALUES (?, ?, ?)", (run, name, value))
    norms = array.array("d", [norm] * 2).tobytes()
    connection.execute(
        "UPDATE profiles SET \"values\" = ? WHERE run_id = ? AND name = 'grad_norm'", (norms, run)
    )


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The planted runs after an upgrade, in the order of CASES."""
    path = tmp_path_factory.mktemp("earlier") / "resweep.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(DUMP.read_text())
        bare = "SELECT id FROM runs WHERE block = 'residual' ORDER BY id"
        runs = [run for (run,) in connection.execute(bare)][: len(CASES)]
        for run, case in zip(runs, CASES, strict=True):
            plant(connection, run, *case[:4])
    connection.close()
    upgrade(str(path))
    with sqlite3.connect(path) as connection:
        query = "SELECT status, detail FROM runs WHERE id = ?"
        words = [connection.execute(query, (run,)).fetchone() for run in runs]
        query = "SELECT value FROM metrics WHERE run_id = ? AND name = 'learned'"
        learned = [connection.execute(query, (run,)).fetchone() for run in runs]
    connection.close()
    return list(zip(words, learned, strict=True))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_run_keeps_what_was_measured_and_gets_its_word(again, number):
    _, _, _, _, status, detail, known = CASES[number]
    (word, why), learned = again[number]
    assert (word, why) == (status, detail)
    if known is None:
        assert learned is None
    else:
        assert learned == ((None,) if math.isnan(known) else (known,))

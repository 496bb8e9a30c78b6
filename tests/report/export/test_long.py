"""The long format: one record per number, in every kind of file."""

import csv
import io
import json
import math

import pytest

from resweep.errors import ResweepError
from resweep.report.export import long
from tests.samples import arm_outcome


@pytest.fixture
def run():
    profiles = {"grad_norm": (1.0, math.inf), "forward_mean": (0.0, 1.0, 2.0)}
    return arm_outcome("he", 0, 0.25, blocks=2, profiles=profiles)


def test_every_number_has_a_record(run):
    by_kind = {}
    for key, fingerprint, kind, *rest in long.records([run]):
        assert (key, fingerprint) == (run.experiment.key, run.fingerprint)
        by_kind.setdefault(kind, []).append(tuple(rest))
    assert ("blocks", None, 2.0, None) in by_kind["field"]
    assert ("scheme", None, None, "he") in by_kind["field"]
    assert by_kind["status"] == [("status", None, None, "ok"), ("detail", None, None, "")]
    assert len(by_kind["metric"]) == len(run.metrics)
    assert ("device", None, None, "cpu") in by_kind["provenance"]
    # a series of L values begins at block 1, one of L + 1 values at the stem
    assert [r[:3] for r in by_kind["profile"]] == [
        ("grad_norm", 1, 1.0),
        ("grad_norm", 2, math.inf),
        ("forward_mean", 0, 0.0),
        ("forward_mean", 1, 1.0),
        ("forward_mean", 2, 2.0),
    ]
    assert ("test_accuracy", 1, 0.25, None) in by_kind["curve"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_text_formats_hold_the_same_records(run, kind):
    stream = io.StringIO()
    count = long.write(long.records([run]), kind, stream)
    lines = stream.getvalue().splitlines()
    rows = list(csv.DictReader(lines)) if kind == "csv" else [json.loads(line) for line in lines]
    assert len(rows) == count == len(list(long.records([run])))
    infinite = [row for row in rows if row["kind"] == "profile" and row["value"] == "inf"]
    assert [(row["name"], int(row["index"])) for row in infinite] == [("grad_norm", 2)]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_nothing_is_written_where_the_first_record_cannot_be_read(kind):
    def unreadable():
        raise ResweepError("no such sweep")
        yield

    stream = io.StringIO()
    with pytest.raises(ResweepError):
        long.write(unreadable(), kind, stream)
    assert stream.getvalue() == ""


def test_a_file_of_no_runs_has_its_header(tmp_path):
    path = tmp_path / "runs.csv"
    assert long.write(long.records([]), "csv", path) == 0
    assert path.read_text() == ",".join(long.COLUMNS) + "\n"

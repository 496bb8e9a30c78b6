"""docs/theory.md is what its generator writes from docs/theory.json, and the JSON is what networks still do."""

import importlib.util
import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_theory", DOCS / "make_theory.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows():
    return json.loads((DOCS / "theory.json").read_text())


def test_the_page_is_fresh(maker, rows):
    assert (DOCS / "theory.md").read_text() == maker.page(rows)


@pytest.mark.parametrize("index", [4, 9, -1])
def test_some_rows_are_measured_again(maker, rows, index):
    case = maker.Case(**{name: rows[index][name] for name in maker.Case._fields})._replace(seeds=6)
    mean, error = maker.measured(case)
    assert abs(mean - rows[index]["measured"]) < 5 * (error + rows[index]["error"])

"""docs/paper.md and its figures are what their generator makes of docs/results."""

import importlib
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "run python docs/make_paper.py"


@pytest.fixture(scope="module")
def module():
    """Imports a module of the docs folder by its name."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module
    sys.path.remove(str(DOCS))


def test_the_page_is_fresh(module):
    assert (DOCS / "paper.md").read_text() == module("paper_page").page(), AGAIN


def test_every_result_is_of_a_file_of_the_papers_sweeps_and_is_written_as_it_is_read(module):
    results = module("paper_results")
    noise = module("measure_noise").WRITTEN.values()
    for path in results.RESULTS.glob("*.json"):
        known = path.stem in noise or (results.SWEEPS / f"{path.stem}.toml").exists()
        assert known, path.name
        kept = results.read(path.stem)
        assert results.write(kept, path.parent).read_text() == path.read_text()


def test_the_figures_are_fresh(module, tmp_path):
    results, figures = module("paper_results"), module("paper_figures")
    for path in results.RESULTS.glob("*.json"):
        drawn = figures.draw(results.read(path.stem), tmp_path)
        if drawn is not None:
            assert drawn.read_text() == (figures.FIGURES / drawn.name).read_text(), AGAIN

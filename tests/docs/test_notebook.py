"""docs/inspect.ipynb runs from a clean state, and shows what its text says."""

import math
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "inspect.ipynb"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The code cells, executed in an empty folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "store it without outputs"
    folder = tmp_path_factory.mktemp("notebook")
    where = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        client.execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def written(cell):
    """The text that a cell prints, and the HTML that it draws."""
    text, html = "", ""
    for output in cell.outputs:
        text += output.get("text", "")
        html += output.get("data", {}).get("text/html", "")
    return text, html


def test_every_cell_says_what_the_text_promises(cells):
    _, sound = written(cells[1])
    assert "<b>Sequential</b>: sound" in sound
    assert sound.count("<tr>") == 8  # a head, the input and six blocks
    growths, _ = written(cells[2])
    tripled = growths.splitlines()[2]
    assert tripled.startswith("he            40 blocks")
    assert float(tripled.rpartition("10^")[2]) == pytest.approx(40 * math.log10(3), abs=1)
    kept = growths.splitlines()[5]
    assert 0 < float(kept.rpartition("10^")[2]) < 1
    fault, _ = written(cells[3])
    assert "outlier: 3.b.weight" in fault
    refused, _ = written(cells[4])
    assert "3.b.weight" in refused
    _, run = written(cells[5])
    assert "scheme=he" not in run
    assert "final_accuracy" in run
    assert run.count("<table>") == 2
    _, stored = written(cells[6])
    assert "2 runs, newest first" in stored
    _, frame = written(cells[7])
    assert "dataframe" in frame

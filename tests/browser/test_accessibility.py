"""The page held against axe-core, in a window of each kind, light and dark.

axe-core comes with the package axe-core-python, of which nothing else is used; benchmarks/
accessibility.py holds any page against any version of it.
"""

import importlib.resources
import importlib.util

import pytest

from tests.browser.pages import run, written

pytestmark = pytest.mark.browser
ASK = """axe.run(document, {resultTypes: ['violations']}).then(found => ({
  rules: found.passes.length,
  grave: found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => [one.id, one.nodes[0].html.slice(0, 120)]),
}))"""


@pytest.fixture(scope="module")
def axe():
    if importlib.util.find_spec("axe_core_python") is None:
        pytest.skip("no axe-core: pip install axe-core-python")
    script = importlib.resources.files("axe_core_python") / "axe.min.js"
    return script.read_text(encoding="utf-8") + ";1"


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """The address of a page of a sweep with failures, so that it has every kind of part."""
    runs = [run("he", 0, 10)]
    for c, status in ((0.2, "ok"), (0.8, "ok"), (51.2, "exploded")):
        runs += [run(f"depth-scaled:c={c}", 0, blocks, status) for blocks in (10, 20)]
    path = tmp_path_factory.mktemp("axe") / "report.html"
    path.write_text(written(runs), encoding="utf-8")
    return path.as_uri()


def judged(tab, axe):
    """What axe finds, with the first parts that fold away opened."""
    tab.ask(
        "Array.from(document.querySelectorAll('details')).slice(0, 6)"
        ".forEach(part => { part.open = true; })"
    )
    tab.ask(axe)
    return tab.ask(ASK)


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_no_serious_finding(tab, axe, sweep, width, scheme):
    tab.open(sweep, width, scheme)
    found = judged(tab, axe)
    assert found["rules"] > 20
    assert found["grave"] == []


def test_a_grave_fault_would_be_found(tab, axe, sweep):
    """The test above can fail: an image without words and pale letters are both found."""
    tab.open(sweep, 1440)
    tab.ask(
        """(() => {
          const image = '<img src="data:,"><p style="color: #ddd; background: #fff">pale</p>';
          document.querySelector('main').insertAdjacentHTML('beforeend', image);
        })()"""
    )
    assert {rule for rule, _ in judged(tab, axe)["grave"]} == {"image-alt", "color-contrast"}

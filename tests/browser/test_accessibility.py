"""The page held against axe-core, in a window of each kind, light and dark.

axe-core comes with the package axe-core-python, of which nothing else is used; benchmarks/
accessibility.py holds any page against any version of it.
"""

import importlib.resources
import importlib.util

import pytest

from tests.browser.pages import of_every_kind

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
def page(tmp_path_factory):
    """The address of a page with a chapter of every kind."""
    path = tmp_path_factory.mktemp("axe") / "report.html"
    path.write_text(of_every_kind(), encoding="utf-8")
    return path.as_uri()


def judged(tab, axe):
    """What axe finds, with a part of each kind that folds away opened."""
    tab.ask(
        """(() => {
          const kinds = new Set();
          for (const part of document.querySelectorAll('details')) {
            const kind = part.parentElement.className + part.className;
            part.open = !kinds.has(kind);
            kinds.add(kind);
          }
        })()"""
    )
    tab.ask(axe)
    return tab.ask(ASK)


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_no_serious_finding(tab, axe, page, width, scheme):
    tab.open(page, width, scheme)
    found = judged(tab, axe)
    assert found["rules"] > 20
    assert found["grave"] == []


def test_a_grave_fault_would_be_found(tab, axe, page):
    """The test above can fail: an image without words and pale letters are both found."""
    tab.open(page, 1440)
    tab.ask(
        """(() => {
          const image = '<img src="data:,"><p style="color: #ddd; background: #fff">pale</p>';
          document.querySelector('main').insertAdjacentHTML('beforeend', image);
        })()"""
    )
    assert {rule for rule, _ in judged(tab, axe)["grave"]} == {"image-alt", "color-contrast"}

"""How the report page looks in a real browser: what stands out, what fits, and what is printed."""

import base64
import re

import pytest

from tests.browser.pages import run, written

pytestmark = pytest.mark.browser
FAINT = """(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const luminance = colour => {
    const [r, g, b] = parts(colour).slice(0, 3).map(v => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = {};
  let texts = 0;
  for (const e of document.querySelectorAll('body *')) {
    const hasText = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!hasText || !e.checkVisibility() || e.closest('svg, .unseen, .hits, script')) continue;
    texts += 1;
    const inks = [luminance(getComputedStyle(e).color), luminance(ground(e))];
    const ratio = (Math.max(...inks) + .05) / (Math.min(...inks) + .05);
    if (ratio < 4.5) faint[e.tagName + '.' + e.className] = ratio;
  }
  return [texts, faint];
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(tab, report, scheme):
    """All visible text has a contrast of at least 4.5:1 (WCAG 2.2, AA), and the schemes differ."""
    tab.open(report, 1280, scheme)
    texts, faint = tab.ask(FAINT)
    assert texts > 100
    assert faint == {}
    paper = tab.ask("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(253, 253, 251)") == (scheme == "light")


def test_it_prints(tab, report):
    tab.open(report, 1280, "dark")
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not tab.ask("document.querySelector('nav').checkVisibility()")
    sheet = tab.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
    assert len(sheet["data"]) > 20_000


def test_a_printed_page_is_short(tab, report):
    """Tables of many rows are for the screen; with them this page would take 20 sheets."""
    tab.open(report, 1280)
    printed = tab.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
    pages = re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"]))
    assert 2 <= len(pages) <= 9


def test_tables_are_tables_from_a_tablet_on(tab, report):
    heads = """Array.from(document.querySelectorAll('table.sortable thead'),
      head => getComputedStyle(head).display)"""
    tab.open(report, 768)
    assert set(tab.ask(heads)) == {"table-header-group"}
    tab.open(report, 390)
    assert "block" in tab.ask(heads)


def test_the_answer_is_on_the_first_screen(tab, report):
    for width in (390, 768, 1440):
        tab.open(report, width)
        bottom = "document.querySelector('.answer').getBoundingClientRect().bottom"
        assert tab.ask(bottom) < 900
        rows = "document.querySelectorAll('.standings tbody tr')"
        assert tab.ask(f"{rows}[1].getBoundingClientRect().bottom") < 900


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_a_wide_heat_map_scrolls_by_itself(tab, tmp_path, width):
    """Of a sweep of 16 scales the map lies across, and the window never scrolls sideways.

    From a tablet on the map does not scroll either.
    """
    runs = []
    for i in range(16):
        for blocks in (4, 8):
            runs.append(run(f"depth-scaled:c={0.01 * 1.7**i!r}", 0, blocks))
    path = tmp_path / "sweep.html"
    path.write_text(written(runs), encoding="utf-8")
    tab.open(path.as_uri(), width)
    assert tab.ask("document.querySelectorAll('table.heat thead th').length") == 17
    assert tab.ask("document.documentElement.scrollWidth") <= width
    box = "document.querySelector('figure.heat')"
    assert width < 600 or tab.ask(f"{box}.scrollWidth <= {box}.clientWidth")
    assert tab.ask(f"{box}.querySelector('td span').getBoundingClientRect().width > 5") == (
        width > 600
    )

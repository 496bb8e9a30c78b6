"""The report page in a real browser: quiet, offline, whole at every width, sortable, and safe."""

import base64
import json
import re
from dataclasses import replace

import pytest

from tests.browser.pages import HOSTILE, run, written

pytestmark = pytest.mark.browser
TIP = """(() => {
  const tip = document.getElementById('tip');
  return tip.hidden ? '' : tip.textContent;
})()"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The address of a page of 33 made-up runs at four depths, with hostile strings everywhere."""
    runs = [run(arm, seed) for arm in ("he", "bn", "depth-scaled") for seed in range(3)]
    for c in (0.5, 2):
        for blocks in (10, 50, 100):
            runs += [run(f"depth-scaled:c={c}", seed, blocks) for seed in (0, 1)]
    runs += [run("he", seed, 1000, "exploded", detail=f"block 650 {HOSTILE}") for seed in (0, 1)]
    for place, outcome in enumerate(runs):
        if outcome.experiment.seed:
            runs[place] = replace(outcome, provenance=outcome.provenance | {"device": HOSTILE})
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(written(runs, title=f"Report {HOSTILE}"), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_quiet_and_fetches_nothing(tab, report, width, scheme):
    tab.open(report, width, scheme)
    assert tab.named("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded") == []
    assert [sent["request"]["url"] for sent in tab.named("Network.requestWillBeSent")] == [report]


def test_the_log_would_show_an_error(tab, report):
    """The test above can fail: a script of another hash, an image and an exception are all seen."""
    tab.open(report, 1280)
    tab.ask(
        """(() => {
          const image = '<img src="http://127.0.0.1:9/x.png">';
          document.body.insertAdjacentHTML('beforeend', image);
          const script = document.createElement('script');
          script.textContent = 'window.broken = 3';
          document.body.append(script);
          setTimeout(() => { throw Error('seen'); }, 0);
          return new Promise(done => setTimeout(done, 100));
        })()"""
    )
    assert tab.named("Runtime.exceptionThrown")
    assert len(tab.named("Log.entryAdded")) == 2, "the policy refuses the image and the script"
    assert tab.ask("window.broken") is None


BEYOND = """Array.from(document.querySelectorAll('body *'))
  .filter(e => !e.closest('.unseen, .skip, #tip, .hits') && !e.parentElement.closest('.scroll'))
  .filter(e => {
    const box = e.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.left < -1;
  })
  .map(e => e.outerHTML.slice(0, 120))"""
STUCK = """Array.from(document.querySelectorAll('.scroll'))
  .filter(e => e.scrollWidth > e.clientWidth)
  .filter(e => innerWidth < 640 || getComputedStyle(e).overflowX != 'auto')
  .map(e => e.outerHTML.slice(0, 120))"""
CLIPPED = """Array.from(document.querySelectorAll('th, td, p, li, h1, h2, h3'))
  .filter(e => !e.closest('.unseen') && e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_cut_off(tab, report, width):
    tab.open(report, width)
    assert tab.ask("document.querySelectorAll('td').length") > 100
    assert tab.ask("document.documentElement.scrollWidth") <= width
    assert tab.ask(BEYOND) == []
    assert tab.ask(STUCK) == []
    assert tab.ask(CLIPPED) == []


def column_of(tab, table, place):
    """The texts of a table's column, row by row as they stand."""
    rows = f"document.querySelectorAll('table.sortable')[{table}].tBodies[0].rows"
    return tab.ask(f"Array.from({rows}, row => row.cells[{place}].textContent)")


def table_with(tab, header):
    """(place of the first table with that column, place of the column); tables are numbered."""
    headers = tab.ask(
        """Array.from(document.querySelectorAll('table.sortable'), (table, place) => {
          table.dataset.table = place;
          return Array.from(table.tHead.rows[0].cells, cell => cell.textContent.trim());
        })"""
    )
    place = next(place for place, names in enumerate(headers) if header in names)
    return place, headers[place].index(header)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_click_on_a_header_sorts_and_a_second_one_turns_round(tab, report, width):
    tab.open(report, width)
    table, column = table_with(tab, "log10 forward")
    header = f"[data-table='{table}'] thead button"
    before = column_of(tab, table, column)
    tab.click(header, column)
    rising = column_of(tab, table, column)
    tab.click(header, column)
    falling = column_of(tab, table, column)
    assert len(set(before)) > 3
    assert sorted(before, key=float) == sorted(rising, key=float)
    assert [float(text) for text in rising] == sorted(map(float, before))
    assert [float(text) for text in falling] == sorted(map(float, before), reverse=True)
    assert tab.ask(f"document.querySelectorAll('[data-table=\"{table}\"] [aria-sort]').length") == 1
    tab.click(header, 0)
    assert column_of(tab, table, 0) == sorted(column_of(tab, table, 0))


def test_numbers_that_no_double_holds_are_ordered(tab, report):
    tab.open(report, 1280)
    texts = [
        "1.00e400",
        "inf",
        "–",
        "-2.00e310",
        "3.00e-400",
        "0",
        "1:12",
        "12:1",
        "0.5 ± 0.1",
        "-inf",
        "+0.7 noise",
    ]
    tab.ask(
        f"""(() => {{
          const body = document.querySelector('table.sortable').tBodies[0], row = body.rows[0];
          const copies = {json.dumps(texts)}.map(text => {{
            const copy = row.cloneNode(true);
            copy.cells[0].textContent = text;
            return copy;
          }});
          body.replaceChildren(...copies);
        }})()"""
    )
    tab.click("table.sortable thead button", 0)
    rising = [
        "-inf",
        "-2.00e310",
        "0",
        "3.00e-400",
        "1:12",
        "0.5 ± 0.1",
        "+0.7 noise",
        "12:1",
        "1.00e400",
        "inf",
        "–",
    ]
    assert column_of(tab, 0, 0) == rising
    tab.click("table.sortable thead button", 0)
    assert column_of(tab, 0, 0) == [*rising[-2::-1], "–"]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pointer_shows_values(tab, report, width):
    tab.open(report, width)
    assert tab.ask(TIP) == ""
    tab.move(".heat td[data-tip]")
    assert tab.ask(TIP).startswith("c 2, blocks 10: 0.")
    tab.move(".hits rect[data-tip^='epoch 3']")
    lines = tab.ask(TIP).splitlines()
    assert lines[0] == "epoch 3"
    assert any(line.startswith("bn") for line in lines)
    tab.move("h1")
    assert tab.ask(TIP) == ""


def test_the_keyboard_shows_them_too(tab, report):
    tab.open(report, 1280)
    tab.move(".legend")  # near the plot, so that taking the focus scrolls nothing
    tab.ask("document.querySelector('svg.plot').focus({preventScroll: true})")
    tab.press("ArrowRight")
    tab.press("ArrowRight")
    assert tab.ask(TIP).startswith("c 1.00\n")
    tab.press("End")
    assert tab.ask(TIP).startswith("c 2.00\n")
    tab.press("Escape")
    assert tab.ask(TIP) == ""


def test_hostile_strings_are_text(tab, report):
    tab.open(report, 1280)
    assert tab.ask("window.broken") is None
    assert tab.ask("document.scripts.length") == 1
    assert tab.ask("document.images.length") == 0
    assert tab.ask("document.querySelector('h1').textContent") == f"Report {HOSTILE}"
    assert HOSTILE in tab.ask("document.body.innerText")


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


def test_without_scripts_the_values_are_there(tab, report):
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.load(report)
        root = tab.call("DOM.getDocument", depth=1)["root"]["nodeId"]
        found = tab.call("DOM.querySelectorAll", nodeId=root, selector=".hits title")["nodeIds"]
        assert len(found) > 20
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


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


def test_a_printed_page_is_short(tab, report):
    """Tables of many rows are for the screen; with them this page would take 20 sheets."""
    tab.open(report, 1280)
    printed = tab.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
    pages = re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"]))
    assert 2 <= len(pages) <= 9


def test_measured_and_predicted_are_told_apart_in_the_legend(tab, report):
    tab.open(report, 1280)
    legends = tab.ask(
        """Array.from(document.querySelectorAll('figure.chart'), figure =>
          [figure.querySelector('figcaption').textContent,
           Array.from(figure.querySelectorAll('.legend .kind'), item => item.textContent)])"""
    )
    kinds = dict(legends)
    assert kinds["forward second moment by block"] == ["measured", "predicted"]
    assert kinds["training loss by epoch"] == []


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

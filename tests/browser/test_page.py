"""The report page in a real browser: quiet, offline, whole at every width, sortable, and safe."""

import json

import pytest

from tests.browser.pages import HOSTILE

pytestmark = pytest.mark.browser
TIP = """(() => {
  const tip = document.getElementById('tip');
  return tip.hidden ? '' : tip.textContent;
})()"""


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


def test_without_scripts_the_values_are_there(tab, report):
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.load(report)
        root = tab.call("DOM.getDocument", depth=1)["root"]["nodeId"]
        found = tab.call("DOM.querySelectorAll", nodeId=root, selector=".hits title")["nodeIds"]
        assert len(found) > 20
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


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

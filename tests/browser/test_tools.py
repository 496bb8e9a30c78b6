"""What a reader of the page may do: filter, hide lines, choose axes, take away, follow links."""

import json
import time
from itertools import pairwise

import pytest

from tests.browser.pages import run, written

pytestmark = pytest.mark.browser
SHOWN = """Array.from(document.querySelectorAll('.standings tbody tr'))
  .filter(row => row.checkVisibility()).map(row => row.cells[0].textContent)"""

TEXT = "document.querySelector('{}')?.textContent"
HOLD = """(() => {  // a reader who chooses from a list: the page is not pulled from under the hand
  const field = document.querySelector('.explore select');
  field?.focus();
  return document.activeElement === field;
})()"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The address of a page of four kinds of arms at two depths."""
    runs = []
    for arm in ("he", "bn", "depth-scaled", "depth-scaled:c=2"):
        for blocks in (10, 24):
            runs += [run(arm, seed, blocks) for seed in (0, 1)]
    path = tmp_path_factory.mktemp("tools") / "report.html"
    path.write_text(written(runs), encoding="utf-8")
    return path.as_uri()


def narrowed(tab, text):
    tab.ask(
        f"""(() => {{
          const field = document.querySelector('.filter input');
          field.value = {json.dumps(text)};
          field.dispatchEvent(new Event('input'));
        }})()"""
    )
    return tab.ask(SHOWN)


@pytest.mark.parametrize(
    ("words", "arms"),
    [
        ("bn", {"bn blocks=10", "bn blocks=24"}),
        ("blocks=24 scaled", {"depth-scaled blocks=24", "depth-scaled:c=2 blocks=24"}),
        ("c>1 blocks<20", {"depth-scaled:c=2 blocks=10"}),
        ("nothing-like-it", set()),
    ],
)
def test_a_filter_leaves_the_arms_that_have_every_word(tab, report, words, arms):
    tab.open(report, 1280)
    assert set(narrowed(tab, words)) == arms
    assert tab.ask("document.querySelector('.filter output').textContent") == (
        f"{len(arms)} of 8 arms match"
    )
    assert len(narrowed(tab, "")) == 8


def test_a_filter_leaves_lines_and_runs_too(tab, report):
    tab.open(report, 1280)
    narrowed(tab, "bn")
    assert tab.ask(
        """Array.from(document.querySelectorAll('.legend [data-colour]:not(.out)'))
          .filter(key => key.closest('figure').querySelector('.legend .out'))
          .every(key => key.textContent.startsWith('bn'))"""
    )
    assert tab.ask("document.querySelectorAll('.plot .out').length") > 0
    runs = """Array.from(document.querySelectorAll('table.sortable')).find(table =>
      table.tHead.textContent.trim().startsWith('key')).tBodies[0].rows"""
    assert tab.ask(f"Array.from({runs}).filter(row => !row.hidden).length") == 4


def test_a_sign_of_the_legend_hides_its_line_and_its_values(tab, report):
    tab.open(report, 1280)
    name = tab.ask("document.querySelector('.legend button').textContent")
    hidden = "document.querySelectorAll('.plot .off').length"
    assert tab.ask(hidden) == 0
    tab.click(".legend button")
    assert tab.ask("document.querySelector('.legend button').ariaPressed") == "false"
    assert tab.ask(hidden) > 0
    tab.move(".hits rect")
    assert f"{name}:" not in tab.ask("document.getElementById('tip').textContent")
    tab.click(".legend button")
    assert tab.ask(hidden) == 0
    tab.move(".hits rect")
    assert f"{name}:" in tab.ask("document.getElementById('tip').textContent")


def marked_across(tab):
    """The numbers along the lower axis of the chart of arms."""
    texts = "Array.from(document.querySelectorAll('.explore text.x'), t => t.textContent)"
    return [float(text) for text in tab.ask(texts)[:-2]]  # the last two name the axes


def test_depths_are_marked_at_whole_numbers_and_by_logarithm_at_round_ones(tab, report):
    tab.open(report, 1280)
    assert marked_across(tab) == [10, 15, 20]
    tab.click(".explore input")
    assert marked_across(tab) == [10, 20]


def test_axes_are_chosen_and_the_chart_of_arms_follows_the_filter(tab, report):
    tab.open(report, 1280)
    dots = "document.querySelectorAll('.explore .dot').length"
    assert tab.ask(dots) == 8
    tip = tab.ask("document.querySelector('.explore .dot').dataset.tip")
    assert "final accuracy mean" in tip
    tab.ask(
        """(() => {
          const [across] = document.querySelectorAll('.explore select');
          across.value = Array.from(across.options).find(o => o.text === 'log10 forward').value;
          across.dispatchEvent(new Event('change'));
        })()"""
    )
    assert "log10 forward" in tab.ask("document.querySelector('.explore .dot').dataset.tip")
    steps = [b - a for a, b in pairwise(marked_across(tab))]
    assert len(steps) > 1
    assert steps == pytest.approx([steps[0]] * len(steps))
    narrowed(tab, "bn")
    assert tab.ask(dots) == 2


def test_tables_and_charts_are_taken_away(tab, report, tmp_path):
    tab.open(report, 1280)
    tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    narrowed(tab, "blocks=24")
    for wanted in ("CSV", "PNG"):
        place = tab.ask(
            f"""Array.from(document.querySelectorAll('.take button')).findIndex(button =>
              button.textContent === '{wanted}')"""
        )
        tab.click(".take button", place)
    table = tab.ask(
        """(() => {
          const buttons = Array.from(document.querySelectorAll('.take button'));
          return buttons.findIndex(button => button.ariaLabel === 'CSV: Final accuracy by arm');
        })()"""
    )
    tab.click(".take button", table)
    end = time.monotonic() + 20
    while len([path for path in tmp_path.iterdir() if path.suffix in (".csv", ".png")]) < 3:
        assert time.monotonic() < end, list(tmp_path.iterdir())
        time.sleep(0.05)
    lines = (tmp_path / "final-accuracy-by-arm.csv").read_text().splitlines()
    assert lines[0].startswith("arm,blocks,")
    assert len(lines) == 1 + 4, "the rows that the filter leaves"
    (picture,) = tmp_path.glob("*.png")
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 5000
    assert tab.named("Runtime.exceptionThrown", "Log.entryAdded") == []


def test_the_key_of_a_run_leads_to_its_part(tab, report):
    tab.open(report, 1280)
    link = "tbody th a[href^='#d1r']"
    key = tab.ask(f'document.querySelector("{link}").textContent')
    tab.click(link)
    part = f"document.getElementById('d1r{key}')"
    assert tab.ask(f"new Promise(done => setTimeout(() => done({part}.open), 50))")
    assert tab.ask(f"{part}.textContent.includes('resweep show {key}')")


def test_a_page_that_is_rewritten_follows_and_keeps_what_its_reader_did(tab, tmp_path):
    runs = [run(arm, seed) for arm in ("he", "bn", "depth-scaled") for seed in (0, 1)]
    path = tmp_path / "watched.html"
    path.write_text(written(runs, watch=0.5), encoding="utf-8")
    tab.open(path.as_uri(), 1280)
    until(tab, HOLD, True)
    narrowed(tab, "scaled")
    tab.ask("document.querySelector('.legend button').click()")
    off = tab.ask("document.querySelector('.legend [aria-pressed=false]').textContent")
    tab.ask("document.querySelector('.parts details').open = true")
    tab.ask("scrollTo(0, 700)")
    tab.ask("document.activeElement.blur()")
    more = [*runs, *(run("depth-scaled:c=2", seed) for seed in (0, 1))]
    path.write_text(written(more, watch=0.5), encoding="utf-8")
    until(tab, TEXT.format(".subtitle"), "8 runs")
    path.write_text(written(more, title="Done"), encoding="utf-8")
    until(tab, TEXT.format("h1"), "Done")
    assert sorted(tab.ask(SHOWN)) == ["depth-scaled", "depth-scaled:c=2"]
    assert tab.ask("document.querySelector('.filter input').value") == "scaled"
    assert tab.ask("document.querySelector('.legend [aria-pressed=false]').textContent") == off
    assert tab.ask("document.querySelector('.parts details').open")
    assert tab.ask("scrollY") == 700
    tab.ask("window.here = true")
    time.sleep(0.8)
    assert tab.ask("window.here"), "a finished page stays as it is"


def until(tab, asked, answer):
    """Wait for an answer of the page, which may be loading when it is asked."""
    end = time.monotonic() + 30
    while tab.ask(f"document.readyState === 'complete' && {asked}") != answer:
        assert time.monotonic() < end
        time.sleep(0.05)

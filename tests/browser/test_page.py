"""The report page in a real browser: quiet, offline, whole at every width, sortable, and deaf to hostile strings."""

import json
import math
import random
from dataclasses import replace

import pytest

from resweep.analysis.compare import arms, comparisons
from resweep.analysis.compare.groups import grouped
from resweep.analysis.sensitivity import surveys
from resweep.arms import parse
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome
from resweep.report import shared_fields
from resweep.report.page import sections
from resweep.report.page.page import page

pytestmark = pytest.mark.browser
HOSTILE = """</script></style></title><!--<script>window.broken=1</script><img src=x onerror="window.broken=2">'"&"""


def run(arm, seed, blocks=10, status="ok", detail=""):
    """One made-up run with a curve and profiles; growth beyond a double for He at 1,000 blocks."""
    draw = random.Random(f"{arm} {seed} {blocks}").gauss
    fields = parse(arm).fields | {"blocks": blocks, "seed": seed, "epochs": 4}
    experiment = Experiment.parse(**fields).resolve("cifar10", 50_000)
    rate = 0.46 if experiment.scheme == "he" else 0.02 * experiment.c
    logs = [rate * block + draw(0, 0.01) for block in range(blocks + 1)]
    profiles = {
        "log10_forward_second_moment": tuple(logs),
        "log10_backward_second_moment": tuple(logs[::-1]),
        "log10_grad_norm": tuple(x / 2 for x in logs[1:]),
    }
    growth = 10 ** logs[-1] if logs[-1] < 300 else math.inf
    accuracy = 0.4 + draw(0, 0.02)
    metrics = {
        "forward_growth": growth,
        "backward_growth": growth,
        "grad_norm_ratio": 1.0,
        "seconds": 10 + draw(0, 1),
    }
    curve = ()
    if status == "ok":
        metrics |= {
            "first_epoch_accuracy": accuracy,
            "final_accuracy": accuracy,
            "train_loss": 2 - accuracy,
        }
        curve = tuple(Epoch(e, 2.3 / e, 2.4 / e, accuracy * e / 4, 3.0) for e in range(1, 5))
    where = {
        "dataset_fingerprint": "c58f30108f718f92",
        "device": "cpu",
        "torch": HOSTILE,
        "started": "2026-11-24T10:00",
    }
    return Outcome(experiment, status, metrics, profiles, curve, where, detail)


def written(outcomes, title="Initialization sensitivity"):
    chapters = []
    groups = [grouped(arm, found) for arm, found in arms(outcomes)]
    for comparison in comparisons(outcomes):
        survey = next(
            s for s in surveys(groups, "final_accuracy") if s.fingerprint == comparison.fingerprint
        )
        own = [arm.experiment for arm in comparison.arms]
        named = shared_fields.names(own, [arm.arm for arm in comparison.arms])
        drawn = [
            (name, [o for o in outcomes if o.experiment.model_copy(update={"seed": 0}) == e])
            for name, e in zip(named, own, strict=True)
        ][:7]
        theory = {
            o.experiment.key: {"log10_forward_second_moment": [0.1] * (o.experiment.blocks + 1)}
            for o in outcomes
        }
        material = sections.Material(comparison, survey, drawn, theory, outcomes, len(outcomes))
        chapters.append(sections.chapter(material))
    return page(title, f"{len(outcomes)} runs", chapters)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    runs = [run(arm, seed) for arm in ("he", "bn", "depth-scaled") for seed in range(3)]
    runs += [
        run(f"depth-scaled:c={c}", s, blocks)
        for c in (0.5, 2)
        for blocks in (10, 50, 100)
        for s in (0, 1)
    ]
    runs += [run("he", seed, 1000, "exploded", detail=f"block 650 {HOSTILE}") for seed in (0, 1)]
    runs = [
        replace(o, provenance=o.provenance | {"device": HOSTILE}) if o.experiment.seed else o
        for o in runs
    ]
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
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x.png\">')"
    )
    tab.ask(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.broken = 3'}))"
    )
    tab.ask("setTimeout(() => { throw Error('seen') }, 0); new Promise(r => setTimeout(r, 100))")
    assert tab.named("Runtime.exceptionThrown")
    assert len(tab.named("Log.entryAdded")) == 2, "the policy refuses the image and the script"
    assert tab.ask("window.broken") is None


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_cut_off(tab, report, width):
    tab.open(report, width)
    assert tab.ask("document.documentElement.scrollWidth") <= width
    beyond = """Array.from(document.querySelectorAll('body *')).filter(e => !e.closest('.unseen, .skip, #tip, .hits')
      && !e.parentElement.closest('.scroll')
      && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
      .map(e => e.outerHTML.slice(0, 120))"""
    assert tab.ask(beyond) == []
    scrolling = """Array.from(document.querySelectorAll('.scroll')).filter(e => e.scrollWidth > e.clientWidth
      && (innerWidth < 800 || getComputedStyle(e).overflowX != 'auto')).map(e => e.outerHTML.slice(0, 120))"""
    assert tab.ask(scrolling) == []
    hidden = """Array.from(document.querySelectorAll('th, td, p, li, h1, h2, h3')).filter(e => !e.closest('.unseen')
      && e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))"""
    assert tab.ask(hidden) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_click_on_a_header_sorts_and_a_second_one_turns_round(tab, report, width):
    tab.open(report, width)
    texts = "Array.from(document.querySelector('table.sortable').tBodies[0].rows, r => r.cells[{}].textContent)"
    names = tab.ask(
        "Array.from(document.querySelectorAll('table.sortable')[0].tHead.rows[0].cells, c => c.textContent.trim())"
    )
    column = names.index("log10 forward")
    before = tab.ask(texts.format(column))
    tab.click("table.sortable thead button", column)
    rising = tab.ask(texts.format(column))
    tab.click("table.sortable thead button", column)
    falling = tab.ask(texts.format(column))
    assert sorted(before, key=float) == sorted(rising, key=float)
    assert [float(t) for t in rising] == sorted(map(float, before))
    assert [float(t) for t in falling] == sorted(map(float, before), reverse=True)
    assert (
        tab.ask(
            "document.querySelectorAll('table.sortable')[0].querySelectorAll('[aria-sort]').length"
        )
        == 1
    )
    tab.click("table.sortable thead button", 0)
    assert tab.ask(texts.format(0)) == sorted(tab.ask(texts.format(0)))


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
        "(() => { const body = document.querySelector('table.sortable').tBodies[0];"
        f"const row = body.rows[0]; body.replaceChildren(...{json.dumps(texts)}.map(t => {{"
        "const copy = row.cloneNode(true); copy.cells[0].textContent = t; return copy; })) })()"
    )
    column = "Array.from(document.querySelector('table.sortable').tBodies[0].rows, r => r.cells[0].textContent)"
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
    assert tab.ask(column) == rising
    tab.click("table.sortable thead button", 0)
    assert tab.ask(column) == [*rising[-2::-1], "–"]


@pytest.mark.parametrize("width", [390, 1280])
def test_hovering_tells_the_values(tab, report, width):
    tab.open(report, width)
    tip = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent"
    assert tab.ask(tip) == ""
    tab.move(".heat td[data-tip]")
    assert tab.ask(tip).startswith("c 2, blocks 10: 0.")
    tab.move(".hits rect", 2)
    told = tab.ask(tip).splitlines()
    assert told[0] == "epoch 3"
    assert any(line.startswith("bn") for line in told)
    tab.move("h1")
    assert tab.ask(tip) == ""


def test_the_keyboard_tells_them_too(tab, report):
    tab.open(report, 1280)
    tip = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent.split('\\n')[0]"
    tab.move(".legend")  # near the plot, so that taking the focus scrolls nothing
    tab.ask("document.querySelector('svg.plot').focus({preventScroll: true})")
    tab.press("ArrowRight")
    tab.press("ArrowRight")
    assert tab.ask(tip) == "epoch 2"
    tab.press("End")
    assert tab.ask(tip) == "epoch 4"
    tab.press("Escape")
    assert tab.ask(tip) == ""


def test_hostile_strings_are_text(tab, report):
    tab.open(report, 1280)
    assert tab.ask("window.broken") is None
    assert tab.ask("document.scripts.length") == 1
    assert tab.ask("document.images.length") == 0
    assert tab.ask("document.querySelector('h1').textContent") == f"Report {HOSTILE}"
    assert HOSTILE in tab.ask("document.body.innerText")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(tab, report, scheme):
    """Contrast of at least 4.5:1 (WCAG 2.2, AA) of every visible text, and the two schemes differ."""
    tab.open(report, 1280, scheme)
    faint = tab.ask(
        """(() => {
      const parts = c => c.match(/[\\d.]+/g).map(Number);
      const light = c => parts(c).slice(0, 3).map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
        if (parts(c)[3] !== 0) return c; } return 'rgb(255, 255, 255)' };
      const seen = {};
      for (const e of document.querySelectorAll('body *')) {
        const told = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!told || !e.checkVisibility() || e.closest('svg, .unseen, .hits, script')) continue;
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < 4.5) seen[e.tagName + '.' + e.className] = ratio;
      }
      return seen; })()"""
    )
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

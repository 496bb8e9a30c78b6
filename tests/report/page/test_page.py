"""The page as text: what is in it, and that no string becomes markup. See also tests/browser."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from resweep.analysis.answer import answer
from resweep.analysis.compare import compare, comparisons
from resweep.analysis.compare.groups import arms, grouped
from resweep.analysis.sensitivity import surveys
from resweep.outcome import Epoch
from resweep.outcome.facts import RULES
from resweep.report import shared_fields
from resweep.report.charts.chart import Axis, Chart, ChartLine
from resweep.report.charts.heat_map import HeatCell, HeatMap
from resweep.report.material import Material
from resweep.report.page import sections
from resweep.report.page.chapter import chapter
from resweep.report.page.document import document
from resweep.report.page.records import AnswerBlock, Chapter, Section, StandingRow
from resweep.report.page.svg import POINTS, drawing
from resweep.report.sheet import Cell, Column, Sheet

HOSTILE = "</script><!--<script>alert(1)</script>\"'&\x1b[31m"
VOID = {"meta", "link", "br", "img", "col"}


class Reader(HTMLParser):
    """Collects text and attributes, counts elements; each that opens must be closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.counts, self.texts, self.attributes = [], {}, [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def material(outcomes, drawn=None):
    comparison = comparisons(outcomes)[0]
    groups = [grouped(arm, found) for arm, found in arms(outcomes)]
    every = list(arms(outcomes)) if drawn is None else drawn
    settings = [arm.experiment for arm in comparison.arms]
    names = shared_fields.names(settings, [arm.arm for arm in comparison.arms])
    survey = surveys(groups, "final_accuracy")[0]
    answered = answer(comparison, names)
    return Material(comparison, answered, survey, every, {}, outcomes, len(outcomes))


def titles(outcomes):
    return [section.title for section in chapter(material(outcomes)).sections if section]


def test_a_page_is_well_formed_and_names_every_arm_and_run(paper):
    text = document("Report", "9 runs", [chapter(material(paper))])
    read = Reader(text)
    assert text.startswith("<!DOCTYPE html>")
    for outcome in paper:
        assert outcome.experiment.key[:8] in read.text
    for word in ("exploding", "trains", "depth-scaled", "cifar10 c58f3010", "forward of block 83"):
        assert word in read.text
    assert read.counts["h1"] == 1
    assert read.counts["script"] == 1


def test_nothing_in_it_points_outside(paper):
    text = document("Report", "", [chapter(material(paper))])
    pointing = ("src", "href", "action", "data", "srcset")
    addresses = [value for _, name, value in Reader(text).attributes if name in pointing]
    assert len(addresses) > 3
    assert all(address.startswith(("#", "data:,")) for address in addresses)
    assert not re.search(r"https?://|@import|url\(", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    "place",
    [
        *("title", "subtitle", "note", "chapter", "words", "sheet", "chart", "sentence", "metric"),
        "heat",
        *("arm", "verdict", "reached", "interval", "ok", "why", "tick"),
    ],
)
def test_a_hostile_string_is_text_wherever_it_stands(place):
    def at(name):
        return HOSTILE if place == name else "calm"

    sheet = Sheet(
        at("sheet"), (Column(at("sheet")),), ((Cell(at("sheet")),),), at("sheet"), (at("sheet"),)
    )
    line = ChartLine(at("chart"), (0.0, 1.0), (0.0, 1.0))
    chart = Chart("slug", at("chart"), at("chart"), Axis(at("chart")), Axis(at("chart")), (line,))
    cell = HeatCell(0.5, at("heat"), at("heat"), at("heat"))
    heat = HeatMap(*[at("heat")] * 6, (at("heat"),), (at("heat"),), ((cell,),))
    section = Section(
        at("words"), (at("words"),), (sheet,), (chart,), (heat,), reasons=(at("words"),)
    )
    row = StandingRow(
        at("arm"), at("verdict"), at("reached"), at("interval"), at("ok"), at("why"), None
    )
    block = AnswerBlock(at("sentence"), at("metric"), (row,), ((50.0, at("tick")),), 0)
    chapter = Chapter(at("chapter"), (section,), block)
    text = document(at("title"), at("subtitle"), [chapter], [at("note")])
    assert "alert(1)" in text
    assert "<script>alert" not in text
    assert "<!--" not in text
    assert "\x1b" not in text
    assert Reader(text).counts["script"] == 1


def test_sections_appear_only_where_there_are_data(paper, make, profiled):
    assert titles(paper) == ["Final accuracy by arm", "Runs", "Run by run", "Provenance"]
    curve = tuple(Epoch(e, 2 / e, 2 / e, 0.1 * e, 1.0) for e in (1, 2, 3))
    trained = make("he", 0)
    object.__setattr__(trained, "curve", curve)
    assert "Learning curves" in titles([trained])
    assert "Profiles by block" in titles([profiled[0]])
    swept = [make(f"depth-scaled:c={c}", 0, 0.3, blocks=b) for c in (0.5, 2) for b in (10, 50)]
    assert {"Heat maps", "Sensitivity", "Critical scale"} <= set(titles(swept))


def test_an_empty_store_reads_sensibly():
    read = Reader(document("Report", "0 runs of resweep.db", [], ["The store holds no runs."]))
    assert "The store holds no runs." in read.text
    assert "table" not in read.counts


def test_one_run_and_runs_that_all_exploded(paper):
    for outcomes in (paper[3:4], paper[:2]):
        read = Reader(document("Report", "", [chapter(material(outcomes))]))
        assert "nan" not in read.text.lower().split()
        assert "None" not in read.text
        assert ("exploding" in read.text) == (outcomes[0].status == "exploded")


def test_the_rule_behind_each_status_that_occurs_is_on_the_page(make):
    runs = [make("he", 0), make("he", 1, 0.1, "undecided"), make("he", 2, status="later")]
    text = Reader(document("Report", "", [chapter(material(runs))])).text
    rules = dict(RULES)
    for status in ("ok", "undecided"):
        assert rules[status] in text
    assert rules["trapped"] not in text


def test_different_datasets_are_chapters_of_their_own(paper, make):
    other = [make("he", s, 0.2, dataset="synthetic", data="5eed") for s in (0, 1)]
    chapters = []
    for outcomes in (paper, other):
        chapters.append(chapter(material(outcomes)))
    assert [chapter.title for chapter in chapters] == ["cifar10 c58f3010", "synthetic 5eed"]
    assert Reader(document("Report", "", chapters)).counts["h2"] == 2


def test_arms_that_only_differ_in_depth_are_told_apart(make):
    outcomes = [make("he", 0, 0.3, blocks=b) for b in (10, 50)]
    assert [row.name for row in chapter(material(outcomes)).answer.rows] == [
        "he blocks=10",
        "he blocks=50",
    ]


def test_a_thousand_arms_are_cut_with_words(make):
    outcomes = [make(f"depth-scaled:multiplier={1 + i / 1000}", 0, 0.3) for i in range(1000)]
    found = material(outcomes, drawn=[])
    found = replace(found, drawn=[], listed=outcomes[: sections.LISTED], runs=1000)
    read = Reader(document("Report", "", [chapter(found)]))
    assert f"{sections.TABLED} of 1,000 arms are listed" in read.text
    assert f"{sections.LISTED} of 1,000 runs are listed" in read.text


def test_large_charts_and_heat_maps_are_thinned_with_words(make):
    """1,000 scales at two depths: the page says how many of them it draws."""
    runs = []
    for i in range(1000):
        for blocks in (10, 50):
            runs.append(make(f"depth-scaled:multiplier={1 + i / 1000}", 0, 0.3, blocks=blocks))
    found = replace(material(runs, drawn=[]), listed=[], runs=2000)
    text = document("Report", "", [chapter(found)])
    said = Reader(text).text
    assert f"{sections.HEAT_COLUMNS} of 1,000 values of multiplier are drawn" in said
    assert f"{POINTS} of 1,000 points are drawn" in said
    assert len(text) < 1_000_000


def test_the_same_results_give_the_same_page(paper):
    assert document("R", "", [chapter(material(paper))]) == document(
        "R", "", [chapter(material(paper))]
    )


def test_axes_that_count_have_whole_marks(make):
    runs = []
    for arm, blocks in (("he", 2), ("he", 3), ("bn", 2), ("bn", 3)):
        growth = {f"{way}_growth": 10.0**blocks for way in ("forward", "backward")}
        profiles = {"grad_norm": (1.0, 2.0)}
        one = make(arm, 0, 0.3, blocks=blocks, metrics=growth, profiles=profiles)
        epochs = tuple(Epoch(epoch, 2.0 / epoch, 2.0, 0.3, 1.0) for epoch in (1, 2))
        runs.append(replace(one, curve=epochs))
    marked = {}
    for section in chapter(material(runs)).sections:
        for chart in section.charts:
            drawn = drawing(chart)
            if drawn:
                marked[chart.x.label] = [tick.text for tick in drawn.x_ticks]
    assert marked == {"blocks L": ["2", "3"], "epoch": ["1", "2"], "block": ["1", "2", "3"]}


def test_sentences_of_several_datasets_stand_before_the_first_chapter(paper, make):
    other = [make("he", s, 0.2, dataset="synthetic", data="5eed") for s in (0, 1)]
    chapters = [chapter(material(outcomes)) for outcomes in (paper, other)]
    text = document("Report", "", chapters)
    first = text.index('<section class="chapter"')
    for one in chapters:
        assert 0 < text.index(one.answer.sentence) < first
    alone = document("Report", "", chapters[:1])
    assert alone.count(chapters[0].answer.sentence) == 1


def test_what_theory_withholds_is_said_once_a_reason(profiled):
    outcome = profiled[0]
    key = outcome.experiment.key
    found = replace(
        material([outcome], drawn=[("he", [outcome]), ("glorot", [outcome])]),
        predictions={key: {"forward_unpredicted": "too narrow", "backward_unpredicted": ""}},
        unpredicted={"lsuv": "fitted"},
    )
    section = sections.profile_section(found)
    assert section.reasons == (
        "No prediction for lsuv: fitted.",
        "No forward prediction for he, glorot: too narrow.",
    )
    text = document("Report", "", [chapter(found)])
    assert "Why some predictions are missing" in text


def test_the_comparison_of_nothing_is_a_chapter_without_sections():
    empty = Material(compare([]), answer(compare([]), []), None, [], {}, [], 0)
    assert Reader(document("Report", "", [chapter(empty)])).counts.get("table", 0) == 0


def test_a_map_of_most_of_many_arms_stands_before_their_rows(make):
    """A sweep of scale and depth is one map; among other arms it is a section like others."""
    swept = []
    for c in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2):
        swept += [make(f"depth-scaled:c={c}", 0, 0.3, blocks=L) for L in (10, 20, 40)]
    (heat,) = chapter(material(swept, drawn=[])).heats
    assert len(heat.run_cells()) == 18
    text = document("Report", "", [chapter(material(swept, drawn=[]))])
    assert text.index('table class="heat"') < text.index('table class="standings"')
    few = chapter(material(swept[:15], drawn=[]))
    others = [make(f"he:multiplier={1 + i / 100}", 0, 0.3, blocks=10) for i in range(20)]
    among = chapter(material(swept + others, drawn=[]))
    for without in (few, among):
        assert without.heats == ()
        assert any(section.heats for section in without.sections)

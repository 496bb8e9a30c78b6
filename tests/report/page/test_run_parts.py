"""The parts of a page that hold one run each."""

from dataclasses import replace

from resweep.report.page.chapter import chapter
from resweep.report.page.document import document
from resweep.report.page.run_parts import PARTS, run_parts
from tests.report.page.test_page import material


def test_a_part_has_all_that_is_stored_of_a_run(paper):
    outcome = paper[3]
    (part,) = run_parts(material([outcome]))
    assert part.key == outcome.experiment.key[:8]
    assert part.status == outcome.status
    pairs = dict(part.pairs)
    assert pairs["all of it"] == f"resweep show {part.key}"
    assert f"train_size={outcome.experiment.train_size}" in pairs["settings"]
    assert {name.replace("_", " ") for name in outcome.metrics} <= set(pairs)
    text = document("R", "", [chapter(material([outcome]))])
    assert f'<details id="d1r{part.key}">' in text


def test_a_page_has_a_bounded_number_of_them_from_every_drawn_arm(make):
    drawn = []
    for name in ("he", "glorot", "lecun"):
        drawn.append((name, [make(name, seed, 0.3) for seed in range(50)]))
    every = [outcome for _, outcomes in drawn for outcome in outcomes]
    parts = run_parts(replace(material(every), drawn=drawn))
    assert len(parts) == PARTS
    assert {part.title.split()[0] for part in parts} == {"he", "glorot", "lecun"}

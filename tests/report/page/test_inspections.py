"""The chapter of a page on inspections."""

from resweep.report.page.document import document
from resweep.report.page.inspections import inspections_chapter
from tests.inspections import answer


def test_each_inspection_has_a_row_whose_texts_are_escaped():
    hostile = answer(seed=1, blocks=("<b>one</b>", "2"), status="sound")
    chapter = inspections_chapter([answer(), hostile])
    text = document("Report", "", [chapter])
    assert text.count("net.py:net(depth=2)") >= 2
    assert "2.b.weight (outlier)" in text
    assert "unstable" in text
    assert "<b>one</b>" not in text


def test_it_says_first_how_many_are_sound_and_what_is_odd():
    odd, sound = answer(), answer(seed=1, status="sound", findings=())
    said = inspections_chapter([odd, sound, sound]).sections[0].words[0]
    assert said == (
        "2 of 3 inspections found a sound network; unstable: net.py:net(depth=2); "
        "unusual parameters: net.py:net(depth=2)."
    )
    assert inspections_chapter([sound]).sections[0].words[0] == (
        "1 of 1 inspection found a sound network."
    )


def test_there_is_no_chapter_without_any():
    assert inspections_chapter([]) is None

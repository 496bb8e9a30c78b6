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


def test_there_is_no_chapter_without_any():
    assert inspections_chapter([]) is None

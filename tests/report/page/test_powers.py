"""Powers of ten on a page."""

import pytest

from resweep.report.page.powers import raised, superscript


@pytest.mark.parametrize(
    ("text", "set_"), [("1e44", "10⁴⁴"), ("2.5e-7", "2.5·10⁻⁷"), ("0.01", "0.01")]
)
def test_marks_of_an_axis(text, set_):
    assert superscript(text) == set_


def test_a_sentence_is_escaped_and_its_powers_are_raised():
    said = raised("forward 10^-13.8 <b>, 10^2")
    assert str(said) == "forward 10<sup>-13.8</sup> &lt;b&gt;, 10<sup>2</sup>"

"""Text of unknown origin: escaped where a terminal would obey it, refused as a name."""

import pytest

from resweep.errors import UsageError
from resweep.printable import check_name, printable
from tests.samples import refusal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("he:lr=1e-3 ± 中", "he:lr=1e-3 ± 中"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("two\nlines\r\t", r"two\nlines\r\t"),
        ("\x9b31m", r"\x9b31m"),
        ("right\u202eto left", r"right\u202eto left"),
        ("no text \udcff", r"no text \udcff"),
    ],
)
def test_what_is_obeyed_is_escaped(text, shown):
    assert printable(text) == shown


def test_what_ascii_lacks_is_escaped_or_spelled():
    assert printable("0.4 ± 0.1 中\x07", ascii_only=True) == r"0.4 +- 0.1 \u4e2d\x07"


def test_a_name_is_one_line_of_letters_that_print():
    assert check_name("sweep", "fig 2, c=0.5..2 (中)") == "fig 2, c=0.5..2 (中)"
    for name in ("a\nb", "\x1b[2J", "\udcff", "tab\t"):
        message = refusal(UsageError, check_name, "sweep", name)
        assert message.isprintable()
        assert message.startswith("the sweep is called ")

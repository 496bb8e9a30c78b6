"""Lines of words and of `doctor` on a terminal."""

from resweep.cli.output.word_list import hanging


def test_what_is_too_long_goes_on_below_its_beginning_and_breaks_between_words():
    assert hanging("ok  data  ", "one two three four", 20) == "ok  data  one two\n" + " " * 10 + (
        "three four"
    )


def test_where_there_is_no_terminal_nothing_is_broken():
    assert hanging("ok  ", "one two", None) == "ok  one two"
    assert hanging("ok  ", "one two", 7) == "ok  one two"  # too narrow for two columns

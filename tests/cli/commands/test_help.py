"""`resweep help`, and the help pages themselves."""

import re

import pytest

from resweep.cli import lazy
from resweep.cli.output.word_list import lines
from resweep.report.words import Part, Word, glossary


def test_help_words_prints_every_word_with_its_line(resweep):
    printed = resweep("help", "words").out
    for part in glossary():
        assert f"{part.title}:" in printed
        for word in part.words:
            assert word.line in printed


def test_help_words_of_one_word(resweep):
    found = resweep("help", "words", "trapped", "--json").json()
    assert [list(words) for words in found.values()] == [["trapped"], ["trapped"]]


def test_help_of_a_command_is_its_page(resweep):
    assert resweep("help", "ls").out == resweep("ls", "--help").out
    assert resweep("help").out == resweep("--help").out


def test_help_of_what_is_not_there_names_the_nearest(resweep):
    done = resweep("help", "wrods")
    assert (done.code, done.err) == (2, "error: unknown command 'wrods': did you mean 'words'?\n")
    assert resweep("help", "ls", "ok").code == 2


def test_a_long_line_goes_on_below_its_beginning():
    part = Part("status", (Word("ok", "one two three four"), Word("error", "five")))
    assert list(lines(part, 20)) == ["  ok     one two\n         three four", "  error  five"]
    assert next(lines(part, None)) == "  ok     one two three four"


@pytest.mark.parametrize(
    ("command", "tables"),
    [("sweep", ["[fixed]", "[[grid]]"]), ("study", ["[fixed]", "[search]", "[search.ranges]"])],
)
def test_help_shows_the_names_of_tables_in_brackets(resweep, command, tables):
    page = resweep(command, "--help").out
    assert all(table in page for table in tables)


@pytest.mark.parametrize("command", lazy.SUMMARIES)
def test_no_help_page_loses_a_bracket(command):
    r"""Rich takes [word] for markup and drops it; \[word] is printed."""
    for parameter in lazy.load(command).params:
        text = getattr(parameter, "help", None) or ""
        assert "[" not in text.replace("\\[", ""), parameter.name


EVERY = [*lazy.SUMMARIES, "", "data fetch", "data check", "data path"]
EVERY += [f"db {name}" for name in ("upgrade", "check", "copy", "merge")]


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("command", EVERY)
def test_no_help_page_has_a_type_of_python_and_no_cut_title(resweep, monkeypatch, command, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERMINAL_WIDTH", columns)
    page = resweep(*command.split(), "--help").out
    assert page
    assert not re.search(r"<(bool|str|int|float|path|list)", page)
    for title in re.findall("╭─ (.*?)╮", page):
        assert title.endswith("─"), title
        assert title.count("(") == title.count(")")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("seed", "0"),
        ("momentum", "0.0"),
        ("conv_bias", "false"),
        ("blocks_at", "none"),
        ("augment", "none"),
    ],
)
def test_a_default_is_written_as_it_is_typed(name, said):
    (option,) = [p for p in lazy.load("run").params if p.name == name]
    assert option.help.endswith(f"(default {said})")


def test_paragraphs_of_a_page_break_where_the_terminal_ends(resweep, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERMINAL_WIDTH", "120")
    assert "A network that explodes is a result: exit code 0." in resweep("run", "--help").out

"""The line that says what takes its time: on a terminal alone, and gone afterwards."""

import io

import pytest

from resweep.cli.output.waiting import waiting


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_shows_the_line_and_a_pipe_nothing(monkeypatch, terminal):
    stream = Stream(terminal)
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with waiting("timing ...") as show:
        show("looking ...")
    assert ("looking ..." in stream.getvalue()) == terminal
    if not terminal:
        assert stream.getvalue() == ""

"""Which stream, which width, which colours."""

import io
import os
import pty
import subprocess
import sys

import pytest
from rich.text import Text

from resweep.report.console import messages, results

SHOW = (
    "from rich.text import Text\n"
    "from resweep.report.console import results, messages\n"
    "results().print(Text('± data \\ud800 [b]', 'bold red'))\n"
    "messages().print(Text('words', 'bold'))\n"
)


def show(env=None, stdout=subprocess.PIPE):
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")} | (
        env or {}
    )
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment,
        check=True,
    )


def on_terminal(env):
    """What a terminal receives on stdout."""
    master, slave = pty.openpty()
    show({"TERM": "xterm-256color"} | env, stdout=slave)
    os.close(slave)
    received = os.read(master, 4096).decode()
    os.close(master)
    return received


def test_data_to_stdout_and_words_to_stderr():
    done = show({"PYTHONIOENCODING": "utf-8"})
    assert done.stdout.decode() == "± data \\ud800 [b]\n"
    assert done.stderr.decode() == "words\n"


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}]
)
def test_no_encoding_crashes(env):
    assert b"data \\ud800 [b]" in show(env).stdout


def test_colours_on_a_terminal_unless_refused():
    assert "\x1b[" in on_terminal({})
    assert "\x1b[" not in on_terminal({"NO_COLOR": "1"})


def test_a_pipe_is_never_narrow(monkeypatch):
    for name, value in (("COLUMNS", "40"), ("FORCE_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    for console in (results(io.StringIO()), messages(io.StringIO())):
        console.print(Text("x" * 500, style=""))
        assert "x" * 500 + "\n" in console.file.getvalue()

import inspect
import signal
import subprocess
import sys
import time
from importlib import import_module

import pytest

from resweep.cli.lazy import SUMMARIES
from tests.cli.conftest import SMALL


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_is_the_commands_own_first_sentence(name):
    module = import_module(f"resweep.cli.commands.{name}")
    page = module.app.info.help if hasattr(module, "app") else inspect.getdoc(getattr(module, name))
    assert " ".join(page.split("\n\n")[0].split()) == SUMMARIES[name]


@pytest.mark.parametrize("name", [n for n in SUMMARIES if n not in ("data", "db")])
def test_every_command_has_help_with_an_example(resweep, name):
    done = resweep(name, "-h")
    assert done.code == 0
    assert f"resweep {name}" in " ".join(done.out.split())


def test_help_lists_every_command_and_nothing_is_said_with_2(resweep):
    assert all(name in resweep("--help").out for name in SUMMARIES)
    assert resweep().code == 2
    assert resweep("--version").out.startswith("resweep 0.")


HELP = """
sys.argv = ["resweep", "--help"]
from resweep.cli.app import main
try:
    main()
except SystemExit:
    pass
"""


@pytest.mark.parametrize(
    "command", [["--help"], ["report"], ["ls"], ["schemes"], ["predict", "--blocks", "2"]]
)
def test_what_needs_no_torch_does_not_import_it(tmp_path, command):
    script = (
        "import sys; sys.argv = ['resweep', *sys.argv[1:]]\n"
        "from resweep.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('torch' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[-1] == "False"


@pytest.mark.parametrize("code", ["import resweep", HELP], ids=["import", "help"])
def test_what_only_some_executors_and_stores_need_is_not_imported(code):
    code += "\nprint(*sorted({'submitit', 'ray', 'psycopg', 'torch'} & set(sys.modules)), '.')"
    words = [sys.executable, "-c", f"import sys\n{code}"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["."]


def slow_run(tmp_path):
    """A real process in the middle of the second of three runs."""
    words = ["run", *SMALL, "--epochs", "2", "--seed", "0", "--epochs", "500", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "resweep", *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in process.stderr:
        if line.startswith("[1/2]"):
            break
    time.sleep(0.5)
    return process


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_saves_what_is_finished_and_says_how_to_go_on(tmp_path, resweep, sent, code):
    process = slow_run(tmp_path)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "stopped: 1 of 2 runs saved" in err
    assert "Traceback" not in err
    assert out == ""
    assert len(resweep("ls", "--json").json()) == 1
    assert resweep("db", "check").code == 0


FINALIZER = """
import os, signal, sys, time
from resweep.cli import app
class Closing:
    def __del__(self):
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))
        for _ in range(1000):
            pass  # the handler raises here, where exceptions are dropped
def outcome(words, debug):
    Closing()
    for _ in range(100):
        time.sleep(0.01)
    return 0
app.outcome = outcome
app.main()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 143), ("SIGINT", 130)])
def test_an_end_asked_for_inside_a_finalizer_is_heeded_without_a_traceback(tmp_path, name, code):
    done = subprocess.run(
        [sys.executable, "-c", FINALIZER, name], cwd=tmp_path, capture_output=True, text=True
    )
    assert "Exception ignored" not in done.stderr
    assert done.returncode in (code, -getattr(signal, name))

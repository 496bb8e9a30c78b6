"""Tab in a real bash, zsh and fish, on a pseudo-terminal."""

import fcntl
import os
import pty
import select
import shutil
import struct
import sys
import termios
import time
from pathlib import Path

import pytest
from typer._completion_shared import get_completion_script

from resweep.cli.completion import table

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {0}"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source {0}"),
    "fish": (["fish", "--no-config", "-i"], "source {0}"),
}
ROOT = Path(__file__).parents[3]


class Terminal:
    """A shell in a folder where `resweep` is this program and its completion is installed."""

    def __init__(self, shell, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="dumb", HOME=str(folder), PATH=f"{folder}:{os.environ['PATH']}")
            os.execvp(SHELLS[shell][0][0], SHELLS[shell][0])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
        self.type(f"{SHELLS[shell][1].format(folder / f'complete.{shell}')}; echo re''ady\n")
        self.wait("ready")

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, expected, seconds=60):
        """What is shown until the expected text is."""
        shown, end = "", time.monotonic() + seconds
        while expected not in shown and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                shown += os.read(self.fd, 65536).decode(errors="replace")
        return shown

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with the program, the scripts of all shells and a store of one run."""
    from resweep.store import Store
    from tests.samples import outcome

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    table.read()
    program = tmp_path / "resweep"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from resweep.cli.start import main\nmain()\n"
    )
    program.chmod(0o755)
    for shell in SHELLS:
        how = {"prog_name": "resweep", "complete_var": "_RESWEEP_COMPLETE", "shell": shell}
        (tmp_path / f"complete.{shell}").write_text(get_completion_script(**how) + "\n")
    with Store.open(str(tmp_path / "resweep.db")) as store:
        store.save(outcome())
        key = store.outcomes(limit=1).__next__().experiment.key
    return tmp_path, key[:8]


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_commands_schemes_arms_conditions_and_keys(shell, home):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    folder, key = home
    terminal = Terminal(shell, folder)
    try:
        for begun, whole in (
            ("resweep comp", "resweep compare "),
            ("resweep run --scheme depth-scaled-", "depth-scaled-squared"),
            ("resweep run --scheme he,delta-", "he,delta-orthogonal"),
            ("resweep compare he:mul", "he:multiplier="),
            ("resweep report --where 'blocks>=50 and sch", "blocks>=50 and scheme"),
            (f"resweep show {key[:4]}", f"show {key}"),
        ):
            terminal.type(f"{begun}\t")
            assert whole in terminal.wait(whole), begun
            terminal.type("\x15")  # Ctrl-U takes the line away
            terminal.wait("nothing", 0.3)
    finally:
        terminal.close()

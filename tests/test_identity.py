"""Names of processes: who lives, who has ended, and what this machine cannot tell."""

import os
import signal
import subprocess
import sys

import pytest

from resweep import identity

NOBODY = 2**22 + 1  # above the largest number that Linux gives to a process


@pytest.fixture
def child():
    """A process that waits until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def earlier_form(name):
    """The same process as earlier versions named it."""
    where, pid, start = name.rsplit(" ", 2)
    return f"{where.split('/')[0]}:{pid}:{start}"


@pytest.mark.parametrize("form", [str, earlier_form])
def test_a_process_lives_until_it_ends(child, form):
    named = form(identity.name(child.pid))
    assert identity.gone(named) is False
    assert identity.gone(form(identity.me())) is False
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert identity.gone(named) is True, "a zombie has ended"
    child.wait()
    assert identity.gone(named) is True


@pytest.mark.parametrize("form", [str, earlier_form])
def test_a_number_used_again_is_another_process(child, form):
    where, pid, start = identity.name(child.pid).rsplit(" ", 2)
    assert identity.gone(form(f"{where} {pid} {int(start) - 1}")) is True


def test_a_stopped_process_lives(child):
    child.send_signal(signal.SIGSTOP)
    assert identity.gone(identity.name(child.pid)) is False


def test_a_name_says_host_boot_and_namespace():
    host, boot, namespace = identity.host().split("/")
    assert host == os.uname().nodename
    assert len(boot) == 8
    assert int(namespace) == os.stat("/proc/self/ns/pid").st_ino


@pytest.mark.parametrize("place", [0, 1, 2])
def test_another_host_boot_or_namespace_cannot_be_seen(place):
    """Two containers may share a host name: the same number means another process in each."""
    parts = identity.host().split("/")
    parts[place] = "other"
    assert identity.gone(f"{'/'.join(parts)} {NOBODY} 1") is None
    assert identity.gone(f"{identity.host()} {NOBODY} 1") is True


@pytest.mark.parametrize("text", ["", "me", "a b c", "::", f"{os.uname().nodename}:x:1", "h -1 1"])
def test_a_text_that_is_no_name_tells_nothing(text):
    assert identity.gone(text) is None


def test_a_living_process_that_may_not_be_looked_at_is_unknown(child, monkeypatch, tmp_path):
    """As with /proc mounted with hidepid, where another user's process has no files to read."""
    named = identity.name(child.pid)
    identity.host()
    monkeypatch.setattr(identity, "PROC", tmp_path)
    assert identity.gone(named) is None
    child.kill()
    child.wait()
    assert identity.gone(named) is True

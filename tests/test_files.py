"""A file that is written holds the old content or the new one, and stays what it is."""

import multiprocessing
import os
import stat
import subprocess
import sys
import tempfile
import threading

import pytest

from resweep import files
from resweep.errors import ResweepError

MEGABYTE = 1 << 20


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_made_and_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "a.txt"
    files.write_text(path, "one\r\n")
    files.write(path, b"two\n")
    with files.replacing_text(path) as text:
        text.write("dr\u00ed\n")
        assert path.read_bytes() == b"two\n"
    assert path.read_bytes() == b"dr\xc3\xad\n"
    assert names(tmp_path) == ["a.txt"]


def test_permissions_are_those_of_the_umask_or_of_the_file_that_was_there(tmp_path):
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o604)
    files.write(tmp_path / "new", b"more")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o604


def begin_and_fail(path, fault):
    with files.replacing(path) as file:
        file.write(b"new")
        file.flush()
        raise fault


@pytest.mark.parametrize("fault", [ValueError("no"), KeyboardInterrupt(), OSError(5, "I/O error")])
def test_after_an_exception_the_old_file_stays_and_nothing_is_left(fault, tmp_path):
    (tmp_path / "a").write_text("old")
    wanted = ResweepError if isinstance(fault, OSError) else type(fault)
    with pytest.raises(wanted):
        begin_and_fail(tmp_path / "a", fault)
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_a_full_disk_leaves_the_old_file_and_is_said(disk):
    path = disk / "a"
    files.write(path, b"old")
    with pytest.raises(files.WriteError) as caught:
        files.write(path, b"x" * 2 * MEGABYTE)
    line = (
        f"cannot write {path}: No space left on device: free space there, or name a file elsewhere"
    )
    assert str(caught.value) == line
    assert caught.value.reason == "No space left on device"
    assert path.read_bytes() == b"old"
    assert names(disk) == ["a"]


def test_a_read_only_disk_is_said(disk):
    files.write(disk / "a", b"old")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(files.WriteError, match=r"cannot write .*/a: Read-only file system: name"):
        files.write(disk / "a", b"new")
    assert (disk / "a").read_bytes() == b"old"


def test_a_links_target_is_written_and_the_link_stays(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "target").write_text("old")
    (tmp_path / "link").symlink_to("second")
    (tmp_path / "second").symlink_to("below/target")
    (tmp_path / "hanging").symlink_to("below/later")
    for name in ("link", "hanging"):
        files.write_text(tmp_path / name, "new")
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "below" / "target").read_text() == "new"
    assert names(tmp_path / "below") == ["later", "target"]


def test_files_that_lie_beside_are_not_touched(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "a.csv.part").symlink_to(victim)
    (tmp_path / "a.csv.tmp").write_text("foreign")
    files.write_text(tmp_path / "a.csv", "new")
    assert victim.read_text() == "precious"
    assert (tmp_path / "a.csv.tmp").read_text() == "foreign"
    assert (tmp_path / "a.csv.part").is_symlink()


def test_a_device_is_written_in_place(tmp_path):
    before = os.stat("/dev/null")
    (tmp_path / "link").symlink_to("/dev/null")
    for path in (tmp_path / "link", files.Path("/dev/null")):
        files.write(path, b"gone")
    assert os.stat("/dev/null").st_ino == before.st_ino
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(files.WriteError, match=r"/dev/full: No space left on device"):
        files.write(files.Path("/dev/full"), b"x")


def test_a_fifo_is_written_in_place(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    heard = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    files.write_text(tmp_path / "fifo", "through")
    reader.join()
    assert heard == [b"through"]
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


PRINT = """
import pathlib, resweep.files
resweep.files.write_text(pathlib.Path("/dev/stdout"), "two\\n")
"""


def test_stdout_is_written_in_place_also_where_it_is_a_file(tmp_path):
    (tmp_path / "out").write_text("one\n")
    before = (tmp_path / "out").stat().st_ino
    with (tmp_path / "out").open("a") as out:
        subprocess.run([sys.executable, "-c", PRINT], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "one\ntwo\n"
    assert (tmp_path / "out").stat().st_ino == before
    done = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True, check=True)
    assert done.stdout == "two\n"


def test_a_pipe_that_nobody_reads_is_no_fault_of_the_file():
    read, write = os.pipe()
    os.close(read)
    try:
        with pytest.raises(BrokenPipeError):
            files.write(files.Path(f"/dev/fd/{write}"), b"x")
    finally:
        os.close(write)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("absent/a", "No such file or directory: name a file in a folder that exists"),
        ("file/a", "Not a directory: name a file in a folder that exists"),
        ("folder", "Is a directory: it is a folder, name a file in it"),
        ("loop", "Too many levels of symbolic links: name another file"),
        ("n" * 300, "File name too long: name another file"),
    ],
)
def test_every_refusal_is_one_line_that_names_the_file(name, why, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(files.WriteError) as caught:
        files.write(tmp_path / name, b"")
    assert str(caught.value) == f"cannot write {tmp_path / name}: {why}"
    assert caught.value.exit_code == 1


def test_a_name_of_the_greatest_length(tmp_path):
    files.write(tmp_path / ("n" * 255), b"x")
    assert names(tmp_path) == ["n" * 255]


def write_as_nobody(path, answers):
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        files.write(path, b"new")
    except ResweepError as error:
        answers.put(str(error))


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o777, 0o444)])
def test_what_is_write_protected_stays(folder_mode, file_mode):
    with tempfile.TemporaryDirectory(prefix="resweep-") as place:
        os.chmod(place, 0o755)
        folder = files.Path(place, "folder")
        folder.mkdir()
        (folder / "a").write_text("old")
        (folder / "a").chmod(file_mode)
        folder.chmod(folder_mode)
        fork = multiprocessing.get_context("fork")
        answers = fork.Queue()
        visitor = fork.Process(target=write_as_nobody, args=(folder / "a", answers))
        visitor.start()
        line = answers.get(timeout=60)
        visitor.join()
        folder.chmod(0o755)
        assert (folder / "a").read_text() == "old"
        assert names(folder) == ["a"]
    assert line.endswith("/a: Permission denied: make it and its folder writable, or name another")


def test_what_is_no_utf_8_is_written_escaped(tmp_path):
    files.write_text(tmp_path / "a", os.fsdecode(b"caf\xe9"))
    with files.replacing_text(tmp_path / "b") as text:
        text.write(os.fsdecode(b"caf\xe9"))
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text() == r"caf\udce9"

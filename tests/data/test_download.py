import contextlib
import fcntl
import os

import pytest

from resweep.data import archive, batches
from resweep.data.download import download
from resweep.errors import MissingError


@pytest.fixture
def part(tmp_path):
    return tmp_path / f"{archive.NAME}.part"


def test_a_download_is_verified_and_reports_its_progress(server, tmp_path, part, tarball):
    seen = []
    path = download([server.url], tmp_path, lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == tarball
    assert seen[-1] == (len(tarball), len(tarball))
    assert not part.exists()
    assert download([server.url], tmp_path) == path
    assert len(server.asked) == 1


@pytest.mark.parametrize("ranges", [True, False])
def test_a_cut_off_download_goes_on_or_starts_over(ranges, server, tmp_path, part, tarball):
    server.limit, server.ranges = 50_000, ranges
    with pytest.raises(
        MissingError,
        match=rf"was cut off after 50,000 of {len(tarball):,} bytes; 50,000 bytes are kept\): run ",
    ):
        download([server.url], tmp_path)
    assert part.stat().st_size == 50_000
    server.limit = None
    assert download([server.url], tmp_path).read_bytes() == tarball
    assert server.asked == [None, "bytes=50000-"]


def test_a_part_that_is_already_whole_or_too_long_starts_over(server, tmp_path, part, tarball):
    part.write_bytes(b"x" * (len(tarball) + 1))
    assert download([server.url], tmp_path).read_bytes() == tarball


def test_a_wrong_md5_is_deleted_and_named(server, tmp_path, part):
    server.content = b"not the tarball"
    with pytest.raises(
        MissingError, match=rf"gave 15 bytes of md5 [0-9a-f]{{32}}, expected {archive.MD5}: deleted"
    ):
        download([server.url], tmp_path)
    assert list(tmp_path.glob(f"{archive.NAME}*")) == []


def test_a_part_of_another_file_is_found_out(server, tmp_path, part, tarball):
    part.write_bytes(b"x" * 100)
    with pytest.raises(MissingError, match="expected"):
        download([server.url], tmp_path)
    assert download([server.url], tmp_path).read_bytes() == tarball


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:{port}/absent", r"HTTP 404 Not Found"),
        ("http://127.0.0.1:1/x", r"refused"),
        ("no-url", r"unknown url type"),
        ("http://[", r"URL"),
    ],
)
def test_every_failure_is_one_line(url, why, server, tmp_path):
    with pytest.raises(
        MissingError, match=rf"cannot download .* \(.*{why}.*\): run again: resweep data fetch"
    ) as caught:
        download([url.format(port=server.server_port)], tmp_path / "new")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_place_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot download .*file"):
        download([server.url], tmp_path / "file" / "below")


def test_only_the_batches_are_unpacked(tmp_path, tarball):
    path = tmp_path / "deep" / "down" / archive.NAME
    path.parent.mkdir(parents=True)
    path.write_bytes(tarball)
    folder = archive.extract(path)
    assert sorted(p.name for p in folder.iterdir()) == sorted(batches.FILES)
    assert not list(tmp_path.rglob("escape"))
    assert sorted(p.name for p in path.parent.iterdir()) == [batches.FOLDER, archive.NAME]


def test_unpacking_replaces_a_damaged_folder(tmp_path, tarball):
    (tmp_path / archive.NAME).write_bytes(tarball)
    folder = archive.extract(tmp_path / archive.NAME)
    content = (folder / "test_batch").read_bytes()
    (folder / "test_batch").write_bytes(b"")
    archive.extract(tmp_path / archive.NAME)
    assert (folder / "test_batch").read_bytes() == content


def test_a_tarball_cut_off_is_not_unpacked(tmp_path, tarball):
    path = tmp_path / archive.NAME
    path.write_bytes(tarball[:1000])
    with pytest.raises(
        MissingError,
        match=rf"md5 [0-9a-f]{{32}} \(1,000 bytes\), expected {archive.MD5}: delete it",
    ):
        archive.extract(path)
    assert not (tmp_path / batches.FOLDER).exists()


def test_a_link_in_the_place_of_the_partial_file_is_not_followed(server, tmp_path, part):
    (tmp_path / "victim").write_text("precious")
    part.symlink_to(tmp_path / "victim")
    with pytest.raises(MissingError, match=rf"\({part} is no regular file, remove it\): run again"):
        download([server.url], tmp_path)
    assert (tmp_path / "victim").read_text() == "precious"
    assert part.is_symlink()
    assert server.asked == []


def test_a_pipe_in_the_place_of_the_partial_file_does_not_hang(server, tmp_path, part):
    os.mkfifo(part)
    with pytest.raises(MissingError, match="is no regular file, remove it"):
        download([server.url], tmp_path)


def test_the_tarball_may_be_a_link_to_another_folder(server, tmp_path, tarball):
    (tmp_path / "large").mkdir()
    (tmp_path / archive.NAME).symlink_to(tmp_path / "large" / "cifar.tgz")
    path = download([server.url], tmp_path)
    assert (tmp_path / archive.NAME).is_symlink()
    assert path == tmp_path / archive.NAME
    assert path.read_bytes() == tarball
    assert [p.name for p in (tmp_path / "large").iterdir()] == ["cifar.tgz"]


def filled(disk, left):
    """Fill a disk but for `left` bytes."""
    with open(disk / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    os.truncate(disk / "filler", (disk / "filler").stat().st_size - left)


def test_a_download_onto_a_full_disk_says_so_and_goes_on_later(server, disk, tarball):
    filled(disk, 65536)
    with pytest.raises(MissingError, match=r"\(No space left on device; 65,536 bytes are kept\)"):
        download([server.url], disk)
    (disk / "filler").unlink()
    assert download([server.url], disk).read_bytes() == tarball
    assert server.asked == [None, "bytes=65536-"]


def test_unpacking_onto_a_full_disk_leaves_the_old_folder(disk, tarball):
    (disk / archive.NAME).write_bytes(tarball)
    (disk / batches.FOLDER).mkdir()
    (disk / batches.FOLDER / "test_batch").write_text("old")
    filled(disk, 65536)
    with pytest.raises(MissingError, match=r"cannot unpack .*No space left on device.*make room"):
        archive.extract(disk / archive.NAME)
    assert (disk / batches.FOLDER / "test_batch").read_text() == "old"
    names = sorted(p.name for p in disk.iterdir())
    assert names == sorted([batches.FOLDER, archive.NAME, "filler"])


@pytest.mark.parametrize("begun", [0, 100])
def test_of_two_downloads_at_once_the_second_is_told(server, tmp_path, part, tarball, begun):
    part.write_bytes(tarball[:begun])
    with part.open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with pytest.raises(MissingError, match=r"\(another download is writing there, wait"):
            download([server.url], tmp_path)
    assert part.read_bytes() == tarball[:begun]
    assert download([server.url], tmp_path).read_bytes() == tarball


def test_the_next_address_goes_on_where_one_was_cut_off(server, tmp_path, tarball):
    """The same server by two names; what it sends first breaks off within the tarball."""
    server.limit, notes = 50_000, []

    def mend(line):
        notes.append(line)
        server.limit = 50_000 if len(notes) == 1 else None

    other = server.url.replace("127.0.0.1", "localhost")
    path = download(["http://127.0.0.1:1/x", server.url, other], tmp_path, note=mend)
    assert path.read_bytes() == tarball
    assert server.asked == [None, "bytes=50000-"]
    assert len(notes) == 2
    assert "refused: trying http://127.0.0.1" in notes[0]
    assert notes[1].endswith(f"was cut off after 50,000 of {len(tarball):,} bytes: trying {other}")


def test_a_connection_that_is_reset_keeps_what_has_come(server, tmp_path, part, tarball):
    server.limit, server.reset = 50_000, True
    with pytest.raises(MissingError, match=r"bytes are kept\): run again: resweep data fetch"):
        download([server.url], tmp_path)
    begun = part.stat().st_size
    server.limit, server.reset = None, False
    assert download([server.url], tmp_path).read_bytes() == tarball
    assert server.asked[-1] == (f"bytes={begun}-" if begun else None)

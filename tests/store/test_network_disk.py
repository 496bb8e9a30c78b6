"""A SQLite file on a network file system has one writer; the mounts are planted."""

import pytest

from resweep import identity
from resweep.errors import ResweepError
from resweep.store import Store, network_disk
from resweep.store.network_disk import Sole, network_type
from tests.samples import outcome, refusal

LINE = "{number} 1 0:{number} / {mount} rw,relatime shared:1 - {kind} server:/export rw,vers=4.2"
ELSEWHERE = "login2/12345678/1 77 5"


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """A function that lets the mounts be these (place, type), over a root on ext4."""
    table = tmp_path / "mountinfo"
    monkeypatch.setattr(network_disk, "MOUNTS", table)

    def plant(*mounts):
        lines = []
        for number, (mount, kind) in enumerate([("/", "ext4"), *mounts]):
            mount = str(mount).replace(" ", "\\040")
            lines.append(LINE.format(number=number, mount=mount, kind=kind))
        table.write_text("\n".join(lines) + "\n")

    plant()
    return plant


@pytest.fixture
def acting(monkeypatch):
    """A function under whose name stores are opened from then on."""
    return lambda name: monkeypatch.setattr(identity, "me", lambda: name)


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "lustre", "gpfs", "beegfs", "cifs", "ceph", "fuse.sshfs"]
)
def test_the_type_is_that_of_the_innermost_mount(mounted, tmp_path, kind):
    home = tmp_path / "my home"
    home.mkdir()
    mounted((tmp_path, "tmpfs"), (home, kind))
    assert network_type(home / "resweep.db") == kind
    assert network_type(tmp_path / "resweep.db") is None
    (tmp_path / "link").symlink_to(home)
    assert network_type(tmp_path / "link" / "resweep.db") == kind
    mounted((home, kind), (home, "xfs"))
    assert network_type(home / "resweep.db") is None


def test_without_a_table_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(network_disk, "MOUNTS", tmp_path / "none")
    assert network_type(tmp_path) is None


def test_a_second_writer_is_refused_with_the_way_out(mounted, tmp_path, acting):
    mounted((tmp_path, "nfs4"))
    path, mark = tmp_path / "resweep.db", tmp_path / "resweep.db.writer"
    acting(ELSEWHERE)
    with Store.open(str(path)) as first:
        first.save(outcome(1))
        assert mark.read_text() == ELSEWHERE
        acting("login1/12345678/1 77 5")
        message = refusal(ResweepError, Store.open, str(path))
        assert message == (
            f"store {path} lies on a network file system (nfs4), where SQLite bears one writer, "
            f"and {ELSEWHERE} writes it: use --store postgresql://user@host/database for several, "
            f"or remove {mark} if that process has ended"
        )
        with Store.open(str(path), create=False) as reader:
            assert reader.count() == 1
            assert "bears one writer" in refusal(ResweepError, reader.save, outcome(2))
        acting(ELSEWHERE)
        with Store.open(str(path)) as again:  # a second store of the same process
            again.save(outcome(2))
        first.save(outcome(3))
    assert not mark.exists()
    with Store.open(str(path)) as store:
        assert store.count() == 3


def test_the_mark_of_a_process_that_has_ended_is_taken_over(mounted, tmp_path):
    mounted((tmp_path, "lustre"))
    path, mark = tmp_path / "resweep.db", tmp_path / "resweep.db.writer"
    mark.write_text(f"{identity.host()} {2**22 + 1} 1")
    with Store.open(str(path)) as store:
        store.save(outcome(1))
        assert mark.read_text() == identity.me()
    assert [p.name for p in tmp_path.glob("resweep.db*")] == ["resweep.db"]


def test_a_mark_that_another_took_over_first_is_put_back(mounted, tmp_path, monkeypatch):
    mounted((tmp_path, "gpfs"))
    sole = Sole(tmp_path / "resweep.db")
    sole.mark.write_text(ELSEWHERE)
    assert not sole._removed(f"{identity.host()} {2**22 + 1} 1")
    assert sole.mark.read_text() == ELSEWHERE
    assert not list(tmp_path.glob("*.writer.*"))


def test_on_a_disk_of_this_machine_nothing_is_marked(mounted, tmp_path):
    mounted((tmp_path, "xfs"))
    with Store.open(str(tmp_path / "resweep.db")) as store, Store.open(store.name) as second:
        store.save(outcome(1))
        second.save(outcome(2))
        assert not (tmp_path / "resweep.db.writer").exists()

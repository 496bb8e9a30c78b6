import hashlib
import http.server
import io
import json
import tarfile
import threading

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from resweep.cli.commands import data as command
from resweep.data import archive, batches, cache, cifar
from resweep.errors import ResweepError


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("RESWEEP_DATA", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def call():
    """Run `data ARGS` as the main program does: errors become one line and an exit code."""

    def run(*args):
        result = CliRunner().invoke(command.app, [str(a) for a in args])
        if isinstance(result.exception, ResweepError):
            return (
                result.exception.exit_code,
                result.stdout,
                f"{result.stderr}error: {result.exception}\n",
            )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    for split in ("train", "test"):
        for k, name in enumerate(cifar.CLASSES):
            (root / split / name).mkdir(parents=True)
            Image.new("RGB", (32, 32), (25 * k, 0, 51)).save(root / split / name / "0.png")
    return root


@pytest.fixture
def server(monkeypatch):
    """A small tarball whose md5 counts as the right one, served on the loopback."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in batches.FILES:
            member = tarfile.TarInfo(f"{batches.FOLDER}/{name}")
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
    content = buffer.getvalue()
    monkeypatch.setattr(archive, "MD5", hashlib.md5(content).hexdigest())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:100] if self.path == "/short" else content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_fetch_unpacks_into_the_cache_and_prints_only_the_folder(server, call, tmp_path):
    folder = tmp_path / "xdg" / "resweep" / batches.FOLDER
    assert call("fetch", "--url", f"{server}/whole") == (0, f"{folder}\n", "")
    assert sorted(p.name for p in folder.iterdir()) == sorted(batches.FILES)


def test_fetch_into_a_given_folder_after_a_download_that_was_cut_off(server, call, tmp_path):
    code, out, err = call("fetch", "--url", f"{server}/short", "--data", tmp_path / "new")
    assert (code, out) == (4, "")
    assert err.startswith("error: ")
    assert "was cut off after 100 of" in err
    assert err.count("\n") == 1
    code, out, _ = call("fetch", "--url", f"{server}/whole", "--data", tmp_path / "new")
    assert (code, out) == (0, f"{tmp_path / 'new' / batches.FOLDER}\n")


def test_fetch_refuses_another_file(server, call, monkeypatch):
    monkeypatch.setattr(archive, "MD5", "0" * 32)
    code, out, err = call("fetch", "--url", f"{server}/whole")
    assert (code, out) == (4, "")
    assert "expected 00000000000000000000000000000000: deleted" in err


def test_fetch_downloads_nothing_that_is_there_and_whole(call, monkeypatch, tmp_path):
    monkeypatch.setattr(command, "_whole", lambda into: True)
    code, out, err = call("fetch", "--url", "http://127.0.0.1:1/never", "--data", tmp_path)
    assert (code, out) == (0, f"{tmp_path / batches.FOLDER}\n")
    assert err == f"note: {tmp_path / batches.FOLDER} is there already and whole\n"


def test_check_prints_what_a_run_would_use(call, tree):
    code, out, err = call("check", "--data", tree)
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert (code, err) == (0, "note: reading 20 images\n")
    assert lines["dataset"] == "cifar10"
    assert lines["path"] == str(tree)
    assert lines["mean"] == "0.4412 0.0000 0.2000"


def test_check_as_json(call, tree):
    code, out, _ = call("check", "--data", tree, "--json")
    facts = json.loads(out)
    assert code == 0
    assert (facts["dataset"], facts["train_images"], facts["test_images"]) == ("cifar10", 10, 10)
    assert len(facts["fingerprint"]) == 64
    assert facts["mean"] == pytest.approx([112.5 / 255, 0, 0.2])


def test_check_of_the_built_in_set_warns(call):
    code, out, err = call("check")
    assert code == 0
    assert out.startswith("dataset       synthetic\n")
    assert out.endswith("path          built in\n")
    assert err.startswith("warning: no CIFAR-10 in ./data or ")


def test_check_finds_damage(call, tree):
    (tree / "train" / "cat" / "0.png").write_bytes(b"")
    code, out, err = call("check", "--data", tree)
    assert (code, out) == (4, "")
    assert f"error: cannot read the image {tree / 'train' / 'cat' / '0.png'}" in err


def test_check_reads_the_files_and_not_the_cache(call, tree, monkeypatch):
    call("check", "--data", tree)
    monkeypatch.setattr(cache, "recall", lambda *_: pytest.fail("read from the cache"))
    assert call("check", "--data", tree)[0] == 0


def test_check_of_cifar10_where_there_is_none(call):
    code, out, err = call("check", "--dataset", "cifar10")
    assert (code, out) == (4, "")
    assert err.endswith("run: resweep data fetch, or take --dataset synthetic\n")


def test_path(call, tree, tmp_path):
    assert call("path", "--data", tree) == (0, f"{tree}\n", "")
    code, out, err = call("path")
    assert (code, out) == (0, f"{tmp_path / 'xdg' / 'resweep'}\n")
    assert err.startswith("warning: no CIFAR-10")


def test_an_unknown_dataset_is_a_usage_error(call):
    code, _, err = call("check", "--dataset", "cifar")
    assert code == 2
    assert "did you mean 'cifar10'?" in err


def test_help_has_an_example():
    main = typer.Typer()
    main.add_typer(command.app, name="data")
    for verb in ("fetch", "check", "path"):
        assert "Example: " in CliRunner().invoke(main, ["data", verb, "--help"]).stdout

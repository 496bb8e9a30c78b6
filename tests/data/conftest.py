import hashlib
import http.server
import io
import pickle
import socket
import struct
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resweep.data import archive, batches, cifar


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, cache and environment."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("RESWEEP_DATA", raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """plant(where, classes, per_class, side): an image folder of noise that these determine."""

    def build(
        where: str = "tree",
        classes: tuple[str, ...] = ("ant", "bee"),
        per_class: int = 3,
        side: int = 8,
    ) -> Path:
        rng, root = np.random.default_rng(0), tmp_path / where
        for split in ("train", "test"):
            for name in classes:
                (root / split / name).mkdir(parents=True)
                for i in range(per_class):
                    pixels = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
                    Image.fromarray(pixels).save(root / split / name / f"{i}.png")
        return root

    return build


@pytest.fixture
def small_cifar(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Files of a CIFAR-10 of 20 images a batch, whose md5 count as the real ones."""
    rng, files = np.random.default_rng(0), {}
    for name in batches.FILES[:-1]:
        pixels = rng.integers(0, 256, (20, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": pixels, "labels": [i % 10 for i in range(20)]})
    files["batches.meta"] = pickle.dumps({"label_names": list(cifar.CLASSES)})
    for name, content in files.items():
        monkeypatch.setitem(batches.MD5, name, hashlib.md5(content).hexdigest())
    return files


@pytest.fixture
def batch_folder(tmp_path: Path, small_cifar: dict[str, bytes]) -> Path:
    folder = tmp_path / "given" / batches.FOLDER
    folder.mkdir(parents=True)
    for name, content in small_cifar.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def tarball(monkeypatch: pytest.MonkeyPatch, small_cifar: dict[str, bytes]) -> bytes:
    """A tarball laid out as CIFAR-10's, whose md5 counts as the right one.

    Two of its members lead out of the folder and must not be unpacked.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in (
            *(f"{batches.FOLDER}/{n}" for n in batches.FILES),
            "../escape",
            f"{batches.FOLDER}/../../escape",
        ):
            content = small_cifar.get(name.removeprefix(f"{batches.FOLDER}/"), b"escape")
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    monkeypatch.setattr(archive, "MD5", hashlib.md5(buffer.getvalue()).hexdigest())
    return buffer.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """A server of `content`.

    It cuts answers off after `limit` bytes, by a reset of the connection if `reset`, knows ranges
    if `ranges`, and keeps in `asked` the range that each request asked for.
    """

    content = b""
    limit: int | None = None
    ranges = True
    reset = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/cifar.tar.gz"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        content = self.server.content
        if self.path != "/cifar.tar.gz" or start >= len(content):
            return self.send_error(404 if self.path != "/cifar.tar.gz" else 416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(content[start:][: self.server.limit])
        if self.server.reset:
            linger = struct.pack("ii", 1, 0)  # close without waiting: the peer sees a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return None

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tarball: bytes) -> Iterator[Server]:
    with Server() as server:
        server.content = tarball
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()

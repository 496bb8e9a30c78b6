"""Bad values by option and argument, and the exit codes that they may end with."""

import os
from collections.abc import Sequence

ERROR, USAGE, MISSING = 1, 2, 4
SECRET = "planted-secret"
LONG = "9" * 5000
ESCAPE = "\x1b[2J\x1b]0;title\x07"
BYTES = os.fsdecode(b"caf\xe9")  # a name in Latin-1: no UTF-8

INTEGER = ["-1", "1.5", "many", "nan", "inf", "", " ", LONG, "1e400", "0x10", "--", ESCAPE]
FRACTION = ["-1", "many", "nan", "inf", "-inf", "", "1e999", "1..2..3", "0x1p3", LONG, BYTES]
WORD = ["nonsense", "", " ", "../he", "he he", ESCAPE, BYTES, "a" * 100_000, "'; drop table runs"]
RANGE = ["..", "5..1", "a..b", "1..2:lin0", "1..2:log-3", "1..2:lin99999999999", "1..inf", ",,"]
PLACE = ["nowhere", "notes.txt", "/dev/null", "a/" * 3000, "b" * 5000, BYTES, "folder/none"]
CONDITION = [
    "blocks>=", "blocks", "blocks=ten", "bloks=2", "scheme=hee", "(" * 3000, "blocks=2 and",
    "not", "blocks in (", "blocks in ()", "blocks~2", "status='ok", "1=1", "; drop table runs",
    "blocks=2)", ESCAPE, BYTES, "",
]  # fmt: skip
ADDRESS = [
    "nonsense", "nonsense://x", "notes.txt", "sqlite:///notes.txt", "sqlite:///folder",
    "sqlite:////dev/null", "sqlite:///nowhere/none.db", "sqlite:///" + "a" * 5000,
    f"postgresql://u:{SECRET}@127.0.0.1:1/none", f"mysql://u:{SECRET}@127.0.0.1:1/none",
    f"postgresql://u:{SECRET}@[::1/none", f"postgresql://u:{SECRET}@127.0.0.1:port/none",
    f"sqlite:///{BYTES}/x.db", f"sqlite:///{ESCAPE}/x.db",
]  # fmt: skip
MISTAKEN = (USAGE,)
ABSENT = (USAGE, MISSING)
ANY = (ERROR, USAGE, MISSING)

# for options by name: bad values and the exit codes that they may end with
VALUES: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
    "--data": (PLACE, ABSENT),
    "--store": (ADDRESS, ANY),
    "--network": (WORD, ABSENT),
    "--batch": (PLACE, ABSENT),
    "--device": (["tpu", "", "cuda:x", "cuda:-1", "cuda:99", "CPU ", ESCAPE], ABSENT),
    "--where": (CONDITION, MISTAKEN),
    "--metric": (WORD, MISTAKEN),
    "--sort": ([*WORD, "-", "--mean"], MISTAKEN),
    "--sweep": (WORD, ABSENT),
    "--name": ([ESCAPE, BYTES, "two\nlines", "\u202egnirts"], MISTAKEN),
    "--importance": (WORD, ABSENT),
    "--range": ([*RANGE, "0..1", "1", "-1..1", "1..1", ""], MISTAKEN),
    "--resolution": (["0", "-1", "nan", "inf", "1e-17", "many", ""], MISTAKEN),
    "--constraint": (
        ["x<=", "<=1", "forward_growth=1", "forward_growth<=nan", "", "a<b"],
        MISTAKEN,
    ),
    "--objective": (WORD, MISTAKEN),
    "--along": (WORD, MISTAKEN),
    "--html": (["folder", "nowhere/page.html", "/dev/full", "c" * 5000], ANY),
    "--figures": (["notes.txt", "notes.txt/figures", "/dev/null/figures", "d" * 5000], ANY),
    "--url": (["nonsense", "", "file:///nowhere", "http://127.0.0.1:1/x", "http://[", ESCAPE], ANY),
    "--c": (FRACTION, MISTAKEN),
    "--gain": (FRACTION, MISTAKEN),
    "--limit": (["0", *INTEGER], MISTAKEN),
    "--every": (["0", *INTEGER], MISTAKEN),
    "--seeds": (["0", "9" * 30, *INTEGER], MISTAKEN),
    "--workers": (["0", "9" * 30, *INTEGER], MISTAKEN),
    "--trials": (["0", *INTEGER], MISTAKEN),
    "--max-tries": (["0", *INTEGER], MISTAKEN),
    "--max-cells": (["0", *INTEGER], MISTAKEN),
    "--sampler-seed": (INTEGER, MISTAKEN),
    "--fan-in": (["0", *INTEGER], MISTAKEN),
    "--batch-size": (["0", *INTEGER], MISTAKEN),
    "--rounds": (["0", *INTEGER], MISTAKEN),
}
# for arguments by name
ARGUMENTS: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {
    "names": (
        [
            *WORD,
            "he:",
            "he:multiplyer=2",
            "he:lr=",
            "he:seed=1",
            "he:c=2",
            "he:lr=1,lr=2",
            "he:lr=x",
        ],
        MISTAKEN,
    ),
    "spec": ([*WORD, "torchvision:none", "timm:", "hf:none", "nowhere.py:net", "net.py:none"], ANY),
    "topic": (WORD, MISTAKEN),
    "key": (["xyz", "abcdef", "", "g" * 64, "0" * 5000, ESCAPE, BYTES, "-1"], ABSENT),
    "keys": (["xyz", "abcdef", "", "g" * 64, "0" * 5000, ESCAPE, BYTES, "-1"], ABSENT),
    "source": (ADDRESS, ANY),
    "target": (ADDRESS, ANY),
}


SWEEP_FILES = {
    "empty.toml": b"",
    "binary.toml": bytes(range(256)),
    "latin.toml": "name = 'caf\xe9'".encode("latin-1"),
    "broken.toml": b"[fixed\nblocks = 2",
    "unknown.toml": b"[fixed]\nbloks = 2\n[grid]\nseed = [0]",
    "section.toml": b"[gird]\nseed = [0]",
    "list.toml": b"fixed = [1, 2]\n[grid]\nseed = [0]",
    "truth.toml": b"[fixed]\nblocks = true\n[grid]\nseed = [0]",
    "mixed.toml": b"[fixed]\nblocks = 2\n[grid]\nc = [0.5, true]",
    "date.toml": b"[fixed]\nblocks = 2024-01-01\n[grid]\nseed = [0]",
    "huge.toml": b"[fixed]\nblocks = " + b"9" * 4000 + b"\n[grid]\nseed = [0]",
    "axis.toml": b"[fixed]\nblocks = 2\n[grid]\nseed = []",
    "range.toml": b"[fixed]\nblocks = 2\n[grid]\nseed = '0..9:lin99999999999'",
    "deep.toml": b"[fixed]\nblocks = " + b"[" * 5000 + b"]" * 5000,
    "name.toml": b"name = 'a\\nb'\n[fixed]\nblocks = 2\ndataset = 'synthetic'\n[grid]\nseed = [0]",
}

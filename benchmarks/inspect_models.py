#!/usr/bin/env python3
"""What `resweep.inspect` finds in known networks, and what it costs beside a plain pass.

    python benchmarks/inspect_models.py

For each network, untrained and in training mode: blocks, verdict, audit, and the seconds and the
memory of an inspection beside one forward and backward pass of the same model on the same batch.
Seconds are the fastest of alternated rounds, by the clock and by the processor time of the
process, which is the steadier of the two on a machine with other work. Memory is the largest growth
of the resident memory over that of a process with the model and the batch in it. Writes
benchmarks/results/inspect-models.json, from which docs/make_inspected.py makes a page.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from compare_baseline import RESULTS
from torch import Tensor, nn

from resweep import networks
from resweep.api import batches
from resweep.lab import memory
from resweep.lab.memory import PROCESS
from resweep.nets.foreign.inspecting import inspect
from resweep.nets.foreign.losses import scalar
from resweep.nets.foreign.spec import build
from resweep.outcome.inspection import Inspection

IMAGES = "3x224x224"
MODELS: dict[str, tuple[str, str]] = {  # arguments and input
    "torchvision:resnet18": ("", IMAGES),
    "torchvision:resnet50": ("", IMAGES),
    "torchvision:resnet152": ("", IMAGES),
    "torchvision:resnext50_32x4d": ("", IMAGES),
    "torchvision:wide_resnet50_2": ("", IMAGES),
    "torchvision:densenet121": ("", IMAGES),
    "torchvision:convnext_tiny": ("", IMAGES),
    "torchvision:vit_b_16": ("", IMAGES),
    "torchvision:swin_t": ("", IMAGES),
    "torchvision:efficientnet_b0": ("", IMAGES),
    "timm:resnet26d": ("", IMAGES),
    "hf:gpt2": ("n_layer=6,n_embd=384,n_head=6,vocab_size=8192", "int:256x8192"),
}
BATCH = 8
SHOWN = 6  # laws of the audit that are stored, the most frequent first


def made(spec: str) -> tuple[nn.Module, Tensor]:
    """The network and a batch for it."""
    arguments, shape = MODELS[spec]
    model = build(spec, networks.mapping(networks.canonical(arguments)), seed=0)
    return model.train(), batches.drawn(shape, BATCH)


def plain(model: nn.Module, batch: Tensor) -> None:
    """One forward and one backward pass, whose gradients are dropped."""
    value = scalar(model(batch), "cross-entropy", None, torch.Generator().manual_seed(0))
    value.backward()
    model.zero_grad(set_to_none=True)


WAYS = {"plain": plain, "inspect": inspect}


def timed(spec: str, rounds: int) -> dict[str, Any]:
    """What an inspection shows, and the seconds of both ways, the fastest of alternated rounds."""
    model, batch = made(spec)
    clock: dict[str, list[float]] = {way: [] for way in WAYS}
    processor: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds + 1):
        for way, work in WAYS.items():
            began = time.perf_counter(), time.process_time()
            work(model, batch)
            clock[way].append(time.perf_counter() - began[0])
            processor[way].append(time.process_time() - began[1])
    shown = told(inspect(model, batch))
    for name, of in (("seconds", clock), ("processor_seconds", processor)):
        shown[name] = {way: round(min(values[1:]), 4) for way, values in of.items()}
    return shown


def told(done: Inspection) -> dict[str, Any]:
    """What an inspection found, short."""
    weights = [one for one in done.parameters if one.law is not None]
    laws = Counter(one.law.name if one.law.known else "no known law" for one in weights)
    return {
        "blocks": len(done.blocks),
        "found": done.found,
        "kinds": dict(Counter(done.kinds)),
        "status": done.status,
        "verdict": done.verdict,
        "log10": {name: round(value, 3) for name, value in done.metrics.items()},
        "parameters": len(done.parameters),
        "weights": len(weights),
        "laws": dict(laws.most_common(SHOWN)),
        "findings": [[f.kind, f.where, f.text, f.fault] for f in done.findings],
    }


def added(spec: str, way: str) -> int:
    """The largest growth of this process's resident memory in bytes during one pass."""
    model, batch = made(spec)
    pages = int((PROCESS / "statm").read_text().split()[1])
    peak = memory.watch(torch.device("cpu"))
    WAYS[way](model, batch)
    largest = peak()
    assert largest is not None
    return largest - pages * os.sysconf("SC_PAGE_SIZE")


def apart(*arguments: str) -> Any:
    """What this file prints when it is called like this, in a process of its own."""
    command = [sys.executable, __file__, *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def memory_of(spec: str, way: str, rounds: int) -> int:
    """The median growth over processes: one alone differs from the next by up to a fifth."""
    return round(statistics.median(apart("--one", spec, way) for _ in range(rounds)))


def main() -> None:
    """Measure all networks one after the other, or one of them for the process above."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", nargs="+", metavar="SPEC", help="leave the others as they are")
    parser.add_argument("--path", type=Path, default=RESULTS / "inspect-models.json")
    parser.add_argument("--one", nargs=2, metavar=("SPEC", "WAY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        spec, way = options.one
        print(json.dumps(added(spec, way) if way in WAYS else timed(spec, options.rounds)))
        return
    results = json.loads(options.path.read_text()) if options.path.exists() else {"models": {}}
    for spec in options.only or MODELS:
        shown = apart("--rounds", str(options.rounds), "--one", spec, "all")
        shown["bytes"] = {way: memory_of(spec, way, options.rounds) for way in WAYS}
        results["models"][spec] = {"arguments": MODELS[spec][0], "input": MODELS[spec][1]} | shown
        times = {k: shown[k]["inspect"] / shown[k]["plain"] for k in ("processor_seconds", "bytes")}
        print(spec, shown["verdict"], {k: round(v, 3) for k, v in times.items()}, flush=True)
        results |= {
            "batch": BATCH,
            "rounds": options.rounds,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__.partition("+")[0],
            "load": round(os.getloadavg()[1], 1),
        }
        options.path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()

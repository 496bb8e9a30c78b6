"""Theory against simulation: `python docs/make_theory.py --measure` fills theory.json, without it theory.md is written.

Every row: a network drawn at random in float64, its forward growth q_L / q_0, backward growth E[d_0^2] / E[d_L^2], mean
or variance at the end; mean and standard error over seeds, beside `predict`. A row agrees if it lies within 5 standard
errors plus the allowance for a finite width stated in the page.
"""

import json
import math
import sys
from pathlib import Path
from typing import NamedTuple

from resweep import registry
from resweep.experiment import BLOCKS, Experiment
from resweep.nets.theory import predict
from resweep.report.numbers import number

HERE = Path(__file__).parent
ACTIVATIONS = ("identity", "relu", "leaky-relu", "tanh", "gelu", "silu")
ALLOWANCE = 0.06


class Case(NamedTuple):
    """A network, the images it sees (count, side), the seeds, and which of its numbers is looked at."""

    fields: dict
    what: str
    images: int = 16
    size: int = 1
    seeds: int = 30


def dense(what, *, images=16, seeds=30, **fields):
    return Case({"kernel": 1, "channels": 256, "activation": "identity"} | fields, what, images, 1, seeds)


def cases():
    relu, bn = {"activation": "relu"}, {"images": 256, "seeds": 12}
    plain, doubled = {"block": "plain", "scheme": "lecun"}, {"multiplier": 2.0}
    yield dense("forward", blocks=20, **plain, **doubled)
    yield dense("forward", blocks=20, block="plain", scheme="he", **doubled, **relu)
    yield dense("forward", blocks=20, **plain)
    yield dense("forward", blocks=20, block="plain", scheme="he", **relu)
    for depth in (20, 64, 100):
        yield dense("forward", blocks=depth)
    yield from (dense(what, blocks=20, **doubled) for what in ("forward", "backward"))
    yield from (dense(what, blocks=64, block="preact", **relu) for what in ("forward", "backward"))
    yield from (dense(what, blocks=20, **relu) for what in ("forward", "variance", "mean", "backward"))
    yield from (dense(what, blocks=64, **relu) for what in ("forward", "backward"))
    yield dense("forward", blocks=100, c=0.01, **relu)
    for depth in (16, 64):
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn)
        yield dense("backward", blocks=depth, block="residual-bn", scheme="he", **bn, **relu)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **doubled)
        yield dense("backward", blocks=depth, block="preact-bn", scheme="lecun", **bn, **relu)
    yield Case({"activation": "identity"}, "forward", 4, 32, 8)
    yield Case({"activation": "identity", "block": "plain", "scheme": "lecun", "blocks": 20}, "forward", 4, 32, 8)
    yield from (Case({}, what, 8, 32, 12) for what in ("forward", "backward"))
    for block in registry.names(BLOCKS):
        scheme = {"scheme": "he"} if block == "plain" else {}
        for activation in ACTIVATIONS:
            fields = {"block": block, "activation": activation, "blocks": 6, "channels": 64, "kernel": 1} | scheme
            yield from (Case(fields, what, 16, 4, 24) for what in ("forward", "backward"))


def predicted(case):
    p = predict(Experiment(**case.fields), size=(case.size, case.size))
    return {
        "forward": p.forward_second_moment[-1],
        "backward": p.backward_second_moment[0],
        "mean": p.forward_mean[-1],
        "variance": p.forward_variance[-1],
    }[case.what]


def drawn(case, seed):
    """All four numbers of one seed, the stem an identity so that the first state is the images."""
    import torch

    from resweep.nets.initialize import initialize
    from resweep.nets.network import ResNet
    from resweep.nets.probes import Start
    from resweep.nets.probes.moments import measure
    from resweep.nets.streams import generator

    e = Experiment(**case.fields, seed=seed, precision="float64" if case.size < 32 else "float32")
    net = ResNet(e, in_channels=e.channels)
    initialize(net, e, generator(seed, "weights"))
    torch.nn.init.zeros_(net.stem)
    net.stem.data[:, :, 1, 1] = torch.eye(e.channels)
    for weight in net.parameters():
        weight.requires_grad_(weight is net.stem)
    shape = (case.images, e.channels, case.size, case.size)
    x = torch.randn(shape, generator=generator(seed, "images"), dtype=torch.float64).to(net.stem.dtype)
    found = measure(Start(net, x, torch.zeros(case.images, dtype=torch.int64), generator(seed, "probe")))
    profiles = found.profiles
    return {
        "forward": found.metrics["forward_growth"],
        "backward": found.metrics["backward_growth"],
        "mean": profiles["forward_mean"][-1],
        "variance": profiles["forward_variance"][-1],
    }


def measured(case):
    """(mean, standard error) over seeds."""
    values = [drawn(case, seed)[case.what] for seed in range(case.seeds)]
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))


def row(case):
    mean, error = measured(case)
    return case._asdict() | {"measured": mean, "error": error}


def verdict(want, mean, error):
    if abs(mean - want) <= 5 * error + ALLOWANCE * abs(want):
        return "agrees"
    return f"off by {100 * (mean / want - 1):+.0f} %"


def page(rows):
    lines = [(HERE / "theory.head.md").read_text().rstrip(), ""]
    names = ("network", "images", "seeds", "quantity", "predicted", "measured", "standard error", "verdict")
    lines += [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    for found in rows:
        case = Case(**{name: found[name] for name in Case._fields})
        want = predicted(case)
        network = " ".join(f"{name}={value}" for name, value in case.fields.items()) or "the defaults"
        images = f"{case.images} of {case.size}x{case.size}"
        numbers = (number(want), number(found["measured"]), number(found["error"], 2))
        outcome = verdict(want, found["measured"], found["error"])
        lines.append(f"| {' | '.join((network, images, str(case.seeds), case.what, *numbers, outcome))} |")
    return "\n".join(lines) + "\n"


def main(measure):
    if measure:
        rows = []
        for case in cases():
            rows.append(row(case))
            (HERE / "theory.json").write_text("[\n" + ",\n".join(json.dumps(found) for found in rows) + "\n]\n")
            print(f"{case.fields} {case.what}: {predicted(case):.4g} {rows[-1]['measured']:.4g}", file=sys.stderr)
    (HERE / "theory.md").write_text(page(json.loads((HERE / "theory.json").read_text())))


if __name__ == "__main__":
    main("--measure" in sys.argv[1:])

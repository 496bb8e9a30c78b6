"""`resweep inspect` on a small file of one's own, and on a model of torchvision."""

import re

import pytest
import torch

NET = """
import torch
from torch import nn
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(32, 32), nn.Linear(32, 32)
    def forward(self, x):
        return x + self.b(torch.relu(self.a(x)))
def net(depth=4, broken=False):
    blocks = [Block() for _ in range(depth)]
    if broken:
        blocks[1].a.to("meta")
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 32), *blocks, nn.Linear(32, 10))
"""
FLAGS = ("--input", "3x4x4", "--batch-size", "4")


@pytest.fixture
def net(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)
    return "net.py:net"


def test_a_file_of_ones_own_is_inspected(resweep, net):
    done = resweep("inspect", net, *FLAGS)
    assert done.code == 0
    assert "sound" in done.out
    assert "4 blocks, its residual sums" in done.out
    assert "torch's default, uniform" in done.out
    found = resweep("inspect", net, *FLAGS, "--json").json()
    assert len(found["profiles"]["forward_second_moment"]) == 5
    assert next(p["name"] for p in found["parameters"] if p["writes"]) == "2.b.weight"


def test_blocks_are_those_that_are_named(resweep, net):
    found = resweep("inspect", net, *FLAGS, "--blocks-at", "*.a", "--json").json()
    assert found["blocks"] == ["2.a", "3.a", "4.a", "5.a"]
    some = resweep("inspect", net, *FLAGS, "--blocks-at", "4.a,2.a", "--json").json()
    assert (some["blocks"], some["question"]["blocks_at"]) == (["2.a", "4.a"], ["2.a", "4.a"])


def test_depths_have_a_law(resweep, net):
    flags = (*FLAGS, "--depth-arg", "depth=2,8,24", "--scheme", "he", "--seeds", "2")
    found = resweep("inspect", net, *flags, "--json").json()
    assert len(found["inspections"]) == 6
    assert found["depth_laws"][0]["laws"][0]["name"] == "exponential"
    shown = resweep("inspect", net, *flags).out
    law = r"^log10 gradient growth = \S+ \+\S+ L, L blocks \(exponential\)$"
    assert re.search(law, shown, re.MULTILINE)
    rows = re.findall(r"^depth=(\d+) +\d+ +(\d) +\w+ ", shown, re.MULTILINE)  # which seed is which
    assert rows == [(depth, seed) for depth in ("2", "8", "24") for seed in ("0", "1")]


def test_ci_fails_on_the_statuses_that_are_named(resweep, net):
    broken = ("inspect", net, *FLAGS, "--arg", "broken=true")
    assert resweep(*broken).code == 0
    done = resweep(*broken, "--fail-on", "exploded,uninitialized")
    assert done.code == 1
    assert "3.a.weight" in done.err
    assert resweep(*broken, "--fail-on", "exploded").code == 0
    deep = ("inspect", net, *FLAGS, "--arg", "depth=60", "--scheme", "he")
    assert resweep(*deep, "--fail-on", "unstable").code == 1


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (("--input", "3y4"), 2, "--input"),
        (("--input", "3x5x5"), 2, "does not take --input 3x5x5: RuntimeError: "),
        (("--arg", "dept=3"), 2, "takes no argument 'dept': did you mean 'depth'?"),
        (("--depth-arg", "dept=3,4"), 2, "takes no argument 'dept': did you mean 'depth'?"),
        (("--batch", "no.pt"), 4, "no such file"),
        (("--fail-on", "sad"), 2, "status"),
        (("--depth-arg", "depth=a,b"), 2, "depth=10,50,200"),
        (("--limit", "0.5"), 2, "--limit"),
        (("--blocks-at", "layer*"), 2, "no module"),
    ],
)
def test_bad_input_is_one_line(resweep, net, flags, code, said):
    done = resweep("inspect", net, *FLAGS[: 2 if flags[0] == "--batch" else 4], *flags)
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert said in done.err


def test_a_batch_that_does_not_fit_is_named_with_its_shapes(resweep, net, tmp_path):
    torch.save(torch.zeros(4, 3, 5, 5), tmp_path / "wide.pt")
    labels = torch.tensor([0, 1, 2, 10])
    torch.save((torch.zeros(4, 3, 4, 4), labels), tmp_path / "beyond.pt")
    for name, said in {
        "wide.pt": "does not take --batch wide.pt (4x3x5x5): RuntimeError: ",
        "beyond.pt": "labels from 0 to 10 are no class indices of a model with 10 classes",
    }.items():
        done = resweep("inspect", net, "--batch", name)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert said in done.err


def test_nothing_is_made_where_an_argument_is_not_taken(resweep, net, tmp_path):
    assert resweep("inspect", net, "--arg", "dept=3", "--store", "kept.db").code == 2
    assert not (tmp_path / "kept.db").exists()


def test_an_inspection_is_kept_shown_reported_and_forgotten(resweep, net):
    kept = (*FLAGS, "--store", "kept.db")
    first = resweep("inspect", net, *kept)
    found = resweep("inspect", net, *kept, "--json").json()  # the same question: one answer
    assert found["question"]["network"].startswith("net.py:net@")
    resweep("inspect", net, *kept, "--depth-arg", "depth=2,3", "--scheme", "he")
    shown = resweep("show", found["key"][:10], "--store", "kept.db")
    assert shown.out == first.out
    document = resweep("show", found["key"], "--store", "kept.db", "--json").json()
    assert document == found
    reported = resweep("report", "--store", "kept.db")
    assert "3 inspections" in reported.out
    assert "net.py:net(depth=3), he" in reported.out
    assert len(resweep("report", "--store", "kept.db", "--json").json()["inspections"]) == 3
    assert "inspections" not in resweep("report", "--store", "kept.db", "--where", "seed=1").out
    gone = resweep("rm", "--inspections", found["key"][:10], "--yes", "--store", "kept.db")
    assert "1 inspection removed" in gone.out
    answered = resweep("report", "--store", "kept.db").out
    assert "2 inspections" in answered
    assert "no arms" not in answered
    assert resweep("show", found["key"], "--store", "kept.db").code == 4
    missing = resweep("rm", "--inspections", found["key"][:10], "--yes", "--store", "kept.db")
    assert (missing.code, missing.err.count("\n")) == (4, 1)


def test_what_is_kept_is_listed_exported_and_on_the_page(resweep, net, tmp_path):
    resweep("inspect", net, *FLAGS, "--depth-arg", "depth=1,3", "--store", "kept.db")
    store = ("--store", "kept.db")
    lines = resweep("report", "--inspections", "--csv", *store).out.splitlines()
    assert len(lines) == 3
    assert "worst_block" in lines[0]
    assert "2 inspections" in resweep("report", "--inspections", *store).out
    assert len(resweep("report", "--inspections", "--json", *store).json()) == 2
    exported = resweep("export", *store).out
    assert ",inspection,status,,,sound" in exported
    assert "inspection" not in resweep("export", "--where", "seed=0", *store).out
    resweep("report", "--html", "page.html", *store)
    assert "net.py:net(depth=3)" in (tmp_path / "page.html").read_text()
    resweep("report", "--html", "page.html", "--where", "seed=0", *store)
    assert "net.py:net" not in (tmp_path / "page.html").read_text()
    refused = resweep("report", "--inspections", "--where", "seed=0", *store)
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_one_block_is_counted_as_one(resweep, net):
    done = resweep("inspect", net, *FLAGS, "--arg", "depth=1").out
    assert "1 block, its residual sums" in done
    assert "over 1 block" in done
    assert "1 blocks" not in done


def test_nothing_is_stored_unasked(resweep, net, tmp_path):
    resweep("inspect", net, *FLAGS)
    assert {path.name for path in tmp_path.iterdir()} <= {"net.py", "__pycache__"}


def test_an_edited_file_is_another_question(resweep, net, tmp_path):
    first = resweep("inspect", net, *FLAGS, "--json").json()
    with (tmp_path / "net.py").open("a") as file:
        file.write("# edited\n")
    assert resweep("inspect", net, *FLAGS, "--json").json()["key"] != first["key"]


def test_a_resnet_of_torchvision(resweep):
    flags = ("--input", "3x32x32", "--batch-size", "2")
    done = resweep("inspect", "torchvision:resnet18", *flags)
    assert "8 blocks, its residual sums" in done.out
    assert "he, fan-out, normal" in done.out

"""Building a network from its specification: what is built, how drawn, and what is refused."""

import sys

import pytest
import torch
from torch import nn

from resweep.errors import MissingError, NoNetworkError, ResweepError, UsageError
from resweep.nets.foreign.spec import build, check

SOURCE = """
from torch import nn

from widths import WIDTH

READY = nn.Linear(2, 2)


def small(depth=1, num_classes=3):
    if depth < 1:
        raise ValueError("depth must be 1 or more\\nsecond line")
    layers = [nn.Linear(WIDTH, WIDTH) for _ in range(depth)]
    return nn.Sequential(*layers, nn.Linear(WIDTH, num_classes))


def nothing():
    return 3


def handing(**others):
    return small(**others)


def faulty(depth):
    return small(depths=depth)
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "widths.py").write_text("WIDTH = 4\n")
    (tmp_path / "net.py").write_text(SOURCE)
    yield tmp_path
    sys.modules.pop("widths", None)


def test_a_file_is_executed_with_its_neighbours_and_sys_path_is_left_alone(here, monkeypatch):
    before = list(sys.path)
    monkeypatch.chdir("/")
    net = build(f"{here}/net.py:small", {"depth": 3})
    assert [tuple(m.weight.shape) for m in net] == [(4, 4), (4, 4), (4, 4), (3, 4)]
    assert sys.path == before


def test_the_number_of_classes_is_offered_where_it_is_taken_and_not_set(here):
    assert build("net.py:small", classes=7)[-1].out_features == 7
    assert build("net.py:small", {"num_classes": 5}, classes=7)[-1].out_features == 5
    assert build("torch.nn:Identity", classes=7)(torch.ones(1)).item() == 1


def test_a_seed_decides_the_draws_and_leaves_the_generator_as_it_was(here):
    before = torch.get_rng_state()
    first, second, other = (build("net.py:small", seed=s)[0].weight for s in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_edited_file_is_another_network(here):
    assert build("net.py:small")[-1].out_features == 3
    (here / "net.py").write_text(SOURCE.replace("num_classes=3", "num_classes=9"))
    assert build("net.py:small")[-1].out_features == 9


def test_torchvision_builds_untrained(here):
    net = build("torchvision:resnet18", classes=10)
    assert net.fc.out_features == 10


def test_timm_and_transformers_build_from_their_names():
    pytest.importorskip("timm")
    pytest.importorskip("transformers")
    assert build("timm:resnet10t", classes=10).fc.out_features == 10
    small = {"n_layer": 2, "n_embd": 8, "n_head": 2, "vocab_size": 16}
    gpt = build("hf:gpt2", small)
    assert len(gpt.transformer.h) == 2
    tiny = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "image_size": 32}
    assert build("hf:vit", tiny, classes=10).classifier.out_features == 10


@pytest.mark.parametrize(
    ("network", "arguments", "error", "said"),
    [
        ("net.py:small", {"depth": 0}, UsageError, "ValueError: depth must be 1 or more"),
        ("net.py:small", {"dept": 1}, NoNetworkError, "takes no argument 'dept': did you mean"),
        ("net.py:handing", {"depth": 1, "dept": 1}, NoNetworkError, "did you mean 'depth'?"),
        ("net.py:handing", {"zzzzz": 1}, NoNetworkError, "it takes depth, num_classes"),
        ("net.py:faulty", {"depth": 1}, UsageError, "fails: TypeError: small() got an unexpected"),
        ("net.py:smal", {}, NoNetworkError, "net.py has no 'smal': did you mean 'small'?"),
        ("net.py:xyzzy", {}, NoNetworkError, "net.py has no 'xyzzy': name its factory"),
        ("net.py:READY", {}, UsageError, "with each call"),
        ("net.py:nothing", {}, UsageError, "returns a int"),
        ("net.py:small@000000000000", {}, UsageError, "bring that state back"),
        ("none.py:small", {}, MissingError, "there is no file none.py"),
        ("broken.py:small", {}, ResweepError, "ZeroDivisionError"),
        ("lacking.py:small", {}, MissingError, "No module named 'no_such'"),
        ("torchvision:resnet19", {}, UsageError, "torchvision has no model 'resnet19'"),
        ("torchvision:resnet18", {"num_clases": 3}, NoNetworkError, "did you mean 'num_classes'?"),
        ("torchvision:resnet18", {"weights": "DEFAULT"}, NoNetworkError, "is made untrained"),
    ],
)
def test_what_cannot_be_built_is_said_in_one_line(here, network, arguments, error, said):
    (here / "broken.py").write_text("1 / 0")
    (here / "lacking.py").write_text("import no_such")
    with pytest.raises(error) as refused:
        build(network, arguments)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_module_is_no_factory_that_may_be_shared(here):
    assert isinstance(build("net.py:small"), nn.Module)
    assert build("net.py:small") is not build("net.py:small")


def test_names_are_checked_without_making_the_network_of_a_user(here):
    check("net.py:small", {"depth": 0})  # which it would refuse
    check("net.py:handing", {"anything": 1})
    with pytest.raises(NoNetworkError, match="did you mean 'depth'"):
        check("net.py:small", {"dept": 3})


def test_the_model_of_a_library_is_made_without_memory_to_check_names(monkeypatch):
    devices = set()
    monkeypatch.setattr(nn.Linear, "reset_parameters", lambda m: devices.add(m.weight.device.type))
    check("torchvision:resnet18", {"num_classes": 3})
    assert devices == {"meta"}
    with pytest.raises(NoNetworkError, match="no argument 'depth'"):
        check("torchvision:resnet18", {"depth": 3})


def test_names_that_a_configuration_does_not_read_are_refused():
    pytest.importorskip("transformers")
    with pytest.raises(NoNetworkError, match="takes no argument 'n_layers': did you mean"):
        build("hf:gpt2", {"n_layers": 2})


def test_names_that_a_model_of_timm_does_not_take_are_refused():
    pytest.importorskip("timm")
    with pytest.raises(NoNetworkError, match="takes no argument 'num_clases': did you mean"):
        check("timm:resnet10t", {"num_clases": 2})


def test_a_model_of_segmentation_loads_no_trained_backbone(monkeypatch):
    asked = []
    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", lambda *a, **k: asked.append(a))
    with torch.device("meta"):
        build("torchvision:lraspp_mobilenet_v3_large", classes=10)
    assert asked == []

"""The state of a network's source: it follows the bytes, and none of it is run."""

import pytest

from resweep.errors import MissingError, UsageError
from resweep.networks import parse, pinned


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    package = tmp_path / "mine" / "nets"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "wide.py").write_text("def net(): ...")
    return package / "wide.py"


def test_a_module_is_found_without_importing_its_packages(here):
    named = pinned("mine.nets.wide:net")
    assert named.startswith("mine.nets.wide:net@")
    assert pinned(named) == named
    assert parse(pinned("mine/nets/wide.py:net")).pin == parse(named).pin


def test_an_edited_file_has_another_state_and_the_earlier_one_is_missed(here):
    before = pinned("mine/nets/wide.py:net")
    here.write_text("def net(): return 1")
    assert pinned("mine/nets/wide.py:net") != before
    with pytest.raises(UsageError, match="bring that state back"):
        pinned(before)


def test_a_library_is_known_by_its_version():
    from importlib.metadata import version

    assert pinned("torchvision:resnet18") == f"torchvision:resnet18@{version('torchvision')}"


def test_the_built_in_network_has_no_source():
    assert pinned("resnet") == "resnet"


@pytest.mark.parametrize("network", ["none.py:net", "no.such.module:net", "mine.none:net"])
def test_what_is_not_there_is_missing(here, network):
    with pytest.raises(MissingError, match="there is no"):
        pinned(network)


@pytest.mark.parametrize(
    "network", ["resnets", "timm:", ":net", "a b:net", "net.py:a b", "net.py:f@", "x:y:z", "a\n:b"]
)
def test_what_has_no_form_of_a_specification_is_refused(network):
    with pytest.raises(UsageError, match="cannot be read"):
        parse(network)

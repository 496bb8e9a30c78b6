"""What factories can be called with: read from a source that is not run, and asked of Python."""

import inspect

import pytest

from resweep.errors import NoNetworkError
from resweep.networks import parse
from resweep.networks.factory import Takes, not_taken, of_callable, refuse, written

TELLING = {
    "def net(depth, width=4, *, norm, act='relu'): ...": (
        ("depth", "width", "norm", "act"),
        ("depth", "norm"),
        False,
    ),
    "def net(depth=3, **rest): ...": (("depth",), (), True),
    "class net:\n  def __init__(self, depth, width=4): ...": (
        ("depth", "width"),
        ("depth",),
        False,
    ),
    "if True:\n  def other(): ...\ndef net(): ...": ((), (), False),
}
SILENT = [
    "from nets import net",
    "from nets import *\ndef net(): ...",
    "net = make(3)",
    "def net(depth): ...\nnet = jit(net)",
    "@cached\ndef net(depth): ...",
    "class net(Base):\n  pass",
    "class net(Base, metaclass=Made):\n  def __init__(self, depth): ...",
    "class net(Base):\n  def __new__(cls): ...\n  def __init__(self, depth): ...",
    "class other:\n  def net(self, depth): ...",
    "if deep:\n  def net(depth): ...\nelse:\n  def net(): ...",
    "def net(depth, /): ...",
    "def net(:",
]


def source(tmp_path, text):
    (tmp_path / "net.py").write_text(text)
    return parse(f"{tmp_path}/net.py:net")


@pytest.mark.parametrize(("text", "takes"), TELLING.items(), ids=TELLING)
def test_the_source_says_what_it_takes_as_python_does(tmp_path, text, takes):
    assert written(source(tmp_path, f"raise SystemExit('it ran')\n{text}")) == takes
    held = {}
    exec(text, held)
    assert of_callable(held["net"]) == takes


@pytest.mark.parametrize("text", SILENT)
def test_a_source_that_does_not_tell_is_said_to_be_silent(tmp_path, text):
    assert written(source(tmp_path, text)) is None


def test_a_decorated_function_is_asked_for_what_it_wraps():
    takes = of_callable(inspect.unwrap(test_the_source_says_what_it_takes_as_python_does))
    assert takes == (("tmp_path", "text", "takes"),) * 2 + (False,)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["depht"], "takes no argument 'depht': did you mean 'depth'?"),
        (["zzzz"], "takes no argument 'zzzz': it takes depth, width"),
        (["width"], "needs depth: add --arg depth=VALUE"),
    ],
)
def test_a_wrong_name_gets_the_nearest_one_or_the_list(given, said):
    with pytest.raises(NoNetworkError, match=f"^network net.py:net {said.replace('?', '.')}"):
        refuse("net.py:net", Takes(("depth", "width"), ("depth",), False), given)


def test_where_nobody_knows_what_is_taken_the_name_is_dropped():
    assert str(not_taken("net.py:net", "wide", None)).endswith("'wide': drop --arg wide=...")


def test_any_name_goes_where_others_are_taken_and_offered_ones_are_not_missing():
    refuse("net.py:net", Takes(("depth",), ("depth",), True), ["depth", "anything"])
    refuse("net.py:net", Takes(("num_classes",), ("num_classes",), False), [])
    with pytest.raises(NoNetworkError, match="needs num_classes"):
        refuse("net.py:net", Takes(("num_classes",), ("num_classes",), False), [], offered=())

"""The text of arguments: what it may say, and that its canonical form is read back as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resweep.errors import UsageError
from resweep.networks import alternatives, canonical, mapping

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
).filter(lambda x: x not in (float("inf"), float("-inf")))
VALUES = SCALARS | st.lists(SCALARS, max_size=3)


@example({"a": "\\", "b": None})
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_canonical_text_is_read_back_as_the_values_it_was_made_of(arguments):
    text = canonical({name: [value] for name, value in arguments.items()})
    assert "\n" not in text
    assert mapping(text) == arguments
    assert {n: type(v) for n, v in mapping(text).items()} == {
        n: type(v) for n, v in arguments.items()
    }
    assert canonical(text) == text


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("", [""]),
        ("depth=56", ["depth=56"]),
        ("width=2, depth=8,20", ["depth=8,width=2", "depth=20,width=2"]),
        ({"depth": [8, 20], "pool": [[2, 2]]}, ["depth=8,pool=[2,2]", "depth=20,pool=[2,2]"]),
        ("norm=Batch,None", ["norm=Batch", "norm=none"]),
        ('name="20",scale=1e-3', ['name="20",scale=0.001']),
        ("p=1,1.0,true", ["p=1", "p=1.0", "p=true"]),
        ("depth=8,8", ["depth=8"]),
    ],
)
def test_every_combination_of_values_has_one_text(written, texts):
    assert alternatives(written) == texts


@pytest.mark.parametrize(
    "written", ["56", "=3", "depth=", "a b=1", "depth=[1", "2x=3", {"a": []}, {"a": object()}]
)
def test_what_cannot_be_read_is_refused(written):
    with pytest.raises(UsageError, match="argument"):
        alternatives(written)


def test_several_values_are_not_one_network():
    with pytest.raises(UsageError, match="are several"):
        canonical("depth=8,20")

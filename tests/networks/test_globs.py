"""Globs of module names, in one canonical text."""

import pytest

from resweep.errors import UsageError
from resweep.networks import globs


@pytest.mark.parametrize(
    "written",
    ["layer2.* layer1.*", "layer1.*,layer2.*", ["layer2.*", "layer1.*"], " layer1.*  layer2.*,"],
)
def test_one_choice_of_modules_has_one_text(written):
    assert globs(written) == "layer1.* layer2.*"


def test_none_is_the_empty_text():
    assert globs("") == globs([]) == globs(" , ") == ""


@pytest.mark.parametrize("written", ["layer{1}", "a;b", "a=1", "x" * 1001])
def test_what_names_no_module_is_refused(written):
    with pytest.raises(UsageError, match="blocks_at"):
        globs(written)

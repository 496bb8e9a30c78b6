import pytest

from resweep import registry
from resweep.errors import UsageError
from resweep.scheme_pages import BLOCKS, SCHEMES


def test_a_file_is_its_name():
    assert {"he", "depth-scaled"} <= set(registry.names(SCHEMES))
    assert registry.load(SCHEMES, "depth-scaled").__name__ == "resweep.nets.schemes.depth_scaled"


@pytest.mark.parametrize("package", [BLOCKS, SCHEMES])
def test_every_file_loads_and_has_a_page_whose_first_line_stands_alone(package):
    for name in registry.names(package):
        first = registry.load(package, name).__doc__.strip().splitlines()[0]
        assert len(first) > 20


def test_an_unknown_name_lists_what_there_is_and_the_nearest():
    with pytest.raises(
        UsageError, match="unknown scheme 'depth-scald': did you mean 'depth-scaled'"
    ) as fault:
        registry.load(SCHEMES, "depth-scald")
    assert "he" in str(fault.value)

import pytest

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.scheme_pages import BLOCKS, SCHEMES


def test_a_file_is_its_name():
    assert {"he", "depth-scaled"} <= set(registry.names(SCHEMES))
    assert registry.load(SCHEMES, "depth-scaled").__name__ == "resweep.nets.schemes.depth_scaled"


@pytest.mark.parametrize("package", [BLOCKS, SCHEMES])
def test_every_file_loads_and_has_a_page_whose_first_line_stands_alone(package):
    for name in registry.names(package):
        first = registry.load(package, name).__doc__.strip().splitlines()[0]
        assert len(first) > 20


def test_an_unknown_name_gets_the_nearest_or_else_what_there_is():
    with pytest.raises(
        UsageError, match=r"^unknown scheme 'depth-scald': did you mean 'depth-scaled'\?$"
    ):
        registry.load(SCHEMES, "depth-scald")
    with pytest.raises(UsageError, match=r"^unknown scheme 'zzz': known: delta-orthogonal, .* he,"):
        registry.load(SCHEMES, "zzz")


@pytest.mark.parametrize(
    ("kind", "said", "ours", "known"),
    [
        ("scheme", "Xavier", "glorot", registry.names(SCHEMES)),
        ("scheme", "kaiming", "he", registry.names(SCHEMES)),
        ("block", "batch-norm", "residual-bn", registry.names(BLOCKS)),
        ("field", "learning-rate", "lr", tuple(Experiment.model_fields)),
        ("field", "depth", "blocks", tuple(Experiment.model_fields)),
    ],
)
def test_the_words_of_other_programs_get_ours(kind, said, ours, known):
    with pytest.raises(UsageError, match=f"did you mean '{ours}'"):
        registry.check(kind, said, known)


def test_every_synonym_stands_for_a_word_of_ours():
    ours = {*registry.names(SCHEMES), *registry.names(BLOCKS), *Experiment.model_fields}
    ours |= {"final_accuracy", "silu", "data", "store", "workers"}
    assert set(registry.SYNONYMS.values()) <= ours
    assert not ours & set(registry.SYNONYMS)

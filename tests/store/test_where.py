"""`--where`: what it selects, and that each fault is named in one line."""

import contextlib
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.errors import UsageError
from resweep.store.where import Combined, Test, parse
from tests.samples import outcome, refusal


@pytest.fixture
def filled(store):
    """Seed 0: he, 10 blocks, 100 test images. Seed 1: he, 50 blocks, exploded without an accuracy.

    Seed 2: depth-scaled with c=0.25. Seed 3: trapped, its accuracy nan.
    """
    store.save(outcome(0, scheme="he", blocks=10, test_size=100))
    store.save(
        replace(
            outcome(1, scheme="he", blocks=50, status="exploded"), metrics={"seconds": math.inf}
        )
    )
    store.save(replace(outcome(2, c=0.25), metrics={"final_accuracy": 0.4, "seconds": 2.0}))
    store.save(
        replace(
            outcome(3, status="trapped", effective_fan_in=True),
            metrics={"final_accuracy": math.nan},
        )
    )
    return store


SELECTED = {
    "scheme=he": {0, 1},
    "scheme == he and blocks>=50": {1},
    "blocks<50 or c<1": {0, 2},
    "not scheme=he": {2, 3},
    "not (scheme=he or c=0.25)": {3},
    "scheme in (he, lecun) and blocks in (10)": {0},
    "scheme~scaled": {2, 3},
    "scheme='depth-scaled'": {2, 3},
    'scheme!="he"': {2, 3},
    "scheme=depth-scaled": {2, 3},
    "effective-fan-in=true": {3},
    "effective_fan_in=no and status=ok": {0, 2},
    "status!=ok": {1, 3},
    "detail~'block 3'": {1, 3},
    "fingerprint=data and seed>1": {2, 3},
    "seconds>1e9": {1},
    "seconds=inf": {1},
    "seconds<=2 and final_accuracy in (0.4, 7)": {2},
    "final_accuracy>=0": {0, 2},
    "not final_accuracy>=0": {1, 3},
    "train_size=512.0": {0, 1, 2, 3},
    "test_size=100": {0},
    "test_size=all": {1, 2, 3},
    "test_size>=1000": {1, 2, 3},
    "test_size in (all, 100)": {0, 1, 2, 3},
    "lr<=1e-4": {0, 1, 2, 3},
    "blocks>=2.5": {0, 1, 2, 3},
    "blocks<1e30": {0, 1, 2, 3},
    "seed<99999999999999999999999": {0, 1, 2, 3},
    "seed=99999999999999999999999": set(),
    f"seed<{'9' * 300}": {0, 1, 2, 3},
    "scheme=lecun": set(),
    "dataset in (synthetic, cifar10)": {0, 1, 2, 3},
    "fingerprint=da": {0, 1, 2, 3},
    "fingerprint!=da": set(),
    "not effective_fan_in!=true": {3},
    " or ".join(f"seed={seed}" for seed in range(200)): {0, 1, 2, 3},
    f"seed in ({','.join(map(str, range(400)))})": {0, 1, 2, 3},
}


@pytest.mark.parametrize("text", SELECTED)
def test_what_it_selects(filled, text):
    found = {o.experiment.seed for o in filled.outcomes(where=parse(text))}
    assert found == SELECTED[text]
    assert {
        seed for setting in filled.settings(("seconds",), parse(text)) for seed in setting.seeds
    } == found


def test_a_status_of_another_version_can_be_asked_for(filled):
    filled.save(outcome(4, status="later"))
    assert [o.experiment.seed for o in filled.outcomes(where=parse("status=later"))] == [4]


def test_a_key_is_matched_by_its_beginning(filled):
    key = outcome(2, c=0.25).experiment.key
    assert [o.experiment.seed for o in filled.outcomes(where=parse(f"key={key[:12].upper()}"))] == [
        2
    ]


FAULTS = {
    "": "a field or metric is expected, not the end",
    "blocks": "a comparison after 'blocks' is expected, not the end",
    "blocks>": "a value is expected, not the end",
    "blocks>5 and": "a field or metric is expected, not the end",
    "blocks>5 lr=1": "'lr' is one word too many",
    "seed=0,1": r"several values are written: seed in \(0, 1\)",
    "(blocks>5": r"'\)' is expected, not the end",
    "blocks>5)": r"'\)' is one word too many",
    "scheme in he": r"'\(' is expected, not 'he'",
    "scheme='he": "cannot be read",
    ">5": "a field or metric is expected, not '>'",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_of_grammar_is_named(text):
    with pytest.raises(UsageError, match=FAULTS[text]):
        parse(text)


NONSENSE = {
    "block_count>5": "unknown name in --where 'block_count'",
    "block>=10": "block is a text, did you mean blocks?: use = != ~ or in (...)",
    "scheme<he": "scheme is a text: use = != ~ or in (...)",
    "key>5": "key is a text",
    "scheme=hee": "unknown scheme in --where 'hee': did you mean 'he'",
    "scheme!=hee": "unknown scheme in --where 'hee'",
    "scheme in (he, lecum)": "unknown scheme in --where 'lecum': did you mean 'lecun'",
    "block=residul": "unknown block in --where 'residul': did you mean 'residual'",
    "optimizer=adm": "unknown optimizer in --where 'adm': did you mean 'adam'",
    "activation=rely": "did you mean 'relu'",
    "dataset=cifar": "unknown dataset in --where 'cifar'",
    "precision=float8": "unknown precision in --where 'float8'",
    "distribution=norm": "did you mean 'normal'",
    "status=okay": "unknown status in --where 'okay'",
    "effective_fan_in>false": "effective_fan_in is true or false: use =",
    "blocks=2.5": "blocks is a whole number",
    "blocks in (2, 2.5)": "--where blocksin2.5: blocks is a whole number",
    "final_accuracy=nan": "nan meets no comparison",
    "c<nan": "nan meets no comparison",
    "final_acuracy>0": "did you mean 'final_accuracy'",
    "(" * 3000 + "blocks=2" + ")" * 3000: "words, at most 1000 are read",
    "(" * 400 + "blocks=2" + ")" * 400: "more than 50 parentheses or negations in one another",
    "not " * 400 + "blocks=2": "more than 50 parentheses",
    "blocks>deep": "blocks is a number, 'deep' is none",
    "final_accuracy>good": "final_accuracy is a number",
    "status=fine": "unknown status in --where 'fine'",
    "effective_fan_in=perhaps": "effective_fan_in is true or false",
    "test_size=most": "test_size is a number, 'most' is none",
    "train_size=1.5": "train_size is a whole number",
    "blocks~5": "blocks is no text",
    "seconds~5": "seconds is no text",
}


@pytest.mark.parametrize("text", NONSENSE)
def test_a_name_or_value_that_cannot_be_is_refused(filled, text):
    assert NONSENSE[text] in refusal(UsageError, lambda: list(filled.outcomes(where=parse(text))))


HOSTILE = ("x' or 1=1 --", "%", "_", 'he"; drop table runs; --', "\\")


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_only_values(filled, value):
    quote = "'" if "'" not in value else '"'
    for op in ("=", "~"):
        assert not list(filled.outcomes(where=parse(f"detail{op}{quote}{value}{quote}")))
    assert filled.count() == 4


WORDS = st.from_regex(r"[a-z][a-z0-9_.]{0,8}", fullmatch=True).filter(
    lambda w: w not in ("and", "or", "not", "in")
)
TESTS = st.builds(
    lambda n, o, v: Test(n, o, (v,)),
    WORDS,
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "~"]),
    WORDS,
)
TREES = st.recursive(
    TESTS,
    lambda part: st.one_of(
        st.builds(lambda w, a, b: Combined(w, (a, b)), st.sampled_from(["and", "or"]), part, part),
        st.builds(lambda a: Combined("not", (a,)), part),
    ),
    max_leaves=8,
)


def written(tree):
    if isinstance(tree, Test):
        return f"{tree.name} {tree.op} {tree.values[0]}"
    parts = [f"({written(part)})" for part in tree.parts]
    return f"not {parts[0]}" if tree.word == "not" else f" {tree.word} ".join(parts)


@given(TREES)
def test_what_is_written_is_what_is_read(tree):
    assert parse(written(tree)) == tree


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_one_line(text):
    with contextlib.suppress(UsageError):
        assert parse(text)


def test_a_scheme_of_someone_else_is_known_where_it_is_stored(store):
    """Schemes are one file each, so that a merged store may name one that is not here."""
    assert "unknown scheme" in refusal(
        UsageError, lambda: list(store.outcomes(where=parse("scheme=mine")))
    )
    store.save(outcome(0, scheme="mine"))
    (found,) = store.outcomes(where=parse("scheme=mine"))
    assert found.experiment.scheme == "mine"

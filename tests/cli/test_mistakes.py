"""Forty plausible mistakes: each gets one line with the nearest word, the list, or the fix."""

import pytest

MISTAKES = [
    ("rn", "unknown command 'rn': did you mean 'run'?"),
    ("lits", "did you mean"),
    ("frobnicate", "unknown command 'frobnicate': known: run, compare, sweep"),
    ("help wrods", "did you mean 'words'?"),
    ("help words trapd", "did you mean 'trapped'?"),
    ("run --dept 3", "No such option: --dept: did you mean --blocks?"),
    ("run --learning-rat 3", "did you mean --lr?"),
    ("run --bloks 3", "did you mean --blocks?"),
    ("run --foo 3", "No such option: --foo. See "),
    ("run --scheme xaveir", "unknown scheme 'xaveir': did you mean 'glorot'?"),
    ("run --scheme HE2", "did you mean 'he'?"),
    ("run --scheme zzz", "unknown scheme 'zzz': known: delta-orthogonal"),
    ("run --block resdual", "did you mean 'residual'?"),
    ("run --activation swich", "activation=swich: input should be 'relu'"),
    ("run --optimizer adm", "optimizer=adm: input should be 'adam', 'adamw' or 'sgd'"),
    ("run --precision fp16", "precision=fp16: input should be"),
    ("run --dataset cifar100", "unknown dataset 'cifar100': did you mean 'cifar10'?"),
    ("run --blocks 1O", "blocks=1O"),
    ("run --blocks 0", "blocks=0"),
    ("run --blocks 4..", "a range without a count has whole ends, as in 0..4"),
    ("run --seed 4..0", "a range rises: write 0..4"),
    ("run --c 0.5..4", "say lin or log and how many values"),
    ("run --scheme he --c 2", "c=2 has no effect on scheme 'he': drop it"),
    ("run --momentum 0.9", "momentum has no effect on optimizer 'adam'"),
    ("run --lr -1", "lr=-1"),
    ("run --train-size 0", "say --epochs 0 instead"),
    ("run --json --json-lines", "choose one of --json, --json-lines"),
    ("run --device gpu7", "gpu7"),
    ("run --workers 2", "add --executor processes, or drop --workers"),
    ("run --recipe papr", "did you mean 'paper'?"),
    ("compare hee bn", "unknown arm 'hee': did you mean 'he'?"),
    ("compare he he", "arm 'he' is named twice"),
    ("compare he:lrr=1 bn", "did you mean 'lr'?"),
    ("compare he bn --seed 0 --seeds 3", "--seed and --seeds 3 both say which seeds"),
    ("compare he bn --metric accuracy", "did you mean 'final_accuracy'?"),
    ("sweep", "nothing to sweep"),
    ("sweep nowhere.toml", "cannot read nowhere.toml"),
    ("study --c 0.1..1 --sampler tpee", "'tpe', 'gp', 'cmaes'"),
    ("study --c 0.1..1 --objective acuracy", "did you mean"),
    ("boundary he --along depht", "unknown field 'depht': did you mean 'blocks'?"),
    ("boundary he --channels 4,8 --lr 1e-3,1e-2", "only --along channels takes several"),
    ("report", "resweep.db"),
    ("show xyz", "'xyz' is not a key"),
    ("rm", "say which runs"),
    ("bench --precision half", "unknown precision 'half'"),
]


@pytest.mark.parametrize(("typed", "said"), MISTAKES, ids=[typed for typed, _ in MISTAKES])
def test_a_mistake_gets_one_line(resweep, typed, said):
    words = typed.split()
    done = resweep(*words)
    assert done.code in (2, 4), done
    assert done.out == ""
    (line,) = (text for text in done.err.splitlines() if not text.startswith("warning"))
    assert line.startswith("error: ")
    assert said in line


def test_there_are_forty():
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("run --depth 3 --width 4 --learning-rate 1e-3", "run --blocks 3 --channels 4 --lr 1e-3"),
        ("run --scheme xavier", "run --scheme glorot"),
        ("run --scheme kaiming --block vgg", "run --scheme he --block plain"),
        ("compare kaiming:depth=3 bn", "compare he:blocks=3 bn"),
        ("run --cpu --depth=3", "run --device cpu --blocks=3"),
    ],
)
def test_names_of_other_programs_mean_ours(resweep, typed, ours):
    both = [resweep(*w.split(), "--dataset", "synthetic", "--dry-run") for w in (typed, ours)]
    assert both[0].code == 0
    assert both[0].out == both[1].out


def test_list_is_ls(resweep):
    assert resweep("list", "--help").out == resweep("ls", "--help").out

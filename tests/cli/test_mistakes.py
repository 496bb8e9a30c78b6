"""A hundred plausible mistakes: each gets one line with the nearest word, the list or the fix."""

import pytest

from resweep.store import Store
from tests.samples import outcome

BESIDE = ("warning", "loading torch")  # lines that may stand beside an error

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
    ("run --dataset cifar", "unknown dataset 'cifar': did you mean 'cifar10'?"),
    ("run --dataset CIFAR-100", "found by its files: say --data and their folder"),
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
    ("run he depth-scaled", "resweep compare he depth-scaled"),
    ("run --block 3", "unknown block '3': did you mean --blocks 3?"),
    ("run --scheme he:c=2", "scheme 'he:c=2' is an arm: say --scheme he --c 2"),
    ("run --seed 1-5", "input should be a valid integer; several are written 5,10 or 0..4"),
    ("run --blocks [5,10]", "several are written 5,10 or 0..4"),
    ("run --multiplier 0.5:4", "several are written 0.5,1 or 0.5..4:log5"),
    ("run --multiplier logspace(-1,1,3)", "several are written 0.5,1 or 0.5..4:log5"),
    ("run --blocks=", "blocks has no value"),
    ("run --scheme", "Option '--scheme' requires an argument"),
    ("run --executor process", "unknown executor 'process': did you mean 'processes'?"),
    ("run --executor cluster", "unknown executor 'cluster': known: inline, processes, slurm, ray"),
    ("run --executor ray --address head", "--address 'head' is not HOST:PORT"),
    ("run --executor slurm --time soon", "time 'soon' is no time limit of Slurm"),
    ("run --partition gpu", "--partition is of --executor slurm: add that"),
    ("run --workers two", "--workers two: input should be a valid integer"),
    ("run --threads 0", "--threads 0: input should be greater than or equal to 1"),
    ("run --threads 9999", "--threads 9999: input should be less than or equal to 1024"),
    ("run --threads 1024", "say --threads 2, at most 32"),
    ("bench --threads 1024", "--threads 1024 is more than 16 a core (2 cores here)"),
    ("sweep smoke --executor processes --workers 999", "say --workers 2, at most 32"),
    ("run --estimate", "No such option: --estimate: it belongs to sweep. See "),
    ("run --data nowhere", "nowhere is not a folder: give --data"),
    ("run --dataset folder:abc", "give the folder that holds the images with --data"),
    ("run --dataset imagenet", "known: auto, cifar10, synthetic, folder"),
    ("run --store results.sqlite", "neither a URL nor a file ending in .db"),
    ("run --store mysql://host/db", "a database that resweep does not speak"),
    ("run --validation 1.5", "a share of the training images, between 0 and 1"),
    ("run --model resnet18", "did you mean torchvision:resnet18 or timm:resnet18?"),
    ("run --network net.py", "name a function or class of it, as in net.py:resnet"),
    ("run --network nets.py:net", "there is no file nets.py"),
    ("run --network nomodule:net", "there is no module nomodule: install it"),
    ("run --network torchvision:resnet181", "no model 'resnet181': did you mean 'resnet18'?"),
    ("run --arg depth=3", "drop --arg, or name the network that takes them (--network)"),
    ("compare he,hee", "unknown arm 'hee': did you mean 'he'?"),
    ("compare he,bn he", "arm 'he' is named twice"),
    ("compare he:blocks bn", "'blocks' is not FIELD=VALUE"),
    ("compare he:seed=3 bn", "all arms share their seeds (--seeds N)"),
    ("compare he bn --metric acc", "unknown metric 'acc': did you mean 'final_accuracy'?"),
    ("compare he bn --sort accuracy", "--sort: it belongs to report."),
    ("sweep smok", "unknown sweep 'smok': did you mean 'smoke'?"),
    ("sweep smoke --c 1,2", "smoke says what varies: drop --c"),
    ("sweep study_smoke", "run it with resweep study study_smoke"),
    ("sweep --c 0.5,1 --max-cells 1", "give fewer values, or --max-cells 2"),
    ("study smoke", "smoke has no [search] table: run it with resweep sweep smoke"),
    ("boundary he --range 5", "range '5' is not LOW..HIGH"),
    ("report mysweep", "did you mean --sweep mysweep?"),
    ("report --format csv", "--format: it belongs to export."),
    ("rm --sweep deep", "--sweep: it belongs to report, export."),
    ("show --key 1234", "No such option: --key. See "),
    ("export runs.xlsx", "end the name in .csv, .jsonl or .parquet"),
    ("db check runs.db", "did you mean --store runs.db?"),
    ("db check --stor runs.db", "did you mean --store?"),
    ("db copy runs.db copy.db", "no store at runs.db"),
    ("data path --dat x", "did you mean --data?"),
    ("data check --data nowhere", "nowhere is not a folder"),
    ("inspect resnet18", "did you mean torchvision:resnet18 or timm:resnet18?"),
    ("inspect torchvision:resnet18 --input 3,32,32", "'3,32,32' is no shape: write 3x224x224"),
    ("inspect torchvision:resnet18 --loss mce", "unknown loss 'mce': did you mean 'mse'?"),
    ("inspect torchvision:resnet18 --fail-on trapped", "known: unstable, vanished"),
    ("schemes laws.py", "there is no file laws.py"),
    ("report --html --wide", "--html requires a value, and --wide is a flag"),
    ("run --scheme --json", "--scheme requires a value, and --json is a flag"),
    ("run --data --seed=3", "--data requires a value, and --seed=3 is a flag"),
    ("data get", "unknown command 'get': known: fetch, check, path"),
    ("db upgrad", "did you mean 'upgrade'?"),
    ("run -blocks 2", "No such option: -blocks: did you mean --blocks?"),
    ("run blocks=2", "did you mean --blocks 2?"),
    ("help trapped", "did you mean resweep help words trapped?"),
    ("version", "did you mean resweep --version?"),
    ("plot", "did you mean resweep report --figures DIR?"),
]
WHERE = [
    ("blocks>", "a value is expected, not the end: write it like: blocks>=50 and scheme=he"),
    ("blocks=fifty", "blocks is a number, 'fifty' is none"),
    ("scheme=hee", "unknown scheme in --where 'hee': did you mean 'he'?"),
    ("status=exploed", "did you mean 'exploded'?"),
    ("depth>3", "unknown name in --where 'depth': did you mean 'blocks'?"),
    ("blocks >= 3 && scheme=he", "'&&' is one word too many"),
    ("(scheme=he", "')' is expected, not the end"),
]
TABLES = [
    (
        "[fixed\nblocks=2\n",
        "is not TOML: Expected ']' at the end of a table declaration (at line 1, column 7)",
    ),
    ("blocks=3\n[[grid]]\nc=[1,2]", "blocks stands outside the tables: put it under [fixed]"),
    ("[fixed]\nbloks=3", "unknown field 'bloks': did you mean 'blocks'?"),
    ("[grid]\nc=[1,2]", "[[grid]] (in double brackets) for each grid"),
    ("[[grids]]\nc=[1,2]", "unknown table 'grids': did you mean 'grid'?"),
    ("[[grid]]\nc=[]", "grid 1: c has no value"),
    ("[fixed]\nblocks=[2,3]", "fixed.blocks is a list: an axis belongs in a [[grid]] table"),
    ('[fixed]\nscheme="he"\n[[grid]]\nc=[1,2]', "c=2 has no effect on scheme 'he'"),
    ("[fixed]\nblocks=2\n[[grid]]\nblocks=[2,3]", "both fixed and an axis of grid 1"),
    ("", "it defines no sweep: write [fixed], [[grid]] or [search] into it"),
]


def refused(done, said):
    assert done.code in (2, 4), done
    assert done.out == ""
    (line,) = (text for text in done.err.splitlines() if not text.startswith(BESIDE))
    assert line.startswith("error: ")
    assert said in line


@pytest.mark.parametrize(("typed", "said"), MISTAKES, ids=[typed for typed, _ in MISTAKES])
def test_a_mistake_gets_one_line(resweep, typed, said, monkeypatch):
    monkeypatch.setattr("resweep.executors.cores.cores", lambda: 2)
    refused(resweep(*typed.split()), said)


@pytest.mark.parametrize(("condition", "said"), WHERE, ids=[condition for condition, _ in WHERE])
def test_a_condition_that_cannot_be_read_gets_one_line(resweep, condition, said, tmp_path):
    Store.open(str(tmp_path / "resweep.db")).close()
    refused(resweep("report", "--where", condition), said)


@pytest.mark.parametrize(("text", "said"), TABLES, ids=[said[:30] for _, said in TABLES])
def test_a_sweep_file_with_a_fault_gets_one_line(resweep, text, said, tmp_path):
    (tmp_path / "mine.toml").write_text(text)
    refused(resweep("sweep", "mine.toml"), said)


def test_a_network_that_there_is_none_of_is_not_stored(resweep, tmp_path):
    (tmp_path / "net.py").write_text("number = 3")
    for name, said in (("nope", "net.py has no 'nope'"), ("number", "is of type int")):
        refused(resweep("run", "--network", f"net.py:{name}", "--dataset", "synthetic"), said)
    assert resweep("ls").code == 4 or "net.py" not in resweep("ls").out


NOTHING_STORED = {
    "--baseline hee": "unknown arm 'hee': did you mean 'he'?",
    "--metric acuracy": "unknown metric 'acuracy': did you mean 'final_accuracy'?",
    "--sort acuracy": "unknown column to sort by 'acuracy': known: arm, runs, n, mean",
    "--runs --sort acuracy": "unknown column to sort by 'acuracy': did you mean 'final_accuracy'?",
    "--columns arm,maen": "unknown column 'maen': did you mean 'mean'?",
    "--where final_acuracy>0": "unknown name in --where 'final_acuracy': did you mean",
    "--sweep deep": "no sweep 'deep' in the store: known: none",
    "--sensitivity --metric acuracy": "did you mean 'final_accuracy'?",
    "--html page.html --sort acuracy": "unknown column to sort by 'acuracy'",
    "--json --baseline hee": "unknown arm 'hee': did you mean 'he'?",
}


@pytest.mark.parametrize(("typed", "said"), NOTHING_STORED.items(), ids=NOTHING_STORED)
def test_a_wrong_word_is_refused_where_nothing_is_stored(resweep, typed, said, tmp_path):
    Store.open(str(tmp_path / "resweep.db")).close()
    refused(resweep("report", *typed.split()), said)
    assert not (tmp_path / "page.html").exists()


RIGHT = [
    "--baseline he",
    "--metric final_accuracy",
    "--sort -mean",
    "--sort -first_epoch_accuracy",
    "--sort accuracy",
    "--sort loss --metric test_loss",
    "--runs --sort final_accuracy",
    "--columns arm,mean",
    "--where final_accuracy>0.3",
    "--sensitivity --metric learned",
]


@pytest.mark.parametrize("typed", RIGHT)
def test_a_right_word_is_taken_where_nothing_is_stored(resweep, typed, tmp_path):
    Store.open(str(tmp_path / "resweep.db")).close()
    assert resweep("report", *typed.split()).code == 0


@pytest.mark.parametrize("words", ["report", "report --runs", "ls", "export"])
def test_a_condition_that_no_run_meets_is_said(resweep, words, tmp_path):
    with Store.open(str(tmp_path / "resweep.db")) as store:
        store.save(outcome(0, scheme="he"))
    done = resweep(*words.split(), "--where", "blocks=7")
    assert (done.code, done.err.splitlines()[0]) == (
        0,
        "note: no stored run meets --where 'blocks=7'",
    )
    assert "note" not in resweep(*words.split(), "--where", "scheme=he").err


NO_STORE = [
    "report",
    "report --html page.html",
    "show abc",
    "ls",
    "export runs.csv",
    "rm --where seed=0 --yes",
    "sweep --list",
    "sweep --name deep",
    "study --importance deep",
    "study --name deep",
    "db check",
    "db upgrade",
]


@pytest.mark.parametrize("typed", NO_STORE)
def test_a_command_that_reads_makes_no_store(resweep, typed, tmp_path):
    done = resweep(*typed.split(), "--store", "nope.db")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("error: no store at nope.db: run `resweep run` first")
    assert not list(tmp_path.iterdir())


def test_a_store_that_is_not_there_may_be_a_mistyped_one(resweep, tmp_path):
    Store.open(str(tmp_path / "deep.db")).close()
    done = resweep("report", "--store", "deeep.db")
    assert done.code == 4
    assert done.err == "error: no store at deeep.db: did you mean 'deep.db'?\n"


def test_a_password_in_the_wrong_place_is_not_shown(resweep):
    done = resweep("db", "check", "postgresql://me:secret@host/db")
    assert done.code == 2
    assert "secret" not in done.err


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("run --depth 3 --width 4 --learning-rate 1e-3", "run --blocks 3 --channels 4 --lr 1e-3"),
        ("run --scheme xavier", "run --scheme glorot"),
        ("run --scheme kaiming --block vgg", "run --scheme he --block plain"),
        ("compare kaiming:depth=3 bn", "compare he:blocks=3 bn"),
        ("run --cpu --depth=3", "run --device cpu --blocks=3"),
        ("run --init he --n-blocks 3", "run --scheme he --blocks 3"),
        ("train --block vanilla", "run --block plain"),
        ("compare he,bn:blocks=3,lr=1e-3", "compare he bn:blocks=3,lr=1e-3"),
    ],
)
def test_names_of_other_programs_mean_ours(resweep, typed, ours):
    both = [resweep(*w.split(), "--dataset", "synthetic", "--dry-run") for w in (typed, ours)]
    assert both[0].code == 0
    assert both[0].out == both[1].out


def test_list_is_ls(resweep):
    assert resweep("list", "--help").out == resweep("ls", "--help").out

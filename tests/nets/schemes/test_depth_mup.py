import pytest

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.optimizer import Stepper
from resweep.nets.schemes import lr_factor
from resweep.scheme_pages import check

MUP = {"scheme": "depth-mup", "block": "residual-centered"}


def rates(build, **fields):
    net, e = build(**MUP, blocks=4, lr=0.8, **fields)
    rate = {}
    for group in Stepper(net, e).optimizer.param_groups:
        for parameter in group["params"]:
            rate[parameter] = group["lr"]
    return {name: rate[parameter] for name, parameter in net.named_parameters()}


@pytest.mark.parametrize(("optimizer", "rate"), [("adam", 0.4), ("adamw", 0.4), ("sgd", 0.8)])
def test_adam_takes_eta_over_sqrt_l_in_the_branches_alone(build, optimizer, rate):
    for name, own in rates(build, optimizer=optimizer).items():
        assert own == pytest.approx(rate if name.startswith("branches.") else 0.8), name


def test_a_branch_is_added_without_its_mean_at_one_over_sqrt_l(build, images):
    net, _ = build(**MUP, blocks=4, kernel=3)
    z, after, *_ = net.states(images)
    u = net.branches[0].conv(0, z, activate=True)
    expected = z + (u - u.mean(1, keepdim=True)) / 2
    assert (after - expected).abs().max() < 1e-12


def test_branches_that_keep_their_mean_are_refused():
    with pytest.raises(UsageError, match="set --block residual-centered"):
        check(Experiment(scheme="depth-mup"))


def test_branches_of_two_convolutions_are_refused_with_the_way_out():
    e = Experiment(**MUP, convs=2)
    with pytest.raises(UsageError, match=r"needs 1/L: set --convs 1, or --scheme hanin-rolnick"):
        check(e)
    check(e.but(convs=1))
    check(e.but(scheme="hanin-rolnick"))


def test_other_schemes_leave_every_rate_alone():
    assert lr_factor("branches.0.weights.0", Experiment(scheme="stable")) == 1

"""`predict` is the one door to theory: it describes a network, or says why it does not."""

import pytest

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.nets.schemes import unpredicted
from resweep.nets.theory import Unpredicted, predict
from resweep.scheme_pages import SCHEMES

FITTED = ("gradinit", "lsuv", "metainit")


@pytest.mark.parametrize("scheme", registry.names(SCHEMES))
def test_what_has_a_reason_has_no_prediction(scheme):
    withheld = 0
    for block in ("plain", "residual"):
        e = Experiment(scheme=scheme, block=block, blocks=2, channels=1024, kernel=3)
        reason = unpredicted(e)
        if reason is None:
            assert len(predict(e, size=(4, 4)).forward_second_moment) == 3
        else:
            withheld += 1
            with pytest.raises(Unpredicted) as raised:
                predict(e, size=(4, 4))
            assert str(raised.value) == reason
    expected = {"looks-linear": 1, "delta-orthogonal": 2} | dict.fromkeys(FITTED, 2)
    assert withheld == expected.get(scheme, 0)


def test_one_pixel_kernels_of_delta_orthogonal_are_dense():
    e = Experiment(scheme="delta-orthogonal", block="plain", blocks=2, channels=1024, kernel=1)
    assert predict(e, size=(4, 4)).forward_second_moment == pytest.approx((1, 0.5, 0.25))


@pytest.mark.parametrize("block", ["residual-bn", "preact-bn"])
def test_a_mean_that_all_images_share_is_beyond_the_theory_of_batch_normalization(block):
    e = Experiment(block=block, scheme="he", blocks=2, channels=4, kernel=3)
    assert unpredicted(e) is None
    assert "pixels in [0, 1]" in str(unpredicted(e.but(pixels="unit")))


def test_spread_over_seeds_is_known_for_standardized_pixels_only():
    e = Experiment(blocks=2, channels=4, kernel=3)
    assert predict(e, size=(4, 4)).forward_log_sd is not None
    assert predict(e.but(pixels="unit"), size=(4, 4)).forward_log_sd is None


@pytest.mark.parametrize("fields", [{"conv_bias": True}, {"head_init": "zero"}])
def test_fixup_refuses_biases_and_heads_beside_its_own(fields):
    e = Experiment(scheme="fixup", block="post-add", convs=2, **fields)
    with pytest.raises(UsageError, match=rf"{next(iter(fields))}=.*'fixup'.*: set --"):
        e.resolve("synthetic", 100)

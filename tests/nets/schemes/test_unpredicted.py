"""`predict` is the one door to theory: it describes a network, or says why it does not."""

import pytest

from resweep import registry
from resweep.experiment import Experiment
from resweep.nets.schemes import unpredicted
from resweep.nets.theory import Unpredicted, predict
from resweep.scheme_pages import SCHEMES

FITTED = ("gradinit", "lsuv", "metainit")


@pytest.mark.parametrize("scheme", registry.names(SCHEMES))
def test_what_has_a_reason_has_no_prediction(scheme):
    withheld = 0
    for block in ("plain", "residual"):
        e = Experiment(scheme=scheme, block=block, blocks=2, channels=4, kernel=3)
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
    e = Experiment(scheme="delta-orthogonal", block="plain", blocks=2, channels=4, kernel=1)
    assert predict(e, size=(4, 4)).forward_second_moment == pytest.approx((1, 0.5, 0.25))

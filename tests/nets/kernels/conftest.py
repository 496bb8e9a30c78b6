import pytest

from resweep.nets import kernels


@pytest.fixture
def native():
    """Skips where the native library was not built; says why."""
    if kernels.describe()["path"] != "spectral":
        pytest.skip(str(kernels.describe()["unavailable"]["spectral"]))

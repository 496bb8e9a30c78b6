"""What theory says of a network at step 0: series over depth, each there or withheld."""

from dataclasses import asdict, dataclass
from typing import Any

from resweep.outcome import json_safe

Series = tuple[float, ...]


@dataclass(frozen=True)
class Prediction:
    """The expected moments of every state l = 0..L, averaged over the image and over seeds.

    `backward_second_moment[l]` is E[d_l^2] for deltas d_L of second moment 1 at the last state.

    A direction is withheld where the theory of the form does not hold for the network, mostly for
    want of channels: its series are then None, and `forward_unpredicted` or `backward_unpredicted`
    says why in a sentence without its end.

    Averages over seeds are not what one seed shows where growths are log-normal. Where the law of
    the logarithm is known, `forward_log_sd[l]` is the standard deviation over seeds of ln E[z_l^2]
    - ln E[z_0^2] and `log10_forward_median[l]` the median of log10 E[z_l^2]; likewise backward,
    from the last state down. A single run is expected within a factor exp(2 sd) of the median.

    The pair `paper_*_growth` is the paper's own law for the growth over all blocks, which leaves
    out means and padding; it is None for forms that the paper does not treat. A number that a
    double cannot hold is inf or 0, while its `log10_*` counterpart is finite.
    """

    forward_second_moment: Series | None
    forward_mean: Series | None
    forward_variance: Series | None
    backward_second_moment: Series | None
    paper_forward_growth: float | None
    paper_backward_growth: float | None
    log10_forward_second_moment: Series | None
    log10_backward_second_moment: Series | None
    log10_paper_forward_growth: float | None
    log10_paper_backward_growth: float | None
    log10_forward_median: Series | None
    log10_backward_median: Series | None
    forward_log_sd: Series | None
    backward_log_sd: Series | None
    forward_unpredicted: str | None
    backward_unpredicted: str | None

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON holds them, with infinities as text."""
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe

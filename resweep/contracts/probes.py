"""The contract of a probe, one file in `resweep/nets/probes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from resweep.nets.probes import Readings, Start


class Probe(Protocol):
    """What every probe file defines: one measurement of a network at step 0."""

    DEFAULT: bool
    """Whether the probe runs unless others are asked for. Default probes cost little."""

    def measure(self, start: Start) -> Readings:
        """Return the probe's readings: metrics {name: float} and profiles {name: series}.

        Arguments:
            start: the network at step 0 with one probe batch: images (N, 3, H, W), labels (N,),
                the states z_0 .. z_L of the shared forward pass and the mean cross-entropy.

        The network, its gradients, its buffers and the batch stay as they were. A series has L or
        L + 1 values unless the file's docstring says what it runs over. What overflows is inf and
        what is undefined is nan; neither is an exception. Names belong to one probe alone.
        """
        ...

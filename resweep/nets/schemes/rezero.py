"""z + alpha F(z), alpha learnable and 0 at the start, no normalization: here the same as SkipInit.

Bachlechner et al. 2021, ReZero is all you need (arXiv 2003.04887), eq. 1, checked. It is SkipInit's
equation, found in another place: there alpha replaces batch normalization in a ReLU-first branch
whose convolutions keep their biases, here it stands in front of any branch, first of all of
transformers. With one block form for both and no biases nothing is left to tell them apart: both
names give the same numbers at every step. He's Var[w] = 2 / n in both.
"""

from resweep.nets.schemes.skipinit import check, extend, on_modules, scale, variance

__all__ = ["check", "extend", "on_modules", "scale", "variance"]

"""The words for arms and for differences between them, a line each."""

from resweep.analysis.compare.verdict import DECADES, STEADY

VERDICTS = {
    "trains": "more than half of the runs are ok, and none failed to learn",
    "fragile": "some runs are ok and some are not, and no one kind of failure has a majority",
    "exploding": "more than half of the runs exploded; without training: growth above "
    f"10^{DECADES:g}",
    "vanishing": "more than half of the runs vanished; without training: growth below "
    f"10^-{DECADES:g}",
    "trapped": "more than half of the runs are trapped",
    "undecided": "more than half of the runs are undecided: mostly too few steps to tell",
    "mixed": "no run is ok, and no one kind of failure has a majority",
    "failed": "more than half of the runs ended in an error",
    "stable": f"not trained; growth forward and backward within a factor of 10^{STEADY:g}",
    "growing": f"not trained; growth between 10^{STEADY:g} and 10^{DECADES:g}",
    "shrinking": f"not trained; growth between 10^-{DECADES:g} and 10^-{STEADY:g}",
    "not run": "no run of this arm is stored",
}
FINDINGS = {
    "clear": "chance explains it in less than 5 of 100 comparisons (p < 0.05, corrected); the "
    "table then shows the number alone",
    "noise": "enough seeds to see a difference of this size, and chance explains it (p >= 0.05)",
    "too few seeds": "the seeds are too few to tell whether there is a difference: run more",
    "chance unknown": "a run failed, and what a constant guess reaches on its images is not stored",
}

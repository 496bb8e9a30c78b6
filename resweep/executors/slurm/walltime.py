"""The time limits of Slurm, as its commands take and print them."""

import math
import re

from resweep.errors import UsageError

FORM = re.compile(r"(?:(?P<days>\d+)-)?(?P<first>\d+)(?::(?P<second>\d+))?(?::(?P<third>\d+))?")


def seconds(text: str) -> float:
    """The seconds of a time limit: `30` minutes, `1:30:00`, `2-12`, `2-12:30`; infinite if none.

    See the option --time of sbatch. Raises UsageError for a text that is no time.
    """
    if text.strip().upper() in ("UNLIMITED", "INFINITE"):
        return math.inf
    form = FORM.fullmatch(text.strip())
    if form is None:
        raise UsageError(
            f"time {text!r} is no time limit of Slurm: say minutes, hours:minutes:seconds or "
            "days-hours"
        )
    parts = [int(part) for part in form.group("first", "second", "third") if part is not None]
    if form["days"] is not None:  # days-hours:minutes:seconds
        hours, minutes, rest = (*parts, 0, 0)[:3]
        return 86_400.0 * int(form["days"]) + 3600 * hours + 60 * minutes + rest
    if len(parts) == 3:
        return 3600.0 * parts[0] + 60 * parts[1] + parts[2]
    return 60.0 * parts[0] + sum(parts[1:])

"""Where and of what a measurement was taken, for the file that keeps its figures."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def circumstances() -> dict[str, Any]:
    """The commit of this code, the machine, and how busy it has been in the last five minutes.

    A commit whose files were changed since ends in `-dirty`.
    """
    words = ["git", "describe", "--always", "--dirty", "--abbrev=7"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return {
        "commit": done.stdout.strip(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[1], 1),
    }

"""Where a driver finds the sources of users, so that its workers look in the same places.

The name of a network or a scheme may be a path from the folder of the command, or a module that
stands there or in PYTHONPATH. Workers of a cluster may have been started elsewhere.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folder that a command was called in, and the folders of its PYTHONPATH, whole paths."""

    folder: str = ""
    paths: tuple[str, ...] = ()

    @classmethod
    def here(cls) -> "Places":
        """Those of this process."""
        written = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        return cls(str(Path.cwd()), tuple(str(Path(path).resolve()) for path in written if path))

    def enter(self) -> None:
        """Let this process, a worker, look for sources where the driver does.

        It goes into the driver's folder, if there is one of that path here, and imports from the
        driver's folders too, after its own.
        """
        if self.folder and Path(self.folder).is_dir():
            os.chdir(self.folder)
        sys.path.extend(path for path in self.paths if path not in sys.path)

"""Builds the optional native kernels and adds the ready sweeps; all else is in pyproject.toml.

The same source becomes one plain shared library for each instruction set,
`resweep/nets/kernels/_spectral_<name>.so`; the program selects one at run time. Without a C++
compiler resweep installs all the same and computes with stock torch operations.
"""

import os
import platform
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

PACKAGE = "resweep.nets.kernels"
SOURCES = ["src/spectral.cpp", "src/pool.cpp", "src/moments.cpp"]
HEADERS = sorted(str(p) for p in Path("src").glob("*.hpp"))
FLAGS = ["-std=c++20", "-O3", "-fPIC", "-shared", "-pthread", "-fvisibility=hidden", "-w"]
ARITHMETIC = ["-ffp-contract=fast", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno"]
X86 = {
    "generic": [],
    "avx2": ["-mavx2", "-mfma"],
    "avx512": [
        "-mavx512f",
        "-mavx512vl",
        "-mavx512bw",
        "-mavx512dq",
        "-mfma",
        "-mprefer-vector-width=512",
    ],
}
BUILDS = X86 if platform.machine().lower() in ("x86_64", "amd64") else {"generic": []}


class Kernels(build_ext):
    """Compiles with $CXX or the first compiler on the path.

    A library that cannot be built is reported in one line and does not stop the installation.
    """

    def get_ext_filename(self, fullname: str) -> str:
        """The library's path in the package, without Python's own suffix."""
        return fullname.replace(".", os.sep) + ".so"

    def build_extensions(self) -> None:
        """Compile all libraries at once and report those that failed."""
        with ThreadPoolExecutor() as pool:
            failures = list(pool.map(self.attempt, self.extensions))
        reasons = sorted({why for why in failures if why is not None})
        self.extensions[:] = [
            ext for ext, why in zip(self.extensions, failures, strict=True) if why is None
        ]
        if reasons and not self.extensions:
            self.warn(
                f"no native CPU kernels, stock torch operations take their place: "
                f"{'; '.join(reasons)}"
            )
        elif reasons:
            built = ", ".join(ext.name.split("_")[-1] for ext in self.extensions)
            self.warn(f"native CPU kernels only for {built}: {'; '.join(reasons)}")

    def attempt(self, ext: Extension) -> str | None:
        """Build one library; the reason if that fails, else None."""
        try:
            self.build_extension(ext)
        except (OSError, RuntimeError) as error:
            return str(error)
        return None

    def build_extension(self, ext: Extension) -> None:
        """Compile one library; raises RuntimeError with the compiler's first line if it fails."""
        target = Path(self.get_ext_fullpath(ext.name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        arguments = [*FLAGS, *ARITHMETIC, *ext.extra_compile_args, *ext.sources, "-o", str(target)]
        done = subprocess.run([*compiler(), *arguments], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["the compiler failed"])[0])


class WithSweeps(build_py):
    """Copies the ready sweeps into the package; a checkout that is used in place has them."""

    def run(self) -> None:
        """Build the package, then put `sweeps/` beside its modules."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "resweep" / "sweeps"
            shutil.copytree("sweeps", target, dirs_exist_ok=True)


def compiler() -> list[str]:
    """The command of the C++ compiler; raises RuntimeError if there is none."""
    if "CXX" in os.environ:
        return shlex.split(os.environ["CXX"])
    for name in ("c++", "g++", "clang++"):
        if shutil.which(name):
            return [name]
    raise RuntimeError("no C++ compiler (set CXX to name one)")


setup(
    ext_modules=[
        Extension(
            f"{PACKAGE}._spectral_{name}",
            SOURCES,
            depends=HEADERS,
            extra_compile_args=flags,
            optional=True,
        )
        for name, flags in BUILDS.items()
    ],
    cmdclass={"build_ext": Kernels, "build_py": WithSweeps},
)

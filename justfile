# `just` checks the style and the types and runs the tests; `just --list` names the rest.
# Everything runs in the present environment: see "Set up" in README.md.

default: lint test

# style, formatting and types
lint:
    ruff check .
    ruff format --check .
    mypy

# the tests, or a part of them: `just test tests/store -k merge`
test *arguments:
    python3 -m pytest {{arguments}}

# repair what ruff can repair, and format
fix:
    ruff check --fix .
    ruff format .

# the tests again, with the share of the package's lines that they run
coverage *arguments:
    python3 -m pytest --cov {{arguments}}

# the native functions against sums in double precision, on an emulated ARM processor; needs Debian's
# g++-aarch64-linux-gnu and qemu-user
arm:
    aarch64-linux-gnu-g++ -std=c++20 -O2 -static -pthread -w src/check.cpp src/pool.cpp -o check-arm
    qemu-aarch64 check-arm
    rm check-arm

# all of it in a fresh environment, as on the build machine
ci:
    .ci/run

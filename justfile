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

# all of it in a fresh environment, as on the build machine
ci:
    .ci/run

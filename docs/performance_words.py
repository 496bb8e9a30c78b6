"""Tables and machines of docs/performance.md, as text."""


def table(names, rows):
    """The lines of a Markdown table."""
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def machine(where):
    """The machine, the versions and the date of a measurement, as a sentence."""
    kernels = ", ".join(f"{k} {v}" for k, v in where["kernels"].items())
    return (
        f"{where['processor']}, {where['threads']} threads, {where['system']}, "
        f"torch {where['torch']}, Python {where['python']}, "
        f"resweep {where['resweep']} ({kernels}), {where['date']}."
    )

"""How statuses and verdicts are marked, the same in tables, on the terminal and in print."""

STATUS_STYLES = {
    "ok": "green",
    "exploded": "red",
    "vanished": "magenta",
    "trapped": "yellow",
    "undecided": "cyan",
    "error": "bold red",
}
FOREIGN = "dim"  # a status that another version of resweep has stored
VERDICT_STYLES = {
    "trains": "green",
    "stable": "green",
    "fragile": "yellow",
    "undecided": "cyan",
    "growing": "yellow",
    "shrinking": "yellow",
    "exploding": "red",
    "vanishing": "magenta",
    "trapped": "yellow",
    "failed": "bold red",
    "mixed": "yellow",
}
UNDECIDED = "?"
VERDICT_SYMBOLS = {
    "exploding": "x",
    "trapped": "t",
    "vanishing": "v",
    "failed": "!",
    "undecided": UNDECIDED,
    "mixed": "m",
}
SYMBOLS = {"exploded": "x", "trapped": "t", "vanished": "v", "error": "!", "undecided": UNDECIDED}
STATUS_OF_SYMBOL = {symbol: status for status, symbol in SYMBOLS.items()}
OUTSIDE = " *"  # follows a ratio that chance over seeds does not explain
UNTRAINED = "*"  # follows a trainable window whose runs were probed only

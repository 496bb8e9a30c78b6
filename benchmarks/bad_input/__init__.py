"""Bad inputs over all commands and options; see `__main__`."""

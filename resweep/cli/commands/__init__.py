"""One file a command; lazy.py imports the one that was called."""

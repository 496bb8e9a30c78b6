"""What the shell offers on Tab, answered without typer, torch or SQLAlchemy.

The names of commands, flags and values come from a table in the user's cache, which the program
itself writes when there is none for its files; names of sweeps, studies and runs come from the
store by sqlite3 alone. The protocol is that of the scripts that `--install-completion` installs.
"""

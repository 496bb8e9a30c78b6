"""From the flags of a command to its finished outcomes."""

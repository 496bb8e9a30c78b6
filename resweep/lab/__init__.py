"""Measuring one experiment on this machine, and what is recorded about the machine."""

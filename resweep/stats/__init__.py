"""Arithmetic on numbers alone: intervals, tests and straight lines; it knows no experiment."""

"""Arithmetic on numbers alone: intervals, tests and straight lines; no record of resweep is known here."""

"""Outcomes to records: what runs have in common, compared, fitted and set beside theory; nothing is drawn here."""

"""From outcomes to records: runs compared, fitted and set beside theory. Nothing is drawn here."""

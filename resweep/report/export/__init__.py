"""Tables and outcomes as text for other programs."""

"""Records to charts, and the terminal and print renderers of a chart."""

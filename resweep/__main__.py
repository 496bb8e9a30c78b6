"""`python -m resweep`."""

from resweep.cli.start import main

main()

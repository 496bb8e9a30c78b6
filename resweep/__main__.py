from resweep.cli.app import main

main()

"""Tasks on a Slurm cluster: workers are tasks of job arrays, files on a shared disk join us."""

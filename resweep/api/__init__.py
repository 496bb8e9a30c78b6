"""The Python interface: what `import resweep` offers, loaded when it is first asked for.

resweep.inspect(model, batch)              what a network shows at step 0
resweep.initialize_(model, "he", batch)    its weights drawn by a scheme
resweep.assert_stable(model, batch)        the same as a test
resweep.measure(Experiment(...))           one experiment, as `resweep run` measures it
resweep.open("resweep.db").frame()         the stored runs as a table
"""

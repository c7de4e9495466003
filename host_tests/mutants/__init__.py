"""Mutation testing: the library is broken on purpose, one small fault at a time, and the tests must notice each.

`make mutants` takes a random sample of the faults that Cosmic Ray can make in each room, and runs the room's quick
tests against each. A fault that no test notices (a survivor) needs a test, or a line in ``equivalent.toml`` that says
why nobody could notice it.
"""

"""Run the tests of one file on MicroPython: ``run.py NAME``; a line for each and each layer, or a traceback."""

import sys

from host_tests.behaviour import layers

try:
    print_exception = sys.print_exception
except AttributeError:  # CircuitPython
    from traceback import print_exception

name = sys.argv[1]
module = __import__("host_tests.behaviour." + name, None, None, (name,))
for test in sorted(dir(module)):
    if test.startswith("test_"):
        for layer in layers.of(module, test):
            layers.choose(layer)
            try:
                getattr(module, test)()
                print("passed", test, layer)
            except Exception as error:
                print("failed", test, layer)
                print_exception(error)

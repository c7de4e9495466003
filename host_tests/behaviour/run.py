"""Run the tests of one file on MicroPython: ``run.py NAME``; a line for each, and the traceback of one that fails."""

import sys

name = sys.argv[1]
module = __import__("host_tests.behaviour." + name, None, None, (name,))
for test in sorted(dir(module)):
    if test.startswith("test_"):
        try:
            getattr(module, test)()
            print("passed", test)
        except Exception as error:
            print("failed", test)
            sys.print_exception(error)
        print("end", test)

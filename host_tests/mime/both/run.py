"""Run the tests of one file on MicroPython: ``run.py NAME [TEST]``, or one of them; a line for each, or a traceback."""

import sys

name = sys.argv[1]
module = __import__("host_tests.mime.both." + name, None, None, (name,))
for test in sys.argv[2:] or sorted(dir(module)):
    if test.startswith("test_"):
        try:
            getattr(module, test)()
            print("passed", test)
        except Exception as error:
            print("failed", test)
            sys.print_exception(error)

"""What the tests of the store need, for CPython and MicroPython alike."""

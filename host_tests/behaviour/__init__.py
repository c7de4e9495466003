"""What the library promises, as tests that CPython and MicroPython both run: plain functions and asserts, no pytest."""

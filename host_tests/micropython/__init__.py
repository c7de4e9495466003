"""The suite of ../behaviour on a real MicroPython."""

"""Tests that run on CPython and on MicroPython: they use nothing that only one of them has."""

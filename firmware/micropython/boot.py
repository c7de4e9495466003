"""Runs first, when the board gets power, was reset, or wakes up."""

import micropython

micropython.alloc_emergency_exception_buf(100)  # so that a timer's or an interrupt's failure can be told too

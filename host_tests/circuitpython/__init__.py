"""CircuitPython as far as it can be on a computer: its modules, with what they have there and nothing else.

``sockets.py`` and ``layer.py`` run on CPython and on MicroPython; ``interpreter.py`` runs whole programs on CPython.
"""

"""Mail that people can read: the reader of MIME, on CPython and on a real 32-bit MicroPython."""

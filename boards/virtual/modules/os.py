"""The firmware's os module: without what only a PC's has, and with what only boards have."""

import sys as _sys
from collections import namedtuple as _namedtuple

from uos import *

del system, getenv, putenv, unsetenv, VfsPosix  # noqa: F821


def uname():
    """(sysname, nodename, release, version, machine)"""
    fields = ("sysname", "nodename", "release", "version", "machine")
    release = ".".join(map(str, _sys.implementation.version[:3]))
    return _namedtuple("uname_result", fields)(_sys.platform, _sys.platform, release, _sys.version, _words)


def sync():
    """All is written at once."""


def _power_on(chip, words):
    global _words, _sys
    _words = words
    _sys = _sys.modules["sys"]

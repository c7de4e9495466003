"""Objects that have what CircuitPython's have: asking for anything else is an error that is remembered."""

violations = []  # what was asked for in vain, since the last ``forgive()``


def violate(what):
    """Remember what CircuitPython would not have borne, even if the program gets over the exception."""
    violations.append(what)


def forgive():
    """Forget all violations; returns what they were."""
    found = violations[:]
    violations.clear()
    return found


class Strict:
    """Base of the stand-ins: a name that they do not have raises AttributeError, as on a board, and is remembered.

    ``lacking``: names that a library may look for in vain.
    """

    lacking = ()

    def __getattr__(self, name):
        if name[:2] != "__" and name not in self.lacking:  # what the interpreter looks for is nobody's mistake
            violate(f"{type(self).__name__} has no {name}")
        raise AttributeError(name)


class Module(Strict):
    """A module that has just these members.

    :param str name: its name
    :param dict members: its members by name
    """

    def __init__(self, name, members):
        self.__name__ = name
        for key in members:
            setattr(self, key, members[key])

    def __getattr__(self, name):
        if name[:2] != "__":
            violate(f"module {self.__name__} has no {name}")
        raise AttributeError(name)

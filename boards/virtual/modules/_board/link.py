"""The line between the virtual board and its supervisor: what the board does, and what the board asks.

A line each way: "VERB arguments" tells, "?NUMBER VERB arguments" asks, "NUMBER answer" answers.
"""

_line = open(3, "r+b")
_asked = 0
_asking = 0
interruptible = True  # machine.disable_irq() ends that
calling_back = False  # a timer's callback runs


def take_interrupt():
    """Raise KeyboardInterrupt if Ctrl-C was typed; ctrl_c has another, where this MicroPython does not by itself."""


def when_answered():
    """Called after each answer; a timer that had to wait for it has another here."""


def asking():
    """Whether an answer is awaited now."""
    return _asking


def tell(what):
    """Say something that needs no answer. ``what``: bytes that end in a line feed."""
    take_interrupt()
    _line.write(what)


def ask(what):
    """Ask for a line of text. ``what``: text without a line feed. Ctrl-C in the middle spoils no later answer."""
    global _asked, _asking
    take_interrupt()
    _asked += 1
    number = b"%d " % _asked
    _asking += 1
    try:
        _line.write(("?%d %s\n" % (_asked, what)).encode())
        while True:
            answer = _line.readline()
            if answer.startswith(number):
                return answer[len(number) : -1].decode()
    finally:
        _asking -= 1
        when_answered()


def end(what):
    """Say how this life of the board ends, and wait for the supervisor to end it. Never returns, whatever happens."""
    while True:
        try:
            _line.write(what.encode() + b"\n")
            while True:
                _line.readline()
        except BaseException:  # Ctrl-C does not save a board from its reset
            pass

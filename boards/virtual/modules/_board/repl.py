"""The prompt: friendly for people, raw for programs, as every MicroPython board has it."""

import io
import sys

from . import link, source, tty

_OURS = tuple('  File "%s"' % name for name in ("repl", "source", "start"))
_HARDWARE = tuple('  File "%s"' % name for name in ("ctrl_c", "link", "machine", "network", "ntptime", "socket"))
_COMPOUND = ("@", "if ", "while ", "for ", "try:", "with ", "def ", "class ", "async ")


def run(scope, raw, banner):
    """Serve the port for ever. ``scope``: the globals of what is typed; ``raw``: start as the raw REPL."""
    greet = not raw
    while True:
        try:
            if raw:
                _raw(scope)
                raw = False
                greet = True
            else:
                if greet:
                    tty.put(b"\n" + banner + b'\nType "help()" for more information.\n')
                greet = False
                _friendly(scope)
                raw = True
        except KeyboardInterrupt:
            tty.reading()


def execute(work, *arguments):
    """Run some of the user's code. Returns None, what ended it, or SystemExit where it asks for a reset."""
    try:
        work(*arguments)
        link.take_interrupt()
        tty.reading()
        return None
    except SystemExit:
        tty.reading()
        return SystemExit
    except source.Cancelled as cancelled:
        tty.reading()
        raise cancelled
    except BaseException as error:
        tty.reading()
        return error


def report(error):
    """Print the traceback as the board would: without this package's part, which comes first in it."""
    text = io.StringIO()
    sys.print_exception(error, text)
    lines = text.getvalue().split("\n")
    while len(lines) > 2 and lines[1].startswith(_OURS):
        del lines[1]
    if isinstance(error, KeyboardInterrupt):  # a board's hardware is no Python
        while len(lines) > 2 and lines[-3].startswith(_HARDWARE):
            del lines[-3]
    if len(lines) > 2 and lines[0].startswith("Traceback") and not lines[1].startswith("  "):
        del lines[0]
    tty.put("\n".join(lines).encode())


# --- the raw REPL --------------------------------------------------------------------------------------------------


def _raw(scope):
    tty.put(b"raw REPL; CTRL-B to exit\n")
    while True:
        tty.put(b">")
        key = tty.get()
        if key == 5:
            if not _raw_paste(scope):
                continue
        elif key == 4:
            tty.put(b"OK\n")
            link.end("soft_reset raw")
        elif key < 4:
            if key == 2:
                tty.put(b"\n")
                return
            if key == 1:
                tty.put(b"raw REPL; CTRL-B to exit\n")
        else:
            try:
                _answer(execute(source.run, source.PLAIN, scope, key))
            except source.Cancelled as cancelled:
                if cancelled.key == 2:
                    tty.put(b"\n")
                    return
                if cancelled.key == 1:
                    tty.put(b"raw REPL; CTRL-B to exit\n")


def _raw_paste(scope):
    kind = tty.get()
    tty.get()
    if kind != 65:
        tty.put(b"R\x00")
        return False
    tty.put(b"R\x01" + bytes((source.WINDOW, 0)) + b"\x01")
    _answer(execute(source.run, source.PASTED, scope))
    return True


def _answer(error):
    tty.put(b"\x04")
    if error is SystemExit:
        tty.put(b"\x04")
        link.end("soft_reset raw")
    if error:
        report(error)
    tty.put(b"\x04")


# --- the friendly REPL ---------------------------------------------------------------------------------------------


def _friendly(scope):
    """Until Ctrl-A."""
    last = b""
    while True:
        tty.put(b">>> ")
        line = _edit(last, True)
        if line == b"\x01":
            tty.put(b"\n")
            return
        if line == b"\x02":
            tty.put(b"\n")
            raise KeyboardInterrupt
        if line == b"\x04":
            tty.put(b"\n")
            link.end("soft_reset friendly")
        if line == b"\x05":
            tty.put(b"\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\n=== ")
            try:
                error = execute(source.run, source.TYPED, scope)
            except source.Cancelled:
                tty.put(b"\n")
                continue
        elif line is None or not line.strip():
            continue
        else:
            last = line
            while _goes_on(line):
                tty.put(b"... ")
                more = _edit(b"", False)
                if more is None:
                    line = None
                    break
                line += b"\n" + more
            if line is None:
                continue
            error = execute(_run_line, line, scope)
        if error is SystemExit:
            link.end("soft_reset friendly")
        if error:
            report(error)


def _run_line(line, scope):
    code = compile(line, "<stdin>", "single")
    tty.running()
    exec(code, scope)


def _edit(last, fresh):
    """One line as bytes, echoed; the control character typed on an empty fresh line; None after Ctrl-C."""
    line = bytearray()
    while True:
        key = tty.get()
        if key in (10, 13):
            tty.put(b"\n")
            return bytes(line)
        if key == 3:
            tty.put(b"\n")
            return None
        if key < 6 and fresh and not line:
            return bytes((key,))
        if key == 27:
            tty.get()
            if tty.get() == 65 and not line:  # up: the last line again
                line += last
                tty.put(last)
        elif key in (8, 127):
            if line:
                line = line[:-1]
                tty.put(b"\b \b")
        elif key >= 32 or key == 9:
            line.append(key)
            tty.put(b"    " if key == 9 else bytes((key,)))


def _goes_on(line):
    """Whether more lines belong to this one."""
    if line.endswith(b"\\"):
        return True
    depth = 0
    quote = None
    text = line.decode()
    place = 0
    while place < len(text):
        letter = text[place]
        if quote:
            if letter == "\\":
                place += 1
            elif text.startswith(quote, place):
                place += len(quote) - 1
                quote = None
            elif letter == "\n" and len(quote) == 1:
                quote = None
        elif letter in "'\"":
            quote = letter * 3 if text.startswith(letter * 3, place) else letter
            place += len(quote) - 1
        elif letter == "#":
            end = text.find("\n", place)
            place = len(text) if end < 0 else end
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        place += 1
    if depth > 0 or (quote and len(quote) == 3):
        return True
    return text.startswith(_COMPOUND) and not text.endswith("\n")

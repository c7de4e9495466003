"""Program text that is compiled while it comes in over the serial port, so that it takes no memory of the board."""

import io
import os

import vfs

from . import tty

PLAIN, PASTED, TYPED = range(3)  # raw REPL; raw-paste mode, with flow control; paste mode, with echo
WINDOW = 128  # bytes that a sender in raw-paste mode may be ahead


class Cancelled(Exception):
    """The sender took its text back; ``key`` is the control character that did it."""

    def __init__(self, key):
        self.key = key


class _Text(io.IOBase):
    """The text as a file. There is one, made at boot: nothing of it is in the heap that the board has free."""

    def begin(self, kind, first):
        self.kind = kind
        self.first = first
        self.room = WINDOW
        self.over = False

    def readinto(self, buffer):
        # a byte at a time, since what follows the end belongs to the program; full, since less means the end
        count = 0
        while count < len(buffer) and not self.over:
            key = self._next()
            if not self.over:
                buffer[count] = key
                count += 1
        return count

    def _next(self):
        key = self.first
        if key is None:
            key = tty.get()
        self.first = None
        if self.kind == PASTED:
            self.room -= 1
            if self.room == 0:
                self.room = WINDOW
                tty.put(b"\x01")
        if key == 4:
            self.end()
        elif key == 3 and self.kind == PASTED:
            tty.put(b"\x04")
            self.over = True
            raise KeyboardInterrupt
        elif key == 3 or (self.kind == PLAIN and key < 3):
            self.over = True
            raise Cancelled(key)
        elif self.kind == TYPED:
            if key == 13:
                key = 10
            tty.put(b"\n=== " if key == 10 else bytes((key,)))
        return key

    def ioctl(self, request, argument):
        return 0

    def end(self):
        self.over = True
        if self.kind == PLAIN:
            tty.put(b"OK")
        elif self.kind == PASTED:
            tty.put(b"\x04")
        else:
            tty.put(b"\n")
        tty.running()

    def drain(self):
        """After a syntax error: take the rest of the text."""
        if self.kind == PASTED and not self.over:
            tty.put(b"\x04")  # tells the sender to stop
        while not self.over:
            if tty.get() == 4:
                if self.kind == PASTED:
                    self.over = True
                    tty.running()
                else:
                    self.end()


class _Folder:
    """A file system with one file, gone as soon as that is open: a program cannot see it."""

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def chdir(self, path):
        pass

    def getcwd(self):
        return ""

    def stat(self, path):
        return (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path, mode):
        vfs.umount(self)
        os.chdir(self.back)
        return _text


_text = _Text()
_text.begin(PLAIN, None)
_folder = _Folder()
_folder.back = "/"


def run(kind, scope, first=None):
    """Compile and run what comes in; raises what that raises. ``first``: its first byte if that has been read."""
    _text.begin(kind, first)
    _folder.back = os.getcwd()
    vfs.mount(_folder, "/:")
    os.chdir("/:")
    try:
        execfile("<stdin>", scope)  # noqa: F821 (a builtin of the firmware)
    except Cancelled:
        raise
    except BaseException:
        _text.drain()
        raise

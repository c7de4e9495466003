"""A small log on flash that never grows past its bound, and never shows a secret. What is logged is printed too."""

import os
import time

PATH = "/log.txt"
OLDER = "/log.old.txt"


class Log:
    """Two files: when the newer is full it takes the older's place.

    :param int size: bytes that both may take together; 0: print only, spare the flash
    :param secrets: texts that are shown as ``***``
    """

    def __init__(self, size=8192, secrets=()):
        self._half = size // 2
        self._secrets = [secret for secret in secrets if secret]
        self._last = None  # the text of the last line
        self._times = 0  # how often it came again
        self._start = time.time()

    def __call__(self, text):
        """Log a text. The same again and again is counted, not repeated, so that a long failure spares the flash."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        line = "%s %s" % (self._now(), text)
        print(line)
        if text == self._last:
            self._times += 1
            return
        if self._times:
            line = "(the last line %d times more)\n%s" % (self._times, line)
        self._last = text
        self._times = 0
        if self._half:
            try:
                self._write(line)
            except OSError:
                pass  # the flash is full, or belongs to a computer: nobody is served by stopping

    def _now(self):
        now = time.time()
        parts = time.localtime(now)
        if parts[0] < 2024:
            return "+%ds" % (now - self._start)
        return "%04d-%02d-%02d %02d:%02d:%02d" % tuple(parts)[:6]

    def _write(self, line):
        data = line.encode() + b"\n"
        if len(data) > self._half:
            data = data[: self._half - 1] + b"\n"
        try:
            full = os.stat(PATH)[6] + len(data) > self._half
        except OSError:
            full = False
        if full:
            try:
                os.remove(OLDER)  # not every file system renames over a file
            except OSError:
                pass
            os.rename(PATH, OLDER)
        with open(PATH, "ab") as file:
            file.write(data)

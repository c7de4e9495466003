"""A queue of notes: what is to be done with which mail. Some are in memory; the rest of a long queue is on flash."""

try:
    from micropython import const
except ImportError:
    const = int

# what is to be done
NEW = 0  # fetch it
AGAIN = 1  # it could not be had last time, or its file was lost: fetch it
COMPARE = 2  # tell by its header whether it is the mail that is known
NAMELESS = 3  # it has no UID: tell by its header whether it is known
WAITS = 4  # it was set aside, and it is not its turn; but its number may be another's now: tell by its header

_NEGATIVE = 0x1000000  # slots in the log are negative: this is added

_NOTE = const(12)  # bytes: a mail's number, 7 bytes more, and what is to be done
_PAGE = const(16)  # notes in memory


class Queue:
    """Append notes, then iterate over them, as often as is wanted: (number, data, kind).

    :param str path: a file for those that do not fit
    :param bool spill: use it; else they are counted only

    ``lost``: how many notes did not fit.
    """

    def __init__(self, path, spill=True):
        self.path = path
        self.buf = bytearray(_PAGE * _NOTE)
        self.clear(spill)

    def clear(self, spill):
        """Begin anew."""
        self.spill = spill
        self.here = self.there = self.lost = 0  # notes in memory, and on flash

    def append(self, number, data, kind):
        """Note a mail.

        :param bytes data: 7 bytes
        :param int kind: 0 to 255
        """
        if self.here == _PAGE:
            if not self.spill or self.lost or not self._write():
                self.lost += 1
                return
        at = self.here * _NOTE
        self.buf[at : at + _NOTE] = number.to_bytes(4, "little") + data + bytes((kind,))
        self.here += 1

    def mark(self):
        """A place to ``rewind()`` to, while all is in memory."""
        return self.here, self.lost

    def rewind(self, mark):
        """Forget what was appended behind a place."""
        self.here, self.lost = mark

    def doom(self, number, slot):
        """Note a mail, and the slot of its entry."""
        self.append(number, (slot + _NEGATIVE).to_bytes(7, "little"), 0)

    def _write(self):
        # have the notes in memory on flash; whether there is room
        try:
            with open(self.path, "ab" if self.there else "wb") as file:
                file.write(self.buf)
        except OSError:
            return False
        self.there += self.here
        self.here = 0
        return True

    def __iter__(self):
        if self.there and self.here and (self.lost or not self._write()):
            # what is written behind half a page is not in its place
            self.lost += self.here
            self.here = 0
        for at in range(self.there or self.here):
            place = at % _PAGE * _NOTE
            if self.there and not place:
                with open(self.path, "rb") as file:
                    file.seek(at * _NOTE)
                    file.readinto(self.buf)
            note = bytes(self.buf[place : place + _NOTE])
            yield int.from_bytes(note[:4], "little"), note[4:11], note[11]

    def close(self):
        """Remove the file. Raises OSError."""
        if self.there:
            from .flash import remove

            remove(self.path)


def slot_of(data):
    """The slot that is noted."""
    return int.from_bytes(data, "little") - _NEGATIVE

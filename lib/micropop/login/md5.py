"""MD5 (RFC 1321), for firmware without it: CircuitPython, and MicroPython on an RP2 before 1.27.

A word is kept as two halves of 16 bits: on a board an integer of 32 bits takes memory each time one is made.
"""

_START = (0x2301, 0x6745, 0xAB89, 0xEFCD, 0xDCFE, 0x98BA, 0x5476, 0x1032)
_TURNS = b"\x07\x0c\x11\x16\x05\x09\x0e\x14\x04\x0b\x10\x17\x06\x0a\x0f\x15"  # bits, four for each round
_SINES = (  # the integer part of 2**32 * abs(sin(step)), for each of the 64 steps, low octet first
    b"\x78\xa4\x6a\xd7\x56\xb7\xc7\xe8\xdb\x70\x20\x24\xee\xce\xbd\xc1"
    b"\xaf\x0f\x7c\xf5\x2a\xc6\x87\x47\x13\x46\x30\xa8\x01\x95\x46\xfd"
    b"\xd8\x98\x80\x69\xaf\xf7\x44\x8b\xb1\x5b\xff\xff\xbe\xd7\x5c\x89"
    b"\x22\x11\x90\x6b\x93\x71\x98\xfd\x8e\x43\x79\xa6\x21\x08\xb4\x49"
    b"\x62\x25\x1e\xf6\x40\xb3\x40\xc0\x51\x5a\x5e\x26\xaa\xc7\xb6\xe9"
    b"\x5d\x10\x2f\xd6\x53\x14\x44\x02\x81\xe6\xa1\xd8\xc8\xfb\xd3\xe7"
    b"\xe6\xcd\xe1\x21\xd6\x07\x37\xc3\x87\x0d\xd5\xf4\xed\x14\x5a\x45"
    b"\x05\xe9\xe3\xa9\xf8\xa3\xef\xfc\xd9\x02\x6f\x67\x8a\x4c\x2a\x8d"
    b"\x42\x39\xfa\xff\x81\xf6\x71\x87\x22\x61\x9d\x6d\x0c\x38\xe5\xfd"
    b"\x44\xea\xbe\xa4\xa9\xcf\xde\x4b\x60\x4b\xbb\xf6\x70\xbc\xbf\xbe"
    b"\xc6\x7e\x9b\x28\xfa\x27\xa1\xea\x85\x30\xef\xd4\x05\x1d\x88\x04"
    b"\x39\xd0\xd4\xd9\xe5\x99\xdb\xe6\xf8\x7c\xa2\x1f\x65\x56\xac\xc4"
    b"\x44\x22\x29\xf4\x97\xff\x2a\x43\xa7\x23\x94\xab\x39\xa0\x93\xfc"
    b"\xc3\x59\x5b\x65\x92\xcc\x0c\x8f\x7d\xf4\xef\xff\xd1\x5d\x84\x85"
    b"\x4f\x7e\xa8\x6f\xe0\xe6\x2c\xfe\x14\x43\x01\xa3\xa1\x11\x08\x4e"
    b"\x82\x7e\x53\xf7\x35\xf2\x3a\xbd\xbb\xd2\xd7\x2a\x91\xd3\x86\xeb"
)


class md5:
    """A digest in the making.

    :param bytes data: its beginning, or any other buffer
    """

    def __init__(self, data=b""):
        self._state = list(_START)  # low half, high half of each of four words
        self._rest = b""  # octets behind the last whole block
        self._length = 0
        self.update(data)

    def update(self, data):
        """Go on with ``data``, bytes or any other buffer."""
        self._length += len(data)
        self._rest = _mixed(self._state, self._rest + bytes(data))

    def digest(self):
        """The 16 octets for all that came so far."""
        state = list(self._state)
        padding = b"\x80" + bytes((55 - self._length) & 63)
        _mixed(state, self._rest + padding + (self._length << 3).to_bytes(8, "little"))
        return bytes([half >> shift & 255 for half in state for shift in (0, 8)])


def _mixed(state, data):
    # take in every whole block; returns what is left
    for at in range(0, len(data) - 63, 64):
        _mix(state, data, at)
    return data[len(data) & -64 :]


def _mix(state, data, start):
    # take in the block of 64 octets that begins there
    sines = _SINES
    al, ah, bl, bh, cl, ch, dl, dh = state
    for i in range(64):
        if i < 16:
            low = bl & cl | dl & ~bl
            high = bh & ch | dh & ~bh
            at = i
        elif i < 32:
            low = dl & bl | cl & ~dl
            high = dh & bh | ch & ~dh
            at = 5 * i + 1
        elif i < 48:
            low = bl ^ cl ^ dl
            high = bh ^ ch ^ dh
            at = 3 * i + 5
        else:
            low = cl ^ (bl | dl ^ 0xFFFF)
            high = ch ^ (bh | dh ^ 0xFFFF)
            at = 7 * i
        at = start + 4 * (at & 15)
        sine = 4 * i
        low += al + data[at] + (data[at + 1] << 8) + sines[sine] + (sines[sine + 1] << 8)
        high += ah + data[at + 2] + (data[at + 3] << 8) + sines[sine + 2] + (sines[sine + 3] << 8) + (low >> 16)
        low &= 0xFFFF
        high &= 0xFFFF
        turn = _TURNS[i >> 4 << 2 | i & 3]
        if turn > 15:
            turn -= 16
            low, high = high, low
        keep = 0xFFFF >> turn  # what stays in its half
        al = dl
        ah = dh
        dl = cl
        dh = ch
        cl = bl
        ch = bh
        bl += ((low & keep) << turn) + (high >> 16 - turn)
        bh += ((high & keep) << turn) + (low >> 16 - turn) + (bl >> 16)
        bl &= 0xFFFF
        bh &= 0xFFFF
    carry = 0
    for i, half in enumerate((al, ah, bl, bh, cl, ch, dl, dh)):
        total = state[i] + half + (carry if i & 1 else 0)
        state[i] = total & 0xFFFF
        carry = total >> 16

"""The heap of reading a mail with MIME: ``mime_heap HOST PORT NAME PAYLOAD [IMAGE]``; IMAGE: a ROMFS with the library.

It saves every attachment and reads every text. Prints the most that was in use beyond the session, garbage collected,
at each part and at every 100th piece; and what the next step of the interpreter's table of names takes, which is made
before, as it is the program's and everybody's.
"""

import gc
import sys

import names


def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


class Nowhere:
    """A stream that forgets all, and looks at the heap now and then."""

    octets = pieces = most = 0

    def write(self, data):
        self.octets += len(data)
        self.pieces += 1
        if self.pieces % 100 == 0:
            self.most = max(self.most, used())
        return len(data)


if len(sys.argv) > 5:
    import romfs

    romfs.mount(sys.argv[5])
import micropop  # noqa: E402  from wherever it lies

client = micropop.connect(sys.argv[1], int(sys.argv[2]), tls=False, pool=micropop.PacketPool(int(sys.argv[4]), 2))
client.login(sys.argv[3], "secret", method="APOP")
stream = Nowhere()
parts = 0
client.top(1).discard()  # loads what a session needs
message = client.retrieve(1)
step = names.grow()
before = used()
mail = micropop.mime.read(message)
for part in mail:
    stream.most = max(stream.most, used())
    if part.disposition == "attachment":
        part.save(stream)
    else:
        part.text()
    parts += 1
    stream.most = max(stream.most, used())
client.quit()
print("most", stream.most - before)
print("step", step)
print("parts", parts)
print("octets", stream.octets)

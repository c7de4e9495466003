"""The time that reading a mail with MIME takes: ``mime_speed HOW HOST PORT NAME PAYLOAD``.

HOW: mime: each part's octets are saved to a stream that forgets them. retrieve: the mail is read as it is.
"""

import sys

import micropop
from ticks import ticks_diff, ticks_us


class Nowhere:
    def write(self, data):
        return len(data)


def with_mime(message):
    nowhere = Nowhere()
    for part in micropop.mime.read(message):
        part.save(nowhere)


def with_retrieve(message):
    for packet in message:
        packet.data  # noqa: B018, which makes it


how, host, port, name, payload = sys.argv[1:6]
client = micropop.connect(host, int(port), tls=False, pool=micropop.PacketPool(int(payload), 2))
client.login(name, "secret", method="APOP")
read = with_mime if how == "mime" else with_retrieve
with client.top(1) as message:
    read(message)  # loads what is needed
with client.retrieve(1) as message:
    start = ticks_us()
    read(message)
    taken = ticks_diff(ticks_us(), start)
client.quit()
print("us", taken)
print("received", message.received)

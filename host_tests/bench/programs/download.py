"""Log in, download mail 1, log out, as an ordinary program does: ``download HOST PORT NAME PAYLOAD PACKETS METHOD``.

It does nothing for the memory by itself. METHOD: APOP, or any for whatever the client chooses.
"""

import sys

import micropop

argv = sys.argv
pool = micropop.PacketPool(int(argv[4]), int(argv[5]))
with micropop.connect(argv[1], int(argv[2]), tls=False, pool=pool) as client:
    client.login(argv[3], "secret", method=None if argv[6] == "any" else argv[6], cleartext=True)
    with client.retrieve(1) as message:
        for packet in message:
            data = packet.data
    client.quit()
print("received", message.received)

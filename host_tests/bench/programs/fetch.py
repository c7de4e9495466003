"""Log in, download mail 1, log out: ``fetch HOST PORT NAME PAYLOAD PACKETS``. The least that a program does.

It collects garbage between the steps, as programs do that have little: so what is loaded comes to lie close together.
"""

import sys
from gc import collect

import micropop

argv = sys.argv
pool = micropop.PacketPool(int(argv[4]), int(argv[5]))
collect()
client = micropop.connect(argv[1], int(argv[2]), tls=False, pool=pool)
collect()
client.login(argv[3], "secret", method="APOP")
collect()
with client.retrieve(1) as message:
    for packet in message:
        data = packet.data
client.quit()
print("received", message.received)

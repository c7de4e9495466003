"""Names that are no text, in the folder of a store: ``odd_names FILESYSTEM``. For MicroPython.

Prints how many mails were given.
"""

import os
import sys
from mailbox import Mailbox, mail

import micropop
from flash_chip import Files
from micropop.store import Store
from power_cut import FOLDER

ODD = (b"\xff\xfe.eml", b"seen.\xff", b"00000009-aabbccddeeff0\xff.eml")


def main(filesystem):
    """Two polls, with such a name there from the beginning, and more of them between."""
    files = Files(filesystem)
    files.mount(files.make(128 * 1024))
    folder = FOLDER.encode() + b"/"
    os.mkdir(FOLDER)
    mailbox = Mailbox([[b"one", mail("one", 300)]])
    given = 0
    for look in range(2):
        for name in ODD[look : 1 + 2 * look]:
            with open(folder + name, "wb") as file:
                file.write(b"?")
        store = Store(FOLDER)
        client = micropop.Client(mailbox.connect(), micropop.PacketPool(512, 2))
        client.login("mrose", "secret", method="USER")
        for stored in store.fetch(client):
            assert stored.whole
        client.quit()
        given += len(list(store.pending()))
        assert store.prune(0) == 1
        mailbox.mails.append([b"two", mail("two", 300)])
    print(given)


main(sys.argv[1])

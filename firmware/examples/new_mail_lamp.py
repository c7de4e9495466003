"""A lamp that shines while there is mail which was not there yet when the board started; reset the board to put it out.

Put it on the board as main.py (CircuitPython: code.py), with account.py, the library, the watcher and settings.toml.
The lamp is the LED of the settings, POP3_LED. No mail is fetched: the unique ids tell what is new.
"""

import time
from binascii import crc32

from account import Account
from watcher.pins import find


def marks(client):
    """A set with a number for each mail, made of its unique id; it takes 8 bytes or so, where texts would take 100."""
    found = set()
    if client.stat()[0]:
        for _, uid in client.uidl():
            found.add(crc32(uid) & 0x3FFFFFFF)  # as much as a word holds without an object of its own
    return found


def run():
    """Look, light the lamp or put it out, rest; for ever."""
    account = Account()
    lamp = find(account.settings["LED"], account.settings["RGB_LED"])
    if lamp is None:
        raise ValueError("POP3_LED names no lamp")
    lamp(0)
    known = None
    while True:
        try:
            with account.log_in() as client:
                found = marks(client)
                client.quit()
            if known is None:
                known = found
            new = len(found - known)
            print("%d mails, %d new" % (len(found), new))
            lamp(int(new > 0))
        except Exception as error:  # no network, no server: the next look may do better
            print(error)
        time.sleep(account.settings["INTERVAL"])


run()

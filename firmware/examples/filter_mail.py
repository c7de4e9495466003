"""Only mail that matters stays on the flash: by its sender, or by a word of its subject.

``make deploy EXAMPLE=filter_mail`` puts it on the board as on_mail.py. settings.toml has
    MY_SENDERS = "boss@example.org, @school.example"    # whole addresses, or their ends
    MY_WORDS = "alarm, parcel"                          # capitals do not count, beyond A to Z they do

Anybody can write any sender into a mail: this sorts mail, and protects from nothing.
"""

import os

from watcher.settings import load


def on_mail(mail):
    """Print sender and subject of a mail that matters, and remove another; the server keeps both."""
    settings = load()
    senders = [each.strip().lower() for each in settings.get("MY_SENDERS", "").split(",")]
    words = [each.strip().lower() for each in settings.get("MY_WORDS", "").split(",")]
    with mail.open() as it:
        matters = any(each and it.address.lower().endswith(each) for each in senders)
        matters = matters or any(each and each in it.subject.lower() for each in words)
        if matters:
            print("%s: %s" % (it.sender, it.subject))
    if not matters:
        os.remove(mail.path)

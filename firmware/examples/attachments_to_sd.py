"""What is attached to a mail goes to an SD card, whatever its size, on MicroPython.

``make deploy EXAMPLE=attachments_to_sd`` puts it on the board as on_mail.py, with sd_card.py, which says how the card
is connected. POP3_LIMIT in settings.toml is the size up to which a mail is fetched whole.
"""

from sd_card import mount
from watcher.settings import load

mount("/sd", load())


def on_mail(mail):
    """Save each attachment under a name that does no harm, with the mail's number first."""
    with mail.open() as it:
        for part in it:
            if part.filename:
                path = "/sd/%d-%s" % (mail.serial, part.flash_name)
                with open(path, "wb") as file:
                    size = part.save(file)
                print("%s: %d bytes, %s from %s" % (path, size, part.filename, it.sender))

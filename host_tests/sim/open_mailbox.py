"""`make mailbox`: a mailbox on this computer for a virtual board. Each line that is typed arrives there as a mail.

WIFI=name:password is the virtual board's network, as for `make virtual`.
"""

import os
import shutil
import signal
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from pathlib import Path

from boards.commands import settings
from boards.shared import owner_only
from boards.shared.refusal import Refusal
from boards.tools import lock
from boards.tools.paths import PRIVATE, keep_private
from boards.tools.unavailable import Unavailable
from host_tests.sim import mailbox

FOLDER = PRIVATE / "mailbox"
WIFI = "home:sweethome"
INTERVAL = 5  # seconds between two looks
LIMIT = 28_000  # octets of a mail: there is one of a megabyte, and the flash of a small board is to have room for all


def main() -> None:
    """Serve until Ctrl-C or the end of the input."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        keep_private()
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        with lock.alone(FOLDER / ".lock") as free:
            if not free:
                raise Unavailable("it is open already, in another window")
            serve(os.environ.get("WIFI") or WIFI)
    except KeyboardInterrupt:
        print()
    except (Unavailable, Refusal) as reason:
        sys.exit(f"mailbox: {reason}")


def serve(wifi: str) -> None:
    """Write the settings, and take lines from the standard input.

    :param wifi: of the virtual board: name, or name:password
    :raises Refusal, Unavailable: in one line
    """
    with mailbox.opened({}) as box:
        assert box.server is not None
        ssid, _, password = wifi.partition(":")
        network = {"CIRCUITPY_WIFI_SSID": ssid, "CIRCUITPY_WIFI_PASSWORD": password, "POP3_INTERVAL": INTERVAL}
        network |= {"POP3_LIMIT": LIMIT}
        path = Path(os.path.relpath(FOLDER)) / "settings.toml"
        owner_only.write(path, settings.merged("", network | box.settings).encode())
        shutil.copyfile(box.server.ca_der, path.with_name("ca.der"))
        print(f"server    {box.about}\nmails     {len(box.mails())}")
        print(f"settings  {path}; port and certificate are new each time: deploy again\n")
        print("In another window, while a virtual board runs:\n")
        print(f"    make deploy SETTINGS={path}\n    make run\n")
        print("Or with Python, in this folder:\n")
        port, ca = box.settings["POP3_PORT"], path.with_name("ca.der")
        print(f'    client = micropop.connect("localhost", port={port}, ca="{ca}")')
        print('    client.login("{POP3_USER}", "{POP3_PASSWORD}")\n'.format_map(box.settings))
        print("Each line that you type here arrives as a mail. Ctrl-C ends it.", flush=True)
        sys.stdin.reconfigure(errors="replace")
        for line in sys.stdin:
            if words := line.split():  # at whatever ends a line for email, too
                box.deliver(mail(" ".join(words)))
                print("a mail has arrived", flush=True)


def mail(text: str) -> bytes:
    """A mail with the text as its subject, and in it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "You <you@localhost>"
    message["Subject"] = text
    message["Date"] = localtime()
    message.set_content(text + "\n")
    return bytes(message)


if __name__ == "__main__":
    main()

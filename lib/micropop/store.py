"""Store: mails on flash, each of them once, at whatever instant the power goes.

A new mail is written to a temporary name, closed, renamed; then its UID is recorded; only then is the server asked to
delete it, if at all. A mail that is whole but not recorded is known again, after a power cut, by its name; one that
is not whole is fetched again::

    store = Store("mail")                   # before the program writes any other file
    with micropop.connect(host) as client:
        client.login(user, password)
        for mail in store.fetch(client):    # network to flash
            print(mail.path, mail.size)
        client.quit()
    for mail in store.pending():            # flash to the program, which may be interrupted at any instant too
        work(mail.path)
    store.prune(100)
"""

from . import unload


class Store:
    """Mails in the files of ``folder``, which is made if missing. What a power cut left half done is put in order.

    ``refused``: the last error with which the server refused a single mail during ``fetch()``, or None.
    Raises StoreError.
    """

    refused = None

    def __init__(self, folder="mail"):
        self.folder = folder
        from .store_open import prepare

        try:
            prepare(folder)
        except OSError as error:
            self.failed(error)
        unload("store_open", "store_files", "flash")

    def fetch(self, client, delete=False, lines=None, limit=None, newest=None, progress=None):
        """Store each new mail of a logged-in client, and iterate over them: a Mail is safe on flash. Then ``quit()``.

        :param bool delete: have the server delete the mails that are stored whole; ``quit()`` commits that
        :param int lines: store the header and so many lines of the body only (TOP)
        :param int limit: of a mail with more bytes than this, store a first part only
        :param int newest: store none but the newest so many mails of the mailbox
        :param progress: called as ``progress(received, octets)`` after each packet
        Raises StoreFull, StoreError, and what the client raises: what was stored till then stays stored, and the next
        poll goes on from there.
        """
        from .store_fetch import fetch

        self.refused = None
        try:
            yield from fetch(self, client, delete, lines, limit, newest, progress)
        except OSError as error:
            self.failed(error)
        finally:
            unload("store_fetch", "store_files", "store_same", "seen", "flash", "headers")

    def pending(self):
        """Iterate over the mails that it did not give before, oldest first.

        A mail counts as given when the loop asks for the next one: what the power or an exception breaks off is given
        again.
        """
        from .store_mails import pending

        try:
            yield from pending(self.folder)
        except OSError as error:
            self.failed(error)
        finally:
            unload("store_mails", "store_files", "flash")

    def mails(self):
        """Iterate over all mails on flash, oldest first."""
        from .store_mails import mails

        return mails(self.folder)

    def prune(self, keep):
        """Remove the oldest mails until ``keep`` are left.

        Those stay that ``pending()`` has yet to give, and those of which only the next poll will tell whether the
        server did delete them. Returns how many went. The server's mails and what is known of their UIDs stay as they
        are.
        """
        from .store_mails import prune

        try:
            return prune(self.folder, keep)
        except OSError as error:
            self.failed(error)
        finally:
            unload("store_mails", "store_files", "seen", "flash")

    def free(self):
        """Bytes free on the flash, or None where the platform cannot tell."""
        from .flash import free

        return free(self.folder)

    def seen(self, uid):
        """Whether the mail with this UID (bytes) was stored, and was still on the server at the last poll."""
        from .seen import known

        return known(self.folder, uid)

    def forget(self, uid):
        """Have the next poll fetch the mail with this UID (bytes) again. Returns whether it was known."""
        from .seen import known

        return known(self.folder, uid, True)

    def failed(self, error):
        # raise the typed error for an OSError
        from .errors.files import trouble

        try:
            space = self.free()
        except OSError:
            space = None
        raise trouble(error, self.folder, space)

"""Store: mails on flash, each of them once, at whatever instant the power goes.

A new mail is written to a temporary name, closed, renamed; then it is recorded; only then is the server asked to delete
it, if at all. A mail that is whole but not recorded is known again, after a power cut, by its name; one that is not
whole is fetched again. A mail that cannot be had is set aside, and the others come::

    store = Store("mail")                   # before the program writes any other file
    with micropop.connect(host) as client:
        client.login(user, password)
        for mail in store.fetch(client):    # network to flash
            print(mail.path, mail.size)
        client.quit()
    for mail in store.pending():            # flash to the program, which may be interrupted at any instant too
        work(mail.path)
    store.prune(100)

``lib/README.md`` has all states of a mail, and what leads from one to another.
"""

from random import getrandbits


class Store:
    """Mails in the files of ``folder``, which is made if missing. What a power cut left half done is put in order.

    ``refused``: the last error with which a single mail could not be had, or not be deleted, during ``fetch()``; None
    if there was none. Raises StoreError.
    """

    refused = None

    def __init__(self, folder="mail"):
        self.folder = folder
        self.looks = getrandbits(6)  # polls, so that what was set aside is tried now and then, though the board sleeps
        self.given = 0  # the last mail that was given, if that could not be noted
        self.polling = None  # the poll in progress
        self.revived = False
        self.untidy = True
        from .opening import prepare

        self.run(prepare, folder)

    def fetch(
        self,
        client,
        delete=False,
        lines=None,
        limit=None,
        newest=None,
        progress=None,
        days=0,
        account=None,
    ):
        """Store each new mail of a logged-in client, and iterate over them: a Mail is safe on flash. Then ``quit()``.

        :param bool delete: have the server delete the mails that are stored whole; ``quit()`` commits that
        :param int lines: store the header and so many lines of the body only
        :param int limit: of a mail with more bytes than this, store a first part only
        :param int newest: of the mails that are new, store none but the newest so many; those that are older then are
            not new later either
        :param progress: called as ``progress(received, octets)`` after each packet
        :param int days: the server keeps a mail for at least so many days before it is deleted. The clock must be set;
            as long as it is not, nothing is deleted. Mails that were fetched without ``delete`` are never deleted.
        :param str account: the mailbox, where a folder has the mails of several: the name of the login unless given

        A mail that fails twice in a row (the session breaks off, the server refuses it) is set aside: it is tried again
        in every second, fourth, ... 64th poll, and the others come. Raises StoreFull if there is no room for a mail,
        when all others were dealt with; StoreError; and what the client raises. What was stored till then stays stored,
        and the next poll goes on from there. After StoreFull ``quit()`` commits the deletions as ever. InvalidState:
        another poll of this store began meanwhile, which takes the place of this one.
        """
        poll = self.poll(delete, lines, limit, newest, progress, days, account)
        try:
            poll.open()
            poll.look(client)
            yield from poll.mails()
            poll.finish()
        finally:
            poll.close()

    def poll(self, delete=False, lines=None, limit=None, newest=None, progress=None, days=0, account=None):
        """What ``fetch()`` does, in steps, for programs that want memory back between them: returns a Poll.

        Its ``open()`` needs no network; ``look(client)`` reads what the server lists; iterate over ``mails()``;
        ``finish()`` deletes; ``close()`` it in the end, whatever happened.
        """
        from .poll import Poll

        return Poll(self, delete, lines, limit, newest, progress, days, account)

    def pending(self):
        """Iterate over the mails that it did not give before, oldest first.

        A mail counts as given when the loop asks for the next one: what the power or an exception breaks off is given
        again. One whose file is no longer as it was stored is given with ``whole`` False, and comes again if the server
        still has it.
        """
        from .pending import pending

        try:
            yield from pending(self)
        except OSError as error:
            self.failed(error)

    def mails(self, after=0):
        """Iterate over the mails on flash, oldest first.

        :param int after: over those only whose ``serial`` is greater
        """
        from .mails import mails

        try:
            yield from mails(self.folder, after)
        except OSError as error:
            self.failed(error)

    def prune(self, keep):
        """Remove the oldest mails until ``keep`` are left.

        Those stay that ``pending()`` has yet to give. Returns how many went. The server's mails and what is known of
        them stay as they are.
        """
        from .pending import prune

        return self.run(prune, self, keep)

    def free(self):
        """Bytes free on the flash, or None where the platform cannot tell."""
        from .flash import free

        return free(self.folder)

    def seen(self, uid):
        """Whether the mail with this UID (bytes) was stored, and was still on the server at the last poll."""
        from .uids import known

        return self.run(known, self.folder, uid)

    def forget(self, uid):
        """Have the next poll fetch the mail with this UID (bytes) again. Returns whether it was stored."""
        from .uids import known

        self.untidy = True
        return self.run(known, self.folder, uid, True)

    def run(self, step, *arguments):
        # call it, with typed errors
        try:
            return step(*arguments)
        except OSError as error:
            self.failed(error)

    def failed(self, error):
        # raise the typed error for an OSError
        from ..errors.files import trouble
        from .flash import free

        try:
            space = free(self.folder)
        except OSError:
            space = None
        raise trouble(error, self.folder, space)

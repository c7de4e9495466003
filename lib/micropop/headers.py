"""For servers without UIDL, which is optional in RFC 1939: the hash of a mail's header takes the place of its UID."""

from .errors import ServerError
from .seen import sha256


def uids(client):
    """Iterate over (number, hash of the header) of all mails, by TOP. Raises ServerError if there is no TOP either."""
    for number in range(1, client.stat()[0] + client.deleted + 1):
        try:
            message = client.top(number, 0)
        except ServerError as error:
            if client.deleted:
                continue  # likely one of those
            raise ServerError(
                error.code,
                error.text + " (this server has no UIDL, and no TOP to make up for it: fetch with client.retrieve())",
            )
        digest = sha256()
        with message:
            for packet in message:
                digest.update(packet.data)
        yield number, digest.digest()

"""What a program does with a mailbox, on CPython and on a board: fetch every mail, store it, delete it, log out."""

import micropop


def in_turn(client, stored):
    """Fetch mail by mail.

    :param stored: number → bytes of each mail that came whole
    """
    client.login("mrose", "tanstaaf", method="USER", cleartext=True)
    count, _ = client.stat()
    numbers = [number for number, _ in client.uidl()]
    if len(numbers) != count:
        return  # the mailbox's counts do not agree: nothing is to be deleted on such a ground
    for number in numbers:
        with client.retrieve(number) as message:
            data = b"".join([bytes(packet.data) for packet in message])
        if message.complete:
            stored[number] = data
            client.delete(number)
    client.quit()


def pipelined(client, stored):
    """The same with commands in flight."""
    client.login("mrose", "tanstaaf", method="APOP")
    client.pipelining = True  # as a session before has told
    count, _, listing = client.check()
    numbers = [number for number, _ in listing]
    if len(numbers) != count:
        return
    with client.retrieve_many(numbers, delete=True) as mails:
        for message in mails:
            data = b"".join([bytes(packet.data) for packet in message])
            if message.complete:
                stored[message.number] = data
    client.quit()


WAYS = {"in turn": in_turn, "pipelined": pipelined}


def session(connect, way, stored):
    """A whole session.

    :param connect: makes the client
    :param way: a key of ``WAYS``
    :return: the error that ended it, or None. Any that is not micropop's own is raised.
    """
    try:
        with connect() as client:
            WAYS[way](client, stored)
    except micropop.Error as error:
        return error
    return None

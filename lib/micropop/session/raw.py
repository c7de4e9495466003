"""Any command, for faces that have commands of their own: sent as it is, and answered in the server's own words."""


def command(session, line, body=None):
    """The operation that sends a line and returns the reply's line as it came, ``+`` or ``-``, without its end.

    :param bytes line: of any length, without its end; None: nothing is sent, as for the greeting
    :param Body body: what takes the lines that follow a ``+``
    What was sent is wiped. Raises InvalidState, ProtocolError.
    """
    session.need()
    due = 1
    if line is None:
        session.due = due
    else:
        size = session.pool.payload_size - 2
        for at in range(0, len(line) or 1, size):
            packet = session.compose(line[at : at + size])
            packet.secret = True
            if at + size >= len(line):
                packet.append(b"\r\n")
            session.ship(packet, due)
            due = 0
            yield
    while True:
        reply = session.line()
        if reply is not None:
            break
        yield
    session.due -= 1
    if body is not None and reply[:1] == b"+":
        body.begin(b"")
    return reply

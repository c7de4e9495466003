"""Mail that people can read: a mail as a stream of parts, decoded, in constant memory.

``folders``: where files with tables of further character sets may lie; ``make deploy`` copies those that are asked for.
"""

folders = ["/charsets"]


def read(source, fields=(), size=None):
    """Read a mail.

    :param source: a message on its way, a path, a file open in "rb", bytes, a stored mail: anything with
        ``readinto(buf)``, or an iterator of packets
    :param fields: names of header fields to keep besides From, To, Subject and Date
    :param int size: octets of the buffer for a source that brings no packets of its own; 512 on boards, unless told
    """
    from .mail import Mail

    return Mail(source, fields, size)

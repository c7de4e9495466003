"""Many stuffed dots (RFC 1939 section 3): taken off all at once. Loaded by the first mail that has many."""


def unstuff(pool, dest, src, stop):
    """Take the stuffed dots off all lines from ``src`` on, which go to ``dest``.

    Returns where the end of the mail stands, or what may become it, ``stop`` if neither does; and the end of the lines.
    """
    stop = tail(pool.memory, src, stop)
    view = pool.view
    data = bytes(view[src:stop]).replace(b"\n..", b"\n.")
    view[dest : dest + len(data)] = data
    return stop, dest + len(data)


def tail(memory, at, stop):
    # where, behind `at`, the end of the mail stands, or what may become it; `stop` if neither does
    ends = memory.find(b"\n.\r\n", at, stop)
    other = memory.find(b"\n.\n", at, stop if ends < 0 else ends)
    if other >= 0 or ends >= 0:
        return (other if other >= 0 else ends) + 1
    at = memory.rfind(b"\n.", at, stop) + 1
    if at and (at + 1 == stop or (at + 2 == stop and memory[at + 1] == 13)):
        return at
    return stop

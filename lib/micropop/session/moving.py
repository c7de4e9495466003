"""Moving bytes inside a pool's memory."""


def move(pool, dest, src, length):
    """Move bytes; the spans may overlap."""
    if dest != src:
        view = pool.view
        try:
            view[dest : dest + length] = view[src : src + length]
        except MemoryError:  # the heap is locked: not even a slice may be made
            memory = pool.memory
            for i in range(length):
                memory[dest + i] = memory[src + i]

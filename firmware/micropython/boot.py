"""Runs first, when the board gets power, was reset, or wakes up."""

import gc

# Collected this often (bytes allocated), garbage does not spread over the whole memory, and what stays lies side by
# side: the large pieces that TLS wants remain free, and an ESP32's heap does not grow out of its first 56 KB.
gc.threshold(4096)


def keep_watchdog():
    """A soft reset, as programs on a computer make it, ends the watcher but not its watchdog: feed that meanwhile."""
    try:
        from watcher import forget
        from watcher.watchdog_kept import after_reset

        if not after_reset():
            forget("watchdog_kept")
    except (ImportError, AttributeError):  # the watcher was removed; a chip of another kind
        pass


keep_watchdog()
del keep_watchdog

"""What a board does when it gets power: mount the flash, run boot.py and main.py, offer the prompt."""

import gc
import os
import sys

import vfs

from . import flash, link, repl, tty

try:
    from . import ctrl_c  # noqa: F401 (it takes Ctrl-C over)
except ImportError:  # a MicroPython without ffi: it interrupts by itself
    pass

_filling = _table = None
_NAMES = ("os", "socket", "time", "ssl", "network", "machine", "ntptime")


def run(scope, folder, image, blocks, writes_left, mode, chip, cause, clock, banner, machine, newest_tls):
    """``mode``: "friendly", "raw", or "measure" to report the free heap; ``chip``: its family, "rp2" or "esp32";
    ``machine``: the board and the chip in the firmware's words; the rest: see the supervisor."""
    host = vfs.VfsPosix(folder)
    sys.modules["tls"] = __import__("_board.tls").tls
    for name in _NAMES:  # the stand-ins: with their names taken, the modules of the PC are out of reach
        sys.modules.pop(name, None)
        __import__(name)
    sys.modules["micropython"] = __import__("_board.micropython").micropython
    sys.modules["sys"] = __import__("_board.system").system
    for name in ("sys", "os"):
        sys.modules[name]._power_on(chip, machine)
    sys.modules["machine"]._power_on(chip, machine, cause)
    sys.modules["network"]._power_on(chip)
    sys.modules["tls"]._power_on(newest_tls)
    sys.modules["time"]._power_on(chip, clock)
    chip_flash = flash.Flash(host.open("/" + image, "r+b"), blocks, writes_left)
    vfs.umount("/")
    sys.path[:] = ["", ".frozen", "/lib"]
    sys.argv[:] = []
    _mount(chip_flash, 32 if chip == "esp32" else 256)
    scope.clear()
    scope["__name__"] = "__main__"
    del host, chip_flash
    _begin_names()
    _fill_holes()
    gc.collect()
    link.tell(b"free %d\n" % gc.mem_free())
    if mode == "measure":
        link.end("measured")
    _run_files(scope, mode)
    repl.run(scope, mode == "raw", banner)


def _mount(device, progsize):
    new = bytearray(16)
    device.readblocks(0, new)
    if new == b"\xff" * 16:
        vfs.VfsLfs2.mkfs(device, progsize=progsize)
    try:
        vfs.mount(vfs.VfsLfs2(device, progsize=progsize), "/")
    except OSError as error:
        link.tell(b"broken %d\n" % error.errno)


def _begin_names():
    """Let the table of names grow now, to one of 1,280: the stand-ins filled it, and its steps are not a program's."""
    for number in range(2000):
        free = gc.mem_free()
        getattr(gc, "_%d" % number, None)
        if free - gc.mem_free() > 8000:
            return


def _own_names():
    """Take what the names of a large main.py take in a board's own table, which begins with 20, and then doubles."""
    global _table
    _table = bytearray(620 * 7)


def _fill_holes():
    """Make the free heap one piece, as a board's is: loading the stand-ins left holes between them."""
    global _filling
    gc.collect()
    word = 8 if sys.maxsize >> 32 else 4  # bytes; the collector's block is four of them
    fits, too_much = 0, gc.mem_free() // word  # of the longest tuple
    while too_much - fits > 4:
        half = (fits + too_much) // 2
        try:
            (None,) * half
            fits = half
        except MemoryError:
            too_much = half
        gc.collect()
    holes = gc.mem_free() - word * fits
    for _ in range(holes // word // 4 - 4):
        _filling = (_filling,)  # a tuple of one is the smallest thing there is: it fits into any hole


def _run_files(scope, mode):
    try:
        tty.running()
        link.tell(b"ready\n")
        if _run_file(scope, "boot.py") and mode == "friendly":
            _run_file(scope, "main.py")
    except KeyboardInterrupt:
        pass
    tty.reading()


def _run_file(scope, name):
    """Whether it ran to its end, or is not there."""
    tty.running()
    try:
        os.stat(name)
    except OSError:
        return True
    if name == "main.py":
        _own_names()
    error = repl.execute(execfile, name, scope)  # noqa: F821 (a builtin of the firmware)
    if error is SystemExit:
        link.end("soft_reset friendly")
    if error:
        repl.report(error)
    return error is None

"""Runs a program, and ends it with all that it started as soon as the one who asked for it is gone.

``python keeper.py [--user UID GID] [--remove FOLDER] -- COMMAND…`` with a pipe as its standard input: the pipe's other
end closes when its owner closes it or dies, however that comes about. The folder is removed then, but not when the
program ends by itself: its owner may want to know why.
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys

PATIENCE = 0.3  # seconds to end by itself after SIGTERM
PR_SET_CHILD_SUBREAPER = 36


def main(arguments: list[str]) -> int:
    """The command's exit status; 0 if it was ended from outside."""
    user: dict = {}
    folder = None
    while arguments[0] != "--":
        option = arguments.pop(0)
        if option == "--user":
            user = {"user": int(arguments.pop(0)), "group": int(arguments.pop(0)), "extra_groups": []}
        elif option == "--remove":
            folder = arguments.pop(0)
    # the one who asked gets these signals too, and closes the pipe; SIG_IGN is not for this, the child would inherit it
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # a process group of its own, since there are servers that pass signals on to all of theirs
    child = subprocess.Popen(arguments[1:], stdin=subprocess.DEVNULL, umask=0o077, process_group=0, **user)
    status = _wait(child)
    child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        pass
    _kill_all()
    if status is None and folder:
        shutil.rmtree(folder, ignore_errors=True)
    return status or 0


def _wait(child: subprocess.Popen) -> int | None:
    """Until the pipe closes (None) or the child ends (its exit status)."""
    poll = select.poll()
    poll.register(0, select.POLLIN | select.POLLHUP)
    poll.register(os.pidfd_open(child.pid), select.POLLIN)
    while True:
        for file, _ in poll.poll():
            if file != 0:
                return child.wait()
            if not os.read(0, 4096):
                return None


def _kill_all() -> None:
    """Kill and reap every descendant; those whose parent died are this process's children now."""
    while True:
        for pid in _descendants():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found = [os.getpid()]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

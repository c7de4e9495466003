"""A file system that only one program sees: unpacked packages laid over the system's, without root."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from boards.tools.unavailable import Unavailable

__all__ = ["command"]


def command(inner: list[str], layers: Mapping[str, Path], instead: Mapping[str, Path], uid: int, gid: int) -> list[str]:
    """The command that runs another in a mount namespace of its own.

    :param inner: the command
    :param layers: what to see at a folder of the system's: the files of this one, and beneath them the system's own
    :param instead: what to see, and write to, in place of a folder of the system's
    :param uid: who runs it, as it sees itself
    :param gid: the same for the group
    :raises Unavailable: if this machine does not let ordinary users have such namespaces
    """
    _check()
    # first as root of a namespace of one's own, to mount; then as oneself again: as root programs behave differently
    mounts = [
        f"mount -t overlay overlay -o lowerdir={shlex.quote(f'{folder}:{place}')} {shlex.quote(place)}"
        for place, folder in layers.items()
    ]
    mounts += [f"mount --bind {shlex.quote(str(folder))} {shlex.quote(place)}" for place, folder in instead.items()]
    again = ["unshare", "--user", f"--map-user={uid}", f"--map-group={gid}", "--", *inner]
    script = "\n".join(["set -e", *mounts, "exec " + shlex.join(again)])
    return ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", script]


@cache
def _check() -> None:
    if shutil.which("unshare") is None:
        raise Unavailable("unshare (package util-linux) is missing")
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    probe = "mount -t overlay overlay -o lowerdir=/etc:/usr /etc && unshare --user --map-user=1 true"
    tried = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", probe],
        capture_output=True,
        text=True,
        check=False,
        **user,
    )
    if tried.returncode:
        raise Unavailable("this system does not let ordinary users mount in a namespace of their own")

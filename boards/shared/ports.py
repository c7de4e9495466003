"""Which serial port the board is at."""

from serial.tools import list_ports

from boards.shared.refusal import Refusal
from boards.tools import running

NONE = (
    "no board is there: plug it in with a cable that carries data, or say PORT=… (a serial port) or DRIVE=… (the folder"
    " of a CIRCUITPY drive); without a board: `make virtual` in another window"
)


def find(port: str | None = None, virtual: bool = True) -> str:
    """The port of the only board that is plugged in; where none is, that of the only virtual board.

    :param port: PORT= of the command, which is not doubted; None or empty to look
    :param virtual: whether a virtual board will do
    :raises Refusal: if there is none, or more than one
    """
    if port:
        return port
    found = candidates() or (running.ports() if virtual else {})
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise Refusal(NONE)
    listed = ", ".join(f"{path} ({what})" for path, what in found.items())
    raise Refusal(f"{len(found)} boards are there: say which with PORT=…: {listed}")


def candidates() -> dict[str, str]:
    """Ports where a board may be, with what the system knows of each. Ports that are not USB are no boards."""
    return {it.device: it.product or it.description for it in list_ports.comports() if it.vid is not None}

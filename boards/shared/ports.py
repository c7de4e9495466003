"""Which serial port the board is at."""

from serial.tools import list_ports

from boards.shared.refusal import Refusal


def find(port: str | None = None) -> str:
    """The port of the only board that is plugged in. A virtual board is never found: it must be named.

    :param port: PORT= of the command, which is not doubted; None or empty to look
    :raises Refusal: if there is none, or more than one
    """
    if port:
        return port
    found = candidates()
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise Refusal("no board is plugged in: plug it in with a cable that carries data, or say PORT=…")
    listed = ", ".join(f"{path} ({what})" for path, what in found.items())
    raise Refusal(f"{len(found)} boards are there: say which with PORT=…: {listed}")


def candidates() -> dict[str, str]:
    """Ports where a board may be, with what the system knows of each. Ports that are not USB are no boards."""
    return {it.device: it.product or it.description for it in list_ports.comports() if it.vid is not None}

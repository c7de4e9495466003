"""Do things, or with DRY_RUN=1 only say what would be done."""

from collections.abc import Callable
from typing import Any

from boards.shared.printable import printable


class Steps:
    """Every change that a command makes goes through here.

    :param dry_run: say what would be done and change nothing
    :param out: gets each line of text, made printable
    """

    def __init__(self, dry_run: bool = False, out: Callable[[str], Any] = print):
        self.dry_run = dry_run
        self._out = out

    def out(self, text: str) -> None:
        """Say a line: whoever its words are from, they do nothing to a terminal."""
        self._out(printable(text))

    def do(self, what: str, action: Callable[..., Any], *arguments: Any) -> Any:
        """Say ``what``, and do it.

        :param what: begins with a verb: "copy a to b"
        :return: what the action returns; None if it was not done
        """
        if self.dry_run:
            self.out(f"would {what}")
            return None
        self.out(what)
        return action(*arguments)

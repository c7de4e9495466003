"""`python -m host_tests.sim`: watch mail arrive on a virtual board. HOST=, USER= and PASSWORD= name a real account.

The board gets what a real one gets, by the same commands: settings.toml, `make check`, `make deploy`. Then it is left
to itself, and has to bear what boards have to bear.
"""

import os
import signal
import sys

from mpremote.transport import TransportError

from boards.shared.refusal import Refusal
from boards.tools.unavailable import Unavailable
from boards.virtual import profile
from host_tests.sim.story import Failed, simulate


def main() -> None:
    """Run the simulation. It ends with status 1 if a mail on the board is not what the server has."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.reconfigure(line_buffering=True)
    try:
        simulate(os.environ.get("BOARD") or profile.DEFAULT)
    except KeyboardInterrupt:
        sys.exit("\ninterrupted")
    except (Unavailable, Refusal, Failed, TransportError) as reason:
        sys.exit(f"sim: {reason}")


if __name__ == "__main__":
    main()

"""How long hypothesis searches: briefly and always alike in `make test`, for long and at random in `make fuzz`."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from boards.tools.paths import PRIVATE

SLOW = [HealthCheck.too_slow]  # the machine may be busy

settings.register_profile(
    "short",
    max_examples=60,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=SLOW,
)
settings.register_profile(
    "long",
    max_examples=100,  # in a round, of which `make fuzz` makes several, each with its own seed
    stateful_step_count=60,
    deadline=None,
    database=DirectoryBasedExampleDatabase(PRIVATE / "fuzz" / "examples"),
    print_blob=True,
    suppress_health_check=SLOW,
)
settings.load_profile("long" if os.environ.get("FUZZ") == "long" else "short")

"""A mail server that takes tokens alone, for this test alone."""

from collections.abc import Iterator

import pytest

from host_tests.oauth.provider import USER
from host_tests.servers.certificates import Certificates
from host_tests.servers.maildir import small_mails
from host_tests.servers.scripted import Scripted


@pytest.fixture
def server(certificates: Certificates) -> Iterator[Scripted]:
    """It takes no token yet: a test's provider issues one."""
    with Scripted(mails=small_mails(2), made=certificates, tokens={USER: "nothing yet"}) as running:
        yield running

"""What all tests share: the real servers, and a line at the end that says which took part."""

pytest_plugins = ["host_tests.servers.fixtures"]

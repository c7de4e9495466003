"""A real browser: Debian's headless Chromium, unpacked into .private and driven by Playwright."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from boards.tools import debian

PACKAGE = "chromium-headless-shell"


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser, for a while. Raises Unavailable if it cannot be had here."""
    root = debian.unpack("browser", [PACKAGE], suites=None)
    program = root / "usr" / "lib" / "chromium" / PACKAGE
    libraries = sorted({str(path.parent) for path in root.glob("usr/lib/**/*.so*")})
    environment = os.environ | {"LD_LIBRARY_PATH": ":".join(libraries)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, env=environment)
        try:
            yield browser
        finally:
            browser.close()

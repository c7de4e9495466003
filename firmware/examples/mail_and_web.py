"""The newest mail on a web page of the board's own: mail is read while the page is served, on MicroPython.

Put it on the board as main.py, with account.py, the library, the watcher, settings.toml and microdot, which
``mpremote mip install github:miguelgrinberg/microdot/src/microdot/microdot.py`` fetches. MY_PORT is the page's port.
No mail is fetched: TOP brings the header. To compile microdot takes a heap of 160 KB, which a Pico W has, and an ESP32
without PSRAM has not.
"""

import asyncio

from account import Account
from microdot import Microdot
from micropop import Error, aio
from watcher.login import TLS
from watcher.network import reach
from watcher.trouble import Trouble

app = Microdot()
newest = "no mail yet"


@app.get("/")
async def page(request):
    return newest  # as plain text: what a mail says must not become a part of a page


async def look(account):
    """(number of mails, the newest one's sender and subject) as a text."""
    settings = account.settings
    box = account.mailbox
    reach(account)
    client = await aio.connect(
        settings["HOST"],
        settings["PORT"] or None,
        pool=box.pool,
        tls=TLS[settings["TLS"]],
        ssl_context=box.context,
        ca=box.ca,
        timeout=settings["TIMEOUT"],
    )
    async with client:
        await client.login(settings["USER"], settings["PASSWORD"], cleartext=bool(settings["CLEARTEXT"]))
        count, _ = await client.stat()
        if not count:
            return "no mail"
        async with client.top(count) as message:
            mail = await aio.read(message)
        await client.quit()
        return "%d mails; %s: %s" % (count, mail.sender, mail.subject)


async def run():
    """Serve the page, and look, and rest; for ever."""
    global newest
    account = Account()
    server = asyncio.create_task(app.start_server(port=account.settings.get("MY_PORT", 80)))
    while not server.done():
        try:
            newest = await look(account)
        except (Error, Trouble) as error:
            newest = str(error)
        print(newest)
        await asyncio.sleep(account.settings["INTERVAL"])


asyncio.run(run())

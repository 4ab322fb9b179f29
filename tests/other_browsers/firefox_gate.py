"""Starts Firefox and stands between it and Playwright: ``python -m … FIREFOX ARGUMENTS...``.

Playwright speaks WebDriver BiDi with a Firefox of today; Debian's is the long-term one and lacks a command
that Playwright sends while it connects. Only that is answered here, everything else passes unread.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import suppress

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

UNKNOWN = frozenset({"emulation.setMediaFeaturesOverride"})
"""Dark mode and the like, which no test here asks for."""
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
Socket = web.WebSocketResponse | ClientWebSocketResponse


async def _from_playwright(here: web.WebSocketResponse, firefox: ClientWebSocketResponse) -> None:
    async for message in here:
        asked = json.loads(message.data)
        if asked["method"] in UNKNOWN:
            await here.send_json({"type": "success", "id": asked["id"], "result": {}})
        else:
            await firefox.send_str(message.data)
    await firefox.close()


async def _from_firefox(firefox: ClientWebSocketResponse, here: web.WebSocketResponse) -> None:
    async for message in firefox:
        if message.type is WSMsgType.TEXT:
            await here.send_str(message.data)
    await here.close()


async def _gate(address: str) -> str:
    """Listens for Playwright; the address it is to be told."""

    async def meet(request: web.Request) -> web.WebSocketResponse:
        here = web.WebSocketResponse(max_msg_size=0)
        await here.prepare(request)
        async with (
            ClientSession() as session,
            session.ws_connect(address + request.path, max_msg_size=0) as firefox,
        ):
            with suppress(ConnectionError):
                await asyncio.gather(_from_playwright(here, firefox), _from_firefox(firefox, here))
        return here

    app = web.Application()
    app.router.add_get("/session", meet)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"ws://{host}:{port}"


async def main(command: list[str]) -> int:
    firefox = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert firefox.stderr is not None
    async for line in firefox.stderr:
        text = line.decode(errors="replace")
        if found := LISTENS.search(text):
            text = f"WebDriver BiDi listening on {await _gate(found[1])}\n"
        sys.stderr.write(text)
        sys.stderr.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])) & 0xFF)

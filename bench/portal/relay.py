"""A relay between a browser and a portal: it counts what passes, since a browser does not say what a web socket carried over the wire, and
can be as slow as a mobile line."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

# a slow line hands on so much at a time, so that many answers on the way share it
_AT_ONCE = 4_096


@dataclass(frozen=True)
class Line:
    """bits_a_second: from the portal, shared by all connections. there_and_back_s: until an answer to a first byte can be there; a
    connection takes as long to open. What TCP does at its start and after losses is left out."""

    bits_a_second: float
    there_and_back_s: float


# a phone at the edge of its network, as browsers' own tools have it
SLOW = Line(1_600_000, 0.150)


@contextmanager
def relayed(address: str, line: Line | None = None) -> Iterator[tuple[list[int], str]]:
    """Bytes that came from the portal so far, and the address of the relay. line: as slow as that, as fast as it goes unless told."""
    passed = [0]
    to = (urlsplit(address).hostname or "", urlsplit(address).port or 80)
    loop = asyncio.new_event_loop()
    free_at = 0.0

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, down: bool) -> None:
        nonlocal free_at
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(arrive(on_the_way, writer))
        with suppress(OSError):
            while data := await reader.read(1 << 16 if line is None else _AT_ONCE):
                passed[0] += len(data) if down else 0
                due = loop.time()
                if line is not None:
                    if down:
                        due = free_at = max(due, free_at) + len(data) * 8 / line.bits_a_second
                        await asyncio.sleep(due - loop.time())
                    due += line.there_and_back_s / 2
                on_the_way.put_nowait((due, data))
        on_the_way.put_nowait((0.0, b""))
        await arriving

    async def arrive(on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while (one := await on_the_way.get())[1]:
                await asyncio.sleep(one[0] - loop.time())
                writer.write(one[1])
                await writer.drain()
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line is not None:
            await asyncio.sleep(line.there_and_back_s)
        there, here = await asyncio.open_connection(*to)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(pump(reader, here, down=False), pump(there, writer, down=True))

    server = loop.run_until_complete(asyncio.start_server(relay, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield passed, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all() -> None:
    """What is still on the way has nobody to go to."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)

"""What a pool of connections costs: requests a second over 1 to 2,000 hosts, by how many connections are kept.

    python -m benchmarks.pool [REQUESTS]

httpcore looks through its whole pool for every request, and asks each idle connection whether the other side closed
it. The hosts are addresses of 127/8, served by one process that keeps connections open; requests go round the hosts,
from as many threads as a run has. All ways run in one call; compare the ratios.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import ssl
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import httpx

from ingest.config import Fetch
from ingest.fetch.backend import Budget, GuardedBackend
from ingest.fetch.client import Web
from ingest.fetch.guard import networks

HOSTS = (1, 100, 1000, 2000)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 64\r\n\r\n" + b"x" * 64
THREADS = Fetch().threads
# Seconds for one figure: a pool that keeps a connection to each of 2,000 hosts would take minutes.
LIMIT = 5.0


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _serve(told: Connection) -> None:
    async def main() -> None:
        server = await asyncio.start_server(_answers, "0.0.0.0", 0, backlog=4096)  # noqa: S104  # every address of 127/8
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def _addresses(port: int, hosts: int, requests: int) -> list[str]:
    names = [f"http://127.50.{n // 250}.{n % 250 + 1}:{port}/feed" for n in range(hosts)]
    return [names[n % hosts] for n in range(max(requests, 2 * hosts))]  # each twice at least


def _rate(statuses: list[int], started: float) -> float:
    """Answers a second; 0 stands for a request that was not made, since the time was up."""
    assert set(statuses) <= {200, 0}
    return statuses.count(200) / (time.perf_counter() - started)


def _ours(kind: str, addresses: Sequence[str]) -> float:
    """Requests a second through the product's own client; `kind` chooses its pool."""
    backend = GuardedBackend(networks(["127.0.0.0/8"]))
    with Web(backend, "newsfold-benchmark/1") as web, ThreadPoolExecutor(THREADS) as pool:

        def ask(address: str) -> int:
            if time.perf_counter() - started > LIMIT:
                return 0
            budget = Budget(time.monotonic() + 60, 10)
            return web.ask(httpx.URL(address), kind=kind, headers={}, budget=budget, cap=2**20).status  # type: ignore[arg-type]

        started = time.perf_counter()
        return _rate(list(pool.map(ask, addresses)), started)


def _plain(kept: int | None, addresses: Sequence[str]) -> float:
    """Requests a second through a plain httpx client that keeps so many connections (None: all)."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=kept, keepalive_expiry=60)
    with httpx.Client(limits=limits, trust_env=False, timeout=60) as client, ThreadPoolExecutor(THREADS) as pool:

        def ask(address: str) -> int:
            return client.get(address).status_code if time.perf_counter() - started < LIMIT else 0

        started = time.perf_counter()
        return _rate(list(pool.map(ask, addresses)), started)


def main(requests: int) -> None:
    """Print a table: one line for each number of hosts."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    ways: dict[str, Callable[[list[str]], float]] = {
        "ours, feeds (0 kept)": lambda a: _ours("feed", a),
        "ours, pages (16 kept)": lambda a: _ours("page", a),
        "httpx, 0 kept": lambda a: _plain(0, a),
        "httpx, 20 kept": lambda a: _plain(20, a),
        "httpx, all kept": lambda a: _plain(None, a),
    }
    print(f"| hosts | {' | '.join(ways)} |")
    for hosts in HOSTS:
        addresses = _addresses(port, hosts, requests)
        figures = [way(addresses) for way in ways.values()]
        print(f"| {hosts} | {' | '.join(f'{figure:.0f}' for figure in figures)} |", flush=True)
    server.terminate()
    begun = time.process_time()
    for _ in range(20):
        ssl.create_default_context()
    print(f"one TLS context: {(time.process_time() - begun) / 20 * 1000:.0f} ms; a fetcher makes none after the first")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)

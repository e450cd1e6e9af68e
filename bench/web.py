"""How soon a browser shows a page, and how long 200 requests at once take: kept pages, solved ones, all different.

Run: .venv/bin/python bench/web.py
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import quotaproof

NUMBER = 200
SOCHI, ALTERED = "/scenarios/sochi-2014", "/scenarios/altered-beijing-2022"


async def timed(port: int, path: str) -> float:
    """Seconds until a page is there in full; by hand, since a client library would take more time than the server."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path}: {answer[:300]!r}")
    return time.perf_counter() - started


def busy_seconds(server: int) -> float:
    """Processor seconds of the server and of all processes it started; where there is no /proc, 0."""
    total = 0.0
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
            seconds[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    for process, own in seconds.items():
        above = process
        while above in parents and above != server:
            above = parents[above]
        total += own if above == server else 0.0
    return total


async def measure(server: int, port: int, label: str, paths: list[str]) -> None:
    started, busy = time.perf_counter(), busy_seconds(server)
    seconds = sorted(await asyncio.gather(*(timed(port, path) for path in paths)))
    whole = time.perf_counter() - started
    p95 = seconds[int(0.95 * len(seconds)) - 1]
    median, busy = statistics.median(seconds), busy_seconds(server) - busy
    figures = f"median {median:5.2f} s  p95 {p95:5.2f} s  all {whole:5.2f} s  processor {busy:5.2f} s"
    print(f"{label:<40} {figures}", flush=True)


def different() -> list[str]:
    """As many what-ifs as requests, no two the same."""
    places = quotaproof.allocate(quotaproof.load_scenario("sochi-2014"), "greedy").places
    cells = [(noc, event, number) for event in places for noc, number in places[event].items()]
    declines = [f"{noc}:{event}={given}" for noc, event, number in cells for given in range(1, number + 1)]
    return [f"{SOCHI}/whatif?decline={decline}" for decline in declines[:NUMBER]]


PAINTED = """async () => {
    let found = [];
    while (!found.length) {
        await new Promise((done) => setTimeout(done, 20));
        found = performance.getEntriesByName("first-contentful-paint");
    }
    return found[0].startTime / 1000;
}"""
FIRST_SEEN = [
    "/",
    SOCHI,
    f"{SOCHI}/lists/men-1000",
    f"{SOCHI}/whatif?decline=FRA&decline=KAZ&for=JPN",
    "/scenarios/beijing-2022/explain?noc=JPN&column=men",
    "/scenarios/beijing-2022/whatif?decline=JPN:men-relay",
    "/scenarios/milano-cortina-2026/nations/USA",
]


async def paint(port: int) -> None:
    """When a browser that opens a page for the first time shows something of it; the page is made for it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("first contentful paint: there is no Chromium")
        return
    from playwright.async_api import async_playwright

    seconds = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for path in ["/rules", *FIRST_SEEN]:  # the first address is that of no page: the browser itself gets ready
            context = await browser.new_context()
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}{path}")
            seconds.append(await page.evaluate(PAINTED))
            await context.close()
        await browser.close()
    shown = seconds[1:]
    median, longest = statistics.median(shown), max(shown)
    print(f"first contentful paint of {len(shown)} pages: median {median:.2f} s  longest {longest:.2f} s", flush=True)


async def main() -> None:
    command = [sys.executable, "-m", "quotaproof", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            url = re.search(r"http://[0-9.]+:([0-9]+)/", server.stderr.readline())
            assert url is not None
            port = int(url[1])
            await timed(port, "/help")
            await paint(port)
            for path in ("/", SOCHI, f"{ALTERED}/rules"):  # the page of the altered table is verified below
                await timed(port, path)
            await measure(
                server.pid, port, "solved: one what-if of Sochi", [f"{SOCHI}/whatif?decline=KAZ:men-1000"] * NUMBER
            )
            await measure(
                server.pid, port, "solved: Beijing with an altered cell verified", [f"{ALTERED}?verify=1"] * NUMBER
            )
            await measure(server.pid, port, "solved: twenty what-ifs of Sochi", different()[:20] * (NUMBER // 20))
            await measure(server.pid, port, "solved: 200 different what-ifs of Sochi", different())
            kept = ["/", f"{SOCHI}/whatif?decline=KAZ:men-1000", f"{ALTERED}?verify=1", SOCHI]
            await measure(server.pid, port, "kept: four pages", kept * (NUMBER // 4))
            await measure(server.pid, port, "kept: 200 different what-ifs", different())
        finally:
            server.terminate()


if __name__ == "__main__":
    asyncio.run(main())

"""What a first visitor waits for until something is to be read: the style as a file, as a file that a header names
beforehand, or written into the page, as the site has it. By hand:

.venv/bin/python -m bench.first_visit     # SITE_ORIGIN=http://127.0.0.1:8000 for a site that runs already

A list and a speech are taken from the site and sent, compressed, by a small server, in each of the ways in turn, to a
Chromium that has nothing in its cache and a line of a phone's speed. Needs Chromium and Playwright.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, sync_playwright

from .crawl import fetch, of_language
from .site import served

ROUNDS = 15
LINES = {"4G": (150, 1_600_000), "slow 3G": (400, 400_000)}  # milliseconds there and back, bits a second
STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
FILE, AS_A_FILE = "/site.css", "a file"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
HTML, CSS = "text/html; charset=utf-8", "text/css; charset=utf-8"

Answer = tuple[str, bytes, dict[str, str]]  # media type, content, further headers


def ways(page: str) -> dict[str, dict[str, Answer]]:
    """By name, what is sent at which path. page: as the site sends it."""
    found = STYLE.search(page)
    assert found is not None, "the page has its style within it"
    linked = STYLE.sub(f'<link rel="stylesheet" href="{FILE}">', page).encode()
    file: dict[str, Answer] = {FILE: (CSS, found[1].encode(), {})}
    beforehand = {"Link": f"<{FILE}>; rel=preload; as=style"}
    return {
        AS_A_FILE: {"/": (HTML, linked, {}), **file},
        "a file, named in a header": {"/": (HTML, linked, beforehand), **file},
        "written into the page": {"/": (HTML, page.encode(), {})},
    }


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path not in answers:
                self.send_error(404)
                return
            media_type, content, headers = answers[self.path]
            body = gzip.compress(content, 9)
            self.send_response(200)
            sent = {"Content-Type": media_type, "Content-Encoding": "gzip", "Content-Length": str(len(body)), **headers}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            return  # a browser that was closed does not wait for the rest

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()


def painted_after(browser: Browser, address: str, line: tuple[int, int]) -> float:
    """Milliseconds until the first text or picture is seen."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=True)
    page = context.new_page()
    latency, bits = line
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    limits = {"offline": False, "latency": latency, "downloadThroughput": bits / 8, "uploadThroughput": bits / 8}
    network.send("Network.emulateNetworkConditions", limits)
    page.goto(address)
    page.wait_for_function(PAINTED)
    found = float(page.evaluate(PAINTED))
    context.close()
    return found


def main() -> None:
    with served() as origin, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program)
        pages = {name: path for name, path in of_language(origin, "en").items() if name in ("list", "speech")}
        for name, path in pages.items():
            page = fetch(origin, path).body.decode()
            for line_name, line in LINES.items():
                times: dict[str, list[float]] = {}
                for _round in range(ROUNDS):
                    for way, answers in ways(page).items():
                        with serving(answers) as address:
                            times.setdefault(way, []).append(painted_after(browser, address, line))
                first = statistics.median(times[AS_A_FILE])
                for way, taken in times.items():
                    middle = statistics.median(taken)
                    print(f"{name:8} {line_name:8} {way:26} {middle:6.0f} ms {middle / first:5.2f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()

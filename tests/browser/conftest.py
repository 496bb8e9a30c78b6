"""Chromium without a window, driven through its DevTools protocol."""

import itertools
import json
import shutil
import subprocess
import urllib.request
from contextlib import contextmanager
from dataclasses import replace

import pytest
import websocket

from tests.browser.pages import HOSTILE, run, written

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Tab:
    """One page, driven by DevTools methods (`call`) and JavaScript (`ask`).

    `events` has everything that the page did since it was loaded.
    """

    def __init__(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            address = next(
                t["webSocketDebuggerUrl"] for t in json.load(answer) if t["type"] == "page"
            )
        self.socket = websocket.create_connection(address, suppress_origin=True, timeout=60)
        self.numbers = itertools.count(1)
        self.events = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def ask(self, expression):
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, url, width, scheme="light"):
        """Load `url` in a window of `width`, a phone's below 600, without earlier pages' events."""
        phone = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.load("about:blank")
        self.load(url)
        assert self.ask("location.href") == url

    def load(self, url):
        """Go to `url` and wait until all of it is there; only its own events are kept."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv()))

    def move(self, selector, index=0, kind="mouseMoved", **more):
        """Bring an element into view and put the pointer on its middle."""
        x, y = self.ask(
            f"""(() => {{
              const element = document.querySelectorAll({json.dumps(selector)})[{index}];
              element.scrollIntoView({{block: 'center', behavior: 'instant'}});
              const box = element.getBoundingClientRect();
              const middle = [box.x + box.width / 2, box.y + box.height / 2];
              return new Promise(done => requestAnimationFrame(
                () => requestAnimationFrame(() => done(middle))));
            }})()"""
        )
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector, index=0):
        for kind in ("mousePressed", "mouseReleased"):
            self.move(selector, index, kind, button="left", clickCount=1)

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def named(self, *methods):
        """What the events of these names carry."""
        self.ask("1")
        return [event["params"] for event in self.events if event["method"] in methods]


@contextmanager
def browser(folder):
    """A tab of a Chromium that keeps its profile in `folder`; None where none is installed."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        yield None
        return
    words = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
    ]
    running = subprocess.Popen(
        [program, *words, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        port_line = next((line for line in running.stderr if "DevTools listening on" in line), None)
        assert port_line, f"{program} ended without opening its DevTools port"
        yield Tab(port_line.rsplit(":", 1)[1].split("/")[0])
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture(scope="session")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        if opened is None:
            pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The address of a page of 33 made-up runs at four depths, with hostile strings everywhere."""
    runs = [run(arm, seed) for arm in ("he", "bn", "depth-scaled") for seed in range(3)]
    for c in (0.5, 2):
        for blocks in (10, 50, 100):
            runs += [run(f"depth-scaled:c={c}", seed, blocks) for seed in (0, 1)]
    runs += [run("he", seed, 1000, "exploded", detail=f"block 650 {HOSTILE}") for seed in (0, 1)]
    for place, outcome in enumerate(runs):
        if outcome.experiment.seed:
            runs[place] = replace(outcome, provenance=outcome.provenance | {"device": HOSTILE})
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(written(runs, title=f"Report {HOSTILE}"), encoding="utf-8")
    return path.as_uri()

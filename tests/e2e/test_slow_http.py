# SPDX-License-Identifier: Apache-2.0
"""Slow, broken and huge HTTP clients: alerts do not wait for them, nor do those who ask properly, and
none of them stays."""
import http.client
import json
import os
import selectors
import socket
import threading
import time
from datetime import datetime, timezone

import paho.mqtt.client as mqtt
import pytest
from played_time import Sender
from servers import wait_for
from town import write_town

SECONDS = 6  # of the attack
REAPED = 12  # seconds after which nobody slow is left: 10, and a look now and then
BYTE_EVERY = 0.4

HEADERS = b"GET /live HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n{"
STREAM = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
BROKEN = [
    b"POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    b"POST /live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"GET /live HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n",
    b"\x16\x03\x01" + bytes(range(256)),
    b"GET /live HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"x" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 100_000,
    b"GET /live\r\n\r\n",
]


class Slow:
    """Connections that say a byte now and then until they are cut."""

    def __init__(self, port, n):
        self.selector = selectors.DefaultSelector()
        self.left = {}
        for i in range(n):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(HEADERS if i % 2 else BODY)
            connection.setblocking(False)
            self.left[connection] = b""
            self.selector.register(connection, selectors.EVENT_READ)
        self.answers = []

    def turn(self):
        for connection in list(self.left):
            try:
                connection.send(b"x")
            except OSError:
                pass  # its end is told below
        for key, _ in self.selector.select(0):
            self.read(key.fileobj)

    def read(self, connection):
        try:
            piece = connection.recv(4096)
        except OSError:
            piece = b""
        self.left[connection] += piece
        if not piece:
            self.selector.unregister(connection)
            connection.close()
            self.answers.append(self.left.pop(connection))


def knock(port, until):
    """Says broken things, over and over; gives what was answered."""
    answers = set()
    while time.monotonic() < until:
        for words in BROKEN:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                try:
                    connection.sendall(words)
                    answers.add(connection.recv(100)[:12])
                except OSError:
                    pass  # cut before all was said
        time.sleep(0.05)
    return answers


class Watcher:
    """When each alert arrived at somebody who subscribed it."""

    def __init__(self, site):
        self.arrived = {}
        self.client = mqtt.Client(client_id="watcher", protocol=mqtt.MQTTv5)
        self.client.on_message = self.on_message
        self.client.connect("127.0.0.1", site.port)
        self.client.subscribe("ioc/v1/alertlog/#", qos=1)
        self.client.loop_start()

    def on_message(self, _client, _data, message):
        told = json.loads(message.payload)
        place = told["alert"].get("subject") if isinstance(told.get("alert"), dict) else told.get("subject")
        self.arrived.setdefault(place, time.monotonic())

    def close(self):
        self.client.loop_stop()
        self.client.disconnect()


def ask_until(port, until, took):
    """Asks properly, on a connection of its own each time."""
    while time.monotonic() < until:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/live")
        assert connection.getresponse().status == 200
        connection.close()
        took.append(time.monotonic() - begun)
        time.sleep(0.01)


def never_read(site, n):
    """Streams over the socket that nobody reads."""
    streams = []
    for _ in range(n):
        connection = socket.socket(socket.AF_UNIX)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(site.socket)
        connection.sendall(STREAM)
        streams.append(connection)
    return streams


def kib(child):
    with open(f"/proc/{child.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


@pytest.fixture
def town(tmp_path, make_site):
    site = make_site(str(write_town(tmp_path)))
    site.open_console()
    site.start_broker()
    site.start_redis()
    asan = os.environ.get("ASAN_OPTIONS", "")  # what was freed would be kept, to find its users
    site.start_iocd(environment={"ASAN_OPTIONS": ":".join(filter(None, [asan, "quarantine_size_mb=4"]))})
    sender, watcher = Sender(site), Watcher(site)
    yield site, sender, watcher
    sender.close()
    watcher.close()


def test_slow_clients_delay_nobody_and_do_not_stay(town):
    site, sender, watcher = town
    port = site.settings["http.port"]
    before = kib(site.children["iocd"])
    begun = time.monotonic()
    streams = never_read(site, 30)
    slow = Slow(port, 170)
    took, answers, said = [], [], {}
    workers = [threading.Thread(target=ask_until, args=(port, begun + SECONDS, took)),
               threading.Thread(target=lambda: answers.append(knock(port, begun + SECONDS)))]
    for worker in workers:
        worker.start()
    while time.monotonic() < begun + SECONDS:
        place = f"p{len(said)}"
        said[place] = time.monotonic()
        sender.send("roads", "desk/trouble", [datetime.now(timezone.utc)], lambda number: {"place": place})
        slow.turn()
        time.sleep(BYTE_EVERY / 2)
    for worker in workers:
        worker.join()
    assert len(slow.left) == 170  # or nobody was slow

    wait_for("the alerts", lambda: said.keys() <= watcher.arrived.keys(), 5)
    delays = sorted(watcher.arrived[place] - said[place] for place in said)
    assert len(delays) > 15 and delays[-1] < 1, delays[-5:]
    took.sort()
    assert len(took) > 100 and took[len(took) * 99 // 100] <= 0.2, took[-5:]
    assert answers[0] <= {b"", b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 414", b"HTTP/1.1 431"}
    assert kib(site.children["iocd"]) - before < 32 * 1024

    while slow.left and time.monotonic() < begun + REAPED:
        slow.turn()
        time.sleep(BYTE_EVERY / 4)
    assert not slow.left
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in slow.answers)
    for stream in streams:
        stream.close()

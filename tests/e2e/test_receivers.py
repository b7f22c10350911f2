# SPDX-License-Identifier: Apache-2.0
"""Receivers: each hears what it is to hear, signed and in order, although others are away or iocd is
killed; and the office that has to act hears of its own deadlines."""
import hashlib
import hmac
import http.server
import json
import signal
import threading
from datetime import datetime, timedelta, timezone

import pytest
from played_time import Sender
from servers import free_port, wait_for

SECRET = b"open sesame"

UNITS = """
units:
  town: {level: town, name: {vi: Thị xã, en: Town}}
  permits: {level: office, parent: town, name: {vi: Phòng Cấp phép, en: Permits}, receiver: permits}
  roads: {level: office, parent: town, name: {vi: Phòng Giao thông, en: Roads}}
"""
FEED = """
desk:
  title: {vi: Quầy, en: Desk}
  events:
    trouble: {place: text}
    record.received: {record: text, due: time}
    record.resolved: {record: text}
"""
INDICATORS = """
desk.open:
  title: {vi: Hồ sơ đang giải quyết, en: Files open}
  track: record
  open: desk/record.received
  close: [desk/record.resolved]
  due: due
"""
RULES = """
trouble:
  title: {vi: Sự cố, en: Trouble}
  event: desk/trouble
  subject: place
  severity: warning
  fade: 1s
permit-deadlines:
  title: {vi: Hồ sơ quá hạn, en: Files overdue}
  deadline: desk.open
  for-each: record
  fade: 0
  tell: [unit]
"""
RECEIVERS = """
duty: {{title: {{vi: Trực ban, en: Duty}}, url: "http://127.0.0.1:{duty}/duty", secret-file: "{secret}",
        hears: {{rules: [trouble]}}}}
chief: {{title: {{vi: Lãnh đạo, en: Chief}}, url: "http://127.0.0.1:{chief}/", language: en,
         hears: {{rules: [trouble]}}}}
permits: {{title: {{vi: Cấp phép, en: Permits}}, url: "http://127.0.0.1:{duty}/permits", hears: none}}
"""


class Receiver:
    """An HTTP server that takes what it is sent, while it is up."""

    def __init__(self):
        self.port = free_port()
        self.posts = []  # (path, headers, body)
        self.server = None

    def up(self):
        posts = self.posts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posts.append((self.path, dict(self.headers), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def news(self, path):
        """(news, subject) of what came there, in the order of coming; a repetition only once."""
        heard = {}
        for where, headers, body in self.posts:
            if where == path:
                told = json.loads(body)["transition"]
                heard.setdefault(headers["Idempotency-Key"], (told["news"], told["subject"]))
        return list(heard.values())


@pytest.fixture
def town(tmp_path, make_site):
    """A site with its receivers: `duty` serves two of them, `chief` is down at first."""
    duty, chief = Receiver(), Receiver()
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET + b"\n")
    secret.chmod(0o600)
    pack = tmp_path / "pack"
    for name, text in {
            "units.yml": UNITS, "feeds.d/desk.yml": FEED, "indicators.d/desk.yml": INDICATORS,
            "rules.d/desk.yml": RULES,
            "receivers.yml": RECEIVERS.format(duty=duty.port, chief=chief.port, secret=secret),
    }.items():
        file = pack / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    duty.up()
    site = make_site(str(pack), persistence=True)
    site.start_all()
    sender = Sender(site)
    yield site, duty, chief, sender
    sender.client.disconnect()
    sender.client.loop_stop()
    duty.down()
    chief.down()


def now():
    return datetime.now(timezone.utc)


def trouble(sender, place):
    sender.send("roads", "desk/trouble", [now()], lambda number: {"place": place})


def test_alerts_are_told_signed_and_in_order_and_their_end_too(town):
    site, duty, chief, sender = town
    trouble(sender, "bridge")
    wait_for("the raise", lambda: duty.news("/duty") == [("raised", "bridge")])
    wait_for("amber", lambda: site.light("delivery") == "amber")
    wait_for("the end", lambda: duty.news("/duty")[1:] == [("cleared", "bridge")])

    _, headers, body = duty.posts[0]
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    assert headers["X-Iocd-Signature"] == expected
    assert headers["Content-Type"] == "application/json"
    message = json.loads(body)
    assert message["version"] == 1 and message["receiver"] == "duty"
    assert message["headline"] == message["headlines"]["vi"] and "Sự cố" in message["headline"]
    assert message["transition"]["unit"]["id"] == "roads"
    assert headers["Idempotency-Key"] == message["id"]

    chief.up()  # it was away all the time
    wait_for("the chief", lambda: chief.news("/") == duty.news("/duty"))
    _, headers, body = chief.posts[0]
    assert "X-Iocd-Signature" not in headers
    assert json.loads(body)["headline"] == json.loads(body)["headlines"]["en"]
    wait_for("green", lambda: site.light("delivery") == "green")


def test_the_office_that_has_to_act_hears_of_its_deadline(town):
    _, duty, _, sender = town
    due = (now() + timedelta(seconds=1)).isoformat()
    for unit in ("permits", "roads"):  # the second has no receiver
        sender.send(unit, "desk/record.received", [now()],
                    lambda number: {"record": f"{unit}-{number}", "due": due})
    wait_for("the deadline", lambda: duty.news("/permits") == [("raised", "permits-0")])
    sender.send("permits", "desk/record.resolved", [now()], lambda number: {"record": "permits-0"})
    wait_for("the end", lambda: duty.news("/permits")[1:] == [("cleared", "permits-0")])
    assert duty.news("/duty") == []


def test_nothing_is_lost_or_told_anew_when_iocd_is_killed_while_a_receiver_is_away(town):
    site, duty, chief, sender = town
    trouble(sender, "bridge")
    wait_for("two news", lambda: len(duty.news("/duty")) == 2)
    site.kill("iocd", signal.SIGKILL)
    trouble(sender, "tunnel")  # the broker keeps it
    site.start_iocd(wait=False)
    wait_for("four news", lambda: len(duty.news("/duty")) == 4, 30)
    chief.up()
    wait_for("the chief", lambda: len(chief.news("/")) == 4)
    assert chief.news("/") == [("raised", "bridge"), ("cleared", "bridge"),
                               ("raised", "tunnel"), ("cleared", "tunnel")]
    assert chief.news("/") == duty.news("/duty")
    assert len(duty.posts) <= 5  # at most what was under way came twice

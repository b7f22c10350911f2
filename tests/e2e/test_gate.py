# SPDX-License-Identifier: Apache-2.0
"""Who may come in by TCP, and what of: real users, a real daemon, and every byte of every answer
searched for what its reader may not see."""
import http.client
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time
from datetime import datetime, timezone

import pytest
from played_time import Sender
from servers import Site, wait_for

PACK = {
    "units.yml": """
units:
  land: {level: top, name: {vi: Vùng Cao, en: Highland}}
  rivertown: {level: town, parent: land, name: {vi: Thị trấn Bến Sông, en: Rivertown}}
  pier: {level: post, parent: rivertown, name: {vi: Bến Cảng, en: Pier}}
  hilltown: {level: town, parent: land, name: {vi: Thị trấn Đồi Chè, en: Hilltown}}
  quarry: {level: post, parent: hilltown, name: {vi: Mỏ Đá, en: Quarry}}
""",
    "feeds.d/desk.yml": """
desk:
  title: {vi: Quầy, en: Desk}
  expect: {from: {level: [post]}, every: 10m}
  events:
    trouble: {place: text, level: number}
""",
    "indicators.d/desk.yml": """
desk.troubles: {title: {vi: Sự cố, en: Troubles}, count: desk/trouble, rank: {among: {level: [post]}, order: low, window: today}}
""",
    "rules.d/desk.yml": """
trouble:
  title: {vi: Sự cố, en: Trouble}
  event: desk/trouble
  subject: place
  severity: critical
  fade: 1h
""",
    "reports.d/desk.yml": """
daily: {title: {vi: Ngày, en: Day}, every: day, lines: [desk.troubles]}
""",
}
# What somebody of rivertown may not read anywhere.
SECRET = ["hilltown", "Hilltown", "Đồi Chè", "quarry", "Quarry", "Mỏ Đá", "Vùng Cao", "Highland", "land/", '"land"']
PASSWORD = "correct horse {}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read().decode()

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json()["error"]["code"]


class Caller:
    """A browser, or a program with a token."""

    def __init__(self, port, token=None):
        self.port = port
        self.cookie = None
        self.token = token
        self.host = f"127.0.0.1:{port}"

    def ask(self, path, method="GET", body=None, headers=None, **changes):
        given = {"Host": self.host}
        if method == "POST":
            given |= {"X-Iocd": "1", "Content-Type": "application/json", "Origin": f"http://{self.host}"}
        if self.cookie:
            given["Cookie"] = f"__Host-iocd={self.cookie}"
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        given |= headers or {}
        given = {name: value for name, value in given.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, None if body is None else body if isinstance(body, str) else json.dumps(body),
                           given)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def log_in(self, user, password=None, code="", headers=None):
        answer = self.ask("/api/v1/session", "POST",
                          {"user": user, "password": password or PASSWORD.format(user), "code": code}, headers)
        found = re.search(r"__Host-iocd=([^;]+)", answer.headers.get("Set-Cookie", ""))
        if answer.status == 200:
            self.cookie = found.group(1)
        return answer


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    """A site with users of every kind, and trouble in both towns."""
    pack = tmp_path_factory.mktemp("pack")
    for name, text in PACK.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text(text)
    site = Site(os.environ["IOCD_BUILD"], str(pack), persistence=True, settings={"console.idle": "1h"})
    site.open_console()
    site.http = site.settings["http.port"]
    try:
        for name, role, *unit in [("viewer", "viewer"), ("operator", "operator"), ("admin", "admin"),
                                  ("vriver", "viewer", "rivertown"), ("oriver", "operator", "rivertown"),
                                  ("ariver", "admin", "rivertown"), ("gone", "operator", "rivertown"),
                                  ("slow", "viewer", "rivertown")]:
            site.add_user(name, PASSWORD.format(name), "--role", role, *(["--unit", unit[0]] if unit else []))
        site.start_all()
        sender = Sender(site)
        for unit in ("pier", "quarry"):
            sender.send(unit, "desk/trouble", [datetime.now(timezone.utc)] * 3,
                        lambda number: {"place": f"p{number}", "level": number})
            sender.send(unit, "desk/trouble", [datetime.now(timezone.utc)], lambda number: {"level": "none"})
        wait_for("the alerts", lambda: len(site.get("alerts")["alerts"]) >= 2)
        yield site
        sender.client.disconnect()
        sender.client.loop_stop()
    finally:
        site.stop()


@pytest.fixture(scope="module")
def callers(land):
    """One of each, logged in once."""
    ret = {"nobody": Caller(land.http)}
    for name in ("viewer", "operator", "admin", "vriver", "oriver", "ariver"):
        ret[name] = Caller(land.http)
        wait_for(f"{name} to be let in", lambda: ret[name].log_in(name).status == 200, 30)
    return ret


WHOLE = {"viewer", "operator", "admin"}
RANK = {"nobody": 0, "viewer": 1, "vriver": 1, "operator": 2, "oriver": 2, "admin": 3, "ariver": 3}
# path, least rank, whole only, argument that names a unit and whether it must be there
READS = [
    ("/api/v1/status", 1, False, None), ("/health", 1, False, None), ("/api/v1/units", 1, False, None),
    ("/api/v1/rules", 1, False, None), ("/api/v1/alerts?state=all&", 1, False, "unit"),
    ("/api/v1/alerts?fold=cause&", 1, False, "unit"), ("/api/v1/indicators?", 1, False, "unit"),
    ("/api/v1/history?every=hour&below=1&", 1, False, "unit"),
    ("/api/v1/rank?indicator=desk.troubles&", 1, False, "under"), ("/api/v1/feeds?", 1, False, "unit"),
    ("/api/v1/sites?", 1, False, "unit"), ("/api/v1/gaps?", 1, False, "unit"),
    ("/api/v1/deadletter?", 1, False, "unit"), ("/api/v1/report?report=daily&", 1, False, "unit"),
    ("/api/v1/report?report=daily&format=html&", 1, False, "unit"), ("/api/v1/findings?", 1, False, "unit"),
    ("/api/v1/suppressions?", 1, False, "unit"), ("/api/v1/alert-log?", 1, False, "unit"),
    ("/api/v1/handover?", 1, False, "unit"), ("/api/v1/audit", 1, False, None),
    ("/api/v1/workload", 1, True, None), ("/api/v1/counters", 1, True, None), ("/metrics", 1, True, None),
    ("/api/v1/diff?directory=/", 3, True, None), ("/api/v1/session", 1, False, None),
]
UNITS = [(None, True), ("rivertown", True), ("pier", True), ("hilltown", False), ("quarry", False), ("land", False),
         ("nowhere", None)]


def expected(name, rank, is_whole, argument, unit):
    if RANK[name] == 0:
        return 401
    if RANK[name] < rank or (is_whole and name not in WHOLE):
        return 403
    if argument and (unit[1] is None or (unit[1] is False and name not in WHOLE)):
        return 404
    return 200


def test_nobody_reads_what_is_not_his(land, callers):
    n = 0
    for name, (path, rank, is_whole, argument) in itertools.product(callers, READS):
        for unit in UNITS if argument else UNITS[:1]:
            asked = f"{path}{argument}={unit[0]}" if argument and unit[0] else path
            answer = callers[name].ask(asked)
            assert answer.status == expected(name, rank, is_whole, argument, unit) or \
                (path.startswith("/api/v1/diff") and answer.status == 200), (name, asked, answer.status, answer.body)
            if name not in WHOLE:
                body = answer.body.replace(f"'{unit[0]}'", "")
                assert not [word for word in SECRET if word in body], (name, asked, answer.body)
            n += 1
    assert n >= 150, n
    # What they may read is there.
    assert "hilltown" in callers["viewer"].ask("/api/v1/units").body
    assert "Bến Sông" in callers["vriver"].ask("/api/v1/units").body
    alerts = callers["vriver"].ask("/api/v1/alerts").json()
    assert {alert["unit"]["id"] for alert in alerts["alerts"]} == {"pier"}
    assert alerts["counts"]["open"] == len(alerts["alerts"]) > 0


def command(**members):
    return {"verb": "comment", "note": "x", "rule": "trouble", "unit": "pier", "subject": "p0"} | members


def test_nobody_commands_what_is_not_his(land, callers):
    for name, caller in callers.items():
        for unit, is_own in UNITS[1:]:
            body = {"verb": "maintain", "unit": unit, "note": "x", "until": "2099-01-01T00:00:00Z"}
            answer = caller.ask("/api/v1/commands", "POST", body)
            if RANK[name] < 2:
                assert answer.status == (403 if RANK[name] else 401)
            elif is_own or (is_own is False and name in WHOLE):
                assert answer.status == 200, answer.body
                assert caller.ask("/api/v1/commands", "POST",
                                  {"verb": "end-maintenance", "unit": unit}).status == 200
            else:
                assert (answer.status, answer.code()) == (404, "no_such_unit")
        if RANK[name] >= 2:
            assert caller.ask("/api/v1/commands", "POST", command(by="somebody")).status == 403
            status = caller.ask("/api/v1/commands", "POST", {
                "verb": "shelve", "rule": "trouble", "note": "x", "until": "2099-01-01T00:00:00Z"}).status
            assert status == (200 if name in WHOLE else 403)
            if name in WHOLE:
                assert caller.ask("/api/v1/commands", "POST", {"verb": "unshelve", "rule": "trouble"}).status == 200
        status = caller.ask("/api/v1/reload", "POST", {}).status
        assert status == (401 if name == "nobody" else 200 if name == "admin" else 403)
    whose = {row["by"] for row in land.get("alert-log")["log"] if row["by"]}
    assert whose <= {"operator", "admin", "oriver", "ariver", None}, whose


CSRF = [
    ({"X-Iocd": None}, 403), ({"Origin": None}, 403), ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403), ({"Content-Type": "text/plain"}, 415), ({"Content-Type": None}, 415),
    ({"Content-Type": "application/x-www-form-urlencoded"}, 415), ({"Host": "evil.example"}, 421),
    ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
]


@pytest.mark.parametrize("headers, status", CSRF)
def test_no_foreign_page_makes_a_browser_do_anything(land, callers, headers, status):
    before = land.get("status")["journal"]["end"]
    for path, body in [("/api/v1/commands", command()), ("/api/v1/reload", {}), ("/api/v1/session/end", {})]:
        assert callers["admin"].ask(path, "POST", body, headers).status == status, path
    assert callers["admin"].ask("/api/v1/session").status == 200
    assert "comment" not in {row["news"] for row in land.get("alert-log")["log"]}
    assert land.get("status")["journal"]["end"] >= before


def test_every_answer_says_what_a_page_may_do(land, callers):
    for path in ("/", "/live", "/api/v1/status", "/api/v1/nothing", "/api/v1/stream?unit=nowhere"):
        headers = callers["viewer"].ask(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';"), path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert ("no-store" if path != "/" else "no-cache") in headers["Cache-Control"]


def test_a_session_ends_when_it_should(land):
    browser = Caller(land.http)
    answer = browser.log_in("slow")
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"}
    assert cookie.startswith("__Host-iocd=iocd_") and len(cookie.split(";")[0]) > 50
    old = Caller(land.http)
    old.cookie = browser.cookie
    assert browser.ask("/api/v1/session").json()["idle_ms"] == 3600000
    assert browser.ask("/api/v1/session/end", "POST", {}).status == 200
    assert old.ask("/api/v1/status").status == 401  # used again after logging out
    assert old.ask("/api/v1/session/end", "POST", {}).status == 401
    saved = open(land.path("sessions"), "rb").read() if os.path.exists(land.path("sessions")) else b""
    assert browser.cookie.encode() not in saved


def test_whoever_loses_his_rights_is_cut_at_once(land):
    browser = Caller(land.http)
    assert browser.log_in("gone").status == 200
    stream = socket.create_connection(("127.0.0.1", land.http))
    stream.settimeout(10)
    stream.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: {browser.host}\r\nCookie: __Host-iocd={browser.cookie}\r\n\r\n"
                   .encode())
    received = b""
    while b"event: beat" not in received:
        received += stream.recv(65536)
    begun = time.monotonic()
    subprocess.run([land.program("iocctl"), "user", "disable", "gone", "--users", land.path("users.yml")], check=True,
                   stdout=subprocess.DEVNULL)
    while stream.recv(65536):
        pass
    assert time.monotonic() - begun < 5  # a second to see the file, another to cut, and a slow machine
    stream.close()
    assert browser.ask("/api/v1/status").status == 401
    assert not [word for word in SECRET if word.encode() in received]


def test_a_program_has_its_token(land):
    made = subprocess.run([land.program("iocctl"), "user", "token", "add", "vriver", "wall", "--users",
                           land.path("users.yml")], capture_output=True, text=True, check=True).stdout
    token = re.search(r"iocd_[A-Za-z0-9_-]+", made).group(0)
    program = Caller(land.http, token)
    wait_for("the new list", lambda: program.ask("/api/v1/status").status == 200)
    assert program.ask("/api/v1/alerts?unit=hilltown").status == 404
    assert program.ask("/api/v1/commands", "POST", command()).status == 403
    assert Caller(land.http, token[:-1] + "A").ask("/api/v1/status").status == 401
    assert token not in open(land.path("users.yml")).read()


def test_iocctl_acts_as_the_user_of_its_token(land, tmp_path):
    made = subprocess.run([land.program("iocctl"), "user", "token", "add", "oriver", "desk", "--role",
                           "operator", "--users", land.path("users.yml")], text=True, capture_output=True,
                          check=True).stdout
    file = tmp_path / "token"
    file.write_text(re.search(r"iocd_[A-Za-z0-9_-]+", made).group(0) + "\n")
    file.chmod(0o600)

    def iocctl(*args, url=f"http://127.0.0.1:{land.http}"):
        return subprocess.run([land.program("iocctl"), "--lang", "en", "--url", url, *args], text=True,
                              capture_output=True, check=False, timeout=30)

    asked = iocctl("alerts")
    assert asked.returncode == 1 and "--token-file" in asked.stderr
    wait_for("the token", lambda: iocctl("alerts", "--token-file", file).returncode != 1)
    shown = iocctl("alerts", "--json", "--token-file", file)
    assert {alert["unit"]["id"] for alert in json.loads(shown.stdout)["alerts"]} <= {"rivertown", "pier"}
    assert not any(word in shown.stdout for word in SECRET)

    assert iocctl("comment", "1", "from afar", "--token-file", file).returncode == 0
    said = iocctl("explain", "1", "--json", "--token-file", file).stdout
    assert '"oriver"' in said and "from afar" in said
    other = iocctl("comment", "1", "as another", "--as", "vriver", "--token-file", file)
    assert other.returncode == 1

    afar = iocctl("alerts", "--token-file", file, url="http://192.0.2.1:1")
    assert afar.returncode == 2 and "https" in afar.stderr
    file.chmod(0o644)
    assert iocctl("alerts", "--token-file", file).returncode == 2


def test_guessing_is_slowed_and_the_rest_goes_on(land, callers):
    results, answers = [], []

    def guess(n):
        caller = Caller(land.http)
        for i in range(6):
            answers.append(caller.log_in("slow", f"wrong password {n} {i}"))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        assert callers["viewer"].ask("/api/v1/status").status == 200
        results.append(time.monotonic() - begun)
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {401, 429} and statuses.count(401) <= 12, statuses
    assert max(results) < 2
    waits = [answer for answer in answers if answer.status == 429]
    assert all(answer.json()["wait_ms"] > 0 for answer in waits)
    assert Caller(land.http).log_in("slow").status == 429  # the right one waits as well


def test_who_did_what_is_in_the_audit(land, callers):
    entries = callers["admin"].ask("/api/v1/audit?limit=5000").json()["entries"]
    what = {entry["what"] for entry in entries}
    assert {"login", "login.failed", "logout", "denied", "maintain", "reload"} <= what, what
    assert {entry["who"] for entry in entries if entry["what"] == "maintain"} == {"operator", "admin", "oriver",
                                                                                 "ariver"}
    assert not [entry for entry in entries if "wrong password" in json.dumps(entry)]

# SPDX-License-Identifier: Apache-2.0
"""The nginx configuration that we ship, with other ports and a certificate of its own, in front of a real
iocd: what a browser sees of the console, and what nobody gets through it."""
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import time
from datetime import datetime, timezone

import pytest
from played_time import Sender
from servers import ROOT, Site, answers, free_port, wait_for
from town import write_town

SHIPPED = "config/servers/nginx.conf"
# What Debian's own nginx.conf has around it, for a server that leaves nothing behind.
AROUND = """\
daemon off;
user root;
pid {dir}/nginx.pid;
error_log stderr;
events {{ worker_connections 768; }}
http {{
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log off;
	client_body_temp_path {dir}/body;
	proxy_temp_path {dir}/proxy;
	fastcgi_temp_path {dir}/fastcgi;
	uwsgi_temp_path {dir}/uwsgi;
	scgi_temp_path {dir}/scgi;
	include {dir}/iocd.conf;
}}
"""
NAME = "ioc.example"
PASSWORD = "correct horse battery staple"
BROWSER, GUESSER, CROWD = "127.0.0.9", "127.0.0.10", "127.0.0.11"  # where they are; nginx itself is at 127.0.0.1


class Front(Site):
    """A site with nginx in front of it."""

    def __init__(self, build, config):
        super().__init__(build, config)
        self.open_console()
        self.tls, self.plain = free_port(), free_port()
        self.origin = f"https://{NAME}:{self.tls}"
        self.settings["console.origin"] = self.origin
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
                        "-keyout", self.path("tls.key"), "-out", self.path("tls.crt")],
                       check=True, capture_output=True)

    def write_configuration(self):
        with open(os.path.join(ROOT, SHIPPED)) as file:
            text = file.read()
        for shipped, here in {
            "\tserver 127.0.0.1:8480;": f"\tserver 127.0.0.1:{self.settings['http.port']};",
            "\tlisten 80;": f"\tlisten {self.plain};",
            "\tlisten 443 ssl http2;": f"\tlisten {self.tls} ssl http2;",
            "/etc/iocd/tls/ioc.crt;": self.path("tls.crt;"),
            "/etc/iocd/tls/ioc.key;": self.path("tls.key;"),
        }.items():
            assert text.count(shipped) == 1, shipped
            text = text.replace(shipped, here)
        for name, written in {"iocd.conf": text, "nginx.conf": AROUND.format(dir=self.dir)}.items():
            with open(self.path(name), "w") as file:
                file.write(written)

    def start_nginx(self):
        self.write_configuration()
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.start("nginx", [program, "-p", self.dir, "-c", self.path("nginx.conf"), "-e", "stderr"])
        wait_for("nginx' start", lambda: answers(("127.0.0.1", self.tls)))

    def curl(self, path, *more):
        """Arguments of curl for a path."""
        return ["curl", "--silent", "--show-error", "--http2", "--max-time", "20", "--cacert", self.path("tls.crt"),
                "--resolve", f"{NAME}:{self.tls}:127.0.0.1", "--interface", BROWSER, *more, self.origin + path]


class Connection(http.client.HTTPSConnection):
    """From one of this machine's addresses."""

    def __init__(self, front, address):
        self.trust = ssl.create_default_context(cafile=front.path("tls.crt"))
        super().__init__(NAME, front.tls, timeout=20, context=self.trust)
        self.address = address

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 20, (self.address, 0))
        self.sock = self.trust.wrap_socket(plain, server_hostname=NAME)


class Browser:
    def __init__(self, front, address=BROWSER):
        self.origin = front.origin
        self.connection = Connection(front, address)
        self.cookie = None

    def ask(self, path, body=None, headers=None):
        """(status, headers, text) of a GET, or of a POST if there is a body."""
        given = {} if body is None else {"X-Iocd": "1", "Content-Type": "application/json", "Origin": self.origin}
        if self.cookie:
            given["Cookie"] = self.cookie
        self.connection.request("GET" if body is None else "POST", path,
                                json.dumps(body) if isinstance(body, dict) else body, {**given, **(headers or {})})
        response = self.connection.getresponse()
        return response.status, response.headers, response.read().decode()

    def status(self, *args):
        return self.ask(*args)[0]

    def log_in(self, user, headers=None):
        status, told, text = self.ask("/api/v1/session", {"user": user, "password": PASSWORD, "code": ""}, headers)
        assert status == 200, text
        self.cookie = told["Set-Cookie"].split(";")[0]
        return told


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    front = Front(os.environ["IOCD_BUILD"], str(write_town(tmp_path_factory.mktemp("town"))))
    try:
        front.add_user("lan", PASSWORD, "--role", "admin")
        front.start_all()
        front.start_nginx()
        yield front
    finally:
        front.stop()


@pytest.fixture(scope="module")
def browser(front):
    """Somebody who is logged in, and claimed to be elsewhere."""
    ret = Browser(front)
    ret.told = ret.log_in("lan", {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http",
                                  "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"})
    return ret


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_the_page_comes_over_http2(front, tls):
    def fetch(path):
        done = subprocess.run(front.curl(path, f"--tlsv{tls}", "--tls-max", tls, "--compressed", "--write-out",
                                         "\n%{http_version} %{http_code} %{content_type}"),
                              capture_output=True, text=True, check=True)
        body, _, told = done.stdout.rpartition("\n")
        return body, told

    page, told = fetch("/")
    assert told == "2 200 text/html; charset=utf-8"
    assets = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page)
    assert assets or "npm" in page  # which it says where the console was not built
    for asset in assets:
        body, told = fetch(asset)
        assert told.startswith(f"2 200 text/{'css' if asset.endswith('.css') else 'javascript'}") and body, asset


def test_old_tls_is_refused(front):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", front.tls), 10) as plain:
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            old.wrap_socket(plain)


def test_who_comes_without_tls_is_sent_to_it(front):
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=10)
    connection.request("GET", "/alerts?unit=roads", headers={"Host": "evil.example"})
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (301, f"https://{NAME}/alerts?unit=roads")
    connection.close()


def test_a_login_gives_a_cookie_that_stays_with_tls(front, browser):
    cookie = browser.told["Set-Cookie"]
    assert cookie.startswith("__Host-iocd=iocd_")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"}
    status, headers, text = browser.ask("/api/v1/session")
    assert (status, json.loads(text)["user"]) == (200, "lan")
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "nginx/" not in headers["Server"]


def test_the_audit_names_the_browsers_address(front, browser):
    def entries():
        found = json.loads(browser.ask("/api/v1/audit?what=login")[2])["entries"]
        return [entry for entry in found if entry["who"] == "lan"]

    assert [entry["from"] for entry in wait_for("the entry", entries)] == [BROWSER]


def test_other_sites_are_refused(front, browser):
    foreign = {"Origin": "https://evil.example"}
    assert browser.status("/api/v1/session", {"user": "lan", "password": PASSWORD}, foreign) == 403
    assert browser.status("/api/v1/commands", {"verb": "comment"}, foreign) == 403
    assert browser.status("/api/v1/stream", None, foreign) == 403
    assert browser.status("/api/v1/alerts", None, {"Host": "evil.example"}) == 421


def test_nobody_gets_the_rights_of_the_unix_socket(front):
    with open(os.path.join(ROOT, SHIPPED)) as file:
        lines = [line.split("#")[0] for line in file]
    assert not [line for line in lines if "unix:" in line or ".sock" in line]
    assert stat.S_IMODE(os.stat(front.socket).st_mode) & stat.S_IRWXO == 0
    stranger = Browser(front)
    for path in ("/api/v1/status", "/api/v1/stream", f"//unix:{front.socket}:/api/v1/status"):
        assert stranger.status(path) in (401, 404), path
    assert stranger.status("/api/v1/reload", {}) == 401
    assert stranger.status("/api/v1/status", None, {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}) == 401


def test_what_is_for_monitoring_stays_on_this_machine(front, browser):
    for path in ("/metrics", "/health", "//metrics", "/%6Detrics", "/live/../metrics"):
        assert browser.status(path) == 403, path
    assert browser.status("/live") == 200
    here = Browser(front, "127.0.0.1")
    assert here.status("/metrics") == 401
    here.cookie = browser.cookie
    status, _, text = here.ask("/metrics")
    assert status == 200 and "iocd_build_info" in text


def test_a_large_body_is_refused(front, browser):
    assert browser.status("/api/v1/commands", "{" + " " * 16383) == 400
    status, headers, _ = Browser(front).ask("/api/v1/commands", "{" + " " * 16384)
    assert (status, headers["Content-Type"]) == (413, "text/html")  # by nginx: iocd was not asked


def test_attempts_to_log_in_are_limited_and_pages_are_not(front):
    guesser = Browser(front, GUESSER)
    told = [guesser.ask("/api/v1/session", {}) for _ in range(30)]
    statuses = [status for status, _, _ in told]
    assert 20 <= statuses.index(429) <= 23 and set(statuses[:20]) == {400}, statuses
    _, headers, text = told[-1]
    assert json.loads(text)["error"]["code"] == "wait" and headers["Retry-After"] == "2"
    assert {guesser.status("/api/v1/session") for _ in range(30)} == {401}  # who they are, they may ask
    assert Browser(front, CROWD).status("/api/v1/session", {}) == 400  # and so may others try


class Stream:
    """The live stream by HTTP/2; begun once it tells of an alert or of the time."""

    def __init__(self, front, cookie, after=None):
        self.child = subprocess.Popen(front.curl(f"/api/v1/stream{f'?last-event-id={after}' if after else ''}",
                                                 "--no-buffer", "--header", f"Cookie: {cookie}"),
                                      stdout=subprocess.PIPE, text=True)

    def next(self, kind=None):
        """(kind, id, data, when it came) of the next event, or of the next of that kind."""
        event = {}
        for line in self.child.stdout:
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                event[name] = value
            elif event.get("event") and kind in (None, event["event"]):
                return event["event"], event.get("id"), json.loads(event["data"]), time.monotonic()
            else:
                event = {}
        raise AssertionError("the stream has ended")

    def close(self):
        self.child.kill()
        self.child.wait(timeout=10)
        self.child.stdout.close()


@pytest.fixture
def sender(front):
    sender = Sender(front)
    yield lambda place: sender.send("roads", "desk/trouble", [datetime.now(timezone.utc)], lambda _: {"place": place})
    sender.close()


def test_the_stream_passes_without_delay_and_goes_on(front, browser, sender):
    stream = Stream(front, browser.cookie)
    try:
        beats = [stream.next("beat")[3] for _ in range(3)]
        assert all(0.5 < later - earlier < 1.9 for earlier, later in zip(beats, beats[1:])), beats
        begun = time.monotonic()
        sender("bridge")
        _, number, alert, when = stream.next("alert")
        assert alert["subject"] == "bridge" and when - begun < 1
    finally:
        stream.close()
    sender("tunnel")
    wait_for("the alert", lambda: len(front.get("alerts")["alerts"]) == 2)
    stream = Stream(front, browser.cookie, number)
    try:
        kind, _, alert, _ = stream.next()
        assert (kind, alert["subject"]) == ("alert", "tunnel")
    finally:
        stream.close()


def test_a_restart_of_iocd_is_no_new_login(front, browser):
    assert front.kill("iocd", 15) == 0
    assert browser.status("/api/v1/session") == 502
    front.start_iocd()
    assert browser.status("/api/v1/session") == 200

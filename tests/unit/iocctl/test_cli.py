# SPDX-License-Identifier: Apache-2.0
"""iocctl from the outside, against a server of canned answers: exit statuses, what is printed, and
the live screen on a terminal of its own."""
import http.server
import json
import os
import pathlib
import pty
import re
import select
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

IOCCTL = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parents[3]
PATIENCE_S = 30
REDRAW = "\x0c"  # curses writes only what changed; this has it write everything

STATUS = {
    "instance": "here", "version": "1", "time": "2026-11-22T08:00:00+07:00", "uptime_s": 60, "ready": True,
    "parts": [{"name": "mqtt", "light": "green", "state": "up", "detail": "", "since": None}],
    "events": {"seen": 5, "accepted": 4, "refused": {"bad_time": 1}, "late": 0, "per_s": 2.5, "unaccounted": 0},
    "journal": {"end": 10, "synced": 10, "folded": 10, "stored": 10, "bytes": 1024},
    "indicators_live": 3, "alerts": {"open": 1, "critical": 1, "warning": 0}, "stall_us": 100, "config": "abc",
}
ALERT = {
    "id": "ward/late/1", "key": "late", "severity": "critical", "raised": "2026-11-22T07:59:00+07:00",
    "rule": {"id": "late", "title": {"vi": "Trễ hạn", "en": "Late"}},
    "unit": {"id": "ward", "name": {"vi": "Phường", "en": "Ward\x1b[2J"}},
    "reason": {"vi": "vì", "en": "because"},
}
ALERTS = {"alerts": [ALERT], "numbers": [1],
          "counts": {"open": 1, "matching": 1, "critical": 1, "warning": 0}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *args):
        pass

    def address_string(self):
        return "client"

    def answer(self):
        path, _, query = self.path.partition("?")
        self.server.asked.append((self.command, self.path, self.headers.get("X-Iocd")))
        if path == "/api/v1/stream":
            self.stream()
            return
        status, body = self.server.answers.get(path, (404, {"error": {"code": "x", "message": "no \x1b[m"}}))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer

    def stream(self):
        self.send_response(200)
        self.end_headers()
        while not self.server.is_silent.wait(0.2):
            for event, data in [("status", self.server.answers["/api/v1/status"][1]), *self.server.events]:
                self.wfile.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())
            self.server.events.clear()


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        return super().get_request()[0], ("client", 0)

    def handle_error(self, request, client_address):
        pass  # a client may leave while it is being answered


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "s")
        self.server = Server(self.socket, Handler)
        self.server.asked = []
        self.server.events = []
        self.server.is_silent = threading.Event()
        self.server.answers = {"/api/v1/status": (200, STATUS), "/api/v1/alerts": (200, ALERTS)}
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.addCleanup(self.stop_server)  # also when a set-up further down fails

    def stop_server(self):
        self.server.is_silent.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.folder.cleanup()

    def environment(self):
        return {**os.environ, "IOCD_SOCKET": self.socket, "LC_ALL": "C.UTF-8", "TERM": "xterm"}

    def run_iocctl(self, *args, status=0):
        result = subprocess.run([IOCCTL, *args], capture_output=True, text=True, check=False, env=self.environment(),
                                timeout=PATIENCE_S)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        return result


class CommandTest(Case):
    def test_status_is_printed_and_good(self):
        text = self.run_iocctl("status").stdout
        self.assertIn("5 seen, 4 accepted", text)
        self.assertIn("bad_time 1\n", text)
        self.assertIn("5 đã nhận", self.run_iocctl("--lang", "vi", "status").stdout)

    def test_a_red_part_and_a_lost_event_are_findings(self):
        red = [{**STATUS["parts"][0], "light": "red"}]
        self.server.answers["/api/v1/status"] = (200, {**STATUS, "parts": red})
        self.run_iocctl("status", status=1)
        self.run_iocctl("status", "--json", status=1)
        lost = {**STATUS["events"], "unaccounted": 2}
        self.server.answers["/api/v1/status"] = (200, {**STATUS, "events": lost})
        self.assertIn("2 events", self.run_iocctl("status", status=1).stdout)

    def test_json_is_the_answer_itself(self):
        self.assertEqual(json.loads(self.run_iocctl("--json", "status").stdout), STATUS)
        self.assertEqual(json.loads(self.run_iocctl("alerts", "-j").stdout), ALERTS)

    def test_what_senders_wrote_cannot_steer_the_terminal(self):
        self.assertIn("Ward·[2J", self.run_iocctl("alerts").stdout)
        self.assertIn("no ·[m", self.run_iocctl("explain", "9", status=1).stderr)

    def test_arguments_reach_iocd_escaped(self):
        self.run_iocctl("alerts", "--unit", "a b&c", "--severity", "critical")
        self.run_iocctl("explain", "ward/g%2F1", status=1)
        self.assertEqual([path for _, path, _ in self.server.asked],
                         ["/api/v1/alerts?unit=a%20b%26c&severity=critical",
                          "/api/v1/explain?alert=ward%2Fg%252F1"])

    def test_a_reload_is_a_post_with_the_header(self):
        self.server.answers["/api/v1/reload"] = (200, {"applied": True, "report": "", "config": "new"})
        self.assertIn("new", self.run_iocctl("reload").stdout)
        self.assertEqual(self.server.asked, [("POST", "/api/v1/reload", "1")])
        self.server.answers["/api/v1/reload"] = (409, {"error": {"code": "refused", "message": "refused"},
                                                       "report": "a.yml:1:1: error\n"})
        self.assertIn("a.yml:1:1: error", self.run_iocctl("reload", status=1).stderr)

    def test_a_wrong_call_is_told_so(self):
        for args in ([], ["nothing"], ["status", "more"], ["explain"], ["status", "--unit", "x"], ["--lang", "fr"],
                     ["--nonsense"], ["watch"]):
            with self.subTest(args):
                self.assertNotEqual(self.run_iocctl(*args, status=2).stderr, "")
        self.assertIn("'status'", self.run_iocctl("statsu", status=2).stderr)
        self.assertEqual(self.server.asked, [])

    def test_nobody_there_is_told_apart_from_a_finding(self):
        self.run_iocctl("status", "--socket", self.socket + "x", status=3)
        self.server.answers["/api/v1/status"] = (200, b"<html>")
        self.run_iocctl("status", status=3)
        self.server.answers["/api/v1/alerts"] = (400, {"error": {"code": "x", "message": "bad"}})
        self.run_iocctl("alerts", status=2)

    def test_every_command_has_help_and_an_example_in_both_languages(self):
        names = re.findall(r"^  (\w+)  ", self.run_iocctl("--help").stdout, re.M)
        self.assertEqual(len(names), 13)
        for name in names:
            for lang in ("vi", "en"):
                text = self.run_iocctl("--lang", lang, name, "--help").stdout
                self.assertIn(f"\n  iocctl {name}" if name != "reload" else "iocctl reload", text)
                self.assertEqual(text, self.run_iocctl("--lang", lang, "help", name).stdout)

    def test_a_configuration_is_checked_without_iocd(self):
        self.server.shutdown()
        pack = SOURCE / "config" / "minimal"
        self.assertIn("2 units", self.run_iocctl("check", str(pack)).stdout)
        self.assertTrue(json.loads(self.run_iocctl("check", "--json", str(pack)).stdout)["good"])
        result = self.run_iocctl("check", self.folder.name + "/none", status=1)
        self.assertNotEqual(result.stderr, "")

    def test_the_watch_s_screen_can_be_printed_once(self):
        lines = self.run_iocctl("watch", "--once").stdout.splitlines()
        self.assertTrue(lines[0].startswith("here  2.5 events/s"))
        self.assertIn("mqtt ● good", lines[1])
        self.assertEqual(lines[2], "1 alerts open, 1 critical")
        self.assertIn("Ward·[2J – Late", lines[3])
        self.assertNotIn("Late", self.run_iocctl("watch", "--once", "--filter", "zzz").stdout)


class WatchTest(Case):
    """A terminal of its own; everything that was ever written to it is kept, without its codes."""

    def setUp(self):
        super().setUp()
        self.text = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(IOCCTL, [IOCCTL, "watch"], {**self.environment(), "LINES": "24", "COLUMNS": "100"})

    def tearDown(self):
        os.close(self.terminal)

    def wait_for(self, words):
        """Reads until the words come after what was waited for before."""
        end = time.monotonic() + PATIENCE_S
        while words not in self.text:
            self.assertLess(time.monotonic(), end, f"{words!r} did not come: {self.text[-2000:]!r}")
            if select.select([self.terminal], [], [], 0.5)[0]:
                raw = os.read(self.terminal, 65536).decode(errors="replace")
                self.text += re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\(B|[=>])", "", raw)
        self.text = self.text.split(words, 1)[1]

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def quit(self):
        self.press("q")
        while True:
            try:
                if not os.read(self.terminal, 65536):
                    break
            except OSError:  # how a terminal says that its last writer is gone
                break
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), 0)

    def test_an_alert_of_the_stream_is_shown(self):
        self.wait_for("Late")
        self.server.events.append(("alert", {**ALERT, "id": "ward/other/2", "key": "other", "news": "raised",
                                             "reason": {"vi": "x", "en": "out of the stream"}}))
        self.wait_for("out of the stream")
        self.quit()

    def test_silence_and_an_end_are_told_and_survived(self):
        self.wait_for("mqtt ● good")
        self.server.is_silent.set()
        self.wait_for("NO LIVE DATA since")
        self.server.is_silent.clear()
        self.wait_for("● good")
        self.press(REDRAW)
        self.wait_for("mqtt ● good")
        self.quit()

    def test_keys_explain_filter_and_change_the_language(self):
        self.server.answers["/api/v1/explain"] = (200, {"alert": ALERT, "rule": {"id": "the-rule"}})
        self.wait_for("Late")
        self.press("e")
        self.wait_for("the-rule")
        self.press("e")
        self.press("/phuong\n" + REDRAW)
        self.wait_for("filter 'phuong': 1")
        self.press("/x\n" + REDRAW)
        self.wait_for("filter 'phuongx': 0")
        self.press("\x1b")
        self.press("l" + REDRAW)
        self.wait_for("Trễ hạn")
        self.quit()


if __name__ == "__main__":
    unittest.main()

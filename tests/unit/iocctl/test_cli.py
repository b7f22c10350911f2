# SPDX-License-Identifier: Apache-2.0
"""iocctl from the outside, against a server of canned answers: exit statuses, what is printed, and
the live screen on a terminal of its own."""
import csv
import http.server
import json
import os
import pathlib
import pty
import re
import select
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

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
        if self.command == "POST":
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.posted.append((self.headers.get("Idempotency-Key"), json.loads(body or "null")))
        if path == "/api/v1/stream":
            self.stream()
            return
        status, body = self.server.answers.get(path, (404, {"error": {"code": "x", "message": "no \x1b[m"}}))
        if isinstance(status, list):  # one after the other
            status, body = status.pop(0)
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
        self.server.posted = []
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
        return {**os.environ, "IOCD_SOCKET": self.socket, "LC_ALL": "C.UTF-8", "TERM": "xterm", "USER": "an",
                "TZ": "UTC-7"}

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

    def test_a_ranking_names_who_has_no_place(self):
        ward = {"place": 1, "state": "placed", "unit": {"id": "ward", "name": {"vi": "Phường", "en": "Ward"}},
                "value": 0.031, "band": {"vi": "Tốt", "en": "Good"}, "quality": "partial", "reporting": 90,
                "expected": 91, "samples": 1234}
        dock = {**ward, "place": None, "state": "few", "unit": {"id": "dock", "name": {"vi": "Bến", "en": "Dock"}},
                "band": None, "quality": "good", "samples": 3}
        self.server.answers["/api/v1/rank"] = (200, {
            "id": "desk.rate", "title": {"vi": "Tỷ lệ", "en": "Rate"}, "measure": {"vi": "", "en": ""}, "percent": True,
            "window": "today", "order": "low", "placed": 1, "among": 2, "rows": [ward, dock]})
        lines = self.run_iocctl("rank", "desk.rate", "--unit", "city").stdout.splitlines()
        self.assertEqual(lines[0], "Rate (today)")
        self.assertRegex(lines[2], r"1 +Ward +3.1 ?% +Good +1\D?234 +90 of 91 report")
        self.assertRegex(lines[3], r"- +Dock +3.1 ?% +3 +too few samples")
        self.assertIn("1 of 2 units are ranked", lines[-1])
        self.assertEqual(self.server.asked[0][1], "/api/v1/rank?indicator=desk.rate&under=city")
        self.assertIn("quá ít mẫu", self.run_iocctl("--lang", "vi", "rank", "desk.rate").stdout)

    def test_a_shift_is_handed_over_in_any_form(self):
        sheet = {"instance": "here", "unit": {"id": "c", "name": {"vi": "Phố", "en": "City\x1b[m"}}, "cut": False,
                 "since": "2026-11-22T00:00:00+07:00", "until": "2026-11-22T08:00:00+07:00", "standing": [ALERT],
                 "n_standing": 1, "over": [], "n_over": 0, "load": None}
        self.server.answers["/api/v1/handover"] = (200, sheet)
        self.assertIn("Hand-over: City·[m (here)", self.run_iocctl("report", "handover", "--since", "12h").stdout)
        self.assertEqual(self.server.asked[-1][1], "/api/v1/handover?since=12h")
        self.assertIn("Bàn giao ca: Phố (here)", self.run_iocctl("--lang", "vi", "report", "handover").stdout)
        self.assertIn("<h2>Open alerts: 1</h2>",
                      self.run_iocctl("report", "handover", "--unit", "c", "--format", "html").stdout)
        rows = list(csv.reader(self.run_iocctl("report", "handover", "--format", "csv").stdout.splitlines()))
        self.assertEqual(rows[2][:2], ["Open alerts: 1", "■ critical"], rows)
        self.assertEqual(json.loads(self.run_iocctl("report", "handover", "--format", "json").stdout), sheet)
        self.assertIn("not 'pdf'", self.run_iocctl("report", "handover", "--format", "pdf", status=2).stderr)

    def test_the_load_and_the_worst_are_shown(self):
        worst = {"rule": "late", "title": ALERT["rule"]["title"], "alarms": 30, "critical": 3, "chatters": 0,
                 "unseen": 2}
        load = {"instance": "here", "time": STATUS["time"], "operators": 1, "week": 30, "flood": True,
                "flood_since": "2026-11-22T07:55:00+07:00", "flood_alarms": 12, "targets": [],
                "worst": {"this": [], "last": [worst]}}
        self.server.answers["/api/v1/workload"] = (200, load)
        self.assertIn("FLOOD since 07:55:00 (12 alerts)", self.run_iocctl("load").stdout)
        self.assertRegex(self.run_iocctl("report", "worst").stdout, r"last week\n.*\n +1 +Late +late +30 +100\.0 %")
        self.assertNotIn("late", self.run_iocctl("report", "worst", "--week", "this").stdout)
        self.assertIn("tuần trước", self.run_iocctl("-l", "vi", "report", "worst", "--week", "last").stdout)
        self.assertIn("not 'next'", self.run_iocctl("report", "worst", "--week", "next", status=2).stderr)
        self.server.answers["/api/v1/status"] = (200, {**STATUS, "load": load})
        self.assertIn("DỒN DẬP từ 07:55:00", self.run_iocctl("-l", "vi", "status").stdout)

    def test_the_log_is_a_table(self):
        row = {"time": "2026-11-22T07:00:00+07:00", "news": "acknowledged", "severity": "critical", "by": "An",
               "note": None, "rule": ALERT["rule"], "unit": ALERT["unit"], "reason": ALERT["reason"]}
        self.server.answers["/api/v1/alert-log"] = (200, {
            "since": "2026-11-22T00:00:00+07:00", "until": "2026-11-22T08:00:00+07:00", "cut": True, "log": [row]})
        text = self.run_iocctl("log", "--since", "8h", "--rule", "late", "--unit", "ward").stdout
        self.assertEqual(self.server.asked[-1][1], "/api/v1/alert-log?since=8h&unit=ward&rule=late")
        self.assertRegex(text, r"07:00:00 +■ critical +acknowledged +Ward·\[2J +Late +An +because\n")
        self.assertIn("1 entries since 00:00:00; there are more", text)
        self.assertRegex(self.run_iocctl("-l", "vi", "log").stdout, "đã nhận +Phường +Trễ hạn +An +vì")

    PAST = {
        "every": "day", "view": "as-is",
        "units": [{"id": "ward", "name": {"vi": "Phường", "en": "Ward\x1b[2J"}}],
        "indicators": [{"id": "late", "percent": True, "measure": {"vi": "", "en": ""}}],
        "rows": [
            {"unit": "ward", "indicator": "late", "from": "2026-10-01T00:00:00+07:00",
             "to": "2026-10-02T00:00:00+07:00", "value": 0.125, "samples": 1200, "quality": "good", "revision": 3,
             "open": False},
            {"unit": 'a,"b"', "indicator": "late", "from": "2026-10-02T00:00:00+07:00",
             "to": "2026-10-03T00:00:00+07:00", "value": None, "samples": 0, "quality": "unknown", "revision": 1,
             "open": True},
        ]}

    def test_the_past_is_asked_for_with_all_its_arguments(self):
        self.server.answers["/api/v1/history"] = (200, self.PAST)
        self.run_iocctl("indicators", "late", "--unit", "ward,dock", "--since", "2026-10-01", "--until", "2026-11-01",
                        "--every", "day", "--as-was", "--below", "closed", "--indicator", "first")
        asked = urllib.parse.urlsplit(self.server.asked[-1][1])
        self.assertEqual(asked.path, "/api/v1/history")
        self.assertEqual(urllib.parse.parse_qs(asked.query), {
            "unit": ["ward,dock"], "indicator": ["first,late,closed"], "since": ["2026-10-01"],
            "until": ["2026-11-01"], "every": ["day"], "view": ["as-was"], "below": ["1"]})
        self.run_iocctl("indicators", "--since", "7d")
        self.assertEqual(self.server.asked[-1][1], "/api/v1/history?since=7d")

    def test_the_past_is_a_table(self):
        self.server.answers["/api/v1/history"] = (200, self.PAST)
        text = self.run_iocctl("indicators", "--since", "30d").stdout
        self.assertRegex(text, r"Ward.*late +2026-10-01 +12\.5 % +1,200 +good +revision 3\n")
        self.assertRegex(text, r"2026-10-02 +- +0 +unknown +open\n")
        text = self.run_iocctl("--lang", "vi", "indicators", "--since", "30d").stdout
        self.assertRegex(text, r"Phường +late +2026-10-01 +12,5 % +1\.200 +good +đã sửa lần 3\n")
        for every, words in [("hour", "2026-10-01 00:00 "), ("month", "2026-10 "), ("year", "2026 "),
                             ("whole", "2026-10-01 00:00 - 2026-10-02 00:00")]:
            self.server.answers["/api/v1/history"] = (200, {**self.PAST, "every": every})
            self.assertIn(words, self.run_iocctl("indicators", "--every", every).stdout)
        self.server.answers["/api/v1/history"] = (200, {**self.PAST, "rows": []})
        self.assertIn("nothing is known", self.run_iocctl("indicators", "--since", "1d").stdout)

    def test_the_past_is_csv_that_a_spreadsheet_reads(self):
        self.server.answers["/api/v1/history"] = (200, self.PAST)
        result = subprocess.run([IOCCTL, "indicators", "--since", "30d", "--format", "csv"], capture_output=True,
                                check=True, env=self.environment(), timeout=PATIENCE_S)
        self.assertTrue(result.stdout.endswith(b"true\r\n"))
        rows = list(csv.reader(result.stdout.decode().split("\r\n")[:-1]))
        self.assertEqual(rows, [
            ["unit", "indicator", "from", "to", "value", "samples", "quality", "revision", "open"],
            ["ward", "late", "2026-10-01T00:00:00+07:00", "2026-10-02T00:00:00+07:00", "0.125", "1200", "good", "3",
             "false"],
            ['a,"b"', "late", "2026-10-02T00:00:00+07:00", "2026-10-03T00:00:00+07:00", "", "0", "unknown", "1",
             "true"]])
        for arguments in (["--format", "json"], ["--since", "1d", "--json"]):
            self.assertEqual(json.loads(self.run_iocctl("indicators", *arguments).stdout), self.PAST)

    def test_a_mistake_about_the_past_is_told(self):
        self.assertIn("not 'xml'", self.run_iocctl("indicators", "--format", "xml", status=2).stderr)
        self.assertIn("needs --since", self.run_iocctl("indicators", "late", status=2).stderr)
        self.server.answers["/api/v1/history"] = (400, {"error": {"code": "bad_argument", "message": "'since' is"}})
        self.assertIn("'since' is", self.run_iocctl("indicators", "--since", "x", status=2).stderr)

    def test_records_are_shown_with_state_and_deadline(self):
        record = {"record": "H09.23-1\x1b[2J", "track": "one-stop.open", "title": {"vi": "Hồ sơ", "en": "Files"},
                  "unit": {"id": "ward", "name": {"vi": "Phường", "en": "Ward"}}, "state": "paused", "overdue": True,
                  "opened": "2026-11-20T08:00:00+07:00", "due": "2026-11-21T17:00:00+07:00"}
        self.server.answers["/api/v1/records"] = (200, {"records": [record, {**record, "state": "due-soon",
                                                        "overdue": False, "due": None}], "matching": 1234})
        lines = self.run_iocctl("records", "--unit", "ward", "--track", "one-stop.open", "--state", "overdue",
                                "--limit", "2").stdout.splitlines()
        self.assertRegex(lines[1], r"H09.23-1·\[2J +Files +Ward +paused, OVERDUE +2026-11-20 08:00\S* +"
                                   r"2026-11-21 17:00")
        self.assertRegex(lines[2], r"due soon .* -$")
        self.assertIn("1 234 records; 2 shown", lines[-1].replace(",", " "))
        self.assertEqual(self.server.asked[0][1],
                         "/api/v1/records?unit=ward&track=one-stop.open&state=overdue&limit=2")
        self.assertIn("tạm dừng, QUÁ HẠN", self.run_iocctl("--lang", "vi", "records").stdout)

    def test_late_findings_are_shown_with_what_happened_and_when_it_came(self):
        finding = {"number": 7, "severity": "critical", "rule": {"id": "gate", "title": {"vi": "Cổng", "en": "Gate"}},
                   "unit": {"id": "ward", "name": {"vi": "Phường", "en": "Ward"}}, "subject": "g/1\x1b[2J",
                   "first": "2026-10-20T08:15:00+07:00", "last": "2026-10-20T09:00:00+07:00",
                   "found": "2026-11-21T17:30:00+07:00", "events": 1234, "position": 99}
        self.server.answers["/api/v1/findings"] = (200, {"findings": [finding], "matching": 56, "last": 60})
        lines = self.run_iocctl("findings", "--unit", "ward", "--limit", "1").stdout.splitlines()
        self.assertRegex(lines[1], r"2026-10-20 08:15\S* +Ward +Gate +g/1·\[2J +1.234 +2026-11-21 17:30")
        self.assertIn("56 late findings, which raised no alert; 1 shown", lines[-1])
        self.assertEqual(self.server.asked[0][1], "/api/v1/findings?unit=ward&limit=1")
        self.assertIn("phát hiện muộn", self.run_iocctl("--lang", "vi", "findings").stdout)
        self.assertEqual(json.loads(self.run_iocctl("findings", "--json").stdout)["findings"], [finding])

    REPORT = {
        "report": "daily", "title": {"vi": "Báo cáo ngày", "en": "Daily report"}, "period": "2026-11-21", "revision": 3,
        "silent": 1, "units": 2,
        "lines": [{"id": "desk.closed", "percent": False}, {"id": "desk.rate", "percent": True}],
        "rows": [
            {"unit": "ward", "name": {"vi": "Phường", "en": "Ward"}, "place": 1, "reported": True, "figures": {
                "desk.closed": {"value": 1234, "samples": 1234, "revised": True},
                "desk.rate": {"value": 0.125, "samples": 1234, "revised": False}}},
            {"unit": "dock", "name": {"vi": "Bến", "en": "Dock"}, "place": None, "reported": False, "figures": {
                "desk.closed": {"value": None, "samples": 0, "revised": False},
                "desk.rate": {"value": None, "samples": 0, "revised": False}}}]}

    def test_reports_are_listed(self):
        self.server.answers["/api/v1/report"] = (200, {"reports": [
            {"id": "daily", "title": self.REPORT["title"], "every": "day", "last": "2026-11-21", "lines": 2}]})
        lines = self.run_iocctl("report").stdout.splitlines()
        self.assertRegex(lines[1], r"daily +Daily report +day +2026-11-21")
        self.assertEqual(self.server.asked[0][1], "/api/v1/report?lang=en")
        self.assertRegex(self.run_iocctl("--lang", "vi", "report").stdout, "daily +Báo cáo ngày")

    def test_a_report_is_a_table_that_marks_what_was_revised(self):
        self.server.answers["/api/v1/report"] = (200, self.REPORT)
        lines = self.run_iocctl("report", "daily", "--period", "2026-11-21").stdout.splitlines()
        self.assertRegex(lines[0], r"unit +rank +desk.closed +desk.rate")
        self.assertRegex(lines[1], r"Ward +1 +1,234\* +12\.5 %$")
        self.assertRegex(lines[2], r"Dock +- +- +-$")
        self.assertEqual(lines[-1], "Daily report, period 2026-11-21, revision 3 (*); 1 units did not report")
        self.assertEqual(self.server.asked[0][1], "/api/v1/report?report=daily&period=2026-11-21&lang=en")
        text = self.run_iocctl("--lang", "vi", "report", "daily").stdout
        self.assertRegex(text, r"Phường +1 +1\.234\* +12,5 %\n")
        self.assertIn("Báo cáo ngày, kỳ 2026-11-21, bản đính chính lần 2 (*); 1 đơn vị chưa có số liệu", text)
        self.assertEqual(json.loads(self.run_iocctl("report", "daily", "--json").stdout), self.REPORT)

    def test_columns_that_a_terminal_has_no_room_for_are_told(self):
        lines = [{"id": f"line-{i}", "percent": False} for i in range(11)]
        self.server.answers["/api/v1/report"] = (200, {**self.REPORT, "lines": lines, "revision": 1})
        text = self.run_iocctl("report", "daily").stdout
        self.assertIn("line-7", text)
        self.assertNotIn("line-8", text)
        self.assertIn("3 columns are left out here", text)
        self.assertNotIn("(*)", text)

    def test_what_holds_back_is_asked_of_rule_unit_and_subject(self):
        answer = {"rule": {"id": "late", "title": {"vi": "Trễ", "en": "Late"}}, "unit": {"name": {"vi": "P", "en": "W"}},
                  "subject": "g 1", "stands": False, "reasons": [{"text": {"vi": "thiếu mẫu", "en": "few"}}]}
        self.server.answers["/api/v1/explain-not"] = (200, answer)
        self.assertIn("few", self.run_iocctl("--lang", "en", "explain", "--not", "late", "ward", "g 1").stdout)
        self.assertEqual(self.server.asked[0][1], "/api/v1/explain-not?rule=late&unit=ward&subject=g%201")
        answer["stands"] = True
        self.run_iocctl("explain", "--not", "late", "ward", status=1)
        for words in (["--not", "late"], ["--not", "late", "ward", "g", "more"], ["late", "ward"]):
            self.assertIn("--not RULE", self.run_iocctl("explain", *words, status=2).stderr)

    def test_a_report_s_file_is_printed_as_it_came(self):
        page = "<!DOCTYPE html>\n<html lang=\"vi\">ngày</html>\n"
        self.server.answers["/api/v1/report"] = (200, page.encode())
        self.assertEqual(self.run_iocctl("--lang", "vi", "report", "daily", "--unit", "ward", "--format", "html").stdout,
                         page)
        self.assertEqual(self.server.asked[0][1], "/api/v1/report?report=daily&unit=ward&format=html&lang=vi")
        self.server.answers["/api/v1/report"] = (404, {"error": {"code": "x", "message": "there is no report 'dayly'"}})
        for more in ([], ["--format", "csv"]):
            result = self.run_iocctl("report", "dayly", *more, status=1)
            self.assertIn("there is no report 'dayly'", result.stderr)
            self.assertEqual(result.stdout, "")
        self.assertIn("'more'", self.run_iocctl("report", "daily", "more", status=2).stderr)

    def test_feeds_name_who_is_missing_and_how(self):
        ward = {"id": "ward", "name": {"vi": "Phường", "en": "Ward"}, "state": "live", "accepted": 1234,
                "contract": "kept", "presence": "online", "since": None, "due": "2026-11-22T08:30:00+07:00",
                "expected": 1, "kept": 1, "last": "2026-11-22T08:00:00+07:00", "last_arrival": None}
        dock = {**ward, "id": "dock", "name": {"vi": "Bến", "en": "Dock"}, "state": "never", "contract": "missing",
                "presence": "lost", "since": "2026-11-22T07:50:00+07:00", "due": None, "kept": 0}
        mute = {**dock, "id": "mute", "presence": "online"}
        city = {**ward, "id": "city", "name": {"vi": "Thành phố", "en": "City"}, "state": "never",
                "contract": "none", "expected": 91, "kept": 89}
        idle = {**city, "id": "idle", "expected": 0, "kept": 0}
        clock = {"id": "ward", "name": ward["name"], "feed": "desk", "source": "gate-7", "ahead_s": 86400.0,
                 "first": None, "last": "2026-11-22T08:00:00+07:00", "corrected": 12}
        feed = {"id": "desk", "missing": 0, "units": [city, ward, dock, mute, idle],
                "expect": {"every_s": 1800, "expected": 91, "kept": 89, "missing_units": ["dock", "mute"]}}
        self.server.answers["/api/v1/feeds"] = (200, {"feeds": [feed], "clocks": [clock], "refused": []})
        text = self.run_iocctl("feeds").stdout
        lines = text.splitlines()
        self.assertRegex(lines[1], r"desk +City +city +- +89 of 91")
        self.assertRegex(lines[2], r"Ward +ward +live +1 of 1 +\S*.*08:30\S* +1.234")
        self.assertRegex(lines[3], r"Dock +dock +DISCONNECTED +0 of 1 +\S*.*07:50")
        self.assertRegex(lines[4], r"mute +CONNECTED BUT MUTE +0 of 1")
        self.assertNotIn("idle", text)
        self.assertIn("desk: 89 of 91 units report", text)
        self.assertRegex(text, r"Ward +desk +gate-7 +86.400 s")
        self.assertIn("idle", self.run_iocctl("feeds", "--all").stdout)
        missing = self.run_iocctl("feeds", "--missing").stdout
        self.assertIn("dock", missing)
        self.assertNotIn("ward", missing)
        self.assertNotIn("gate-7", missing)
        vietnamese = self.run_iocctl("--lang", "vi", "feeds", "--missing").stdout
        self.assertIn("MẤT KẾT NỐI", vietnamese)
        self.assertIn("CÒN KẾT NỐI, KHÔNG GỬI", vietnamese)
        self.assertIn("89 trên 91", vietnamese)

    SITE = {"id": "ward/iocd", "unit": {"id": "ward", "name": {"vi": "Phường", "en": "Ward\x1b[2J"}}, "sender": "iocd",
            "expected": True, "state": "live", "lost": None, "lagging": None, "old": None, "presence": "online",
            "heard": "2026-11-22T08:00:00+07:00", "version": "1.2", "skew_ms": -1500, "trouble": None, "backlog": 1234,
            "oldest": None, "missing": 20, "given_up": 0, "orders": 0, "streams": [
                {"stream": "event", "have": 100, "head": 120, "missing": 20, "ranges": 1, "taken": 80, "repeats": 5,
                 "resets": 2, "given_up": 0, "newest": None}]}

    def test_sites_say_how_far_each_is(self):
        counts = {"sites": 1, "lost": 0, "lagging": 0, "old": 0, "missing": 20}
        self.server.answers["/api/v1/sites"] = (200, {"sites": [self.SITE], "counts": counts})
        lines = self.run_iocctl("sites").stdout.splitlines()
        self.assertRegex(lines[1], r"Ward·\[2J +ward/iocd +live +\S+ +1\.2 +1,234 +- +20 +0 +-1s$")
        self.assertEqual(lines[-1], "1 sites: 0 lost, 0 lagging, 0 out of date; missing 20 items (iocctl feeds gaps)")
        self.assertEqual(self.server.asked[-1][1], "/api/v1/sites")
        lines = self.run_iocctl("sites", "ward").stdout.splitlines()
        self.assertEqual(self.server.asked[-1][1], "/api/v1/sites?unit=ward")
        self.assertRegex(lines[-1], r"ward/iocd +event +100 +120 +20 +1 +80 +5 +2 +0 +-$")
        self.assertIn("usage: iocctl sites", self.run_iocctl("sites", "ward", "dock", status=2).stderr)
        self.assertIn("1 nơi gửi: 0 mất liên lạc", self.run_iocctl("-l", "vi", "sites").stdout)
        self.assertEqual(json.loads(self.run_iocctl("sites", "--json").stdout)["sites"], [self.SITE])

    def test_a_site_that_is_lost_or_lags_is_a_finding(self):
        since = {"since": "2026-11-22T07:50:00+07:00"}
        for state, more, words in [
                ("lost", {"presence": "lost"}, "LOST"), ("lost", {"presence": "stopped"}, "STOPPED"),
                ("lost", {}, "CONNECTED BUT MUTE"), ("lost", {"heard": None}, "NEVER HEARD"),
                ("lagging", {}, "LAGGING"), ("old", {}, "out of date"), ("occasional", {}, "occasional")]:
            site = {**self.SITE, "state": state, state: since, "orders": 2, "trouble": "redis", **more}
            counts = {"sites": 1, "lost": int(state == "lost"), "lagging": int(state == "lagging")}
            self.server.answers["/api/v1/sites"] = (200, {"sites": [site], "counts": counts})
            text = self.run_iocctl("sites", status=int(state in ("lost", "lagging"))).stdout
            self.assertRegex(text, words + r" +\S*.*07:50:00 .* redis; 2 orders wait\n")
            self.run_iocctl("sites", "--json", status=int(state in ("lost", "lagging")))

    def test_what_is_missing_of_a_site_is_shown_with_numbers_and_times(self):
        gap = {"id": "ward/iocd", "unit": self.SITE["unit"], "sender": "iocd", "stream": "event", "state": "open",
               "from": 60, "to": 79, "count": 20, "missing": 12, "given_up": 0, "closed": None,
               "recorded_from": "2026-11-22T14:00:00+07:00", "recorded_to": "2026-11-22T14:20:00+07:00",
               "seen": "2026-11-22T14:30:00+07:00"}
        lost = {**gap, "state": "given-up", "from": 100, "to": 1299, "count": 1200, "missing": 0, "given_up": 1200,
                "recorded_from": None, "closed": "2026-11-22T15:00:00+07:00"}
        answer = {"gaps": [gap, lost], "matching": 3, "open": 1, "missing": 12, "given_up": 1200}
        self.server.answers["/api/v1/gaps"] = (200, answer)
        lines = self.run_iocctl("feeds", "gaps", "--unit", "ward", "--since", "14:00", "--until", "15:00", "--open",
                                "--limit", "2", status=1).stdout.splitlines()
        self.assertEqual(self.server.asked[-1][1],
                         "/api/v1/gaps?unit=ward&since=14%3A00&until=15%3A00&open=1&limit=2")
        self.assertRegex(lines[1], r"Ward·\[2J +ward/iocd +event +OPEN .*14:00:00 .*14:20:00 +60-79 +20 +12 +0 "
                                   r".*14:30:00 +-$")
        self.assertRegex(lines[2], r"GIVEN UP +- .*14:20:00 +100-1299 +1,200 +0 +1,200 .*15:00:00$")
        self.assertEqual(lines[-1], "3 gaps, 1 open; missing 12 items, given up 1,200; 2 shown (--limit)")
        self.assertEqual(json.loads(self.run_iocctl("feeds", "gaps", "--json", status=1).stdout), answer)
        self.assertIn("CÒN THIẾU", self.run_iocctl("-l", "vi", "feeds", "gaps", status=1).stdout)
        self.server.answers["/api/v1/gaps"] = (200, {"gaps": [], "matching": 0, "open": 0})
        self.assertIn("nothing is missing\n", self.run_iocctl("feeds", "gaps").stdout)
        self.assertIn("usage: iocctl feeds gaps, or", self.run_iocctl("feeds", "gaps", "ward", status=2).stderr)

    def test_the_way_up_and_those_below_have_a_line_in_the_status(self):
        self.assertNotIn("uplink", self.run_iocctl("status").stdout)
        uplink = {"host": "above", "state": "up", "answered": True, "answered_at": "2026-11-22T07:59:00+07:00",
                  "backlog": 1234, "oldest": "2026-11-22T07:55:00+07:00", "given_up": 0}
        sites = {"sites": 9, "lost": 1, "lagging": 0, "old": 2, "missing": 1500}
        self.server.answers["/api/v1/status"] = (200, {**STATUS, "uplink": uplink, "sites": sites})
        text = self.run_iocctl("status").stdout
        self.assertRegex(text, r"uplink +above up, answers; waiting 1,234 items, the oldest 5m\n")
        self.assertRegex(text, r"sites +9, 1 LOST, 2 out of date, missing 1,500 items: see iocctl sites\n")
        uplink = {**uplink, "answered": False, "oldest": None, "given_up": 20}
        self.server.answers["/api/v1/status"] = (200, {**STATUS, "uplink": uplink, "sites": None})
        text = self.run_iocctl("status").stdout
        self.assertRegex(text, r"uplink +above up, DOES NOT ANSWER since 07:59:00; waiting 1,234; given up 20\n")
        self.assertNotIn("sites", text)
        self.assertIn("KHÔNG TRẢ LỜI", self.run_iocctl("-l", "vi", "status").stdout)

    def test_an_alert_from_below_says_where_it_arose(self):
        origin = {"unit": "dock\x1b[m", "sender": "iocd", "rule": "gate", "subject": "g/1", "threshold": "> 5 %",
                  "raised": "2026-11-22T07:58:00+07:00"}
        alert = {**ALERT, "origin": origin, "suppressed": [{"kind": "at-origin"}]}
        self.server.answers["/api/v1/alerts"] = (200, {**ALERTS, "alerts": [alert]})
        text = self.run_iocctl("alerts").stdout
        self.assertIn("[FROM dock·[m] [HELD AT ORIGIN] Late", text)
        self.assertIn("[TỪ dock·[m]", self.run_iocctl("-l", "vi", "watch", "--once").stdout)
        site = {"id": "dock/iocd", "state": "lost", "heard": "2026-11-22T07:59:30+07:00"}
        self.server.answers["/api/v1/explain"] = (200, {"alert": alert, "site": site})
        self.assertRegex(self.run_iocctl("explain", "1").stdout,
                         r"arose at +dock·\[m, rule gate g/1, limit > 5 %, raised there at \S*.*07:58:00; "
                         r"dock/iocd: LOST, last at \S*.*07:59:30\n")
        self.server.answers["/api/v1/explain"] = (200, {"alert": ALERT, "site": None})
        self.assertNotIn("arose", self.run_iocctl("explain", "1").stdout)

    def test_what_is_provisional_says_so(self):
        window = {"window": "today", "value": 1, "samples": 1, "quality": "good", "provisional": True}
        self.server.answers["/api/v1/indicators"] = (200, {"unit": self.SITE["unit"], "indicators": [
            {"id": "n", "title": {"en": "N"}, "windows": [window, {**window, "provisional": False}]}]})
        lines = self.run_iocctl("indicators", "--unit", "ward").stdout.splitlines()
        self.assertIn(" good, provisional ", lines[2])
        self.assertNotIn("provisional", lines[3])
        past = [{**row, "provisional": row["open"]} for row in self.PAST["rows"]]
        self.server.answers["/api/v1/history"] = (200, {**self.PAST, "rows": past})
        text = self.run_iocctl("indicators", "--since", "30d").stdout
        self.assertRegex(text, r"unknown +open, provisional\n")
        self.assertRegex(text, r"good +revision 3\n")
        self.assertIn("tạm tính", self.run_iocctl("-l", "vi", "indicators", "--since", "30d").stdout)
        row = {"place": 1, "state": "placed", "unit": self.SITE["unit"], "value": 1, "quality": "good", "samples": 3,
               "provisional": True}
        self.server.answers["/api/v1/rank"] = (200, {"window": "today", "placed": 1, "among": 1, "rows": [row]})
        self.assertRegex(self.run_iocctl("rank", "n").stdout, r" 3 +provisional\n")

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
        completion = (SOURCE / "tools" / "iocctl" / "completion.bash").read_text()
        self.assertEqual(sorted(names), sorted(re.search(r"commands='(.*)'", completion)[1].split()))
        for name in names:
            for lang in ("vi", "en"):
                text = self.run_iocctl("--lang", lang, name, "--help").stdout
                self.assertIn(f"\n  iocctl {name}" if name != "reload" else "iocctl reload", text)
                self.assertEqual(text, self.run_iocctl("--lang", lang, "help", name).stdout)

    def test_a_configuration_is_checked_without_iocd(self):
        self.server.shutdown()
        pack = SOURCE / "config" / "minimal"
        self.assertIn("2 units", self.run_iocctl("check", str(pack)).stdout)
        self.assertEqual(json.loads(self.run_iocctl("check", "--json", str(pack)).stdout), [])
        result = self.run_iocctl("check", self.folder.name + "/none", status=1)
        self.assertNotEqual(result.stderr, "")
        result = self.run_iocctl("check", "--json", self.folder.name + "/none", status=1)
        self.assertEqual(json.loads(result.stdout)[0]["code"], "not-readable")

    def test_what_is_doubtful_fails_a_strict_check_only(self):
        pack = pathlib.Path(self.folder.name) / "pack"
        shutil.copytree(SOURCE / "config" / "minimal", pack)
        rules = pack / "rules.d" / "desk.yml"
        rules.write_text(rules.read_text().replace("> 5", "< 0"))
        told = self.run_iocctl("check", str(pack)).stderr
        self.assertIn("rules.d/desk.yml:6:12: warning: '< 0' is never reached", told)
        self.assertIn(" [rule-never-fires]\n", told)
        self.run_iocctl("check", "--strict", str(pack), status=1)
        found = json.loads(self.run_iocctl("check", "--strict", "--json", str(pack), status=1).stdout)
        self.assertEqual(len(found), 1)
        self.assertEqual({key: found[0][key] for key in ("file", "line", "column", "end_column", "severity",
                                                         "code", "source", "suggestion")},
                         {"file": "rules.d/desk.yml", "line": 6, "column": 12, "end_column": 17,
                          "severity": "warning", "code": "rule-never-fires",
                          "source": '  warning: "< 0"', "suggestion": None})

    def test_the_watch_s_screen_can_be_printed_once(self):
        lines = self.run_iocctl("watch", "--once").stdout.splitlines()
        self.assertTrue(lines[0].startswith("here  2.5 events/s"))
        self.assertIn("mqtt ● good", lines[1])
        self.assertEqual(lines[2], "1 alerts open, 1 critical")
        self.assertIn("Ward·[2J – Late", lines[3])
        self.assertNotIn("Late", self.run_iocctl("watch", "--once", "--filter", "zzz").stdout)


DONE = {"key": "k", "outcome": "done", "alerts": 1, "repeated": False}
GATE = {**ALERT, "id": "ward/gate/2", "key": "gate", "subject": "g/1",
        "rule": {"id": "gate", "title": {"vi": "Cổng", "en": "Gate"}}}


class OperatorTest(Case):
    """Commands of people on watch: what is sent, and what is said of the answer."""

    def setUp(self):
        super().setUp()
        self.server.answers["/api/v1/commands"] = (200, DONE)

    def sent(self, count=1):
        self.assertEqual(len(self.server.posted), count)
        key, command = self.server.posted[-1]
        self.assertRegex(key, "^[0-9a-f]{32}$")
        return command

    def refuse(self, status, code):
        self.server.answers["/api/v1/commands"] = (status, {"error": {"code": code, "message": "in English"}})

    def test_an_alert_is_looked_up_and_named_in_the_command(self):
        text = self.run_iocctl("ack", "1", "--note", "đang xem").stdout
        self.assertEqual(self.sent(), {"verb": "acknowledge", "by": "an", "rule": "late", "unit": "ward", "subject": "",
                                       "note": "đang xem"})
        self.assertEqual(text, "acknowledged: Ward·[2J – Late\n")
        self.assertEqual(self.server.asked[0], ("GET", "/api/v1/alerts?alert=1&state=all", None))
        self.assertEqual(self.server.asked[1], ("POST", "/api/v1/commands", "1"))
        self.assertEqual(self.run_iocctl("--lang", "vi", "unack", "1").stdout, "đã bỏ nhận: Phường – Trễ hạn\n")
        self.assertEqual(self.sent(2)["verb"], "unacknowledge")
        self.assertEqual(json.loads(self.run_iocctl("reset", "1", "--json").stdout), DONE)
        self.assertEqual(self.sent(3)["verb"], "reset")

    def test_the_subject_of_an_alert_is_sent_as_it_is(self):
        self.server.answers["/api/v1/alerts"] = (200, {**ALERTS, "alerts": [GATE]})
        self.assertIn("Gate g/1", self.run_iocctl("ack", "ward/gate/g%2F1", "--as", "Nguyễn Văn An").stdout)
        self.assertEqual(self.sent(), {"verb": "acknowledge", "by": "Nguyễn Văn An", "rule": "gate", "unit": "ward",
                                       "subject": "g/1"})

    def test_nobody_can_do_nothing(self):
        environment = {**self.environment(), "USER": ""}
        result = subprocess.run([IOCCTL, "ack", "1"], capture_output=True, text=True, check=False, env=environment,
                                timeout=PATIENCE_S)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--as", result.stderr)
        self.assertEqual(self.server.asked, [])

    def test_several_alerts_and_ranges_are_found_before_anything_is_done(self):
        self.run_iocctl("ack", "3", "5-7")
        self.assertEqual([path for _, path, _ in self.server.asked[:5]],
                         [f"/api/v1/alerts?alert={n}&state=all" for n in (3, 5, 6, 7)] + ["/api/v1/commands"])
        self.assertEqual(len({key for key, _ in self.server.posted}), 4)
        self.server.answers["/api/v1/alerts"] = (404, {"error": {"code": "unknown_alert", "message": "no alert '9'"}})
        self.assertIn("no alert '9'", self.run_iocctl("ack", "1", "9", status=1).stderr)
        self.server.answers["/api/v1/alerts"] = (200, {**ALERTS, "alerts": []})
        self.assertIn("no alert '8'", self.run_iocctl("ack", "8", status=1).stderr)
        self.run_iocctl("ack", "1-101", status=2)
        self.run_iocctl("ack", status=2)
        self.assertEqual(len(self.server.posted), 4)

    def test_what_is_so_already_is_good_and_what_fails_is_told_in_words(self):
        self.server.answers["/api/v1/commands"] = (200, {**DONE, "outcome": "needless", "alerts": 0})
        self.assertIn("so already", self.run_iocctl("ack", "1").stdout)
        for code, status, en, vi in [("no_such_alert", 404, "no such alert stands", "không có cảnh báo"),
                                     ("too_late", 422, "in the past", "thời hạn đã qua"),
                                     ("full", 507, "too much is shelved", "quá nhiều"),
                                     ("not_journaled", 503, "nothing was done", "chưa làm gì")]:
            self.refuse(status, code)
            self.assertIn(en, self.run_iocctl("ack", "1", status=1).stderr)
            self.assertIn(vi, self.run_iocctl("--lang", "vi", "ack", "1", status=1).stderr)
        self.refuse(403, "something_new")
        self.assertIn("in English", self.run_iocctl("ack", "1", status=1).stderr)

    def test_a_second_try_bears_the_same_key(self):
        late = (504, {"error": {"code": "not_yet", "message": "later"}})
        self.server.answers["/api/v1/commands"] = ([late, (200, DONE)], None)
        self.assertIn("acknowledged", self.run_iocctl("ack", "1").stdout)
        keys = [key for key, _ in self.server.posted]
        self.assertEqual(len(keys), 2)
        self.assertEqual(keys[0], keys[1])
        self.server.answers["/api/v1/commands"] = ([late, late], None)
        self.assertIn("will be done", self.run_iocctl("ack", "1", status=1).stderr)
        self.assertNotEqual(self.server.posted[-1][0], keys[0])

    def test_an_alert_is_given_to_somebody(self):
        for arguments, owner in ((["1"], "an"), (["1", "Trần Bình"], "Trần Bình"), (["1", "-"], "")):
            text = self.run_iocctl("assign", *arguments).stdout
            self.assertIn(f"→ {owner or '-'}", text)
            self.assertEqual(self.server.posted[-1][1]["owner"], owner)
        self.run_iocctl("assign", status=2)
        self.run_iocctl("comment", "1", "không ai trả lời")
        self.assertEqual(self.sent(4)["note"], "không ai trả lời")
        self.run_iocctl("comment", "1", "", status=2)

    def test_shelving_says_until_when_and_why(self):
        before = time.time() * 1000
        self.run_iocctl("shelve", "1", "--for", "2h", "--note", "thay cảm biến")
        command = self.sent()
        self.assertTrue(0 <= command["until"] - before - 7200e3 < 60e3)
        self.assertEqual({**command, "until": 0}, {"verb": "shelve", "by": "an", "rule": "late", "unit": "ward",
                                                   "subject": "", "note": "thay cảm biến", "until": 0})
        for until in ("00:00", "12:30", "23:59"):
            self.run_iocctl("shelve", "1", "--until", until, "--note", "x")
            ms = self.server.posted[-1][1]["until"]
            self.assertTrue(0 < ms - time.time() * 1000 + 60e3 <= 86460e3)
            self.assertEqual(time.strftime("%H:%M:%S", time.gmtime(ms / 1000 + 7 * 3600)), until + ":00")
        self.run_iocctl("shelve", "1", "--until", "2030-01-01T00:00:00Z", "--note", "x")
        self.assertEqual(self.sent(5)["until"], 1893456000000)
        for wrong in (["--note", "x"], ["--for", "2h"], ["--for", "2", "--note", "x"], ["--for", "0", "--note", "x"],
                      ["--until", "5pm", "--note", "x"], ["--for", "2h", "--until", "17:00", "--note", "x"]):
            self.assertNotEqual(self.run_iocctl("shelve", "1", *wrong, status=2).stderr, "")
        self.sent(5)

    def test_rules_and_units_can_be_put_aside_whole(self):
        scope = ["--rule", "late", "--unit", "ward", "--below"]
        whole = {"by": "an", "rule": "late", "unit": "ward", "below": True}
        for name, verb, more in (("shelve", "shelve", ["--for", "1h", "--note", "x"]), ("unshelve", "unshelve", []),
                                 ("disable", "disable", ["--note", "x"]), ("enable", "enable", [])):
            text = self.run_iocctl(name, *scope, *more).stdout
            self.assertIn("late – ward and below", text)
            command = {k: v for k, v in self.server.posted[-1][1].items() if k not in ("note", "until")}
            self.assertEqual(command, {**whole, "verb": verb})
        self.run_iocctl("unshelve", "--unit", "ward")
        self.assertEqual(self.sent(5), {"verb": "unshelve", "by": "an", "unit": "ward"})
        self.run_iocctl("unshelve", "1", *scope, status=2)
        self.run_iocctl("disable", *scope, status=2)
        self.assertEqual(len(self.server.posted), 5)
        self.assertEqual([path for _, path, _ in self.server.asked], ["/api/v1/commands"] * 5)

    def test_words_that_are_no_utf_8_never_widen_a_command(self):
        for arguments in (["unshelve", "--rule", b"\xff", "--unit", "ward"], ["maintain", "end", "--unit", b"\xff"],
                          ["unshelve", "--unit", "ward", "--note", b"\xff"],
                          ["unshelve", "--unit", "ward", "--as", b"\xff"], ["assign", "1", b"\xff"]):
            result = subprocess.run([IOCCTL, *arguments], capture_output=True, check=False, env=self.environment(),
                                    timeout=PATIENCE_S)
            self.assertEqual(result.returncode, 2, arguments)
        self.assertEqual(self.server.posted, [])

    def test_maintenance_begins_and_ends(self):
        self.run_iocctl("maintain", "--unit", "ward", "--below", "--for", "4h", "--note", "x")
        command = self.sent()
        self.assertEqual({**command, "until": 0}, {"verb": "maintain", "by": "an", "unit": "ward", "below": True,
                                                   "note": "x", "until": 0})
        self.assertIn("maintenance ends: ward", self.run_iocctl("maintain", "end", "--unit", "ward").stdout)
        self.assertEqual(self.sent(2), {"verb": "end-maintenance", "by": "an", "unit": "ward"})
        for wrong in ([], ["end"], ["begin", "--unit", "ward"], ["--unit", "ward", "--note", "x"],
                      ["end", "--unit", "ward", "--for", "1h"]):
            self.run_iocctl("maintain", *wrong, status=2)

    def test_what_is_put_aside_is_listed(self):
        one = {"kind": "shelved", "rule": ALERT["rule"], "unit": ALERT["unit"], "below": True, "subject": None,
               "by": "An", "note": "sửa", "from": "2026-11-22T07:00:00+07:00", "until": "2030-01-01T07:00:00+07:00"}
        self.server.answers["/api/v1/suppressions"] = (200, {"suppressions": [
            one, {**one, "kind": "out-of-service", "rule": None, "unit": None, "below": False, "until": None}]})
        lines = self.run_iocctl("suppressions", "--unit", "city").stdout.splitlines()
        self.assertRegex(lines[1], r"shelved +Late +Ward·\[2J and below +2030-01-01 07:00:00 +An +sửa")
        self.assertRegex(lines[2], r"out of service +all rules +all units +- +An")
        self.assertEqual(self.server.asked[0][1], "/api/v1/suppressions?unit=city")
        self.server.answers["/api/v1/suppressions"] = (200, {"suppressions": []})
        self.assertIn("không có gì", self.run_iocctl("suppressions", "--lang", "vi").stdout)

    def test_alerts_show_who_has_them_and_what_keeps_them_quiet(self):
        known = {**ALERT, "handling": "acknowledged", "owner": "Bình", "drill": True,
                 "suppressed": [{"kind": "shelved", "by": "An", "until": None}, {"kind": "chatter", "by": ""}]}
        self.server.answers["/api/v1/alerts"] = (200, {
            "alerts": [known, {**ALERT, "handling": "cleared-unacknowledged", "owner": None, "latched": True}],
            "numbers": [4, 9], "counts": {"matching": 2, "critical": 2, "warning": 0, "suppressed": 1}})
        lines = self.run_iocctl("alerts", "--all").stdout.splitlines()
        self.assertRegex(lines[1], r" 4 .* acknowledged +Bình +Ward\S* +\[DRILL\] \[SHELVED\] \[CHATTERS\] Late")
        self.assertRegex(lines[2], r" 9 .* over, NEW +Ward\S* +\[LATCHED\] Late")
        self.assertIn("; 1 suppressed; 2 shown", lines[3])
        self.assertEqual(self.server.asked[0][1], "/api/v1/alerts?state=all")
        self.assertIn("CHƯA NHẬN", self.run_iocctl("alerts", "--lang", "vi").stdout)

    def test_alerts_fold_to_their_causes(self):
        group = {"cause": "rule", "id": "late", "title": ALERT["rule"]["title"], "unit": None, "severity": "critical",
                 "counts": {"matching": 300, "critical": 12, "warning": 288, "acknowledged": 7},
                 "oldest": "2026-11-22T07:00:00+07:00", "newest": "2026-11-22T07:30:00+07:00",
                 "members": [], "numbers": [1, 2, 3, 7, 9, 10]}
        self.server.answers["/api/v1/alerts"] = (200, {
            "groups": [group, {**group, "cause": "alert", "unit": ALERT["unit"], "numbers": [4]}], "n_groups": 2,
            "counts": {"matching": 301, "critical": 13, "warning": 288}})
        lines = self.run_iocctl("alerts", "--fold").stdout.splitlines()
        self.assertRegex(lines[1], r"critical +300 +12 +7 .* Late +several units +1-3, 7, 9-10$")
        self.assertRegex(lines[2], r"Late +Ward\S* +4$")
        self.assertEqual(lines[3], "301 alerts: 13 critical, 288 warning; 2 causes")
        self.assertEqual(self.server.asked[0][1], "/api/v1/alerts?fold=cause")

    def test_a_reload_says_who_wants_it(self):
        self.server.answers["/api/v1/reload"] = (200, {"applied": True, "report": "", "config": "new"})
        self.run_iocctl("reload", "--as", "Bình")
        self.assertEqual(self.server.posted, [(None, {"by": "Bình"})])


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

    def test_keys_acknowledge_and_shelve_the_alert_that_is_shown(self):
        self.server.answers["/api/v1/commands"] = (200, DONE)
        self.wait_for("Late")
        self.press("a" + REDRAW)
        self.wait_for("acknowledged: Ward")
        self.press("s")
        self.wait_for("because:")
        self.press("sửa\n" + REDRAW)
        self.wait_for("shelved for an hour")
        self.press("s\x1bs\n")  # neither is an order
        self.quit()
        (_, first), (_, second) = self.server.posted
        self.assertEqual(first, {"verb": "acknowledge", "by": "an", "rule": "late", "unit": "ward", "subject": ""})
        self.assertEqual({**second, "until": 0}, {"verb": "shelve", "by": "an", "rule": "late", "unit": "ward",
                                                  "subject": "", "note": "sửa", "until": 0})

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

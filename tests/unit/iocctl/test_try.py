# SPDX-License-Identifier: Apache-2.0
"""iocctl test and iocctl backtest from the outside: what they print, in both languages and as JSON and JUnit, and their
exit statuses."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

IOCCTL, MAKE_JOURNAL = sys.argv.pop(1), sys.argv.pop(1)
PACK = pathlib.Path(__file__).resolve().parents[3] / "config" / "minimal"
PATIENCE_S = 60
BEGIN_MS = 1773108000000  # 2026-03-10T09:00:00+07:00
MESSAGE, TIME = 1, 2

GOOD = """
late requests are told:
  date: 2026-03-10
  steps:
    - {at: 09:00, send: desk/request.closed, from: ward, times: 6, data: {request: "r%n", late: yes}}
    - {at: 09:10, expect: {desk-late: {ward: warning, city: warning}}}
"""
BAD = """
"<they> are not":
  date: 2026-03-10
  steps:
    - {at: 09:00, send: desk/request.closed, from: ward, times: 6, data: {request: "r%n", late: yes}}
    - {at: 09:10, expect: {desk-late: nobody}}
"""


def records():
    """Eight requests, a minute apart, all of them late; then an hour."""
    for number in range(8):
        event = json.dumps({"specversion": "1.0", "id": f"e-{number}", "source": "/x", "type": "request.closed",
                            "time": "2026-03-10T09:00:00+07:00", "data": {"request": f"r{number}", "late": True}})
        yield BEGIN_MS + number * 60000, MESSAGE, 0, "ioc/v1/ward/desk/evt/request.closed", event
    for minute in range(8, 70):
        yield BEGIN_MS + minute * 60000, TIME, 0, "", ""


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.pack = self.root / "pack"
        shutil.copytree(PACK, self.pack)

    def call(self, *arguments, language="en"):
        return subprocess.run([IOCCTL, "--lang", language, *map(str, arguments)], capture_output=True, text=True,
                              timeout=PATIENCE_S, env={**os.environ, "LANG": "C.UTF-8"})


class Tests(Case):
    def write(self, name, text):
        folder = self.pack / "tests.d"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    def test_good_ones_pass(self):
        self.write("a.yml", GOOD)
        done = self.call("test", self.pack)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertIn("passed  late requests are told  (6 events, 10m)", done.stdout)
        self.assertIn("1 passed, 0 failed", done.stdout)
        self.assertIn("1 đúng, 0 sai", self.call("test", self.pack, language="vi").stdout)

    def test_a_bad_one_fails_and_says_where_and_why(self):
        self.write("a.yml", GOOD)
        self.write("b.yml", BAD)
        done = self.call("test", self.pack)
        self.assertEqual(done.returncode, 1)
        self.assertIn("tests.d/b.yml:6:", done.stdout)
        self.assertIn("ward/desk-late: warning", done.stdout)
        self.assertIn("1 passed, 1 failed", done.stdout)

    def test_junit_says_the_same(self):
        self.write("a.yml", GOOD)
        self.write("b.yml", BAD)
        path = self.root / "out.xml"
        self.assertEqual(self.call("test", self.pack, "--junit", path).returncode, 1)
        root = xml.etree.ElementTree.parse(path).getroot()
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "1"))
        cases = {case.get("name"): case for case in root.iter("testcase")}
        self.assertEqual(set(cases), {"late requests are told", "<they> are not"})
        self.assertIsNone(cases["late requests are told"].find("failure"))
        self.assertIn("tests.d/b.yml:6:", cases["<they> are not"].find("failure").get("message"))

    def test_json_says_the_same(self):
        self.write("b.yml", BAD)
        done = self.call("test", self.pack, "--json")
        self.assertEqual(done.returncode, 1)
        answer = json.loads(done.stdout)
        self.assertEqual((answer["good"], answer["passed"], answer["failed"]), (False, 0, 1))
        self.assertEqual(answer["tests"][0]["line"], 2)

    def test_those_of_units_elsewhere_are_skipped(self):
        self.write("a.yml", GOOD)
        self.write("b.yml", BAD.replace("ward", "city"))
        (self.pack / "iocd.yml").write_text("site: ward\n")
        done = self.call("test", self.pack)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.assertIn("0 passed, 0 failed, 2 of units elsewhere skipped", done.stdout)
        answer = json.loads(self.call("test", self.pack, "--json").stdout)
        self.assertEqual((answer["good"], answer["passed"], answer["failed"], answer["skipped"]), (True, 0, 0, 2))

    def test_a_file_of_its_own(self):
        path = self.root / "mine.yml"
        path.write_text(GOOD)
        self.write("b.yml", BAD)
        done = self.call("test", self.pack, path)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("1 passed, 0 failed", done.stdout)

    def test_mistakes_are_told_with_their_place(self):
        self.write("a.yml", GOOD.replace("desk-late", "desk-lat"))
        done = self.call("test", self.pack)
        self.assertEqual(done.returncode, 1)
        self.assertIn("tests.d/a.yml:6:", done.stderr)
        self.assertIn("did you mean 'desk-late'?", done.stderr)
        self.assertFalse(json.loads(self.call("test", self.pack, "--json").stdout)["good"])

    def test_a_check_tells_them_too(self):
        self.write("a.yml", GOOD.replace("desk-late", "desk-lat"))
        done = self.call("check", self.pack)
        self.assertEqual(done.returncode, 1)
        self.assertIn("tests.d/a.yml:6:", done.stderr)
        finding, = json.loads(self.call("check", self.pack, "--json").stdout)
        self.assertEqual((finding["file"], finding["line"], finding["severity"]), ("tests.d/a.yml", 6, "error"))
        self.write("a.yml", GOOD)
        done = self.call("check", self.pack)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("1 tests", done.stdout)

    def test_none_are_none(self):
        done = self.call("test", self.pack)
        self.assertEqual(done.returncode, 0)
        self.assertIn("there are no tests in", done.stdout)


class Backtests(Case):
    def setUp(self):
        super().setUp()
        self.journal = self.root / "j"
        lines = "".join("\t".join(map(str, record)) + "\n" for record in records())
        subprocess.run([MAKE_JOURNAL, self.journal], input=lines, text=True, check=True, capture_output=True,
                       timeout=PATIENCE_S)
        self.rules = self.pack / "rules.d" / "desk.yml"
        self.other = self.root / "other"
        shutil.copytree(self.pack, self.other)

    def backtest(self, *arguments):
        done = self.call("backtest", self.other, "--config", self.pack, "--journal", self.journal, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_same_rules_tell_the_same(self):
        self.assertIn("Nothing would have been otherwise.", self.backtest())
        answer = json.loads(self.backtest("--json"))
        self.assertEqual(answer["events"], 8)
        self.assertEqual((answer["missed"], answer["added"]), ([], []))
        row = next(row for row in answer["rules"] if row["rule"] == "desk-late")
        self.assertEqual(row["before"], row["after"])
        self.assertGreater(row["before"], 0)

    def test_what_would_have_been_missed_is_listed(self):
        text = (self.other / "rules.d" / "desk.yml").read_text()
        (self.other / "rules.d" / "desk.yml").write_text(text.replace("desk-late:", "desk-other:"))
        out = self.backtest()
        self.assertIn("Would have been missed:", out)
        self.assertIn("ward/desk-late", out)
        self.assertIn("Would have been added:", out)
        answer = json.loads(self.backtest("--json"))
        self.assertEqual({alert["rule"] for alert in answer["missed"]}, {"desk-late"})
        self.assertEqual({alert["rule"] for alert in answer["added"]}, {"desk-other"})
        self.assertEqual(json.loads(self.backtest("--json", "--until", "2026-03-10"))["missed"], [])

    def test_the_log_of_one_side_is_all_that_it_told(self):
        (self.other / "rules.d" / "desk.yml").write_text(self.rules.read_text().replace("desk-late:", "desk-other:"))
        rows = {side: [json.loads(line) for line in self.backtest("--log", side, "--json").splitlines()]
                for side in ("before", "after")}
        ours = {side: [row for row in rows[side] if row["rule"]["id"].startswith("desk-")] for side in rows}
        self.assertEqual({row["rule"]["id"] for row in ours["before"]}, {"desk-late"})
        self.assertEqual({row["rule"]["id"] for row in ours["after"]}, {"desk-other"})
        self.assertEqual([(row["number"], row["news"], row["time"]) for row in ours["before"]],
                         [(row["number"], row["news"], row["time"]) for row in ours["after"]])
        self.assertEqual([row["number"] for row in rows["before"]], list(range(1, len(rows["before"]) + 1)))
        first = ours["before"][0]
        self.assertEqual((first["news"], first["unit"]["id"]), ("raised", "ward"))
        text = self.backtest("--log", "before")
        self.assertEqual(len(text.splitlines()), len(rows["before"]))
        self.assertIn(f"2026-03-10 {first['time'][11:19]}  [WARNING] ", text)

    def test_the_log_is_of_the_span(self):
        everything = self.backtest("--log", "after").splitlines()
        late = self.backtest("--log", "after", "--since", "50m").splitlines()  # before the last record
        self.assertEqual(late, [line for line in everything if line[:19] >= "2026-03-10 09:19:00"])
        self.assertLess(len(late), len(everything))
        self.assertEqual(self.backtest("--log", "after", "--until", "2026-03-10"), "")
        done = self.call("backtest", self.pack, "--journal", self.journal, "--log", "both")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--log is before or after, not 'both'", done.stderr)

    def test_a_limit_is_suggested(self):
        done = self.call("backtest", self.pack, "--journal", self.journal, "--suggest", "desk-late", "--per-week", "0",
                         "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["file"], "rules.d/desk.yml")
        self.assertEqual(sum(limit["present"] for limit in answer["limits"]), 1)
        nearest = next(limit for limit in answer["limits"] if limit["nearest"])
        self.assertEqual(nearest["alerts"], 0)
        done = self.call("backtest", self.pack, "--journal", self.journal, "--suggest", "desk-late")
        self.assertIn("rules.d/desk.yml:", done.stdout)
        self.assertIn('"', done.stdout.splitlines()[-1])

    def test_what_cannot_be_done_is_said(self):
        done = self.call("backtest", self.pack, "--journal", self.root / "none")
        self.assertEqual(done.returncode, 3)
        done = self.call("backtest", self.pack, "--journal", self.journal, "--suggest", "none")
        self.assertEqual(done.returncode, 2)
        done = self.call("backtest", self.pack, "--journal", self.journal, "--since", "yesterday")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'yesterday' is no time", done.stderr)
        self.rules.write_text("desk-late: {indicator: none}\n")
        done = self.call("backtest", self.pack, "--journal", self.journal)
        self.assertEqual(done.returncode, 1)
        self.assertIn("rules.d/desk.yml:1:", done.stderr)


if __name__ == "__main__":
    unittest.main()

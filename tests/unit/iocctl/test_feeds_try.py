# SPDX-License-Identifier: Apache-2.0
"""iocctl feeds try: what comes out of a message, and why not, without any iocd."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

IOCCTL = sys.argv.pop(1)
AT = "2026-11-22T08:15:10+07:00"
FILES = {
    "iocd.yml": "instance: test\ntimezone: \"+07:00\"\n",
    "units.yml": "units:\n  home: {level: province, name: {vi: Nhà, en: Home}}\n"
                 "  east: {level: district, parent: home, name: {vi: Đông, en: East}, aliases: [old-east]}\n",
    "feeds.d/air.yml": """
air:
  lateness: 1h
  events:
    sample:
      aqi: {type: number, min: 0, max: 500, title: {vi: Chỉ số, en: Index}, measure: AQI}
      state: {type: [good, bad], optional: yes}
  map:
    - topic: sensors/{unit}/{station}
      each: /list
      event: sample
      subject: "{station}"
      time: {from: /t, format: unix}
      fields:
        aqi: {from: /a~1q, scale: 0.1}
        state: {from: /s, words: {tot: good}}
desk:
  events:
    opened: {record: text}
""",
}
OPENED = {"specversion": "1.0", "id": "a", "source": "/unit/east/x", "type": "opened",
          "time": "2026-11-22T08:15:00+07:00", "sequence": 4, "data": {"record": "R-1"}}


class FeedsTry(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self.place.name)
        for name, text in FILES.items():
            path = self.directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def tearDown(self):
        self.place.cleanup()

    def call(self, feed, payload, *arguments, lang="en", config=True):
        command = [IOCCTL, "--lang", lang, "feeds", "try", feed, "--payload", "-", "--at", AT, *arguments]
        if config:
            command += ["--config", str(self.directory)]
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)

    def answer(self, *arguments, status=0):
        done = self.call(*arguments, "--json")
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)

    def test_a_mapped_message_shows_its_events(self):
        payload = {"list": [{"t": 1795310100, "a/q": 253, "s": "tot"}]}
        answer = self.answer("air", payload, "--unit", "old-east")
        self.assertEqual(answer["topic"], "sensors/old-east/station")
        self.assertEqual(answer["arrival"], AT)
        self.assertEqual(answer["map"]["filter"], "sensors/+/+")
        self.assertRegex(answer["map"]["place"], r"^feeds.d/air.yml:\d+$")
        event = answer["elements"][0]["event"]
        self.assertEqual(len(event.pop("id")), 32)
        self.assertEqual(event, {
            "type": "sample", "feed": "air", "unit": "east", "time": "2026-11-22T08:15:00+07:00",
            "source": "sensors/old-east/station", "subject": "station", "historical": False, "drill": False,
            "late": False, "clock_ahead": False, "fields": {"aqi": 25.3, "state": "good"}})

    def test_titles_and_remarks_are_in_both_languages(self):
        payload = {"list": [{"t": 1795310100 - 7200, "a/q": 253}, {"t": 1795310100 + 7200, "a/q": 10}]}
        done = self.call("air", payload, "--topic", "sensors/east/st-7")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1. air/sample", done.stdout)
        self.assertIn("east  # East", done.stdout)
        self.assertRegex(done.stdout, r"aqi +25\.3 AQI  # Index")
        self.assertRegex(done.stdout, r"state +-\n")
        self.assertIn("subject              st-7", done.stdout)
        self.assertIn("history only", done.stdout)
        self.assertIn("clock is ahead", done.stdout)
        done = self.call("air", payload, "--topic", "sensors/east/st-7", lang="vi")
        self.assertIn("east  # Đông", done.stdout)
        self.assertIn("# Chỉ số", done.stdout)
        self.assertIn("đến muộn", done.stdout)

    def test_a_refusal_says_why_and_where(self):
        payload = {"list": [{"t": 1795310100, "a/q": 9999}, {"t": 1795310100, "a/q": 1}, {"a/q": 1}]}
        answer = self.answer("air", payload, "--unit", "east", status=1)
        self.assertEqual(answer["elements"][0]["refused"], {
            "reason": "out_of_range", "about": "aqi", "from": "/a~1q",
            "en": "a value is outside the range or the list of choices that the feed declares",
            "vi": "giá trị nằm ngoài khoảng, hoặc ngoài danh sách, đã khai báo"})
        self.assertIn("event", answer["elements"][1])
        self.assertEqual(answer["elements"][2]["refused"]["reason"], "bad_time")
        self.assertEqual(answer["elements"][2]["refused"]["from"], "/t")
        done = self.call("air", payload, "--unit", "east", lang="vi")
        self.assertEqual(done.returncode, 1)
        self.assertIn("1. BỊ TỪ CHỐI out_of_range: giá trị nằm ngoài", done.stdout)
        self.assertIn("vì 'aqi', lấy từ /a~1q", done.stdout)

    def test_what_is_no_json_shows_its_place(self):
        answer = self.answer("air", '{"list":\n  [}', "--unit", "east", status=1)
        self.assertEqual(answer["elements"][0]["refused"]["reason"], "json_syntax")
        self.assertRegex(answer["elements"][0]["refused"]["where"], r"^2:\d+: ")

    def test_a_cloudevent_is_tried_as_well(self):
        answer = self.answer("desk", OPENED)
        self.assertEqual(answer["topic"], "ioc/v1/east/desk/evt/batch")
        self.assertIsNone(answer["map"])
        event = answer["elements"][0]["event"]
        self.assertEqual(event["sequence"], 4)
        self.assertEqual(event["fields"], {"record": "R-1"})
        answer = self.answer("desk", [OPENED, dict(OPENED, data={})], status=1)
        self.assertEqual(answer["elements"][1]["refused"]["about"], "record")
        self.assertNotIn("from", answer["elements"][1]["refused"])
        answer = self.answer("desk", OPENED, "--unit", "home", status=1)
        self.assertEqual(answer["elements"][0]["refused"]["reason"], "unit_mismatch")

    def test_wrong_calls_are_explained(self):
        self.assertEqual(self.call("airr", "{}").returncode, 2)
        self.assertIn("Did you mean 'air'?", self.call("airr", "{}").stderr)
        self.assertEqual(self.call("air", "{}").returncode, 2)
        self.assertIn("--unit", self.call("air", "{}").stderr)
        self.assertEqual(self.call("air", "{}", "--at", "now").returncode, 2)
        self.assertEqual(self.call("air", "{}", "--config", "/nowhere", config=False).returncode, 3)
        done = subprocess.run([IOCCTL, "feeds", "tyr", "air"], capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2)
        done = subprocess.run([IOCCTL, "feeds", "try", "air", "--config", str(self.directory), "--payload",
                               "/nowhere"], capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 3)
        (self.directory / "units.yml").write_text("units: {home: {lvel: x}}\n")
        self.assertEqual(self.call("air", "{}", "--unit", "home").returncode, 1)


if __name__ == "__main__":
    unittest.main()

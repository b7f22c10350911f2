# SPDX-License-Identifier: Apache-2.0
"""iocctl journal from the outside, on journals that were made by iocd's own library: what it prints of
good and of damaged ones, its exit statuses, and what stands in the directory afterwards."""
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

IOCCTL, MAKE_JOURNAL = sys.argv.pop(1), sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parents[3]
PACK = str(SOURCE / "config" / "minimal")
PATIENCE_S = 30
START = 8192  # offset of the first record in a file
BEGIN_MS = 1773108000000  # 2026-03-10T09:00:00+07:00
MESSAGE, TIME, HOLE = 1, 2, 3


def event(number, late=True):
    return json.dumps({"specversion": "1.0", "id": f"e-{number}", "source": "/unit/ward/x", "type": "request.closed",
                       "time": "2026-03-10T09:00:00+07:00", "data": {"request": f"r{number}", "late": late}})


def records():
    """Eight late requests, which raise an alert; something large three times, so that there are several files; text
    and rubbish; an hour and more of time, in which the alert ends."""
    for number in range(8):
        yield BEGIN_MS + number * 1000, MESSAGE, 0, "ioc/v1/ward/desk/evt/request.closed", event(number)
    for number in range(3):
        yield BEGIN_MS + 10000, MESSAGE, 1, f"other/large/{number}", "x" * 700000
    yield BEGIN_MS + 11000, MESSAGE, 0, "ioc/v1/ward/desk/evt/request.closed", event(1)
    for number in range(1, 9):
        yield BEGIN_MS + 600000 * number, TIME, 0, "", ""


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory()
        cls.good = os.path.join(cls.made.name, "good")
        lines = "".join("\t".join(map(str, record)) + "\n" for record in records())
        out = subprocess.run([MAKE_JOURNAL, cls.good], input=lines, text=True, check=True, capture_output=True,
                             timeout=PATIENCE_S).stdout.split()
        cls.positions = [0] + [int(line) for line in out]  # of each record, and of the end

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.journal = os.path.join(self.folder.name, "j")
        shutil.copytree(self.good, self.journal)

    def files(self):
        return sorted(pathlib.Path(self.journal).glob("*.seg"))

    def spoil(self, number, count=8):
        """Turns bits in record number.  Gives the file's name and the record's offset."""
        position = self.positions[number]
        path = [path for path in self.files() if int(path.stem, 16) <= position][-1]
        offset = START + position - int(path.stem, 16)
        with open(path, "r+b") as file:
            file.seek(offset)
            old = file.read(count)
            file.seek(offset)
            file.write(bytes(byte ^ 0xff for byte in old))
        return path.name, offset

    def run_iocctl(self, *args, status=0, lang="en"):
        result = subprocess.run([IOCCTL, "--lang", lang, "journal", *args], capture_output=True, text=True, check=False,
                                env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC-7"}, timeout=PATIENCE_S)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        return result

    def cat(self, *args, status=0):
        return [json.loads(line) for line in self.run_iocctl("cat", self.journal, *args, status=status).stdout.splitlines()]


class VerifyTest(Case):
    def test_a_good_journal_is_good_and_stays_as_it_is(self):
        before = {path: path.read_bytes() for path in pathlib.Path(self.journal).iterdir()}
        self.assertGreaterEqual(len(self.files()), 3)
        self.assertRegex(self.run_iocctl("verify", self.journal).stdout, r": 3 files, 20 records, 2\.1 MB, .*: good\n$")
        self.assertIn(": tốt", self.run_iocctl("verify", self.journal, lang="vi").stdout)
        found = json.loads(self.run_iocctl("verify", "--json", self.journal).stdout)
        self.assertEqual((found["findings"], found["records"], found["end"]), ([], 20, self.positions[-1]))
        self.run_iocctl("stat", self.journal)
        self.cat()
        self.assertEqual(before, {path: path.read_bytes() for path in pathlib.Path(self.journal).iterdir()})

    def test_a_damaged_record_is_told_with_its_place_and_the_advice(self):
        name, offset = self.spoil(2)
        text = self.run_iocctl("verify", self.journal, status=1).stdout
        lost = (f"positions {self.positions[2]} to {self.positions[3]}, {self.positions[3] - self.positions[2]} bytes, "
                "between 2026-03-10T09:00:01+07:00 and 2026-03-10T09:00:03+07:00")
        self.assertIn(f"{name}: offset {offset}: records are damaged; lost: {lost}\n", text)
        self.assertIn("findings: 1; stop iocd and run 'iocctl journal repair", text)
        self.assertIn("bản ghi bị hỏng", self.run_iocctl("verify", self.journal, status=1, lang="vi").stdout)
        finding = json.loads(self.run_iocctl("verify", "--json", self.journal, status=1).stdout)["findings"][0]
        self.assertEqual(finding["harm"], "damaged")
        self.assertEqual(finding["safe_bytes"], self.positions[3] - self.positions[2])

    def test_a_missing_file_is_a_finding(self):
        name = self.files()[1].name
        self.files()[1].unlink()
        self.assertIn(f"{name}: offset {START}: the file is missing", self.run_iocctl("verify", self.journal, status=1).stdout)

    def test_what_cannot_be_read_is_told_apart(self):
        self.assertIn("cannot read", self.run_iocctl("verify", self.journal + "x", status=3).stderr)
        self.assertIn("there is no journal", self.run_iocctl("stat", self.folder.name, status=3).stderr)
        for path in self.files():
            path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])
        self.assertIn("no header is readable", self.run_iocctl("verify", self.journal, status=1).stderr)

    def test_a_wrong_call_is_told_so(self):
        for args in ([], ["wash", self.journal], ["verify"], ["verify", self.journal, "more"],
                     ["verify", self.journal, "--limit", "1"], ["stat", self.journal, "--dry-run"],
                     ["cat", self.journal, "--from", "noon"], ["cat", self.journal, "--topic", "a#"],
                     ["cat", self.journal, "--limit", "some"], ["replay", self.journal],
                     ["replay", self.journal, "--config", PACK, "--from", "9"]):
            with self.subTest(args):
                self.assertNotEqual(self.run_iocctl(*args, status=2).stderr, "")

    def test_the_directory_may_come_from_a_pack(self):
        pack = os.path.join(self.folder.name, "pack")
        shutil.copytree(PACK, pack)
        pathlib.Path(pack, "iocd.yml").write_text(f"journal: {{directory: {self.journal}}}\n", encoding="utf-8")
        self.assertIn(self.journal, self.run_iocctl("verify", "--config", pack).stdout)
        self.assertIn(": good", self.run_iocctl("verify", "--config", pack).stdout)
        self.run_iocctl("verify", "--config", self.journal, status=3)

    def test_a_terminal_is_shown_the_bar_or_nothing_and_no_other(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(IOCCTL, [IOCCTL, "journal", "verify", self.journal], {**os.environ, "LC_ALL": "C.UTF-8"})
        raw = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # how a terminal says that its last writer is gone
                break
            raw += part
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        os.close(terminal)
        self.assertRegex(raw.decode(), r": good\r\n$")


class ListTest(Case):
    def test_stat_adds_up(self):
        text = self.run_iocctl("stat", self.journal).stdout
        self.assertRegex(text, r"POSITION +BYTES +MESSAGES +TIMES +HOLES +FIRST +LAST +SYNCED +STATE\n")
        self.assertIn("12 messages, 8 times, 0 holes", text)
        self.assertIn("2026-03-10T09:00:00 to 2026-03-10T10:20:00: 0.0 messages/s, 438 B/s\n", text)
        self.assertIn("12 tin, 8 giờ, 0 lỗ", self.run_iocctl("stat", self.journal, lang="vi").stdout)
        found = json.loads(self.run_iocctl("stat", "--json", self.journal).stdout)
        self.assertEqual([file["file"] for file in found["files"]], [path.name for path in self.files()])
        self.assertEqual(sum(file["messages"] for file in found["files"]), 12)
        self.assertEqual((found["messages"], found["times"], found["holes"], found["quarantine"]), (12, 8, 0, []))
        self.assertEqual(found["used_bytes"], self.positions[-1])
        self.assertEqual(found["span_s"], 4800)

    def test_cat_prints_every_record(self):
        lines = self.cat()
        self.assertEqual([line["position"] for line in lines], self.positions[:-1])
        self.assertEqual(lines[0]["payload"], json.loads(event(0)))
        self.assertEqual(lines[0]["arrival"], "2026-03-10T09:00:00+07:00")
        self.assertEqual((lines[8]["flags"], lines[8]["topic"]), (["retained"], "other/large/0"))
        self.assertEqual(lines[8]["text"], "x" * 700000)
        self.assertEqual(lines[12], {"position": self.positions[12], "arrival": "2026-03-10T09:10:00+07:00", "kind": "time",
                                     "flags": [], "bytes": 32})

    def test_cat_selects(self):
        def numbers(*args):
            return [self.positions.index(line["position"]) for line in self.cat(*args)]

        self.assertEqual(numbers("--limit", "2"), [0, 1])
        self.assertEqual(numbers("--from", str(self.positions[9]), "--limit", "1"), [9])
        self.assertEqual(numbers("--from", str(self.positions[9] + 1), "--limit", "1"), [10])
        self.assertEqual(numbers("--to", str(self.positions[3])), [0, 1, 2])
        self.assertEqual(numbers("--from", "2026-03-10T09:00:02+07:00", "--to", "2026-03-10T02:00:05Z"), [2, 3, 4])
        self.assertEqual(numbers("--topic", "other/+/1"), [9])
        self.assertEqual(numbers("--topic", "ioc/#", "--from", str(self.positions[6])), [6, 7, 11])
        self.assertEqual(numbers("--limit", "0"), [])

    def test_cat_goes_on_behind_damage_and_says_so(self):
        self.spoil(9)
        lines = self.cat(status=1)
        self.assertEqual([line["position"] for line in lines], self.positions[:-1])
        self.assertEqual(lines[9], {"position": self.positions[9], "kind": "damaged",
                                    "bytes": self.positions[10] - self.positions[9]})


class ReplayTest(Case):
    def replay(self, *args, status=0):
        lines = self.run_iocctl("replay", "--config", PACK, self.journal, "--json", *args, status=status).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def test_a_replay_tells_events_alerts_and_a_digest(self):
        *news, total = self.replay()
        self.assertEqual([(one["news"], one["unit"]["id"], one["rule"]["id"], one["time"][11:19]) for one in news],
                         [("raised", "ward", "desk-late", "09:00:05"), ("raised", "city", "desk-late", "09:00:05"),
                          ("cleared", "ward", "desk-late", "10:00:00"), ("cleared", "city", "desk-late", "10:00:00")])
        self.assertEqual(total["accepted"], 8)
        self.assertEqual(total["refused"], {"too_big": 3, "duplicate": 1})
        self.assertEqual((total["seen"], total["records"], total["holes"]), (12, 20, 0))
        self.assertEqual((total["raised"], total["cleared"], total["open"]), (2, 2, 0))
        self.assertEqual(total["end"], self.positions[-1])
        self.assertRegex(total["digest"], "^[0-9a-f]{32}$")

    def test_words_say_the_same_in_both_languages(self):
        text = self.run_iocctl("replay", "--config", PACK, self.journal).stdout
        self.assertRegex(text, r"2026-03-10T09:00:\S+  raised +warning +ward  desk-late  \S")
        self.assertIn("20 records, 12 events, 8 accepted, 4 refused (", text)
        self.assertIn("2 alerts raised, 2 cleared, 0 open\n", text)
        self.assertIn(f"state {self.replay()[-1]['digest']}\n", text)
        self.assertIn("2 cảnh báo phát ra", self.run_iocctl("replay", "--config", PACK, self.journal, lang="vi").stdout)

    def test_the_digest_is_that_of_the_state(self):
        first = self.replay()[-1]["digest"]
        self.assertEqual(self.replay()[-1]["digest"], first)
        self.assertNotEqual(self.replay("--from", str(self.positions[1]))[-1]["digest"], first)

    def test_a_start_in_the_middle_is_cold(self):
        *news, total = self.replay("--from", str(self.positions[6]))
        # Only that the clock of its sender is off: what it sent took six seconds to come.
        self.assertEqual([(one["news"], one["rule"]["id"]) for one in news], [("raised", "iocd-clock")])
        self.assertEqual((total["accepted"], total["from"]), (3, self.positions[6]))

    def test_a_journal_in_use_is_replayed_but_not_repaired(self):
        with subprocess.Popen([MAKE_JOURNAL, self.journal], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            holder.stdin.write(f"{BEGIN_MS + 5400000}\t{MESSAGE}\t0\tother/x\ty\n")
            holder.stdin.flush()
            holder.stdout.readline()
            try:
                self.assertEqual(self.replay()[-1]["refused"]["bad_topic"], 1)
                self.assertIn(": good", self.run_iocctl("verify", self.journal).stdout)
                self.assertIn("an iocd is using", self.run_iocctl("repair", self.journal, status=3).stderr)
                self.run_iocctl("repair", "--dry-run", self.journal)
            finally:
                holder.stdin.close()
                self.assertEqual(holder.wait(PATIENCE_S), 0)


class RepairTest(Case):
    def test_nothing_to_mend_is_good(self):
        self.assertIn("nothing to mend", self.run_iocctl("repair", self.journal).stdout)

    def test_a_repair_tells_what_it_cut_and_keeps_it(self):
        self.spoil(5)
        self.spoil(9, 1000)
        damaged = {path.name: path.read_bytes() for path in self.files()}
        dry = self.run_iocctl("repair", "--dry-run", self.journal, status=1).stdout
        self.assertEqual(damaged, {path.name: path.read_bytes() for path in self.files()})
        text = self.run_iocctl("repair", self.journal).stdout
        size = self.positions[6] - self.positions[5] + self.positions[10] - self.positions[9]
        self.assertIn(f"cut {size} bytes, of which {size} had been safe; kept 2 files, {size} bytes in", text)
        self.assertEqual(dry.replace("would cut", "cut"), text)

        self.assertIn(": good", self.run_iocctl("verify", self.journal).stdout)
        kinds = [line["kind"] for line in self.cat()]
        self.assertEqual([number for number, kind in enumerate(kinds) if kind == "hole"], [5, 9])
        aside = pathlib.Path(self.journal, "quarantine")
        self.assertEqual(sorted(path.name for path in aside.iterdir()),
                         [f"{self.positions[n]:016x}-{self.positions[n + 1]:016x}.bin" for n in (5, 9)])
        self.assertIn("quarantine: 2 files", self.run_iocctl("stat", self.journal).stdout)
        subprocess.run([MAKE_JOURNAL, self.journal], input="", text=True, check=True, timeout=PATIENCE_S)

    def test_a_replay_steps_over_what_a_repair_then_counts_as_a_hole(self):
        self.spoil(5)
        before = json.loads(self.run_iocctl("replay", "--config", PACK, self.journal, "--json", status=1).stdout.splitlines()[-1])
        self.assertEqual((before["accepted"], before["damaged"], before["holes"]), (7, 1, 0))
        repaired = json.loads(self.run_iocctl("repair", "--json", self.journal).stdout)
        self.assertEqual((repaired["quarantined_files"], repaired["dry_run"]), (1, False))
        after = json.loads(self.run_iocctl("replay", "--config", PACK, self.journal, "--json").stdout.splitlines()[-1])
        self.assertEqual((after["accepted"], after["damaged"], after["holes"]), (7, 0, 1))
        self.assertEqual(after["digest"], before["digest"])

    def test_what_iocd_refuses_to_open_it_opens_after_a_repair(self):
        self.files()[1].unlink()
        refused = subprocess.run([MAKE_JOURNAL, self.journal], input="", text=True, check=False, capture_output=True,
                                 timeout=PATIENCE_S)
        self.assertEqual(refused.returncode, 1)
        self.run_iocctl("repair", self.journal)
        subprocess.run([MAKE_JOURNAL, self.journal], input="", text=True, check=True, timeout=PATIENCE_S)
        self.assertIn(": good", self.run_iocctl("verify", self.journal).stdout)


class HelpTest(unittest.TestCase):
    def test_the_manual_and_the_completion_know_every_verb(self):
        manual = (SOURCE / "tools/iocctl/iocctl.1").read_text(encoding="utf-8")
        completion = (SOURCE / "tools/iocctl/completion.bash").read_text(encoding="utf-8")
        text = subprocess.run([IOCCTL, "journal", "--help"], capture_output=True, text=True, check=True).stdout
        for verb in ("verify", "stat", "cat", "replay", "repair"):
            self.assertIn(f"iocctl journal {verb} ", text)
            self.assertIn(f".It Cm journal {verb}", manual)
            self.assertRegex(completion, rf"\b{verb}\b")
        for option in re.findall(r"--[a-z-]+", text.splitlines()[0]):
            self.assertIn(option, completion)


if __name__ == "__main__":
    unittest.main()

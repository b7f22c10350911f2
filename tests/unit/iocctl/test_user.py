# SPDX-License-Identifier: Apache-2.0
"""iocctl user: who may log in, written to a file of their own without an iocd."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import pty
import re
import select
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest

IOCCTL = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parents[3]
PATIENCE_S = 30
PASSWORD = "đèn đỏ ngã tư 7"


def code_of(secret, now_s):
    """RFC 6238."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(now_s) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.pack = pathlib.Path(self.folder.name) / "pack"
        shutil.copytree(SOURCE / "config" / "minimal", self.pack)
        self.file = self.pack / "users.yml"
        self.unit = re.search(r"^  ([a-z0-9-]+):", (self.pack / "units.yml").read_text(), re.M)[1]

    def environment(self):
        return {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC-7"}

    def run_user(self, *args, status=0, given="", place=None):
        place = ["--config", str(self.pack)] if place is None else place
        result = subprocess.run([IOCCTL, "user", *args, *place], input=given, capture_output=True, text=True,
                                check=False, env=self.environment(), timeout=PATIENCE_S)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def add(self, name, *args, password=PASSWORD, **more):
        return self.run_user("add", name, *args, "--password-file", "-", given=password + "\n", **more)

    def users(self):
        return {user["name"]: user for user in json.loads(self.run_user("list", "--json").stdout)["users"]}


class UserTest(Case):
    def test_a_user_is_added_with_role_units_and_name(self):
        self.assertIn("nobody yet", self.run_user("list").stdout)
        self.assertEqual(self.add("lan", "--role", "operator", "--unit", self.unit, "--name", "Nguyễn Thị Lan").stdout,
                         "lan: added\n")
        self.assertEqual(self.users()["lan"], {
            "name": "lan", "title": "Nguyễn Thị Lan", "role": "operator", "whole": False, "units": [self.unit],
            "password": True, "second_factor": False, "disabled": False, "tokens": []})
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode) & 0o037, 0)
        text = self.file.read_text()
        self.assertIn("$argon2id$v=19$m=32768,t=3,p=1$", text)
        self.assertNotIn(PASSWORD, text)
        self.assertIn("Nguyễn Thị Lan", self.run_user("list", "--lang", "vi").stdout)
        self.add("lan", status=1)  # there is one
        checked = subprocess.run([IOCCTL, "check", "--strict", str(self.pack)], capture_output=True, text=True,
                                 check=False, env=self.environment(), timeout=PATIENCE_S)
        self.assertEqual(checked.returncode, 0, checked.stderr)  # the file is no stranger there

    def test_what_is_no_name_role_unit_or_password_is_refused_and_nothing_written(self):
        self.add("Lan", status=2)
        self.add("lan", "--role", "boss", status=2)
        told = self.add("lan", "--unit", self.unit + "x", status=2).stderr
        self.assertIn(f"did you mean '{self.unit}'?", told)
        self.add("lan", "--unit", "", status=2)
        self.add("lan", "--name", "a\nb", status=2)
        self.assertIn("10 characters", self.add("lan", password="short", status=2).stderr)
        self.assertIn("tried first", self.add("lan", password="Password123", status=2).stderr)
        self.assertIn("256", self.add("lan", password="long word" * 30, status=2).stderr)
        self.assertIn("own name", self.add("lan.thi.nguyen", password="Lan.Thi.Nguyen", status=2).stderr)
        self.assertIn("--password-file", self.run_user("add", "lan", status=2).stderr)
        self.run_user("add", status=2)
        self.run_user("list", "--role", "viewer", status=2)
        self.run_user("passwrd", "lan", status=2)
        self.assertFalse(self.file.exists())

    def test_several_units_stand_for_each_other_or_for_all(self):
        units = list(dict.fromkeys(re.findall(r"^  ([a-z0-9-]+):", (self.pack / "units.yml").read_text(), re.M)))[:2]
        self.add("an", "--unit", ",".join(units))
        self.add("binh", *[word for unit in units for word in ("--unit", unit)])
        self.assertEqual(self.users()["an"]["units"], units)
        self.assertEqual(self.users()["binh"]["units"], units)
        self.run_user("change", "an", "--unit", "-")
        self.assertTrue(self.users()["an"]["whole"])

    def test_a_password_comes_from_a_file_that_nobody_else_reads(self):
        secret = pathlib.Path(self.folder.name) / "password"
        secret.write_text(PASSWORD + "\n")
        secret.chmod(0o644)
        self.assertIn("run: chmod 6", self.run_user("add", "lan", "--password-file", str(secret), status=3).stderr)
        secret.chmod(0o600)
        self.run_user("add", "lan", "--password-file", str(secret))
        before = self.file.read_text()
        self.run_user("passwd", "lan", "--password-file", str(secret))
        self.assertNotEqual(self.file.read_text(), before)  # another salt
        self.run_user("passwd", "lan", "--password-file", "-", given="\n", status=2)
        self.add("wall", password="")
        self.assertFalse(self.users()["wall"]["password"])

    def test_a_token_is_printed_once_and_ended(self):
        self.add("lan", "--role", "operator")
        token = self.run_user("token", "add", "lan", "wall", "--until", "2099-01-31").stdout.strip()
        self.assertRegex(token, r"^iocd_[A-Za-z0-9_-]{43}$")
        text = self.file.read_text()
        self.assertNotIn(token, text)
        self.assertIn(hashlib.blake2b(token.encode(), digest_size=32).hexdigest(), text)
        self.assertEqual(self.users()["lan"]["tokens"],
                         [{"name": "wall", "role": "viewer", "until": "2099-02-01T00:00:00+00:00", "over": False}])
        answer = json.loads(self.run_user("token", "add", "lan", "desk", "--role", "operator", "--json").stdout)
        self.assertEqual((answer["user"], answer["name"], answer["role"]), ("lan", "desk", "operator"))
        self.run_user("token", "add", "lan", "desk", status=1)
        self.run_user("token", "add", "lan", "more", "--role", "admin", status=1)
        self.run_user("token", "add", "lan", "more", "--until", "soon", status=2)
        self.run_user("token", "add", "nobody", "more", status=1)
        self.run_user("change", "lan", "--role", "viewer")
        self.assertEqual({token["role"] for token in self.users()["lan"]["tokens"]}, {"viewer"})
        self.run_user("token", "remove", "lan", "wall")
        self.run_user("token", "remove", "lan", "wall", status=1)
        self.assertEqual([token["name"] for token in self.users()["lan"]["tokens"]], ["desk"])

    def test_a_second_factor_is_made_and_ended(self):
        self.add("lan")
        answer = json.loads(self.run_user("totp", "lan", "--json").stdout)
        self.assertEqual(len(base64.b32decode(answer["secret"])), 20)
        self.assertRegex(answer["address"], r"^otpauth://totp/iocd%20[^:]+:lan\?secret=" + answer["secret"])
        self.assertTrue(self.users()["lan"]["second_factor"])
        self.run_user("totp", "lan", "of", status=2)
        self.run_user("totp", "lan", "off")
        self.assertFalse(self.users()["lan"]["second_factor"])

    def test_a_user_is_disabled_enabled_and_removed(self):
        self.add("lan")
        self.assertIn("did you mean 'lan'?", self.run_user("disable", "lna", status=1).stderr)
        self.run_user("disable", "lan")
        self.assertTrue(self.users()["lan"]["disabled"])
        self.assertIn("disabled", self.run_user("list").stdout)
        self.run_user("enable", "lan")
        self.assertFalse(self.users()["lan"]["disabled"])
        self.run_user("remove", "lan")
        self.assertEqual(self.users(), {})

    def test_the_file_is_where_the_options_or_the_settings_say(self):
        other = pathlib.Path(self.folder.name) / "other.yml"
        self.add("lan", "--unit", "any-unit", place=["--users", str(other)])  # nobody knows the units
        self.assertIn("any-unit", other.read_text())
        self.run_user("list", place=["--users", str(other), "--config", str(self.pack)], status=1)
        settings = self.pack / "iocd.yml"
        third = pathlib.Path(self.folder.name) / "third.yml"
        settings.write_text(f"console:\n  users: {third}\n")
        self.add("binh")
        self.assertTrue(third.exists())
        self.assertFalse(self.file.exists())
        settings.write_text("mistake: yes\n")
        self.assertIn("--users", self.run_user("list", status=3).stderr)

    def test_a_file_with_mistakes_or_open_to_others_is_not_touched(self):
        self.file.write_text("users:\n  lan: {role: boss}\n")
        self.file.chmod(0o600)
        told = self.run_user("disable", "lan", status=1).stderr
        self.assertIn("users.yml:2:15: error: 'boss' is not viewer, operator or admin", told)
        self.assertEqual(self.file.read_text(), "users:\n  lan: {role: boss}\n")
        self.file.write_text("users:\n  lan: {role: admin}\n")
        self.file.chmod(0o644)
        self.assertIn("run: chmod 6", self.run_user("disable", "lan", status=3).stderr)
        self.file.chmod(0o600)
        self.run_user("disable", "lan")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)


class TerminalTest(Case):
    """The same commands where there is somebody to ask."""

    def start(self, *args):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(IOCCTL, [IOCCTL, "user", *args, "--config", str(self.pack)], self.environment())
        self.shown = b""
        self.addCleanup(os.close, terminal)
        return pid, terminal

    def read(self, terminal):
        """What the program shows next; nothing once it has ended."""
        self.assertTrue(select.select([terminal], [], [], PATIENCE_S)[0], self.shown)
        try:
            return os.read(terminal, 4096)
        except OSError:
            return b""

    def expect(self, terminal, words):
        while words.encode() not in self.shown:
            data = self.read(terminal)
            self.assertTrue(data, self.shown)
            self.shown += data
        before, self.shown = self.shown.split(words.encode(), 1)
        return before.decode()

    def end(self, pid, terminal, status):
        while data := self.read(terminal):
            self.shown += data
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), status, self.shown)

    def ask(self, first, second, status):
        pid, terminal = self.start("add", "lan")
        self.expect(terminal, "Password: ")
        os.write(terminal, first.encode() + b"\n")
        self.expect(terminal, "Once more: ")
        os.write(terminal, second.encode() + b"\n")
        self.end(pid, terminal, status)
        self.assertNotIn(first, self.shown.decode())

    def test_a_password_is_asked_for_twice_and_not_shown(self):
        self.ask(PASSWORD, PASSWORD + "8", 2)
        self.assertFalse(self.file.exists())
        self.ask(PASSWORD, PASSWORD, 0)
        self.assertTrue(self.users()["lan"]["password"])

    def test_a_second_factor_counts_once_its_code_was_right(self):
        self.add("lan")
        pid, terminal = self.start("totp", "lan")
        self.expect(terminal, "Secret:  ")
        secret = self.expect(terminal, "\r\n")
        for answer in ("000", code_of(secret, time.time())):
            self.expect(terminal, "shows: ")
            os.write(terminal, answer.encode() + b"\n")
        self.end(pid, terminal, 0)
        self.assertTrue(self.users()["lan"]["second_factor"])
        before = self.file.read_text()
        pid, terminal = self.start("totp", "lan")
        self.expect(terminal, "shows: ")
        os.write(terminal, b"\x03")  # interrupted
        self.end(pid, terminal, 1)
        self.assertEqual(self.file.read_text(), before)


if __name__ == "__main__":
    unittest.main()

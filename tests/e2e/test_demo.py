# SPDX-License-Identifier: Apache-2.0
"""The demonstration accounts for every event, shows an alert come and go, and leaves nothing behind."""
import glob
import os
import subprocess
import sys

from conftest import ROOT


def test_the_demonstration_accounts_for_everything_and_cleans_up(build, tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "tools", "demo.py"), "--build", build, "--seconds", "27",
         "--rate", "800"], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every event is accounted for" in done.stdout
    figures = {" ".join(line.split()[:2]): line.split()[2] for line in done.stdout.splitlines()
               if line.startswith(("events", "alerts", "indicators"))}
    assert int(figures["events sent"]) > 20000
    assert int(figures["alerts raised"]) > 0 and int(figures["alerts cleared"]) > 0
    assert int(figures["indicators live"]) > 1000

    assert list(tmp_path.iterdir()) == []
    left = [command for path in glob.glob("/proc/[0-9]*/cmdline")
            for command in [read(path)] if str(tmp_path) in command]
    assert left == []


def read(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""  # it has ended meanwhile

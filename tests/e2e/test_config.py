# SPDX-License-Identifier: Apache-2.0
"""A mistake in the configuration is shown with a caret, and the running configuration stays."""
import os
import shutil
import signal
import subprocess

import pytest

from conftest import PACK, ROOT
from servers import wait_for


@pytest.fixture
def pack(tmp_path):
    """A copy of the shipped pack that a test may spoil."""
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    return copy


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{path} has no '{old}'"
    path.write_text(text.replace(old, new, 1))


def check(build, directory):
    return subprocess.run([os.path.join(build, "src/app/iocd"), "--check-config", str(directory)],
                          capture_output=True, text=True)


@pytest.mark.parametrize("name", ["binh-duong", "binh-phuoc", "minimal"])
def test_shipped_packs_are_good(build, name):
    done = check(build, os.path.join(ROOT, "config", name))
    assert (done.returncode, done.stderr) == (0, "")
    assert "good" in done.stdout


def test_a_typo_in_a_threshold_points_at_it(build, pack):
    edit(pack / "rules.d" / "one-stop.yml", "critical:", "critcal:")
    done = check(build, pack)
    lines = done.stderr.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("rules.d/one-stop.yml:"))
    assert done.returncode == 1
    assert "did you mean 'critical'" in lines[at]
    column = int(lines[at].split(":")[2])
    assert lines[at + 1][lines[at + 2].index("^"):].startswith("critcal")
    assert "critcal" in lines[at + 1] and column > 1


def test_a_refused_reload_keeps_what_runs_and_a_good_one_is_applied(make_site, pack):
    site = make_site(str(pack))
    site.start_all()
    before = site.status()["config"]
    rules = pack / "rules.d" / "one-stop.yml"
    good = rules.read_text()

    edit(rules, "warning:", "wraning:")
    site.children["iocd"].send_signal(signal.SIGHUP)
    wait_for("the refusal", lambda: site.light("config") == "red")
    assert site.status()["config"] == before
    assert "wraning" in site.log("iocd") and "^" in site.log("iocd")

    rules.write_text(good.replace("min-samples: 20", "min-samples: 21", 1))
    site.children["iocd"].send_signal(signal.SIGHUP)
    wait_for("the new rules", lambda: site.light("config") == "green")
    assert site.status()["config"] != before

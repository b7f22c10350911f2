# SPDX-License-Identifier: Apache-2.0
"""What a shift leaves behind: every transition of its alerts once in history, whatever was killed;
floods, the worst rules, and the sheet for the next shift."""
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from datetime import datetime, timezone

import pytest
from played_time import PlayedSite, Sender, at
from servers import wait_for
from town import write_town


@pytest.fixture
def pack(tmp_path):
    return write_town(tmp_path)


@pytest.fixture
def town(pack, make_site):
    site = make_site(str(pack), persistence=True)
    site.start_all()
    sender = Sender(site)
    yield site, sender, pack
    sender.client.disconnect()
    sender.client.loop_stop()


def trouble(sender, first, n):
    for i in range(first, first + n):
        sender.send("roads", "desk/trouble", [datetime.now(timezone.utc)], lambda number: {"place": f"p{i}"})


def iocctl(site, *args, lang="en"):
    done = subprocess.run([site.program("iocctl"), "--socket", site.socket, "--lang", lang, *args],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def log(site, *args):
    return json.loads(iocctl(site, "log", "--rule", "trouble", "--json", *args))


def raised(site):
    return sorted(row["subject"] for row in log(site)["log"] if row["news"] == "raised")


def test_a_shift_is_in_the_log_once_and_handed_over(town):
    site, sender, pack = town
    trouble(sender, 0, 15)
    wait_for("the flood", lambda: site.status()["load"]["flood"])
    iocctl(site, "ack", "1", "--as", "Bình", "--note", "crew is on its way")
    wait_for("the log", lambda: len(log(site)["log"]) == 16)

    site.kill("iocd", signal.SIGKILL)
    trouble(sender, 15, 5)  # the broker keeps it
    site.start_iocd()
    wait_for("the rest", lambda: len(raised(site)) == 20, 30)
    assert raised(site) == sorted(f"p{i}" for i in range(20))
    (acknowledged,) = [row for row in log(site)["log"] if row["news"] == "acknowledged"]
    assert (acknowledged["by"], acknowledged["note"]) == ("Bình", "crew is on its way")

    rules = pack / "rules.d" / "desk.yml"
    rules.write_text(rules.read_text().replace("fade: 1h", "fade: 2h"))
    iocctl(site, "reload", "--as", "Chi")
    wait_for("the rules", lambda: [one["by"] for one in log(site)["generations"]][-1:] == ["Chi"])

    sheet = iocctl(site, "report", "handover", "--since", "1h")
    for words in ("FLOOD since", "Open alerts: 20\n", "crew is on its way", "Chi", "20 raised"):
        assert words in sheet, sheet
    assert "Bàn giao ca: Thị xã" in iocctl(site, "report", "handover", "--format", "html", lang="vi")
    worst = json.loads(iocctl(site, "load", "--json"))["worst"]["this"]
    assert [(one["rule"], one["alarms"]) for one in worst if one["rule"] == "trouble"] == [("trouble", 20)]
    board = iocctl(site, "watch", "--once")
    assert "FLOOD since" in board and "20 × " in board

    site.kill("iocd", signal.SIGTERM)
    copy = site.path("copy.db")
    for end in ("", "-wal"):
        if os.path.exists(site.path("history.db" + end)):
            shutil.copy(site.path("history.db" + end), copy + end)
    with sqlite3.connect(copy) as file:
        numbers = [n for n, in file.execute("SELECT number FROM transition ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_worst_rules_of_a_week_are_written_when_it_is_over(build, pack):
    site = PlayedSite(build, str(pack), at("2026-11-22 23:50"))  # a Sunday
    try:
        site.start_all()
        sender = Sender(site)
        for i in range(3):
            sender.send("roads", "desk/trouble", [site.now()], lambda number: {"place": f"p{i}"})
        wait_for("the alarms", lambda: site.status()["load"]["week"] == 3)
        site.set_time(at("2026-11-23 00:01"))
        path = site.path("reports/worst-ten/2026-W47.csv")
        wait_for("the file", lambda: os.path.exists(path))
        sender.close()
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        first = rows[0]  # the jump of the clock may have raised alerts of iocd's own
        assert [first[name] for name in ("week", "place", "rule", "title_vi", "alarms", "critical")] == [
            "2026-W47", "1", "trouble", "Sự cố", "3", "3"]
        assert "Trouble" in site.iocctl("report", "worst", "--week", "last")
    finally:
        site.stop()

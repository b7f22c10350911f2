# SPDX-License-Identifier: Apache-2.0
"""Reloads under load: from everywhere at once, refused or not, and with iocd killed behind one; what
was counted and what was told is as without them."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import view
from conftest import PACK
from servers import UnixConnection, wait_for

RULE = """\
busy:
  title: {{vi: Đông việc, en: Busy}}
  indicator: one-stop.received
  window: 1h
  {word}: "> {limit}"
  fade: 0
"""
LOW, HIGH = 5, 10 ** 9
RELOADS = 20


@pytest.fixture
def site(tmp_path, make_site):
    """A site under load, whose rule on files received a test may write anew."""
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    site = make_site(str(pack), persistence=True)
    write(site, LOW)
    site.start_all()
    site.sim = site.simulate("--seed", "21", "--rate", "2000", "--count", "8000")
    wait_for("the load", lambda: site.status()["events"]["accepted"] > 500)
    return site


def write(site, limit, word="warning"):
    """As an editor does: whole or not at all."""
    path = os.path.join(site.config, "rules.d", "busy.yml")
    with open(path + ".new", "w") as file:
        file.write(RULE.format(word=word, limit=limit))
    os.rename(path + ".new", path)


def post(site, by="an"):
    """(status, answer) of a reload."""
    connection = UnixConnection(site.socket)
    try:
        connection.request("POST", "/api/v1/reload", json.dumps({"by": by}), {"X-Iocd": "1"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def iocctl(site):
    return subprocess.run([site.program("iocctl"), "--socket", site.socket, "reload"],
                          capture_output=True, text=True, check=False)


def reload(site, number):
    """One of the three ways; returns what is wrong with its answer."""
    if number % 3 == 0:
        status, answer = post(site, f"desk-{number}")
        return None if status == 200 and answer["applied"] else answer
    if number % 3 == 1:
        done = iocctl(site)
        return None if done.returncode == 0 else done.stderr
    site.children["iocd"].send_signal(signal.SIGHUP)
    return None


def reload_from_everywhere(site):
    with ThreadPoolExecutor(RELOADS) as pool:
        answers = list(pool.map(lambda number: reload(site, number), range(RELOADS)))
    assert [answer for answer in answers if answer] == []


def standing(site, rule):
    """The units where it stands."""
    return {alert["unit"]["id"] for alert in site.get("alerts?limit=5000")["alerts"]
            if alert["rule"]["id"] == rule}


def log_of(site):
    """The alert log in Redis, which must be without gap or repeat."""
    entries = [json.loads(fields["json"])
               for _, fields in view.connect(site).xrange("ioc:alertlog")]
    numbers = [entry["number"] for entry in entries]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return entries


def assert_nothing_is_told_twice(entries):
    stands = set()
    for entry in entries:
        key = entry["unit"]["id"], entry["key"]
        if entry["news"] == "raised" and not entry["latched"]:
            assert key not in stands, entry
            stands.add(key)
        elif entry["news"] == "cleared":
            stands.discard(key)


def assert_counted(site):
    assert site.sim.wait(timeout=60) == 0, site.log("iocsim")
    totals = site.totals()
    status = site.settled(totals["sent"])
    assert status["events"]["accepted"] == totals["accepted_expected"]
    assert status["events"]["unaccounted"] == 0
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []


def assert_refused(site):
    """A mistake is shown with its place; what runs goes on; and iocd says of itself that it is so."""
    before = site.status()["config"]
    write(site, LOW, "wraning")
    refused_at = time.monotonic()
    status, answer = post(site)
    lines = answer["report"].splitlines()
    assert status == 409
    assert lines[0].startswith("rules.d/busy.yml:5:3: ") and "warning" in lines[0]
    assert lines[1][lines[2].index("^"):].startswith("wraning")
    done = iocctl(site)
    assert done.returncode != 0 and answer["report"] in done.stderr
    wait_for("the own alert", lambda: standing(site, "iocd-config"))
    assert time.monotonic() - refused_at < 2
    assert site.status()["config"] == before
    with pytest.raises(AssertionError):
        reload_from_everywhere(site)
    assert site.status()["config"] == before


def test_reloads_from_everywhere_change_what_they_say_and_nothing_else(site):
    wait_for("the alert", lambda: "binh-duong" in standing(site, "busy"))
    for _ in range(2):
        write(site, HIGH)
        reload_from_everywhere(site)
        wait_for("the end", lambda: not standing(site, "busy"))
        assert_refused(site)
        assert not standing(site, "busy")
        write(site, LOW)
        reload_from_everywhere(site)
        wait_for("the alert", lambda: "binh-duong" in standing(site, "busy"))
        wait_for("the own alert's end", lambda: not standing(site, "iocd-config"))
    assert_counted(site)

    entries = log_of(site)
    assert_nothing_is_told_twice(entries)
    ends = [entry for entry in entries
            if entry["rule"]["id"] == "busy" and entry["news"] == "cleared"]
    assert ends and all(entry["by"] and entry["note"] == "rule changed" for entry in ends)


def test_the_last_of_reloads_that_overtake_each_other_is_in_force(site):
    with ThreadPoolExecutor(RELOADS) as pool:
        for number in range(RELOADS):
            write(site, HIGH if number % 2 else LOW)
            pool.submit(post, site)
            time.sleep(0.002 * (number % 5))
        write(site, HIGH)
        status, answer = post(site)
    # the one before may have read the files after they were written: then nothing was left to do
    assert status == 200 and answer["applied"]
    wait_for("the end", lambda: not standing(site, "busy"))
    write(site, LOW)
    assert post(site)[0] == 200
    wait_for("the alert", lambda: "binh-duong" in standing(site, "busy"))


def test_rules_that_were_answered_are_in_force_after_kill_9(site):
    wait_for("the alert", lambda: "binh-duong" in standing(site, "busy"))
    for limit in (HIGH, LOW):
        write(site, limit)
        status, _ = post(site)
        site.kill("iocd")
        assert status == 200
        site.start_iocd()
        wait_for("the new rules", lambda: bool(standing(site, "busy")) == (limit == LOW))
    log = site.log("iocd")
    assert log.count("rules.applied") >= 2
    assert site.sim.wait(timeout=60) == 0, site.log("iocsim")
    totals = site.totals()
    assert site.rested()["events"]["accepted"] == totals["accepted_expected"]
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
    assert_nothing_is_told_twice(log_of(site))

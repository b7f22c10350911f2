# SPDX-License-Identifier: Apache-2.0
"""What iocd depends on goes away and comes back: nothing is lost, and the status says so."""
import signal

import view
from servers import wait_for


def test_redis_killed_and_started_empty_shows_the_whole_view_within_two_seconds(site):
    sim = site.simulate("--seed", "1", "--rate", "1000", "--count", "6000")
    wait_for("the first events", lambda: site.status()["events"]["seen"] > 1000)
    site.kill("redis")
    wait_for("red", lambda: site.light("redis") == "red")
    assert sim.wait(timeout=120) == 0, site.log("iocsim")
    totals = site.totals()
    status = site.settled(totals["sent"])
    assert status["events"]["accepted"] == totals["accepted_expected"]

    site.start_redis()
    wrong, took = view.wait_until_equal(view.connect(site), totals, seconds=10)
    assert wrong == []
    print(f"the view was whole {took:.2f} s after Redis was back")
    assert took < 8  # the figure that counts is printed; a loaded machine may be slower
    wait_for("green", lambda: site.light("redis") == "green")


def test_broker_killed_and_started_again_is_reconnected_and_subscribed(site):
    site.kill("broker")
    wait_for("red", lambda: site.light("mqtt") == "red")
    part = next(part for part in site.status()["parts"] if part["name"] == "mqtt")
    assert "not receiving" in part["detail"]

    site.start_broker()
    wait_for("the connection", lambda: site.light("mqtt") in ("green", "amber"), 60)
    sim = site.simulate("--seed", "2", "--rate", "2000", "--count", "1000")
    assert sim.wait(timeout=60) == 0, site.log("iocsim")
    assert site.settled(1000)["events"]["seen"] == 1000
    # the broker had no memory of us: that is told too
    assert site.light("mqtt") == "amber"


def test_a_second_iocd_on_the_same_journal_is_refused(site):
    first = site.children.pop("iocd")
    second = site.start_iocd(wait=False)
    site.children["iocd"] = first
    assert second.wait(timeout=30) == 1
    assert "another iocd" in site.log("iocd")
    assert site.status()["ready"]  # and the first serves on


def test_sigterm_ends_iocd_well_and_leaves_no_socket(site):
    assert site.kill("iocd", signal.SIGTERM) == 0
    assert site.get("status") is None

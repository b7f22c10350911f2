# SPDX-License-Identifier: Apache-2.0
"""Clocks and lines that are not in order: one unit is live, one was cut off for hours and sends all of
it at once, the clock of one is a day fast; and what is so old that it is no news."""
import os
import shutil
from collections import Counter
from datetime import datetime, timedelta

import pytest
import view
from conftest import PACK
from played_time import LOCAL, PlayedSite, Sender, at
from servers import NotReady, wait_for

LIVE, CUT_OFF, FAST = "thu-dau-mot", "di-an", "thuan-an"
PROVINCE = "binh-duong"
START = at("2026-10-14 09:10")
STEP = timedelta(minutes=24)  # no event is then near the edge of an hour's window
STEPS = 9
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
KEPT = timedelta(minutes=50)  # how long the fast one keeps some


def payment(amount):
    return {"kind": "fee", "cashless": True, "amount": amount, "payer": "p"}


class Book:
    """What happened, and when; counts it a second time."""

    def __init__(self):
        self.events = []  # (unit, time, amount)

    def note(self, unit, times, amount):
        self.events += [(unit, time, amount + number) for number, time in enumerate(times)]

    def of(self, unit, since, until):
        amounts = [amount for who, time, amount in self.events
                   if unit in (who, PROVINCE) and since <= time < until]
        return {"payments.completed": len(amounts), "payments.amount": sum(amounts)}

    def live(self, unit, now):
        """The figures in the view."""
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        windows = {"today": self.of(unit, day, now), "1h": self.of(unit, now - HOUR, now)}
        return {f"{indicator}@{window}": value for window, figures in windows.items()
                for indicator, value in figures.items()}

    def hours(self):
        """{(unit, indicator, hour): value}, where there is something."""
        figures = Counter()
        for unit, time, amount in self.events:
            hour = time.replace(minute=0, second=0, microsecond=0)
            for who in (unit, PROVINCE):
                figures[who, "payments.completed", hour] += 1
                figures[who, "payments.amount", hour] += amount
        return dict(figures)


class Stage:
    def __init__(self, site):
        self.site = site
        self.book = Book()
        self.redis = view.connect(site)
        self.sender = Sender(site)

    def pay(self, unit, times, amount, stamp_ahead=timedelta(0)):
        """Sends payments that happened at those times."""
        self.sender.send(unit, "payments/payment.completed", [time + stamp_ahead for time in times],
                         lambda number: payment(amount + number))
        self.book.note(unit, times, amount)

    def shown(self, unit):
        live = self.redis.hgetall(f"ioc:live:{{{unit}}}")
        return {field: float(live.get(field, 0)) for field in self.book.live(unit, self.site.now())}

    def expect_live(self, *units):
        for unit in units:
            def is_equal(unit=unit):
                return self.shown(unit) == self.book.live(unit, self.site.now())
            try:
                wait_for("the figures", is_equal, 10)
            except NotReady:
                assert self.shown(unit) == self.book.live(unit, self.site.now()), unit

    def past(self, *indicators, since=START - 2 * DAY):
        """The rows of history by unit, indicator and hour."""
        rows = self.site.ask("indicators", *indicators, "--unit",
                             ",".join([LIVE, CUT_OFF, FAST, PROVINCE]), "--since", since.isoformat(),
                             "--until", (START + 2 * DAY).isoformat(), "--every", "hour")["rows"]
        return {(row["unit"], row["indicator"], datetime.fromisoformat(row["from"])): row
                for row in rows}

    def hours(self):
        rows = self.past("payments.completed", "payments.amount")
        return {key: row["value"] for key, row in rows.items()}

    def told(self, rule):
        """The news of a rule's alerts, of all times."""
        return [entry["news"] for _, entry in self.redis.xrange("ioc:alertlog") if rule in entry["json"]]

    def feed(self, name, unit):
        feeds = self.site.ask("feeds", "--unit", unit)["feeds"]
        units = next(feed["units"] for feed in feeds if feed["id"] == name)
        return next(row for row in units if row["id"] == unit)

    def play(self):
        """The morning: one is live, one is fast and also sends what it had kept."""
        for step in range(STEPS):
            self.site.set_time(START + step * STEP)
            now = self.site.now()
            self.pay(LIVE, [now] * (step + 3), 1000 * step)
            if step > 3:
                self.pay(FAST, [now - KEPT] * 2, 7000 * step, stamp_ahead=DAY)
            self.pay(FAST, [now + timedelta(milliseconds=i) for i in range(4)], 300 * step,
                     stamp_ahead=DAY)
            self.expect_live(LIVE, FAST)


@pytest.fixture
def stage(build, tmp_path):
    pack = str(tmp_path / "pack")
    shutil.copytree(PACK, pack)
    with open(os.path.join(pack, "feeds.d", "payments.yml"), "a") as file:
        file.write("  lateness: 1h\n")
    site = PlayedSite(build, pack, START, settings={"journal.snapshot-every": "1s",
                                                   "limits.age": "3d"})
    try:
        site.start_all()
        stage = Stage(site)
        yield stage
        stage.sender.close()
    finally:
        site.stop()


def everything(stage):
    """What must be the same after a restart."""
    feeds = stage.site.ask("feeds", "--all")
    rows = stage.past("payments.completed", "payments.amount", "security.incidents").items()
    return {
        "past": {key: (row["value"], row["samples"], row["revision"]) for key, row in rows},
        "live": {unit: stage.shown(unit) for unit in (LIVE, CUT_OFF, FAST, PROVINCE)},
        "clocks": feeds["clocks"],
        "late": [stage.feed("payments", unit)["late"] for unit in (LIVE, CUT_OFF, FAST)],
        "findings": stage.site.ask("findings"),
    }


def test_nothing_is_lost_everything_counts_when_it_happened_and_nobody_disturbs_the_one_that_is_live(
        stage):
    stage.play()
    live_before = stage.shown(LIVE)

    sent_at = stage.site.now()
    backlog = [START + timedelta(minutes=10 + i) for i in range(180)]
    stage.pay(CUT_OFF, backlog, 50000)
    stage.expect_live(LIVE, CUT_OFF, FAST, PROVINCE)
    assert stage.shown(LIVE) == live_before
    wait_for("the hours", lambda: stage.hours() == stage.book.hours(), 10)

    # the same once the corrected hours have left for history
    stage.site.set_time(START + timedelta(hours=3, minutes=55))
    stage.pay(LIVE, [stage.site.now()], 5)
    stage.expect_live(LIVE, CUT_OFF, FAST, PROVINCE)
    wait_for("the corrected hours", lambda: stage.hours() == stage.book.hours(), 10)

    clock, = stage.site.ask("feeds")["clocks"]
    assert (clock["id"], clock["feed"], clock["source"]) == (FAST, "payments", f"/unit/{FAST}/payments")
    assert abs(clock["ahead_s"] - 86400) < 5
    assert clock["corrected"] == sum(who == FAST for who, _, _ in stage.book.events)
    late = [stage.feed("payments", unit)["late"] for unit in (LIVE, CUT_OFF, FAST)]
    assert late == [0, sum(sent_at - time > HOUR for time in backlog), 0]
    status = stage.site.settled(stage.sender.sent)
    assert status["events"]["accepted"] == status["events"]["seen"] == stage.sender.sent
    assert not any(status["events"]["refused"].values())

    before = everything(stage)
    stage.site.kill("iocd")
    stage.site.start_iocd()
    wait_for("the same after the restart", lambda: everything(stage) == before, 10)
    assert stage.hours() == stage.book.hours()


def incident(host, severity="critical"):
    return lambda number: {"severity": severity, "category": "malware", "host": host}


def test_what_is_too_old_to_be_news_fills_history_and_raises_a_late_finding_only(stage):
    site, sender = stage.site, stage.sender
    when = site.now()
    sender.send(LIVE, "security/incident", [when], incident("h-1", "low"))
    sender.send(LIVE, "security/incident", [when], incident("h-2"))
    wait_for("the alert of what came in time",
             lambda: [alert["subject"] for alert in site.get("alerts")["alerts"]
                      if alert["rule"]["id"] == "security-critical"] == ["h-2"], 10)

    site.set_time(START + 2 * HOUR)
    hour = START.replace(minute=0)
    key = (LIVE, "security.incidents", hour)
    wait_for("the close of the hour",
             lambda: not stage.past("security.incidents").get(key, {"open": True})["open"], 10)
    closed = stage.past("security.incidents")[key]
    assert (closed["value"], closed["revision"]) == (2, 1)

    old = when - timedelta(hours=30)
    sender.send(LIVE, "security/incident", [when, when + timedelta(minutes=1)], incident("h-3"),
                historical=True)
    sender.send(CUT_OFF, "security/incident", [old], incident("h-4"))
    wait_for("the findings", lambda: site.ask("findings")["matching"] == 2, 10)
    found = [(row["rule"]["id"], row["severity"], row["unit"]["id"], row["subject"], row["events"],
              datetime.fromisoformat(row["first"]), datetime.fromisoformat(row["last"]))
             for row in site.ask("findings")["findings"]]
    a_second = timedelta(seconds=1)
    assert [row[:5] for row in found] == [("security-critical", "critical", CUT_OFF, "h-4", 1),
                                          ("security-critical", "critical", LIVE, "h-3", 2)]
    assert abs(found[0][5] - old) < a_second and found[0][5] == found[0][6]
    assert abs(found[1][5] - when) < a_second
    assert found[1][6] - found[1][5] == timedelta(minutes=1)
    assert "h-4" in site.iocctl("findings", "--limit", "1")
    assert "h-4" not in site.iocctl("findings", "--unit", LIVE)

    site.set_time(START + 2 * HOUR + timedelta(minutes=12))
    wait_for("the correction",
             lambda: stage.past("security.incidents")[key]["revision"] == 2, 10)
    rows = stage.past("security.incidents")
    corrected = rows[key]
    day_before = old.replace(minute=0, second=0, microsecond=0)
    assert (corrected["value"], corrected["open"]) == (4, False)
    assert rows[CUT_OFF, "security.incidents", day_before]["value"] == 1
    assert rows[PROVINCE, "security.incidents", day_before]["value"] == 1

    wait_for("the end of the alert", lambda: len(stage.told("security-critical")) > 1, 10)
    told = stage.told("security-critical")  # of that which came in time
    # It is latched, and nobody acknowledges it: played time may pass its step of escalation.
    assert told in (["raised", "normal"], ["raised", "normal", "escalated"])
    status = site.settled(sender.sent)
    assert status["events"]["accepted"] == sender.sent

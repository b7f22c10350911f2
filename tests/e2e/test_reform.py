# SPDX-License-Identifier: Apache-2.0
"""The reform of 2025 as an edit of units.yml: districts are dropped and communes merged into wards, in the
afternoon before it is in force.  Totals are what they were in both views of the past, no open record is
lost, and whoever still sends under a former id is counted."""
import os
import shutil
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
import view
from conftest import PACK, ROOT
from played_time import PlayedSite, Sender, at
from servers import NotReady, wait_for

sys.path.insert(0, os.path.join(ROOT, "tests"))

from reform import Reform, ward_of  # noqa: E402 (its folder has just been put on the path)

PROVINCE, DISTRICT, OTHER, DEPARTMENT = "binh-duong", "di-an", "thuan-an", "so-y-te"
TWINS = ["di-an.an-binh", "di-an.binh-an"]
WARD = ward_of(TWINS)
SENDERS = [*TWINS, DISTRICT, OTHER, DEPARTMENT]
DAY_BEFORE, LAST_DAY, FIRST_DAY = (at(f"2025-{day} 00:00") for day in ("06-29", "06-30", "07-01"))
FIGURES = ["one-stop.received", "one-stop.resolved", "payments.amount", "payments.water-households",
           "one-stop.open", "ioc.backlog"]
STOCKS = FIGURES[4:]


class Book:
    """What was told, counted a second time by sender and day."""

    def __init__(self):
        self.sums = Counter()     # (figure, sender, day)
        self.payers = set()       # (sender, day, payer)
        self.backlog = {}         # by sender
        self.records = {}         # open ones: who is charged

    def households(self, senders, day):
        return len({payer for sender, then, payer in self.payers
                    if sender in senders and then == day})

    def figures(self, senders, day):
        """Of a day: what was counted on it; what there is now of the last one."""
        counted = {figure: sum(self.sums[figure, sender, day] for sender in senders)
                   for figure in FIGURES[:3]}
        return {**counted, "payments.water-households": self.households(senders, day),
                "one-stop.open": sum(unit in senders for unit in self.records.values()),
                "ioc.backlog": sum(self.backlog.get(sender, 0) for sender in senders)}


class Stage:
    def __init__(self, site, pack):
        self.site, self.pack = site, pack
        self.book = Book()
        self.sender = Sender(site)
        self.day = DAY_BEFORE
        self.reform = Reform(pack, date(2025, 6, 30))

    def tell(self, unit, kind, /, **data):
        self.sender.send(unit, kind, [self.site.now()], lambda _: data)

    def live_through(self, moment, senders, size):
        """Everybody has files come in, some of which he closes, payments and a backlog."""
        self.site.set_time(moment)
        self.day = moment.replace(hour=0, minute=0)
        for weight, unit in enumerate(senders, size):
            for number in range(weight):
                name = f"{unit}-{moment:%d%H}-{number}"
                self.tell(unit, "one-stop/record.received", record=name, procedure="p",
                          channel="online", level="full",
                          due=(moment + timedelta(days=1 + number)).isoformat())
                self.book.sums["one-stop.received", unit, self.day] += 1
                self.book.records[name] = unit
            self.tell(unit, "one-stop/record.resolved", record=name, result="granted", digitized=True)
            self.book.sums["one-stop.resolved", unit, self.day] += 1
            del self.book.records[name]
            for payer in ("everybody", unit):
                self.tell(unit, "payments/payment.completed", kind="water", cashless=True,
                          amount=100 * weight, payer=payer)
                self.book.sums["payments.amount", unit, self.day] += 100 * weight
                self.book.payers.add((unit, self.day, payer))
            self.tell(unit, "ioc/forward.reported", events=1, rollups=0, backlog=10 * weight, oldest_s=1,
                      lag_s=1, gaps=0)
            self.book.backlog[unit] = 10 * weight
        self.site.settled(self.sender.sent)

    def edit(self):
        assert self.site.kill("iocd", 15) == 0
        self.site.kill("redis")
        self.reform.write(self.pack)
        self.site.start_redis()
        self.site.start_iocd()

    def live(self, unit):
        shown = view.connect(self.site).hgetall(f"ioc:live:{{{unit}}}")
        return {figure: float(shown.get(f"{figure}@{'1h' if figure in STOCKS else 'today'}", 0))
                for figure in FIGURES}

    def expect_live(self, unit, senders):
        expected = self.book.figures(senders, self.day)
        try:
            wait_for("the figures", lambda: self.live(unit) == expected, 10)
        except NotReady:
            assert self.live(unit) == expected, unit

    def past(self, unit, *more):
        """{day: {figure: value}} out of history, of days on which there is anything."""
        rows = self.site.ask("indicators", *FIGURES, "--unit", unit, "--since", "2025-06-29", "--until",
                             "2025-07-02", *more)["rows"]
        days = {}
        for row in rows:
            days.setdefault(at(row["from"][:10] + " 00:00"), {})[row["indicator"]] = row["value"]
        return days

    def expect_past(self, unit, senders, *more, days=None):
        """As the book has it; stocks only now, because it knows no earlier ones."""
        past = self.past(unit, *more)
        for day in days or [day for day in (DAY_BEFORE, LAST_DAY, FIRST_DAY) if day <= self.day]:
            expected = self.book.figures(senders, day)
            if day != self.day:
                expected = {figure: expected[figure] for figure in FIGURES if figure not in STOCKS}
            shown = {figure: past[day].get(figure, 0) for figure in expected}
            assert shown == expected, (unit, day, more)

    def open_records(self):
        records = self.site.ask("records", "--limit", "1000")
        assert records["counts"]["dropped"] == 0
        return {record["record"]: record["unit"]["id"] for record in records["records"]}


@pytest.fixture
def stage(build, tmp_path):
    pack = str(tmp_path / "pack")
    shutil.copytree(PACK, pack)
    site = PlayedSite(build, pack, DAY_BEFORE + timedelta(hours=21), settings={"limits.age": "3d"})
    try:
        site.start_all()
        stage = Stage(site, pack)
        yield stage
        stage.sender.close()
    finally:
        site.stop()


def test_an_edit_of_units_loses_nothing(stage):
    hour = timedelta(hours=1)
    stage.live_through(DAY_BEFORE + 21 * hour, SENDERS, 3)
    stage.live_through(LAST_DAY + 14 * hour, SENDERS, 5)
    left = stage.past(DISTRICT)
    stage.live_through(LAST_DAY + 15 * hour + hour / 2, SENDERS, 4)
    stage.expect_live(PROVINCE, SENDERS)
    stage.expect_live(DISTRICT, [*TWINS, DISTRICT])
    before = {unit: stage.past(unit) for unit in (PROVINCE, DISTRICT, *TWINS)}
    assert stage.open_records() == stage.book.records

    stage.edit()
    stage.expect_live(PROVINCE, SENDERS)
    stage.expect_live(WARD, TWINS)
    for views in ([], ["--as-was"]):
        assert stage.past(PROVINCE, *views) == before[PROVINCE]
        stage.expect_past(PROVINCE, SENDERS, *views)
    stage.expect_past(WARD, TWINS)
    # what had left the fold before the edit is seen as it was: all but the hour in which that was made
    was = stage.past(DISTRICT, "--as-was")
    assert was[DAY_BEFORE] == before[DISTRICT][DAY_BEFORE]
    assert was[LAST_DAY] == left[LAST_DAY] != before[DISTRICT][LAST_DAY]
    assert stage.past(TWINS[0], "--as-was")[DAY_BEFORE] == before[TWINS[0]][DAY_BEFORE]
    assert stage.open_records() == {record: stage.reform.now(unit)
                                    for record, unit in stage.book.records.items()}

    # a day later some still send under former ids, and the ward under its own
    stage.live_through(FIRST_DAY + 9 * hour, [TWINS[0], DISTRICT, OTHER, DEPARTMENT], 6)
    stage.expect_live(PROVINCE, SENDERS)
    stage.live_through(FIRST_DAY + 9 * hour, [WARD], 7)
    for twin in TWINS:
        del stage.book.backlog[twin]  # the ward speaks for both
    senders = [*SENDERS, WARD]
    stage.expect_live(PROVINCE, senders)
    stage.expect_live(WARD, [*TWINS, WARD])
    for views in ([], ["--as-was"]):
        stage.expect_past(PROVINCE, senders, *views)
        stage.expect_past(WARD, [*TWINS, WARD], *views, days=[FIRST_DAY])
    stage.expect_past(WARD, [*TWINS, WARD])
    assert FIRST_DAY not in stage.past(DISTRICT, "--as-was")
    assert stage.open_records() == {record: stage.reform.now(unit)
                                    for record, unit in stage.book.records.items()}

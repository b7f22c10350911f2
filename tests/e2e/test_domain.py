# SPDX-License-Identifier: Apache-2.0
"""Every system of the domain, S1 to S22: its events go in, its figures and its alerts come out.

A book of Python (domain_book.py) counts a second time what iocd must show.  All systems tell their events
to one iocd with the shipped pack, in which rules need not wait: "hold" is nothing, and no rule rests
outside office hours.  The second province has an iocd of its own.
"""
import json
import math
import os
import re
import shutil
from datetime import datetime

import paho.mqtt.client as mqtt
import pytest

import domain_rows
import view
from conftest import PACK, ROOT
from domain_book import Book, read_rest_days, share
from domain_rows import ROWS, Row
from played_time import LOCAL, PlayedSite
from servers import NotReady, wait_for

SECOND = os.path.join(ROOT, "config", "binh-phuoc")


class Sender:
    """Publishes what a book was told, in order."""

    def __init__(self, site):
        self.site = site
        self.client = mqtt.Client(client_id="domain", protocol=mqtt.MQTTv5)
        self.client.max_inflight_messages_set(1000)
        self.client.connect("127.0.0.1", site.port)
        self.client.loop_start()

    def send(self, events):
        published = [self.publish(number, event) for number, event in enumerate(events)]
        for message in published:
            message.wait_for_publish(10)

    def publish(self, number, event):
        feed, kind = event.kind.split("/")
        message = {
            "specversion": "1.0", "id": str(number), "source": f"/unit/{event.unit}/{feed}",
            "type": f"vn.ioc.{feed}.{kind}.v1", "time": event.time.isoformat(),
            "data": {field: value.isoformat() if hasattr(value, "isoformat") else value
                     for field, value in event.data.items()},
        }
        return self.client.publish(f"ioc/v1/{event.unit}/{feed}/evt/{kind}", json.dumps(message),
                                   qos=1)

    def close(self):
        self.client.loop_stop()
        self.client.disconnect()


def impatient(pack, directory):
    """A copy of a pack whose rules tell at once and for long, at any hour, and whose centers must be heard
    often."""
    copy = os.path.join(directory, "pack")
    shutil.copytree(pack, copy)
    changes = [("rules.d", r"(?m)^  hold: .*$", "  hold: 0s"),
               ("rules.d", r"(?m)^  calendar: office\n", ""),
               ("rules.d", r"(?m)^  fade: [^ \n]*", "  fade: 10m"),
               ("feeds.d", r"every: 5m, grace: 1m", "every: 12s")]
    for folder, pattern, replacement in changes:
        for name in os.listdir(os.path.join(copy, folder)):
            path = os.path.join(copy, folder, name)
            with open(path) as file:
                text = file.read()
            with open(path, "w") as file:
                file.write(re.sub(pattern, replacement, text))
    return copy


class Place:
    """A site that was told everything."""

    def __init__(self, build, pack, directory, rows):
        # In the afternoon: what happened hours ago is of today, whenever this is run.
        now = datetime.now(LOCAL).replace(hour=15, minute=0, second=0, microsecond=0)
        self.site = PlayedSite(build, impatient(pack, directory), now)
        self.book = Book(os.path.join(pack, "units.yml"), now)
        calendar = os.path.join(PACK, "calendar.yml")
        self.book.rest_days = read_rest_days(calendar, "office")
        self.rows = {name: row(self.book) for name, row in rows.items()}

    def start(self):
        self.site.start_all()
        sender = Sender(self.site)
        sender.send(self.book.events)
        sender.close()
        status = self.site.settled(len(self.book.events))
        assert status["events"]["refused"] == {} or not any(status["events"]["refused"].values()), (
            self.site.get("deadletter"))

    def wrong_figures(self, row):
        client = view.connect(self.site)
        wrong = []
        for unit in row.units:
            live = client.hgetall(f"ioc:live:{{{unit}}}")
            for figure, count in row.figures.items():
                shown, expected = live.get(figure), expect(count, unit)
                is_lost = shown is None and unit == row.units[-1]
                if is_lost or not is_same(figure, shown, expected):
                    wrong.append((unit, figure, shown, expected))
        return wrong

    def missing_alerts(self, row):
        alerts = self.site.get("alerts?limit=5000")["alerts"]
        told = {(alert["rule"]["id"], alert["unit"]["id"]) for alert in alerts}
        told |= {(alert["rule"]["id"], alert["unit"]["id"], alert["subject"]) for alert in alerts}
        return [alert for alert in row.alerts if alert not in told]

    def wrong_ranks(self, row):
        client = view.connect(self.site)
        ranks = [(indicator, client.zrevrange(f"ioc:rank:{indicator}", 0, -1), units)
                 for indicator, units in row.ranks]
        return [rank for rank in ranks if rank[1] != rank[2]]

    def check(self, name):
        row = self.rows[name]
        for what in (self.wrong_figures, self.missing_alerts, self.wrong_ranks):
            try:
                wait_for(name, lambda what=what: what(row) == [], 15)
            except NotReady:
                assert what(row) == []


def expect(count, unit):
    """What the book has; nothing where a unit has had none of it."""
    try:
        return count(unit)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def is_same(figure, shown, expected):
    """A figure that nothing is known of has no field, or is the 0 of a count."""
    if expected is None or shown is None:
        return float(shown or 0) == float(expected or 0)
    estimated = re.search(r"-p\d+@", figure)
    return math.isclose(float(shown), expected, rel_tol=0.03 if estimated else 1e-6, abs_tol=1e-6)


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    place = Place(os.environ["IOCD_BUILD"], PACK, tmp_path_factory.mktemp("province"), ROWS)
    try:
        place.start()
        yield place
    finally:
        place.site.stop()


# Centers first, and those that a silence is waited for last of them: what is silent is not known any more.
ORDER = ["S2", "S21", "S1", *(name for name in ROWS if name not in ("S1", "S2", "S21"))]


@pytest.mark.parametrize("name", ORDER)
def test_a_system_of_the_domain_shows_its_figures_and_alerts(province, name):
    province.check(name)


def report_of(place, unit):
    """{indicator: value} of the monthly report of a unit, of the month that is not over."""
    month = place.book.now.strftime("%Y-%m")
    report = place.site.get(f"report?report=monthly&period={month}&format=json")
    figures = next(line["figures"] for line in report["rows"] if line["unit"] == unit)
    return {indicator: figure["value"] for indicator, figure in figures.items()}


def test_the_monthly_report_has_the_live_figures(province):
    live = view.connect(province.site).hgetall("ioc:live:{binh-duong}")
    report = report_of(province, "binh-duong")
    assert len(report) >= 7
    for indicator, value in report.items():
        shown = live.get(f"{indicator}@month", live.get(f"{indicator}@today"))
        assert value is not None and math.isclose(value, float(shown), rel_tol=1e-6), indicator


def second_province(book):
    """The monthly report of two districts and a ward, which lead to a ranking; and community teams."""
    best, other, ward = "dong-xoai", "loc-ninh", "dong-xoai.tan-phu"
    for unit, good in ((best, 9), (other, 6), (ward, 8)):
        for i in range(10):
            book.tell(unit, "workplace/meeting.held", paperless=i < good, online=False)
        book.tell(unit, "workplace/document.signed", signed=good, sent=10)
        book.tell(unit, "workplace/antimalware.coverage", installed=good, endpoints=10)
        book.tell(unit, "workplace/mail.usage", active=good, accounts=10)
        book.tell(unit, "workplace/payment.counted", online=100 * good)
        book.tell(unit, "workplace/service.counted", with_records=good, services=10)
        book.tell(unit, "workplace/record.counted", online=good, received=10)
        for item, teams in (("commune-teams", 10), ("village-teams", 85), ("team-members", 500)):
            book.tell(unit, "society/progress.reported", item=item, done=teams, planned=teams)

    def stock(kind, above, below):
        return lambda unit: share(book.stock(unit, kind, above), book.stock(unit, kind, below))

    def total(kind, above, below):
        return lambda unit: share(book.total(unit, kind, above), book.total(unit, kind, below))

    lines = {
        "workplace.paperless-rate@month": domain_rows.share_of(book, "workplace/meeting.held",
                                                               paperless=True),
        "workplace.signed-rate@month": total("workplace/document.signed", "signed", "sent"),
        "workplace.protected-rate@month": stock("workplace/antimalware.coverage", "installed",
                                                "endpoints"),
        "workplace.mail-rate@month": stock("workplace/mail.usage", "active", "accounts"),
        "workplace.services-share@month": stock("workplace/service.counted", "with_records",
                                                "services"),
        "workplace.online-rate@month": total("workplace/record.counted", "online", "received"),
    }
    figures = {
        **lines,
        "workplace.paid-online@month": lambda unit: book.total(unit, "workplace/payment.counted",
                                                               "online"),
        "workplace.score@month": lambda unit: 100 * sum(
            line(unit) for line in lines.values()) / len(lines),
        "society.team-members-progress@month": lambda unit: book.stock(
            unit, "society/progress.reported", "done", item="team-members") / 5500,
    }
    return Row([ward, best, "binh-phuoc"], figures,
               [("workplace-unsigned", other), ("workplace-unprotected", other),
                ("society-team-members-behind", "binh-phuoc")],
               [("workplace.score", [best, other])])


def test_a_second_province_has_its_report_and_ranking(build, tmp_path):
    place = Place(build, SECOND, tmp_path, {"S22": second_province})
    place.site.settings["redis.prefix"] = "ioc"
    try:
        place.start()
        place.check("S22")
        live = view.connect(place.site).hgetall("ioc:live:{binh-phuoc}")
        report = report_of(place, "binh-phuoc")
        assert report["workplace.score"] == pytest.approx(float(live["workplace.score@month"]))
    finally:
        place.site.stop()

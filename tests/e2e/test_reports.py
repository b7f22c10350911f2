# SPDX-License-Identifier: Apache-2.0
"""The report of yesterday: made when its figures are there, on paper as in the book, and revised when
something comes late."""
import csv
import json
import os
import shutil
from datetime import timedelta

import pytest
from conftest import PACK
from domain_book import read_tree
from played_time import PlayedSite, Sender, at
from servers import NotReady, wait_for

NOW = at("2026-10-14 09:00")
YESTERDAY = "2026-10-13"
PROVINCE = "binh-duong"
RANKED_BY = "paid.cashless"
LINES = ["payments.completed", "payments.amount", RANKED_BY, "security.incidents"]
INDICATORS = """\
paid.cashless:
  title: {vi: "Không dùng tiền mặt <chưa kiểm>", en: "Cashless <unchecked>"}
  ratio: [payments.cashless, payments.completed]
  show: percent
  target: 60%
  rank: {among: {level: district}, order: high, min-samples: 5, window: today}
"""
REPORTS = f"""\
daily:
  title: {{vi: Báo cáo ngày, en: Daily report}}
  every: day
  units: {{level: [province, district]}}
  lines: [{", ".join(LINES)}]
  rank: {{by: {RANKED_BY}, among: {{level: district}}}}
"""
# district: (payments, cashless ones, place): two ties, one with too few cases, and the others are silent
PAID = {"thu-dau-mot": (10, 8, 1), "di-an": (5, 4, 1), "thuan-an": (20, 10, 3), "ben-cat": (6, 3, 3),
        "tan-uyen": (8, 2, 5), "bau-bang": (4, 4, None)}


def amount(number):
    return 1000 * number + 7


def expected():
    """{(unit, line): value}, where there is one; and {unit: place}."""
    figures, places = {}, {PROVINCE: None}
    for unit, (paid, cashless, place) in PAID.items():
        figures[unit, "payments.completed"] = paid
        figures[unit, "payments.amount"] = sum(amount(number) for number in range(paid))
        figures[unit, RANKED_BY] = cashless / paid
        places[unit] = place
    for line in ("payments.completed", "payments.amount"):
        figures[PROVINCE, line] = sum(figures[unit, line] for unit in PAID)
    figures[PROVINCE, RANKED_BY] = (sum(cashless for _, cashless, _ in PAID.values())
                                    / figures[PROVINCE, "payments.completed"])
    figures["thuan-an", "security.incidents"] = figures[PROVINCE, "security.incidents"] = 1
    return figures, places


def figures_of(report):
    return {(row["unit"], line): figure["value"] for row in report["rows"]
            for line, figure in row["figures"].items() if figure["value"] is not None}


def revised(report):
    return {(row["unit"], line) for row in report["rows"]
            for line, figure in row["figures"].items() if figure["revised"]}


def find_districts():
    _, levels = read_tree(os.path.join(PACK, "units.yml"))
    return {unit for unit, level in levels.items() if level == "district"}


DISTRICTS = find_districts()


class Stage:
    def __init__(self, site):
        self.site = site
        self.sender = Sender(site)

    def path(self, form):
        return self.site.path(f"reports/daily/{YESTERDAY}.{form}")

    def read(self, form):
        with open(self.path(form), encoding="utf-8-sig", newline="") as file:
            return file.read()

    def written(self):
        return json.loads(self.read("json")) if os.path.exists(self.path("json")) else None

    def live_through_yesterday(self):
        for unit, (paid, cashless, _) in PAID.items():
            times = [at(f"{YESTERDAY} 13:00") + timedelta(minutes=11 * i) for i in range(paid)]
            self.sender.send(unit, "payments/payment.completed", times,
                             lambda number, cashless=cashless: {
                                 "kind": "fee", "cashless": number < cashless,
                                 "amount": amount(number), "payer": "p"})
        self.tell_incident("thuan-an")
        self.site.settled(self.sender.sent)

    def tell_incident(self, unit, **attributes):
        self.sender.send(unit, "security/incident", [at(f"{YESTERDAY} 15:30")],
                         lambda number: {"severity": "low", "category": "scan", "host": "h"},
                         **attributes)

    def asked_for(self, figures):
        """The report as iocctl gives it, once it has the figures: with the next tick."""
        def is_there():
            return figures_of(self.site.ask("report", "daily")) == pytest.approx(figures, rel=1e-12)
        try:
            wait_for("the figures", is_there, 10)
        except NotReady:
            assert figures_of(self.site.ask("report", "daily")) == pytest.approx(figures, rel=1e-12)
        return self.site.ask("report", "daily")

    def wait_for_revision(self, revision):
        return wait_for(f"revision {revision}",
                        lambda: (self.written() or {}).get("revision") == revision and self.written(),
                        10)


@pytest.fixture
def stage(build, tmp_path):
    pack = str(tmp_path / "pack")
    shutil.copytree(PACK, pack)
    for name, text in (("reports.d/reports.yml", REPORTS), ("indicators.d/paid.yml", INDICATORS)):
        with open(os.path.join(pack, name), "w") as file:
            file.write(text)
    site = PlayedSite(build, pack, NOW, settings={"journal.snapshot-every": "1s"})
    try:
        site.start_all()
        stage = Stage(site)
        yield stage
        stage.sender.close()
    finally:
        site.stop()


def assert_as_in_the_book(report):
    figures, places = expected()
    assert figures_of(report) == pytest.approx(figures, rel=1e-12)
    assert {row["unit"]: row["place"] for row in report["rows"] if row["reported"]} == places
    silent = {row["unit"] for row in report["rows"] if not row["reported"]}
    assert silent == DISTRICTS - set(PAID) and report["silent"] == len(silent) > 0
    assert all(row["place"] is None for row in report["rows"] if not row["reported"])


def assert_on_paper(stage, report):
    """The other files say the same as the JSON."""
    rows = list(csv.DictReader(stage.read("csv").splitlines()))
    assert [row["unit"] for row in rows] == [row["unit"] for row in report["rows"]]
    for row, told in zip(rows, report["rows"]):
        assert row["place"] == (str(told["place"]) if told["place"] else "")
        assert row["reported"] == ("yes" if told["reported"] else "no")
        for line, figure in told["figures"].items():
            assert (float(row[line]) if row[line] else None) == figure["value"]
    vietnamese, english = stage.read("vi.html"), stage.read("en.html")
    assert "Kỳ 13/10/2026. " in vietnamese
    assert vietnamese.startswith('<!DOCTYPE html>\n<html lang="vi">')
    assert "Không dùng tiền mặt &lt;chưa kiểm&gt;" in vietnamese and "80,0&nbsp;%" in vietnamese
    assert "80.0&nbsp;%" in english and f"({report['silent']})" in english
    silent = english.split("did not report", 1)[1]
    assert "Phu Giao" in silent and "Di An" not in silent


def test_yesterday_s_report_is_made_ranked_and_revised_by_what_comes_late(stage):
    site = stage.site
    assert site.ask("report")["reports"][0]["last"] == YESTERDAY
    stage.live_through_yesterday()
    assert stage.written() is None
    # whoever asks has it at once; it is on the disk when the hours have left
    assert_as_in_the_book(stage.asked_for(expected()[0]))

    site.set_time(NOW + timedelta(minutes=12))
    report = stage.wait_for_revision(1)
    assert_as_in_the_book(report)
    assert_on_paper(stage, report)
    assert revised(report) == set()
    assert sorted(os.listdir(site.path("reports/daily"))) == [
        f"{YESTERDAY}.{form}" for form in ("csv", "en.html", "json", "vi.html")]

    stage.tell_incident("thuan-an", historical=True)
    site.settled(stage.sender.sent)
    corrected = {("thuan-an", "security.incidents"), (PROVINCE, "security.incidents")}
    asked = stage.asked_for({**expected()[0], **{key: 2 for key in corrected}})
    assert asked["revision"] == 2 and revised(asked) == corrected
    assert stage.written()["revision"] == 1

    site.set_time(NOW + timedelta(minutes=22))
    second = stage.wait_for_revision(2)
    assert revised(second) == corrected
    assert figures_of(second) == {**figures_of(report), **{key: 2 for key in corrected}}
    assert_on_paper(stage, second)
    for form, words in (("vi.html", "Bản đính chính lần 1"), ("en.html", "Revised, revision 2")):
        assert words in stage.read(form)
        assert stage.read(form).count("<sup>*</sup>") == 2

    # what is asked for says the same as what was written, to the byte
    for form, more in (("csv", []), ("html", ["--lang", "vi"])):
        written = stage.read("vi.html" if more else form)
        assert site.iocctl("report", "daily", "--format", form, *more).replace(
            "\ufeff", "").splitlines() == written.splitlines()
    assert site.get("report?report=daily") == second
    text = site.iocctl("report", "daily", "--period", YESTERDAY)
    assert text.count("2*") == 2 and "revision 2" in text
    page = site.iocctl("report", "daily", "--unit", "di-an", "--format", "html")
    assert page.count("<tr") == 2 and "Di An" in page

    site.kill("iocd")
    site.start_iocd()
    assert site.get("report?report=daily") == second
    assert stage.written() == second
    assert site.light("reports") == "green"

# SPDX-License-Identifier: Apache-2.0
"""What each system of the domain tells in tests/e2e/test_domain.py, and what must come of it.

One function for each row S1 to S21.  It tells its events to the book, and gives the units to look at (one,
its parent, the province), the figures there with how the book counts them, and the alerts that are due.
"""
from datetime import date, timedelta

from domain_book import quantile, share, working_hours

PROVINCE = "binh-duong"
DISTRICTS = ["thu-dau-mot", "di-an", "thuan-an", "ben-cat", "tan-uyen", "bau-bang", "bac-tan-uyen",
             "dau-tieng", "phu-giao"]
NOW = timedelta(seconds=5)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Row:
    def __init__(self, units, figures, alerts=(), ranks=()):
        self.units = units
        self.figures = figures      # {"indicator@window": function(unit)}
        self.alerts = list(alerts)  # (rule, unit) or (rule, unit, subject)
        self.ranks = list(ranks)    # (indicator, units from the first to the last)


ROWS = {}


def row(name):
    def enter(function):
        ROWS[name] = function
        return function
    return enter


@row("S1")
def operation_center(book):
    """Of the nine districts two send heartbeats; the others are silent beyond what is expected."""
    for unit, live, late, lost in (("di-an", 8, 1, 0), ("thuan-an", 9, 0, 1)):
        for minute in (2, 1, 0):
            book.tell(unit, "ioc/heartbeat", ago=minute * MINUTE + NOW, instance=unit,
                      events_per_s=2.5 + minute, units_live=live, units_late=late, units_lost=lost,
                      feeds_live=15 - lost, feeds_late=0, feeds_lost=lost, alerts_warning=3 + late,
                      alerts_critical=1)
    book.tell("di-an", "ioc/alert.mirrored", alert="a", severity="critical", change="raised")
    book.tell("di-an", "ioc/alert.mirrored", alert="a", severity="critical", change="cleared")

    def stock(field):
        return lambda unit: book.stock(unit, "ioc/heartbeat", field, by="instance")

    return Row(["di-an", PROVINCE], {
        "ioc.events-rate@1h": stock("events_per_s"),
        "ioc.units-live@1h": stock("units_live"),
        "ioc.units-late@1h": stock("units_late"),
        "ioc.units-lost@1h": stock("units_lost"),
        "ioc.feeds-live@1h": stock("feeds_live"),
        "ioc.alerts-warning@1h": stock("alerts_warning"),
        "ioc.alerts-critical@1h": stock("alerts_critical"),
        "ioc.alerts-raised@today": lambda unit: book.count(unit, "ioc/alert.mirrored",
                                                           change="raised"),
        "ioc.instances-live@5m": lambda unit: len({event.unit for event in
                                                   book.of(unit, "ioc/heartbeat")}),
    }, [("ioc-silent", "ben-cat")])


@row("S2")
def district_centers(book):
    """One has fallen behind and has lost something on the way."""
    for unit, backlog, oldest, gaps in (("di-an", 0, 0, 0), ("thuan-an", 1200, 400, 2)):
        for events in (100, 50):
            book.tell(unit, "ioc/forward.reported", events=events, rollups=6, backlog=backlog,
                      oldest_s=oldest, lag_s=oldest / 10, gaps=gaps if events == 50 else 0)

    def total(field):
        return lambda unit: book.total(unit, "ioc/forward.reported", field)

    return Row(["thuan-an", PROVINCE], {
        "ioc.forwarded@today": total("events"),
        "ioc.rollups@today": total("rollups"),
        "ioc.gaps@today": total("gaps"),
        "ioc.backlog@1h": lambda unit: book.stock(unit, "ioc/forward.reported", "backlog"),
        "ioc.backlog-age@today": lambda unit: max(book.values(unit, "ioc/forward.reported",
                                                              "oldest_s")),
    }, [("ioc-backlog", "thuan-an"), ("ioc-gap", "thuan-an")])


ONE_STOP = {"opens": "one-stop/record.received", "closes": ["one-stop/record.resolved"],
            "voids": ["one-stop/record.withdrawn"], "pauses": ["one-stop/record.suspended"],
            "resumes": ["one-stop/record.resumed"], "transfers": ["one-stop/record.transferred"]}


def receive(book, unit, name, due, ago=3 * HOUR, channel="counter", level="paper"):
    book.tell(unit, "one-stop/record.received", ago=ago, record=name, procedure="TT-1",
              channel=channel, level=level, due=book.now + due)


def resolve(book, unit, name, digitized=True, ago=MINUTE):
    book.tell(unit, "one-stop/record.resolved", ago=ago, record=name, result="granted",
              digitized=digitized)


def one_stop_figures(book):
    def closed(unit, **where):
        """Records that were resolved today, charged to unit or below."""
        return [record for record in book.records(**ONE_STOP).values()
                if not record.is_open() and not record.withdrawn
                and record.closed.date() == book.now.date()
                and book.is_below(record.unit, unit)
                and all(getattr(record, name)() == value for name, value in where.items())]

    def still_open(unit, test=lambda record: True):
        return sum(record.is_open() and book.is_below(record.unit, unit) and test(record)
                   for record in book.records(**ONE_STOP).values())

    def overdue(record):
        return not record.paused and record.due < book.now

    def received(unit, **where):
        return book.count(unit, "one-stop/record.received", **where)

    def resolved(unit, **where):
        return book.count(unit, "one-stop/record.resolved", **where)

    def hours(unit):
        rests, works = book.rest_days
        return [working_hours(record.opened, record.closed, rests, works)
                for record in closed(unit)]

    return {
        "one-stop.received@today": received,
        "one-stop.resolved@today": resolved,
        "one-stop.withdrawn@today": lambda unit: book.count(unit, "one-stop/record.withdrawn"),
        "one-stop.open@1h": still_open,
        "one-stop.open.paused@1h": lambda unit: still_open(unit, lambda record: record.paused),
        "one-stop.open.overdue@1h": lambda unit: still_open(unit, overdue),
        "one-stop.open.due-soon@1h": lambda unit: still_open(
            unit, lambda record: not overdue(record) and record.due < book.now + DAY),
        "one-stop.overdue-rate@1h": lambda unit: share(still_open(unit, overdue),
                                                       still_open(unit)),
        "one-stop.closed@today": lambda unit: len(closed(unit)),
        "one-stop.on-time@today": lambda unit: share(len(closed(unit, is_late=False)),
                                                     len(closed(unit))),
        "one-stop.late-rate@today": lambda unit: share(len(closed(unit, is_late=True)),
                                                       len(closed(unit))),
        "one-stop.time-p50@today": lambda unit: quantile(hours(unit), 0.5),
        "one-stop.time-p95@today": lambda unit: quantile(hours(unit), 0.95),
        "one-stop.online-rate@today": lambda unit: share(received(unit, channel="online"),
                                                         received(unit)),
        "one-stop.full-online-rate@today": lambda unit: share(
            received(unit, channel="online", level="full"), received(unit)),
        "one-stop.digitized-rate@today": lambda unit: share(resolved(unit, digitized=True),
                                                            resolved(unit)),
    }


@row("S3")
def one_stop(book):
    """A ward with files of every fate."""
    here, other = "thu-dau-mot.hiep-thanh", "thu-dau-mot.phu-cuong"
    for i in range(30):
        receive(book, here, f"on-time-{i}", 15 * DAY, channel="online",
                level="full" if i < 20 else "partial")
        resolve(book, here, f"on-time-{i}", digitized=i > 2)
    for i in range(4):
        receive(book, here, f"late-{i}", -HOUR)
        resolve(book, here, f"late-{i}")
    for i in range(16):
        receive(book, here, f"open-{i}", 15 * DAY, channel="post")
    for i in range(5):
        receive(book, here, f"overdue-{i}", -2 * HOUR)
    receive(book, here, "due-soon", HOUR)
    for name in ("open-0", "open-1"):
        book.tell(here, "one-stop/record.suspended", ago=HOUR, record=name)
    book.tell(here, "one-stop/record.resumed", ago=MINUTE, record="open-1")
    book.tell(here, "one-stop/record.transferred", ago=HOUR, record="open-2", to_unit=other)
    book.tell(other, "one-stop/record.resolved", ago=MINUTE, record="open-2", result="refused",
              digitized=True)
    book.tell(here, "one-stop/record.withdrawn", ago=MINUTE, record="open-3")
    return Row([here, other, "thu-dau-mot", PROVINCE], one_stop_figures(book),
               [("one-stop-overdue", here), ("one-stop-late", here),
                ("one-stop-due-soon", here)])


@row("S4")
def portal(book):
    """Slow and failing; services offered by two departments."""
    here, other = "so-thong-tin-truyen-thong", "so-van-hoa"
    for i in range(40):
        book.tell(here, "portal/service.sample", latency_ms=4000 if i < 30 else 100,
                  status=503 if i % 20 == 0 else 200)
    for unit, services, used in ((here, 20, 12), (other, 30, 21)):
        book.tell(unit, "portal/catalog.size", services=services, with_records=used)
        for i in range(used + 5):
            book.tell(unit, "portal/submission.created", service=f"{unit}-{i % used}",
                      level="full")

    def samples(unit, test=lambda event: True):
        return sum(map(test, book.of(unit, "portal/service.sample")))

    return Row([here, PROVINCE], {
        "portal.submissions@today": lambda unit: book.count(unit, "portal/submission.created"),
        "portal.services-seen@today": lambda unit: book.different(
            unit, "portal/submission.created", "service"),
        "portal.services-share@today": lambda unit: share(
            book.stock(unit, "portal/catalog.size", "with_records"),
            book.stock(unit, "portal/catalog.size", "services")),
        "portal.error-rate@today": lambda unit: share(
            samples(unit, lambda event: event.data["status"] >= 500), samples(unit)),
        "portal.latency-p95@today": lambda unit: quantile(
            book.values(unit, "portal/service.sample", "latency_ms"), 0.95),
    }, [("portal-slow", here), ("portal-errors", here)])


@row("S5")
def documents(book):
    """Three of thirty are not signed; one has not arrived for an hour."""
    here = "so-noi-vu"
    for i in range(30):
        sent = HOUR + 30 * MINUTE
        book.tell(here, "documents/document.sent", ago=sent, document=f"d-{i}", signed=i >= 3,
                  from_level="province", to_level="commune", due=book.now - sent + 30 * MINUTE)
        if i > 0:
            book.tell("ben-cat.my-phuoc", "documents/document.delivered", ago=sent - 15 * MINUTE,
                      document=f"d-{i}")

    def records(unit):
        found = book.records("documents/document.sent", ["documents/document.delivered"],
                             key="document").values()
        return [record for record in found if book.is_below(record.unit, unit)]

    def delays(unit):
        return [(record.closed - record.opened).total_seconds() / 3600 for record in records(unit)
                if not record.is_open() and record.closed.date() == book.now.date()]

    def sent(unit, **where):
        return book.count(unit, "documents/document.sent", **where)

    return Row([here, PROVINCE], {
        "documents.sent@today": sent,
        "documents.signed-rate@today": lambda unit: share(sent(unit, signed=True), sent(unit)),
        "documents.undelivered@1h": lambda unit: sum(r.is_open() for r in records(unit)),
        "documents.undelivered.overdue@1h": lambda unit: sum(
            r.is_open() and r.due < book.now for r in records(unit)),
        "documents.delivery-p95@today": lambda unit: quantile(delays(unit), 0.95),
    }, [("documents-unsigned", here), ("documents-undelivered", here, "d-0")])


@row("S6")
def payments(book):
    """Its rule needs last week: tests/story/unusual-hour.story."""
    here = "tan-uyen"
    for i in range(30):
        book.tell(here, "payments/payment.completed", kind="water" if i % 2 else "fee",
                  cashless=i % 3 > 0, amount=10000 + i, payer=f"h-{i % 12}")
    kind = "payments/payment.completed"
    return Row([here, PROVINCE], {
        "payments.completed@today": lambda unit: book.count(unit, kind),
        "payments.amount@today": lambda unit: book.total(unit, kind, "amount"),
        "payments.cashless@today": lambda unit: book.count(unit, kind, cashless=True),
        "payments.cashless-rate@today": lambda unit: share(
            book.count(unit, kind, cashless=True), book.count(unit, kind)),
        "payments.water-households@today": lambda unit: book.different(
            unit, kind, "payer", kind="water", cashless=True),
    })


def share_of(book, kind, /, **where):
    return lambda unit: share(book.count(unit, kind, **where), book.count(unit, kind))


def stock_share(book, kind, above, below, /, **where):
    return lambda unit: share(book.stock(unit, kind, above, **where) or 0,
                              book.stock(unit, kind, below, **where))


@row("S7")
def monthly_report(book):
    """The lines of a ward, and the score: of what is known, and in the province all seven are."""
    here = "ben-cat.my-phuoc"
    for i in range(10):
        book.tell(here, "workplace/meeting.held", paperless=i < 7, online=i < 4)
    book.tell(here, "workplace/mail.usage", ago=HOUR, active=10, accounts=40)
    book.tell(here, "workplace/mail.usage", active=36, accounts=40)
    book.tell("ben-cat", "workplace/mail.usage", active=50, accounts=60)
    book.tell(here, "workplace/antimalware.coverage", installed=32, endpoints=40)
    paperless = share_of(book, "workplace/meeting.held", paperless=True)
    mail = stock_share(book, "workplace/mail.usage", "active", "accounts")
    protected = stock_share(book, "workplace/antimalware.coverage", "installed", "endpoints")

    def score(unit):
        terms = [
            paperless, share_of(book, "documents/document.sent", signed=True), protected, mail,
            share_of(book, "payments/payment.completed", cashless=True),
            stock_share(book, "portal/catalog.size", "with_records", "services"),
            share_of(book, "one-stop/record.received", channel="online", level="full")]
        known = [term(unit) for term in terms if term(unit) is not None]
        assert len(known) == 7 or unit != PROVINCE
        return 100 * sum(known) / len(known)

    return Row([here, "ben-cat", PROVINCE], {
        "workplace.paperless@today": lambda unit: book.count(unit, "workplace/meeting.held",
                                                             paperless=True),
        "workplace.paperless-rate@today": paperless,
        "workplace.mail-rate@today": mail,
        "workplace.protected@today": lambda unit: book.stock(
            unit, "workplace/antimalware.coverage", "installed"),
        "workplace.protected-rate@today": protected,
        "workplace.score@today": score,
    }, [("workplace-unprotected", here)])


@row("S8")
def indexes(book):
    """Nine districts, of which one is no longer Very Good and one not even Good."""
    points = dict(zip(DISTRICTS, (8.9, 8.5, 8.6, 8.3, 8.2, 7.5, 8.1, 6.5, 8.4)))
    for unit, score in points.items():
        for criterion, extra in (("leadership", 0.1), ("procedures", -0.1), ("impact", 0.0)):
            book.tell(unit, "index/index.scored", ago=HOUR, set="par-district",
                      criterion=criterion, score=1, max=10)
            book.tell(unit, "index/index.scored", set="par-district", criterion=criterion,
                      score=score + extra, max=10)
        book.tell(unit, "index/index.scored", set="dti", criterion="economy", score=score, max=20)
    book.tell(PROVINCE, "index/index.scored", set="par-province", criterion="total", score=80.21,
              max=100)

    def composite(group):
        return lambda unit: 100 * share(
            book.stock(unit, "index/index.scored", "score", by="criterion", set=group),
            book.stock(unit, "index/index.scored", "max", by="criterion", set=group))

    par = composite("par-district")
    return Row(["bau-bang", PROVINCE], {
        "index.par@year": par,
        "index.dti@year": composite("dti"),
        "index.districts-good@year": lambda unit: sum(
            par(district) >= 70 for district in DISTRICTS if book.is_below(district, unit)),
        "index.province@year": lambda unit: 80.21 if unit == PROVINCE else None,
    }, [("index-par-band", "bau-bang"), ("index-par-band", "dau-tieng"),
        ("index-districts-good", PROVINCE)],
        [("index.par", sorted(DISTRICTS, key=lambda unit: -points[unit]))])


def behind(book, done, goal, first, last):
    """Of a straight line from nothing on the first day to the goal on the last."""
    end = (last + DAY - first).total_seconds()
    line = (book.now.replace(tzinfo=None) - book.midnight(first)).total_seconds() / end
    return max(0, min(1, line)) - done / goal


@row("S9")
def project_06(book):
    """All health facilities but 27; population data of two bodies."""
    here, other = "so-y-te", "so-tu-phap"
    items = {"essential-services": 25, "linked-services": 6, "licence-facilities": 31}
    for item, goal in items.items():
        book.tell(PROVINCE, "project-06/progress.reported", item=item, done=goal, planned=goal)
    book.tell(here, "project-06/progress.reported", item="health-facilities", done=150, planned=177)
    for unit, done in ((here, 900), (other, 100)):
        book.tell(unit, "project-06/progress.reported", item="population-data", done=done,
                  planned=1000)

    def done(unit, item):
        return book.stock(unit, "project-06/progress.reported", "done", item=item)

    def progress(item, goal):
        return lambda unit: done(unit, item) / goal if done(unit, item) is not None else None

    return Row([here, PROVINCE], {
        "project-06.essential-services-progress@today": progress("essential-services", 25),
        "project-06.linked-services-progress@today": progress("linked-services", 6),
        "project-06.licence-facilities-progress@today": progress("licence-facilities", 31),
        "project-06.health-facilities@today": lambda unit: done(unit, "health-facilities"),
        "project-06.health-facilities-progress@today": progress("health-facilities", 177),
        "project-06.health-facilities-behind@today": lambda unit: behind(
            book, done(unit, "health-facilities"), 177, date(2022, 1, 6), date(2025, 12, 31)),
        "project-06.population-data@today": stock_share(
            book, "project-06/progress.reported", "done", "planned", item="population-data"),
    }, [("project-06-health-facilities-behind", PROVINCE), ("project-06-population-behind", PROVINCE)])


@row("S10")
def licensing(book):
    """Asked are three: one has answered, one must by tomorrow, one should have."""
    asks = "so-xay-dung"
    for unit, due in (("so-tai-nguyen-moi-truong", HOUR), ("bql-vsip", -HOUR),
                      ("thu-dau-mot.dinh-hoa", 20 * DAY)):
        for i in range(2):
            book.tell(asks, "licensing/consult.requested", ago=3 * HOUR, record=f"x-{i}",
                      asked_unit=unit, due=book.now + due)
    book.tell("thu-dau-mot.dinh-hoa", "licensing/consult.answered", ago=MINUTE, record="x-0",
              asked_unit="thu-dau-mot.dinh-hoa")
    book.tell("bql-vsip", "licensing/consult.answered", ago=MINUTE, record="x-0",
              asked_unit="bql-vsip")

    def records(unit):
        found = book.records("licensing/consult.requested", ["licensing/consult.answered"],
                             key=("record", "asked_unit"), asked="asked_unit").values()
        return [record for record in found if book.is_below(record.unit, unit)]

    def answered(unit):
        return [r for r in records(unit) if not r.is_open() and r.closed.date() == book.now.date()]

    return Row(["bql-vsip", "so-tai-nguyen-moi-truong", "thu-dau-mot.dinh-hoa", "thu-dau-mot",
                PROVINCE], {
        "licensing.open@1h": lambda unit: sum(r.is_open() for r in records(unit)),
        "licensing.open.overdue@1h": lambda unit: sum(
            r.is_open() and r.due < book.now for r in records(unit)),
        "licensing.open.due-soon@1h": lambda unit: sum(
            r.is_open() and book.now < r.due < book.now + DAY for r in records(unit)),
        "licensing.answered@today": lambda unit: len(answered(unit)) or None,
        "licensing.on-time@today": lambda unit: share(
            sum(not r.is_late() for r in answered(unit)), len(answered(unit))),
    }, [("licensing-overdue", "bql-vsip", "x-1/bql-vsip"),
        ("licensing-due-soon", "so-tai-nguyen-moi-truong", "x-0/so-tai-nguyen-moi-truong")])


@row("S11")
def agriculture(book):
    """Two of thirty late, one result not digitised."""
    here = "so-nong-nghiep"
    for i in range(30):
        receive(book, here, f"nn-{i}", -HOUR if i < 2 else 15 * DAY)
        resolve(book, here, f"nn-{i}", digitized=i > 0)
    return Row([here, PROVINCE], one_stop_figures(book),
               [("one-stop-on-time", here), ("agriculture-digitized", here)])


@row("S12")
def interconnection(book):
    """Two links of one department: one is down, the other out of step."""
    here = "so-ke-hoach-dau-tu"
    for up in (True, True, True):
        book.tell(here, "interconnect/link.state", ago=2 * MINUTE, link="population", up=up)
    book.tell(here, "interconnect/link.state", ago=MINUTE, link="business", up=True)
    book.tell(here, "interconnect/link.state", link="population", up=False)
    book.tell(here, "interconnect/sync.completed", link="business", lag_s=1200, rows=5)
    book.tell(here, "interconnect/sync.completed", link="business", lag_s=10, rows=7)
    for i in range(40):
        book.tell(here, "interconnect/call.sample", link="business",
                  latency_ms=50 if i < 30 else 900, status=500 if i < 4 else 200)
    state, call = "interconnect/link.state", "interconnect/call.sample"
    return Row([here, PROVINCE], {
        "interconnect.availability@today": lambda unit: book.mean(unit, state, "up"),
        "interconnect.links-up@1h": lambda unit: book.stock(unit, state, "up", by="link"),
        "interconnect.sync-lag@today": lambda unit: max(
            book.values(unit, "interconnect/sync.completed", "lag_s")),
        "interconnect.rows@today": lambda unit: book.total(unit, "interconnect/sync.completed",
                                                           "rows"),
        "interconnect.error-rate@today": share_of(book, call, status=500),
        "interconnect.latency-p95@today": lambda unit: quantile(
            book.values(unit, call, "latency_ms"), 0.95),
    }, [("interconnect-link-down", here), ("interconnect-sync-lag", here),
        ("interconnect-errors", here)])


@row("S13")
def security(book):
    """One critical incident; an account tried from two hosts."""
    here = "so-tai-chinh"
    for severity in ("low", "medium", "high", "critical"):
        book.tell(here, "security/incident", severity=severity, category="scan", host="web-1")
    for i in range(400):
        book.tell(here, "security/login.failed", account="admin", host=f"vpn-{i % 2}")
    incident = "security/incident"
    return Row([here, PROVINCE], {
        "security.incidents@today": lambda unit: book.count(unit, incident),
        "security.incidents-critical@today": lambda unit: book.count(unit, incident,
                                                                     severity="critical"),
        "security.logins-failed@today": lambda unit: book.count(unit, "security/login.failed"),
        "security.hosts@today": lambda unit: book.different(unit, "security/login.failed", "host"),
    }, [("security-critical", here, "web-1"), ("security-login-storm", here)])


@row("S14")
def sectors(book):
    """Schools of two wards, hospitals, a station of air, a river gauge, a street."""
    for unit, present in (("thuan-an.an-phu", 480), ("thuan-an.an-thanh", 390)):
        book.tell(unit, "education/attendance", ago=HOUR, school="a", present=1, enrolled=500)
        for school in ("a", "b"):
            book.tell(unit, "education/attendance", school=school, present=present, enrolled=500)
    for hospital, used in (("one", 290), ("two", 199)):
        book.tell("so-y-te", "health/beds", hospital=hospital, used=used, total=used + 5)
    for disease in ("dengue", "dengue", "measles"):
        book.tell("so-y-te", "health/case.reported", disease=disease)
    for aqi in (160, 180):
        book.tell("thu-dau-mot", "environment/air.sample", station="k", aqi=aqi, pm25=aqi / 2)
    for level in (0.9, 1.6):
        book.tell("phu-giao", "environment/water.level", station="s", m=level)
    for speed in (5, 6, 7, 6, 6):
        book.tell("di-an", "traffic/flow.sample", point="p", vehicles=100, speed_kmh=speed)
    book.tell("di-an", "traffic/incident", kind="collision", severity="serious")
    present = {"by": "school"}
    return Row(["thuan-an.an-phu", "thuan-an", "so-y-te", "thu-dau-mot", "phu-giao", "di-an",
                PROVINCE], {
        "education.attendance@today": stock_share(book, "education/attendance", "present",
                                                  "enrolled", **present),
        "health.beds-used@1h": lambda unit: book.stock(unit, "health/beds", "used", by="hospital"),
        "health.occupancy@1h": stock_share(book, "health/beds", "used", "total", by="hospital"),
        "health.cases@today": lambda unit: book.count(unit, "health/case.reported") or None,
        "health.dengue@today": lambda unit: book.count(unit, "health/case.reported",
                                                       disease="dengue") or None,
        "environment.aqi@today": lambda unit: max(
            book.values(unit, "environment/air.sample", "aqi"), default=None),
        "environment.pm25@today": lambda unit: book.mean(unit, "environment/air.sample", "pm25"),
        "environment.water-level@today": lambda unit: max(
            book.values(unit, "environment/water.level", "m"), default=None),
        "traffic.vehicles@today": lambda unit: book.total(unit, "traffic/flow.sample",
                                                          "vehicles") or None,
        "traffic.speed@today": lambda unit: book.mean(unit, "traffic/flow.sample", "speed_kmh"),
        "traffic.incidents@today": lambda unit: book.count(unit, "traffic/incident") or None,
    }, [("health-beds", "so-y-te"), ("environment-aqi", "thu-dau-mot"),
        ("environment-water", "phu-giao"), ("traffic-jam", "di-an")])


@row("S15")
def periodic_reports(book):
    """The seven lines of the monthly report are the live figures of the province."""
    return Row([PROVINCE], {
        "workplace.paperless@today": lambda unit: book.count(unit, "workplace/meeting.held",
                                                             paperless=True),
        "documents.signed-rate@today": share_of(book, "documents/document.sent", signed=True),
        "workplace.protected@today": lambda unit: book.stock(
            unit, "workplace/antimalware.coverage", "installed"),
        "workplace.mail-rate@today": stock_share(book, "workplace/mail.usage", "active",
                                                 "accounts"),
        "payments.cashless@today": lambda unit: book.count(unit, "payments/payment.completed",
                                                           cashless=True),
        "portal.services-share@today": stock_share(book, "portal/catalog.size", "with_records",
                                                   "services"),
        "one-stop.full-online-rate@today": share_of(book, "one-stop/record.received",
                                                    channel="online", level="full"),
    })


@row("S16")
def society(book):
    """Enterprises short of their goal; fewer electronic contracts than planned."""
    here = "dau-tieng"
    kind = "society/progress.reported"
    for unit, done in ((here, 3500), ("phu-giao", 3000)):
        book.tell(unit, kind, item="sme-platform", done=done, planned=3500)
        book.tell(unit, kind, item="e-contracts", done=done / 10, planned=done / 5)
    book.tell(here, kind, item="ocop-products", done=38, planned=38)

    def done(unit, item):
        return book.stock(unit, kind, "done", item=item)

    return Row([here, PROVINCE], {
        "society.sme-platform@today": lambda unit: done(unit, "sme-platform"),
        "society.sme-platform-progress@today": lambda unit: done(unit, "sme-platform") / 7000,
        "society.sme-platform-behind@today": lambda unit: behind(
            book, done(unit, "sme-platform"), 7000, date(2021, 5, 19), date(2025, 12, 31)),
        "society.ocop-products-progress@today": lambda unit: done(unit, "ocop-products") / 38,
        "society.e-contracts@today": stock_share(book, kind, "done", "planned",
                                                 item="e-contracts"),
    }, [("society-sme-platform-behind", PROVINCE), ("society-e-contracts", PROVINCE)])


@row("S17")
def feedback(book):
    """Its rule on topics needs weeks: tests/story/unusual-hour.story."""
    here = "bac-tan-uyen.binh-my"
    for i, topic in enumerate(("environment", "environment", "land", "traffic", "procedures")):
        book.tell(here, "feedback/feedback.received", ago=3 * HOUR, ticket=f"t-{i}", topic=topic,
                  channel="app", due=book.now + (-HOUR if i == 0 else 15 * DAY))
    for i, satisfied in ((1, True), (2, False), (3, True)):
        book.tell(here, "feedback/feedback.answered", ago=MINUTE, ticket=f"t-{i}",
                  satisfied=satisfied)

    def records(unit):
        found = book.records("feedback/feedback.received", ["feedback/feedback.answered"],
                             key="ticket").values()
        return [record for record in found if book.is_below(record.unit, unit)]

    def hours(unit):
        return [working_hours(r.opened, r.closed, *book.rest_days) for r in records(unit)
                if not r.is_open() and r.closed.date() == book.now.date()]

    return Row([here, "bac-tan-uyen", PROVINCE], {
        "feedback.received@today": lambda unit: book.count(unit, "feedback/feedback.received"),
        "feedback.environment@today": lambda unit: book.count(unit, "feedback/feedback.received",
                                                              topic="environment"),
        "feedback.open@1h": lambda unit: sum(r.is_open() for r in records(unit)),
        "feedback.open.overdue@1h": lambda unit: sum(
            r.is_open() and r.due < book.now for r in records(unit)),
        "feedback.satisfaction@today": lambda unit: book.mean(unit, "feedback/feedback.answered",
                                                              "satisfied"),
        "feedback.time-p95@today": lambda unit: quantile(hours(unit), 0.95),
    }, [("feedback-overdue", here)])


@row("S18")
def network_work(book):
    """Three of thirty files on paper, beside secrets; a third of inspections digital."""
    here = "so-cong-thuong"
    for i in range(30):
        book.tell(here, "workplace/work_record.closed", digital=i >= 3, state_secret=False)
    for _ in range(5):
        book.tell(here, "workplace/work_record.closed", digital=False, state_secret=True)
    for i in range(12):
        book.tell(here, "workplace/inspection.held", digital=i < 4)
    kind = "workplace/work_record.closed"
    return Row([here, PROVINCE], {
        "workplace.records-rate@today": lambda unit: share(
            book.count(unit, kind, digital=True, state_secret=False),
            book.count(unit, kind, state_secret=False)),
        "workplace.inspections-rate@today": share_of(book, "workplace/inspection.held",
                                                     digital=True),
    }, [("workplace-records-digital", here), ("workplace-inspections-digital", here)])


@row("S19")
def training(book):
    """Six persons, one of them twice; ten of forty this year."""
    here = "so-khoa-hoc-cong-nghe"
    for person in "abcdefa":
        book.tell(here, "workplace/training.completed", person=person)
    book.tell(here, "workplace/staff.size", people=40, trained=10)
    book.tell("so-lao-dong", "workplace/staff.size", people=60, trained=60)

    def trained(unit):
        return share(book.stock(unit, "workplace/staff.size", "trained"),
                     book.stock(unit, "workplace/staff.size", "people"))

    return Row([here, PROVINCE], {
        "workplace.persons-trained@year": lambda unit: book.different(
            unit, "workplace/training.completed", "person"),
        "workplace.staff@today": lambda unit: book.stock(unit, "workplace/staff.size", "people"),
        "workplace.trained-rate@today": trained,
    }, [("workplace-training-behind", here)] if book.now.month > 3 else [])


@row("S20")
def commerce(book):
    """No rule: products and scans are counted."""
    here = "tan-uyen.bach-dang"
    for i in range(9):
        book.tell(here, "commerce/product.listed", product=f"p-{i % 6}",
                  scheme="ocop" if i % 6 < 4 else "trace")
    book.tell("tan-uyen", "commerce/product.listed", product="p-0", scheme="ocop")
    for i in range(25):
        book.tell(here, "commerce/trace.scanned", product=f"p-{i}")
    kind = "commerce/product.listed"
    return Row([here, "tan-uyen", PROVINCE], {
        "commerce.products@month": lambda unit: book.different(unit, kind, "product"),
        "commerce.ocop-products@month": lambda unit: book.different(unit, kind, "product",
                                                                    scheme="ocop"),
        "commerce.scans@today": lambda unit: book.count(unit, "commerce/trace.scanned"),
    })


@row("S21")
def conference(book):
    """Nine bridge points, one of which is lost."""
    for unit in DISTRICTS:
        book.tell(unit, "ioc/bridge.state", ago=MINUTE, bridge=unit, up=True)
    book.tell("phu-giao", "ioc/bridge.state", bridge="phu-giao", up=False)
    return Row(["phu-giao", PROVINCE], {
        "ioc.bridges-up@1h": lambda unit: book.stock(unit, "ioc/bridge.state", "up", by="bridge"),
        "ioc.bridges-down@5m": lambda unit: 1,
    }, [("ioc-bridge-down", "phu-giao")])

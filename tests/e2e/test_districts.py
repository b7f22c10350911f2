# SPDX-License-Identifier: Apache-2.0
"""A commune, its district, another district and the province, each with an iocd, a broker and a Redis of
its own: what is counted below is counted above, once; alerts are the same at every level; and whoever
is lost, late or different is named in time."""
import json
import os
import shutil
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import paho.mqtt.client as mqtt
import pytest
import view
from conftest import PACK
from federation import Federation
from played_time import PlayedSite, Sender, at
from servers import wait_for
from test_receivers import Receiver

DISTRICT, OTHER, COMMUNE = "di-an", "ben-cat", "di-an.dong-hoa"
LEVELS = [COMMUNE, DISTRICT, "province"]  # from below
HEARTBEAT_S = 1
PATIENCE_S = 3 * HEARTBEAT_S
SLACK_S = 5  # of a loaded machine
EVENT_FRAME = 2  # byte 5 of a frame
EVENTS = ("feedback", "one-stop")
ROLLED = ("portal", "payments", "commerce")
FORWARD = {
    "forward.heartbeat": f"{HEARTBEAT_S}s",
    "forward.events": ", ".join(EVENTS),
    "forward.rollups": ", ".join(ROLLED),
    "forward.batch-for": "200ms",
}
SMALL = {"forward.keep-bytes": "4M", "forward.segment": "1M"}
LINK_RULE = "interconnect-link-down"
LINKS_ARE_TOLD_AT_ONCE = (("hold: 60s ", "hold: 0s "), ("fade: 10s", "fade: 0s"))


class Stage:
    """The federation, those who send to it, and how long it takes."""

    def __init__(self, federation, receiver):
        self.federation = federation
        self.receiver = receiver
        self.sites = {"province": federation.province, **federation.districts}
        self.frames, self.receipts = [], []  # of the district above the commune
        self.ear = self.listen()

    def listen(self):
        def on_message(client, userdata, message):
            if message.payload.startswith(b"IOCF"):
                self.frames.append(message.payload)
            elif b'"receipt"' in message.payload and message.topic.endswith("/ack/iocd"):
                self.receipts.append(message.payload)

        ear = mqtt.Client(client_id="ear", protocol=mqtt.MQTTv5)
        ear.on_message = on_message
        ear.connect("127.0.0.1", self.sites["province"].port)
        for way in ("fwd", "ack"):
            ear.subscribe(f"ioc/v1/{DISTRICT}/iocd/{way}/iocd", qos=1)
        ear.loop_start()
        return ear

    def publish(self, topic, *payloads, at="province", until=lambda: True):
        """Publishes what nobody of ours would, at least once, and again until that is so."""
        client = mqtt.Client(client_id="stranger", protocol=mqtt.MQTTv5)
        client.connect("127.0.0.1", self.sites[at].port)
        client.loop_start()
        while True:
            for payload in payloads:
                client.publish(topic, payload, qos=1).wait_for_publish(10)
            if until():
                break
        client.disconnect()
        client.loop_stop()

    def alerts(self, name, **wanted):
        """Those at a site of a rule and a subject."""
        answer = self.sites[name].get("alerts") or {"alerts": []}
        return [alert for alert in answer["alerts"]
                if alert["rule"]["id"] == wanted["rule"]
                and alert["subject"] == wanted.get("subject", alert["subject"])
                and alert["unit"]["id"] == wanted.get("unit", alert["unit"]["id"])]

    def link_alert(self, name, link):
        """The alert that a link of the commune is down, as a site has it; or None."""
        if name == COMMUNE:
            found = self.alerts(name, rule=LINK_RULE, subject=link)
        else:
            found = self.alerts(name, rule="iocd-mirrored", subject=f"{LINK_RULE}/{link}")
        return found[0] if found else None

    def iocctl(self, name, who, *args):
        site = self.sites[name]
        done = subprocess.run([site.program("iocctl"), "--socket", site.socket, "--lang", "en", "--as",
                               who, *args], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def close(self):
        self.ear.disconnect()
        self.ear.loop_stop()
        self.receiver.down()
        self.federation.stop()


def copy_pack(to, receiver):
    """The shipped pack, with links whose end is told at once and somebody who is told."""
    pack = str(to / "pack")
    shutil.copytree(PACK, pack)
    path = pack + "/rules.d/interconnect.yml"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for old, new in LINKS_ARE_TOLD_AT_ONCE:
        assert old in text
        text = text.replace(old, new, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    with open(pack + "/receivers.yml", "w", encoding="utf-8") as file:
        file.write(f'duty: {{title: {{vi: Trực ban, en: Duty}}, url: "http://127.0.0.1:{receiver.port}/duty", '
                   f"hears: {{rules: [{LINK_RULE}]}}}}\n")
    return pack


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    receiver = Receiver()
    receiver.up()
    pack = copy_pack(tmp_path_factory.mktemp("levels"), receiver)
    build = os.environ["IOCD_BUILD"]
    federation = Federation(build, pack, [DISTRICT], forward=FORWARD)
    federation.add(OTHER, federation.province, build, pack, forward={**FORWARD, **SMALL})
    federation.add(COMMUNE, federation.districts[DISTRICT], build, pack, forward=FORWARD)
    stage = None
    try:
        federation.start()
        stage = Stage(federation, receiver)
        yield stage
    finally:
        if stage:
            stage.close()
        else:
            federation.stop()
            receiver.down()


def accepted(site, units):
    """What was accepted of those units as events, by unit and feed."""
    counts = {}
    for feed in site.get("feeds")["feeds"]:
        for sender in feed["units"]:
            if feed["id"] in EVENTS and sender["id"] in units and sender["accepted"]:
                counts[sender["id"], feed["id"]] = sender["accepted"]
    return counts


def units_of(site):
    return {unit["id"] for unit in site.get("units")["units"]}


def stamp(text):
    return datetime.fromisoformat(text).timestamp()


def play_faults(stage):
    """Cuts and kills while events come in; returns when whose way was closed: (unit, from, until)."""
    links, sites, away = stage.federation.links, stage.sites, []

    def note(unit, since):
        away.append((unit, since, time.time()))

    time.sleep(1)
    since = time.time()
    links.cut(DISTRICT)
    time.sleep(PATIENCE_S + 1)
    links.heal(DISTRICT)
    note(DISTRICT, since)
    for name, units in ((DISTRICT, [DISTRICT, COMMUNE]), ("province", [DISTRICT, OTHER])):
        time.sleep(0.7)
        since = time.time()
        sites[name].kill("iocd")
        sites[name].start_iocd()
        for unit in units:
            note(unit, since)
    since = time.time()
    links.cut(COMMUNE)
    time.sleep(0.5)
    links.heal(COMMUNE)
    note(COMMUNE, since)
    return away


def test_each_event_is_counted_once_at_every_level_whatever_is_cut_or_killed(stage):
    federation, sites = stage.federation, stage.sites
    sims = [federation.simulate(unit, "--persist", "--rate", rate, "--seconds", "9", "--seed", rate)
            for unit, rate in ((COMMUNE, "150"), (OTHER, "60"))]
    away = play_faults(stage)
    for sim in sims:
        assert sim.wait(timeout=60) == 0
    for unit in (COMMUNE, OTHER):
        sites[unit].settled(sites[unit].totals()["sent"])
    federation.complete()

    there = accepted(sites[COMMUNE], {COMMUNE})
    assert set(there) == {(COMMUNE, feed) for feed in EVENTS} and sum(there.values()) > 200
    assert accepted(sites[DISTRICT], units_of(sites[DISTRICT])) == there
    other = accepted(sites[OTHER], units_of(sites[OTHER]))
    assert other and accepted(sites["province"], units_of(sites["province"])) == {**there, **other}
    for name in LEVELS[1:]:
        assert sites[name].status()["events"]["refused"] == {}

    spans = []
    for name in LEVELS[1:]:
        for gap in sites[name].get("gaps")["gaps"]:
            assert gap["state"] == "closed" and gap["missing"] == gap["given_up"] == 0, gap
            span = stamp(gap["recorded_from"]) if gap["recorded_from"] else 0, stamp(gap["recorded_to"])
            assert any(unit == gap["unit"]["id"] and since - HEARTBEAT_S < span[1] and span[0] < until
                       for unit, since, until in away), (gap, away)
            if gap["stream"] == "event":
                spans.append((gap["unit"]["id"], *span))
    _, since, until = away[0]
    assert any(unit == DISTRICT and begin < until and since < end and end - begin > PATIENCE_S - HEARTBEAT_S
               for unit, begin, end in spans), spans


def test_what_comes_twice_or_is_no_frame_changes_nothing_and_is_counted(stage):
    federation, province = stage.federation, stage.sites["province"]
    topic = f"ioc/v1/{DISTRICT}/iocd/fwd/iocd"
    before, events = federation.stream_above(DISTRICT), province.status()["events"]

    frames = [frame for frame in stage.frames if frame[5] == EVENT_FRAME]
    assert len(frames) > 6
    cut = bytearray(frames[-1])
    cut[len(cut) // 2] ^= 1
    stage.publish(topic, *frames[:3], *frames[-3:])
    garbage = [bytes(cut), frames[-1][:-1], b"IOCF", b"", b"{}", b"[" * 5000, os.urandom(300),
               b'{"kind":"heartbeat"}', b'{"kind":"receipt","orders":"0"}']
    stage.publish(topic, *garbage)
    # the frame of another holds no units of this one
    stage.publish(f"ioc/v1/{OTHER}/iocd/fwd/forger", frames[-1])
    wait_for("the refusals", lambda: province.status()["events"]["refused"].get("unit_mismatch"))

    assert province.status()["events"]["refused"]["bad_frame"] == len(garbage)
    after = federation.stream_above(DISTRICT)
    assert after["repeats"] > before["repeats"] and after["missing"] == 0
    assert {**after, "repeats": 0, "newest": 0} == {**before, "repeats": 0, "newest": 0}
    assert province.status()["events"]["accepted"] == events["accepted"]


def test_a_forged_receipt_takes_nothing_away(stage):
    federation, links = stage.federation, stage.federation.links
    district, commune = stage.sites[DISTRICT], stage.sites[COMMUNE]
    epoch = federation.stream_above(DISTRICT)["epoch"]

    def receipt(epoch, have, missing=()):
        stream = {"epoch": epoch, "have": have, "missing": list(missing)}
        return json.dumps({"kind": "receipt", "orders": "0" * 16, "streams": {"event": stream}})

    forged = [receipt(epoch, [10 ** 9, 10 ** 9]), receipt("0" * 32, [1, 1]),
              receipt(epoch, [2, 100], [[[5, 500], [1, 10]]])]
    links.cut(DISTRICT)
    seen = commune.status()["events"]["seen"]
    federation.simulate(COMMUNE, "--rate", "300", "--count", "300", "--seed", "9").wait(timeout=60)
    commune.settled(seen + 300)
    waiting = wait_for("a backlog", lambda: district.status()["uplink"]["backlog"])
    links.heal(DISTRICT)
    stage.publish(f"ioc/v1/{DISTRICT}/iocd/ack/iocd", *[*forged, *stage.receipts[:3], b"", b"{"],
                  until=lambda: not district.status()["uplink"]["backlog"])
    federation.complete()

    # real ones name the numbering of orders after the journal above, also after a kill
    real = [json.loads(text) for text in stage.receipts if text.decode() not in forged]
    numbering, = {receipt["orders"] for receipt in real}
    words = stage.iocctl("province", "lan", "journal", "stat", stage.sites["province"].path("journal"))
    assert numbering != "0" * 16 and f"journal {numbering}" in words
    assert waiting > 0 and len(real) > 3
    assert "forward.nonsense" in district.log("iocd")
    assert accepted(stage.sites["province"], {COMMUNE}) == accepted(commune, {COMMUNE})


# ---- alerts ----

def link_state(sender, link, is_up):
    sender.send(COMMUNE, "interconnect/link.state", [datetime.now(view.LOCAL)],
                lambda number: {"link": link, "up": is_up})


def seen_everywhere(stage, link, what, is_so):
    """Waits until what is so of a link's alert at all levels; returns how long that took."""
    start = time.monotonic()
    for name in LEVELS:
        wait_for(f"{what} at {name}",
                 lambda name=name: is_so(name, stage.link_alert(name, link)), 10)
    return time.monotonic() - start


def is_acknowledged(by):
    """By whom, as they are named at each level."""
    return lambda name, alert: alert and alert["acknowledged"] and (
        alert["acknowledged"]["by"] == by[name])


def ba_everywhere():
    return {COMMUNE: "ba", DISTRICT: f"ba@{COMMUNE}", "province": f"ba@{COMMUNE}"}


def test_an_alert_and_what_people_do_with_it_is_the_same_at_every_level(stage):
    sender = Sender(stage.sites[COMMUNE])
    try:
        for link in ("one", "two", "three"):
            link_state(sender, link, False)
        took = [seen_everywhere(stage, link, "the alert", lambda name, alert: alert)
                for link in ("one", "two", "three")]
        print(f"an alert was at every level within {max(took):.2f} s")
        for name in LEVELS[1:]:
            alert = stage.link_alert(name, "one")
            origin = alert["origin"]
            assert (origin["unit"], origin["rule"], origin["subject"]) == (COMMUNE, LINK_RULE, "one")
            assert (alert["unit"]["id"], alert["severity"]) == (COMMUNE, "critical")
            assert alert["told"] == [] and not alert["uncertain"]
            words = stage.iocctl(name, "lan", "explain", alert["id"])
            assert "arose at" in words and "a frame of" in words, words

        # one is acknowledged above, one where it arose
        start = time.monotonic()
        stage.iocctl("province", "lan", "ack", stage.link_alert("province", "one")["id"])
        seen_everywhere(stage, "one", "the acknowledgement", is_acknowledged(
            {"province": "lan", DISTRICT: "lan@province", COMMUNE: "lan@province"}))
        print(f"an acknowledgement above was below after {time.monotonic() - start:.2f} s")
        stage.iocctl(COMMUNE, "ba", "ack", stage.link_alert(COMMUNE, "two")["id"])
        seen_everywhere(stage, "two", "the acknowledgement", is_acknowledged(ba_everywhere()))

        # two at once: the first where it arose stands at every level
        stage.federation.links.cut(DISTRICT)
        stage.iocctl(COMMUNE, "ba", "ack", stage.link_alert(COMMUNE, "three")["id"])
        stage.iocctl("province", "lan", "ack", stage.link_alert("province", "three")["id"])
        wait_for("doubt", lambda: stage.link_alert("province", "two")["uncertain"], PATIENCE_S + SLACK_S)
        assert stage.link_alert("province", "three")["acknowledged"]["by"] == "lan"
        assert not stage.link_alert(DISTRICT, "two")["uncertain"]
        stage.federation.links.heal(DISTRICT)
        seen_everywhere(stage, "three", "one word", is_acknowledged(ba_everywhere()))
        wait_for("no doubt", lambda: not stage.link_alert("province", "two")["uncertain"])
        wait_for("the order's end", lambda: stage.federation.seen_above(DISTRICT)["orders"] == 0)

        for link in ("one", "two", "three"):
            link_state(sender, link, True)
        for link in ("one", "two", "three"):
            seen_everywhere(stage, link, "the end", lambda name, alert: not alert)
    finally:
        sender.close()

    # three levels knew of each; who had to act was told by the one where it arose, and once
    def is_told():
        news = Counter(stage.receiver.news("/duty"))
        return news if sum(what == "cleared" for what, _ in news) == 3 else None

    news = wait_for("the end at the receiver", is_told)
    assert set(news.values()) == {1}
    assert {what for what, _ in news} <= {"raised", "acknowledged", "cleared"}
    assert {subject for _, subject in news} == {"one", "two", "three"}


# ---- who lives ----

def own_alert(stage, rule, unit):
    found = stage.alerts("province", rule=rule, unit=unit)
    return found[0] if found else None


def named(stage, what, unit, since, bound_s):
    """Waits until a site is known to be that, and said so by an alert; returns how long it took."""
    wait_for(f"{unit} is {what}", lambda: stage.federation.seen_above(unit)[what], bound_s)
    took = time.time() - since

    def is_told():
        alert = own_alert(stage, f"iocd-site-{what}", unit)
        return alert and alert["condition"] == "raised"

    wait_for(f"the alert on {unit}", is_told, bound_s)
    told = time.time() - since
    print(f"{unit} was known to be {what} after {took:.2f} s, and told after {told:.2f} s")
    assert told < bound_s
    return took


def test_a_site_that_is_killed_or_unreachable_or_different_is_named_in_time(stage, tmp_path):
    federation, other = stage.federation, stage.sites[OTHER]
    pack = str(tmp_path / "pack")
    shutil.copytree(other.config, pack)
    with open(pack + "/indicators.d/commerce.yml", "a", encoding="utf-8") as file:
        file.write("commerce.more:\n  title: {vi: Thêm, en: More}\n"
                   "  measure: {vi: lượt, en: scans}\n  count: commerce/trace.scanned\n")

    hung = time.time()
    federation.links.hang(DISTRICT)
    killed = time.time()
    other.kill("iocd")
    named(stage, "lost", OTHER, killed, 1.5 + SLACK_S / 2)  # by its will, at the next look
    assert federation.seen_above(OTHER)["presence"] == "lost"
    took = named(stage, "lost", DISTRICT, hung, PATIENCE_S + 1 + SLACK_S)
    assert took > PATIENCE_S - HEARTBEAT_S - 0.5  # by nothing but silence
    federation.links.heal(DISTRICT)

    other.config = pack
    back = time.time()
    other.start_iocd()
    named(stage, "old", OTHER, back, 5 + HEARTBEAT_S + 2 * SLACK_S)  # its rule holds for 5 s
    assert federation.seen_above(OTHER)["old"]["what"] == "config"
    wait_for("its return", lambda: not federation.seen_above(DISTRICT)["lost"])


# ---- figures ----

def figures(stage, name, unit):
    """The live view of a unit at a site: of the feeds that go up, today."""
    live = view.connect(stage.sites[name]).hgetall(f"ioc:live:{{{unit}}}")
    return {field: float(value) for field, value in live.items()
            if field.endswith("@today") and field.split(".")[0] in EVENTS + ROLLED}


def test_counts_distinct_values_and_quantiles_are_equal_at_every_level(stage):
    def are_equal():
        below = figures(stage, COMMUNE, COMMUNE)
        return below and all(figures(stage, name, unit) == below
                             for name, unit in ((DISTRICT, COMMUNE), (DISTRICT, DISTRICT),
                                                ("province", COMMUNE), ("province", DISTRICT)))

    wait_for("the same figures", are_equal, 40)
    below = figures(stage, COMMUNE, COMMUNE)
    for name in ("portal.submissions", "portal.services-seen", "portal.latency-p95",
                 "payments.amount", "payments.water-households", "feedback.received"):
        assert below[name + "@today"] > 0, name
    # the events of what came as roll-ups did not come
    assert not any(feed in ROLLED for _, feed in accepted(stage.sites["province"], {COMMUNE}))


# ---- limits of the outbox ----

def batch(unit, numbers, time_text):
    """A message with an event for each number."""
    return json.dumps([{
        "specversion": "1.0", "id": f"b-{number}", "source": f"/unit/{unit}/feedback",
        "type": "vn.ioc.feedback.feedback.received.v1", "time": time_text,
        "data": {"ticket": f"T{number}", "topic": "land", "channel": "app"}} for number in numbers])


def stream_of(site, name="event"):
    streams = site.status()["uplink"]["streams"]
    return next(stream for stream in streams if stream["stream"] == name)


def test_what_a_full_outbox_gives_up_is_known_to_the_event_at_both_ends(stage):
    federation, other, n = stage.federation, stage.sites[OTHER], 40000
    taken = federation.stream_above(OTHER)["taken"]
    before = accepted(other, units_of(other))
    federation.links.cut(OTHER)
    seen = other.status()["events"]["seen"]
    now = datetime.now(view.LOCAL).isoformat()
    stage.publish(f"ioc/v1/{OTHER}/feedback/evt/batch",
                  *[batch(OTHER, range(i, i + 200), now) for i in range(0, n, 200)], at=OTHER)
    other.settled(seen + n)
    wait_for("its alert", lambda: stage.alerts(OTHER, rule="iocd-outbox"))
    wait_for("what has no room to go", lambda: stream_of(other)["given_up"] > n // 2)
    federation.links.heal(OTHER)
    federation.complete()

    there, here = stream_of(other), federation.stream_above(OTHER)
    new = sum(accepted(other, units_of(other)).values()) - sum(before.values())
    assert new == n
    assert here["taken"] - taken == n - there["given_up"]
    assert here["given_up"] == there["given_up"]
    assert accepted(stage.sites["province"], {OTHER})[OTHER, "feedback"] == (
        accepted(other, {OTHER})[OTHER, "feedback"] - there["given_up"])

    span = f'{there["given_up_from"][:19]} to {there["given_up_to"][:19]}'
    part = other.part("outbox")
    assert part["light"] == "red"
    assert f'given up: {there["given_up"]} of {span}' in part["detail"]
    alert = wait_for("its alert above", lambda: own_alert(stage, "iocd-given-up", OTHER))
    print(alert["reason"]["en"])
    assert str(there["given_up"]) in alert["reason"]["en"].replace(",", "")


# ---- days without a link ----

FIRST, DAYS, KEPT_DAYS = at("2026-10-05 10:00"), 10, 7
HEALED = FIRST + timedelta(days=DAYS - 1, hours=10)
SOLD = {(FIRST + timedelta(days=day)).date(): 200 + day for day in range(DAYS)}
TOWN = {  # so little that a day is soon over
    "units.yml": """
units:
  land: {level: land, name: {vi: Tỉnh, en: Land}}
  town: {level: town, parent: land, name: {vi: Thị xã, en: Town}}
""",
    "feeds.d/desk.yml": """
desk:
  title: {vi: Quầy, en: Desk}
  events:
    sold: {price: number}
""",
    "indicators.d/desk.yml": """
desk.sold:
  title: {vi: Đã bán, en: Sold}
  count: desk/sold
""",
}


def make_town(pack):
    """A town in its first day, and the land above it in the last."""
    for name, text in TOWN.items():
        file = pack / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)

    def make(build, config, **more):
        return PlayedSite(build, config, HEALED if more.get("settings") else FIRST, **more)

    return Federation(
        os.environ["IOCD_BUILD"], str(pack), ["town"],
        forward={"forward.heartbeat": f"{HEARTBEAT_S}s", "forward.events": "all",
                 "forward.rollups": "none", "forward.keep-for": f"{KEPT_DAYS}d",
                 "forward.batch-bytes": "1K"},  # so that it lags for a while
        make=make)


def play_outage(federation):
    """Ten days of the town without a link, and then what comes of it."""
    town = federation.districts["town"]
    federation.start()
    federation.links.cut("town")
    sender = Sender(town)
    for day, n in enumerate(SOLD.values()):
        town.set_time(FIRST + timedelta(days=day))
        sender.send("town", "desk/sold", [town.now()] * n, lambda number: {"price": 1})
        town.settled(sender.sent)
    sender.close()
    town.set_time(HEALED)
    wait_for("what is too old to go", lambda: stream_of(town)["given_up_to"] and (
        stream_of(town)["given_up_to"][:10] == list(SOLD)[DAYS - KEPT_DAYS - 1].isoformat()))
    federation.links.heal("town")
    wait_for("an alert that it lags", lambda: [
        alert for alert in federation.province.get("alerts")["alerts"]
        if alert["rule"]["id"] == "iocd-site-lagging"], 60)
    federation.complete()


@pytest.fixture(scope="module", autouse=True)
def outage(tmp_path_factory):
    """The ten days pass while other tests run; lends the federation, and when they are over."""
    federation = make_town(tmp_path_factory.mktemp("town"))
    with ThreadPoolExecutor(1) as pool:
        over = pool.submit(play_outage, federation)
        yield federation, over
        wait([over])
    federation.stop()


def sold_by_day(site):
    rows = site.ask("indicators", "desk.sold", "--unit", "town", "--every", "day",
                    "--since", (FIRST - timedelta(days=1)).isoformat(),
                    "--until", (FIRST + timedelta(days=DAYS + 1)).isoformat())["rows"]
    return {datetime.fromisoformat(row["from"]).date(): row["value"] for row in rows if row["value"]}


def test_after_ten_days_without_a_link_seven_arrive_and_three_are_named(outage):
    federation, over = outage
    over.result(120)
    land, town = federation.province, federation.districts["town"]
    there, here = stream_of(town), federation.stream_above("town")
    late = list(SOLD)[:DAYS - KEPT_DAYS]
    given_up = sum(SOLD[date] for date in late)

    assert (there["given_up"], here["given_up"]) == (given_up, given_up)
    assert here["taken"] == sum(SOLD.values()) - given_up
    assert there["given_up_from"][:10] == late[0].isoformat()
    wait_for("the days at the land", lambda: sold_by_day(land) == {
        date: n for date, n in SOLD.items() if date not in late})
    assert sold_by_day(town) == SOLD
    named = [gap for gap in land.get("gaps")["gaps"] if gap["stream"] == "event"]
    assert sum(gap["given_up"] for gap in named) == given_up
    alert = next(alert for alert in land.get("alerts")["alerts"] if alert["rule"]["id"] == "iocd-given-up")
    lost = next(stream["given_up"] for stream in federation.seen_above("town")["streams"]
                if stream["given_up"])  # alerts come first
    assert alert["reason"]["en"].startswith(f"{lost} ")

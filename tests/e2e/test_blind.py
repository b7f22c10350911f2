# SPDX-License-Identifier: Apache-2.0
"""Whatever makes iocd blind is seen by those on watch within a bound: in the status, and as an alert
that says in both languages what is wrong, raised once, and cleared once when it is over.

One site has one trouble after the other; those that do not mind each other have it at the same time.
What is seen, and when, is written down by a watcher beside the tests; the tests ask it.  Bounds run
in real time; only hours of waiting for the end of something are played.
"""
import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import paho.mqtt.client as mqtt
import pytest
from played_time import LOCAL, PlayedSite, Sender
from servers import NotReady, wait_for
from test_receivers import Receiver

UNITS = """
units:
  town: {level: town, name: {vi: Thị xã, en: Town}}
  calm: {level: office, parent: town, name: {vi: Phòng A, en: Calm}}
  mute: {level: office, parent: town, name: {vi: Phòng B, en: Mute}}
  mumbler: {level: office, parent: town, name: {vi: Phòng C, en: Mumbler}}
  talker: {level: office, parent: town, name: {vi: Phòng D, en: Talker}}
  hasty: {level: office, parent: town, name: {vi: Phòng E, en: Hasty}}
  dreamer: {level: office, parent: town, name: {vi: Phòng F, en: Dreamer}}
  sieve: {level: office, parent: town, name: {vi: Phòng G, en: Sieve}}
"""
FEEDS = """
desk:
  title: {vi: Quầy, en: Desk}
  events:
    served: {n: integer}
pulse:
  title: {vi: Nhịp, en: Pulse}
  expect: {from: {id: [calm, mute]}, every: 3s, grace: 1s}
  events:
    beat: {n: {type: integer, min: 0}}
"""
INDICATORS = """
pulse.beats: {title: {vi: Nhịp, en: Beats}, count: pulse/beat, windows: [5m]}
"""
RULES = """
pulse-silent: {title: {vi: Mất nhịp, en: No pulse}, silence: pulse, severity: warning}
"""
RECEIVERS = """
duty: {{title: {{vi: Trực ban, en: Duty}}, url: "http://127.0.0.1:{duty}/duty"}}
switch: {{title: {{vi: Giám sát, en: Dead-man switch}}, url: "http://127.0.0.1:{duty}/switch", hears: {{rules: [iocd-watchdog]}}}}
chief: {{title: {{vi: Lãnh đạo, en: Chief}}, url: "http://127.0.0.1:{chief}/", hears: {{rules: [pulse-silent]}}}}
"""
BROKER = """
sys_interval 1
max_queued_messages 20
"""
ENOUGH = 1 << 30
STOP_BELOW = "4M"
LOOK_EVERY_S = 0.1


class Watcher(threading.Thread):
    """Looks all the time at what an operator sees, and notes when each thing was first seen."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site = site
        self.lock = threading.Lock()
        self.awaited = {}  # what: (is_seen, since when, or None)
        self.seen = {}
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(LOOK_EVERY_S):
            status, alerts = self.site.status(), self.site.get("alerts")
            with self.lock:
                awaited = list(self.awaited.items())
            for what, (is_seen, since) in awaited:
                found = status and alerts and is_seen(status, alerts["alerts"])
                if found:
                    with self.lock:
                        self.seen[what] = (time.monotonic() - since, found)
                        self.awaited.pop(what, None)

    def expect(self, what, is_seen):
        """From now on."""
        with self.lock:
            self.seen.pop(what, None)
            self.awaited[what] = (is_seen, time.monotonic())

    def within(self, what, bound_s):
        """What was found; it must have been seen within its bound."""
        try:
            took, found = wait_for(what, lambda: self.seen.get(what), bound_s)
        except NotReady:
            raise AssertionError(f"{what} was not seen within {bound_s} s; " +
                                 self.site.log("iocd")[-2000:]) from None
        assert took <= bound_s, what
        print(f"blind: {what}: {took:.1f} s of {bound_s}")
        return found


def part_is(name, *lights, words=""):
    def is_seen(status, _):
        return next((part for part in status["parts"] if part["name"] == name and
                     part["light"] in lights and words in part["detail"]), None)
    return is_seen


def alert_is(rule, unit="town", severity=None, words=""):
    """An alert that is raised, neither pending nor fading, and says what it is about."""
    def is_seen(_, alerts):
        return next((alert for alert in alerts
                     if alert["rule"]["id"] == rule and alert["unit"]["id"] == unit
                     and alert["condition"] == "raised" and severity in (None, alert["severity"])
                     and words in alert["reason"]["en"]), None)
    return is_seen


class Stage:
    """The site, what it hears, and who watches it."""

    def __init__(self, site, duty, chief):
        self.site, self.duty, self.chief = site, duty, chief
        self.sender = None
        self.watcher = Watcher(site)
        self.beating = {"calm", "mute"}
        self.over = threading.Event()
        self.beats = threading.Thread(target=self.beat, daemon=True)
        self.troubles = set()  # rule and unit of each alert that there was to be

    def start(self):
        self.set_room(ENOUGH)
        self.site.start_broker()
        self.site.start_redis()
        self.start_iocd()
        self.sender = Sender(self.site)
        self.beats.start()
        self.watcher.start()

    def start_iocd(self, wait=True):
        library = os.path.join(self.site.build, "tests", "{}.so")
        self.site.start_iocd(wait, {
            "LD_PRELOAD": ":".join([library.format("e2e/shifted-clock"),
                                    library.format("torture/syscall-faults")]),
            "IOCD_FAULT_DIRECTORY": self.site.path("journal"),
            "IOCD_FAULT_FREE": self.site.path("free"),
            "IOCD_FAULT_HANG": self.site.path("hang")})

    def stop(self):
        self.over.set()
        self.watcher.over.set()
        self.site.stop()
        self.duty.down()
        self.chief.down()

    def set_room(self, n):
        with open(self.site.path("free.new"), "w") as file:
            file.write(str(n))
        os.replace(self.site.path("free.new"), self.site.path("free"))

    def beat(self):
        """Somebody is well all the time."""
        number = 0
        while not self.over.wait(1):
            for unit in list(self.beating):
                number += 1
                self.publish(unit, "pulse/beat", {"n": 1}, f"beat-{number}")

    def publish(self, unit, kind, data, event_id, ahead_s=0.0, **attributes):
        feed, name = kind.split("/")
        stamp = self.site.now() + timedelta(seconds=ahead_s)
        event = {"specversion": "1.0", "id": event_id, "source": f"/unit/{unit}/{feed}",
                 "type": f"vn.ioc.{feed}.{name}.v1", "time": stamp.isoformat(), **attributes,
                 "data": data}
        return self.sender.client.publish(f"ioc/v1/{unit}/{feed}/evt/{name}", json.dumps(event), qos=1)

    def expect_alert(self, rule, unit="town", **more):
        """That it is raised once and cleared once is seen at the end."""
        self.troubles.add((rule, unit))
        self.watcher.expect(f"{rule} of {unit}", alert_is(rule, unit, **more))

    def alert_within(self, rule, bound_s, unit="town"):
        alert = self.watcher.within(f"{rule} of {unit}", bound_s)
        reason = alert["reason"]
        assert reason["vi"] != reason["en"] and len(reason["vi"]) > 20
        print(f"  {alert['severity']}: {alert['rule']['title']['en']}: {reason['en']}")
        print(f"  {alert['rule']['title']['vi']}: {reason['vi']}")
        return alert

    def expect_part(self, name, *lights, **more):
        self.watcher.expect(f"part {name} {'|'.join(lights)}", part_is(name, *lights, **more))

    def part_within(self, name, *lights, bound_s):
        part = self.watcher.within(f"part {name} {'|'.join(lights)}", bound_s)
        print(f"  {part['state']}: {part['detail']}")
        return part

    def iocctl_status(self):
        return subprocess.run([self.site.program("iocctl"), "--socket", self.site.socket, "--lang",
                               "en", "status"], capture_output=True, text=True, check=False)

    def news(self):
        """[(rule, unit, news)] that the receiver heard, each once."""
        heard = {}
        for _, headers, body in list(self.duty.posts):
            told = json.loads(body)["transition"]
            heard.setdefault(headers["Idempotency-Key"],
                             (told["rule"]["id"], told["unit"]["id"], told["news"]))
        return list(heard.values())

    def pass_time(self, **span):
        self.site.set_time(self.site.now() + timedelta(**span))

    def write(self, name, text):
        with open(os.path.join(self.site.config, name), "w") as file:
            file.write(text)

    def make_certificate(self, days):
        """Puts one in place that ends so many days from the site's now."""
        real_days = (self.site.now() - datetime.now(LOCAL)).days + days
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.site.path("key"),
                        "-out", self.site.path("cert"), "-days", str(real_days), "-subj",
                        "/CN=iocd"], check=True, capture_output=True)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    duty, chief = Receiver(), Receiver()
    duty.up()
    pack = tmp_path_factory.mktemp("pack")
    for name, text in {
            "units.yml": UNITS, "feeds.d/desk.yml": FEEDS, "indicators.d/desk.yml": INDICATORS,
            "rules.d/desk.yml": RULES,
            "receivers.yml": RECEIVERS.format(duty=duty.port, chief=chief.port),
    }.items():
        file = pack / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    site = PlayedSite(os.environ["IOCD_BUILD"], str(pack), datetime.now(LOCAL), broker=BROKER,
                      settings={"canary.every": "1s", "limits.rate": 20, "limits.burst": 40,
                                "journal.stop-below": STOP_BELOW, "journal.snapshot-every": "1s"})
    site.settings.update({"mqtt.cert-file": site.path("cert"), "mqtt.key-file": site.path("key")})
    stage = Stage(site, duty, chief)
    try:
        stage.make_certificate(400)
        stage.start()
        yield stage
    finally:
        stage.stop()


def drop_messages(port, n):
    """Makes the broker drop some that a subscriber who is away was to get."""
    away = mqtt.Client(client_id="away", protocol=mqtt.MQTTv311, clean_session=False)
    away.connect("127.0.0.1", port)
    subscribed = threading.Event()
    away.on_subscribe = lambda *_: subscribed.set()
    away.subscribe("noise", 1)
    away.loop_start()
    assert subscribed.wait(10)
    away.disconnect()
    away.loop_stop()
    here = mqtt.Client(client_id="here", protocol=mqtt.MQTTv311)
    here.connect("127.0.0.1", port)
    here.loop_start()
    for _ in range(n):
        here.publish("noise", "x", qos=1).wait_for_publish(10)
    here.disconnect()
    here.loop_stop()


# ---- troubles that do not mind each other: all begin in the first test, and each has its bound ----

def test_all_is_green_and_only_the_watchdog_stands(stage):
    site = stage.site
    wait_for("both units", lambda: reading(site)["reporting"] == 2)
    assert all(part["light"] == "green" for part in site.status()["parts"])
    wait_for("the watchdog", lambda: ("iocd-watchdog", "town", "raised") in stage.news())
    assert [alert["rule"]["id"] for alert in site.get("alerts")["alerts"]] == ["iocd-watchdog"]

    stage.beating.remove("mute")
    stage.expect_alert("pulse-silent", "mute")
    stage.watcher.expect("partial figure", lambda *_: reading(site)["quality"] == "partial")
    stage.expect_alert("iocd-clock", "hasty", words="90 seconds fast")
    stage.expect_alert("iocd-clock", "dreamer", words="10 seconds slow")
    for unit, ahead_s in ("hasty", 90), ("dreamer", -10):
        stage.publish(unit, "pulse/beat", {"n": 1}, f"clock-{unit}", ahead_s)
    stage.expect_alert("iocd-gap", "sieve", words="7 events")
    for number in 1, 9:
        stage.publish("sieve", "pulse/beat", {"n": 1}, f"gap-{number}", sequence=f"{number:08}")
    stage.expect_alert("iocd-source", "mumbler", words="outside the range")
    stage.expect_alert("iocd-source", "town", words="not in units.yml")
    for i in range(12):
        stage.publish("mumbler", "pulse/beat", {"n": -1}, f"bad-{i}")
        stage.publish("stranger", "pulse/beat", {"n": 1}, f"stranger-{i}")
    stage.expect_alert("iocd-rate", "talker")
    for i in range(150):
        stage.publish("talker", "pulse/beat", {"n": 1}, f"much-{i}")


def reading(site):
    for indicator in site.get("indicators?unit=town")["indicators"]:
        if indicator["id"] == "pulse.beats":
            return indicator["windows"][0]
    return None


def test_a_refused_configuration_is_seen_at_once_and_over_with_a_good_one(stage):
    good = RULES
    stage.expect_part("config", "red", words="rules.d/desk.yml:3:")
    stage.expect_alert("iocd-config", words="running the old one of")
    stage.write("rules.d/desk.yml", good + "nonsense: 1\n")
    stage.site.children["iocd"].send_signal(signal.SIGHUP)
    stage.part_within("config", "red", bound_s=2)
    stage.alert_within("iocd-config", 2)
    stage.write("rules.d/desk.yml", good)
    stage.site.children["iocd"].send_signal(signal.SIGHUP)
    wait_for("green", lambda: stage.site.light("config") == "green", 5)


def test_a_sender_above_its_rate_is_seen(stage):
    stage.alert_within("iocd-rate", 5, "talker")


def test_a_sender_of_rubbish_is_seen_even_if_nobody_knows_it(stage):
    stage.alert_within("iocd-source", 10, "mumbler")
    stage.alert_within("iocd-source", 10, "town")


def test_a_silent_unit_is_seen_and_figures_above_it_say_that_they_lack_it(stage):
    stage.alert_within("pulse-silent", 6, "mute")
    stage.watcher.within("partial figure", 6)
    window = reading(stage.site)
    assert (window["quality"], window["reporting"], window["expected"]) == ("partial", 1, 2)


def test_messages_that_the_broker_dropped_are_seen(stage):
    stage.expect_alert("iocd-dropped", words="30 messages")
    drop_messages(stage.site.port, 50)
    stage.alert_within("iocd-dropped", 15)


def test_missing_numbers_are_seen_with_their_source(stage):
    alert = stage.alert_within("iocd-gap", 15, "sieve")
    for words in "/unit/sieve/pulse", "2-8":
        assert words in alert["reason"]["vi"] and words in alert["reason"]["en"]


def test_a_receiver_that_cannot_be_reached_is_seen_by_name(stage):
    part = stage.site.part("delivery")
    assert part["light"] == "amber" and "chief" in part["detail"]


# ---- one after the other ----

def test_a_path_that_is_cut_is_seen_although_every_part_looks_well(stage):
    stage.expect_part("canary", "red")
    stage.expect_alert("iocd-canary", severity="critical")
    broker = stage.site.children["broker"]
    broker.send_signal(signal.SIGSTOP)
    try:
        stage.part_within("canary", "red", bound_s=10)
        assert stage.site.light("mqtt") == "green"
        stage.alert_within("iocd-canary", 15)
    finally:
        broker.send_signal(signal.SIGCONT)
    wait_for("green", lambda: stage.site.light("canary") == "green", 10)


def test_clocks_that_are_off_are_seen_as_bad_as_they_are(stage):
    assert stage.alert_within("iocd-clock", 30, "hasty")["severity"] == "critical"
    assert stage.alert_within("iocd-clock", 30, "dreamer")["severity"] == "warning"


def test_redis_away_is_seen_and_not_told_anew_by_an_iocd_that_was_killed(stage):
    stage.expect_part("redis", "red", words="stale since")
    stage.expect_alert("iocd-redis")
    stage.site.kill("redis")
    stage.part_within("redis", "red", bound_s=5)
    stage.alert_within("iocd-redis", 5)
    stage.site.kill("iocd")
    assert stage.iocctl_status().returncode == 3
    stage.start_iocd(wait=False)
    wait_for("iocd", lambda: (stage.site.status() or {}).get("ready"), 30)
    stage.site.start_redis()
    wait_for("green", lambda: stage.site.light("redis") == "green", 10)


def test_a_full_disk_is_seen(stage):
    stage.expect_part("disk", "red", words="not receiving")
    stage.expect_alert("iocd-disk")
    stage.set_room(0)
    stage.part_within("disk", "red", bound_s=2)
    stage.alert_within("iocd-disk", 2)
    assert stage.iocctl_status().returncode == 1
    stage.set_room(ENOUGH)
    wait_for("green", lambda: stage.site.light("disk") == "green"
             and stage.site.light("mqtt") == "green", 20)


def test_a_disk_that_does_not_sync_is_seen(stage):
    stage.expect_part("journal", "amber", "red", words="not acknowledging")
    with open(stage.site.path("hang"), "w"):
        pass
    try:
        stage.part_within("journal", "amber", "red", bound_s=2)
    finally:
        os.remove(stage.site.path("hang"))
    wait_for("green", lambda: stage.site.light("journal") == "green", 5)


def test_an_iocd_that_does_not_answer_is_seen(stage):
    iocd = stage.site.children["iocd"]
    iocd.send_signal(signal.SIGSTOP)
    start = time.monotonic()
    try:
        done = stage.iocctl_status()
    finally:
        iocd.send_signal(signal.SIGCONT)
    took = time.monotonic() - start
    print(f"blind: iocd frozen: {took:.1f} s of 15\n  {done.stderr}")
    assert done.returncode == 3 and took < 15


def test_a_broker_that_is_gone_is_seen_and_that_it_came_back_without_our_session(stage):
    stage.expect_part("mqtt", "red", words="not receiving since")
    stage.expect_alert("iocd-broker", severity="critical")
    stage.site.kill("broker")
    stage.part_within("mqtt", "red", bound_s=5)
    stage.alert_within("iocd-broker", 5)

    stage.site.start_broker()
    stage.expect_part("mqtt", "amber", words="session lost")
    stage.watcher.expect("session lost", alert_is("iocd-broker", severity="warning",
                                                  words="lost our session"))
    stage.part_within("mqtt", "amber", bound_s=15)
    wait_for("the alert", lambda: "session lost" in stage.watcher.seen, 5)


# ---- the end of all of it ----

def right_again(stage):
    """Who had a wrong clock has a right one; who was silent speaks."""
    stage.beating.add("mute")
    for unit in "hasty", "dreamer":
        stage.publish(unit, "pulse/beat", {"n": 1}, f"{unit}-{time.monotonic_ns()}").wait_for_publish(10)


def test_a_certificate_that_ends_soon_is_seen(stage):
    right_again(stage)
    stage.make_certificate(10)
    stage.expect_part("certificate", "amber", words="ends at")
    stage.expect_alert("iocd-certificate", severity="warning")
    stage.pass_time(minutes=62)  # it is looked at every hour
    stage.part_within("certificate", "amber", bound_s=10)
    stage.alert_within("iocd-certificate", 10)
    # what has waited for hours is more than a hiccup
    stage.expect_part("delivery", "red")
    stage.expect_alert("iocd-delivery", severity="critical", words="chief")
    stage.part_within("delivery", "red", bound_s=10)
    stage.alert_within("iocd-delivery", 10)
    stage.chief.up()  # it is tried again in its own time

    right_again(stage)
    stage.make_certificate(2)
    stage.expect_part("certificate", "red")
    stage.watcher.expect("soon", alert_is("iocd-certificate", severity="critical"))
    stage.pass_time(minutes=62)
    stage.part_within("certificate", "red", bound_s=10)
    stage.watcher.within("soon", 10)


def test_each_trouble_was_told_once_and_its_end_once_and_nothing_is_left(stage):
    site = stage.site
    stage.make_certificate(400)
    for _ in range(3):
        right_again(stage)
        stage.pass_time(minutes=31)
        time.sleep(1.5)
    wait_for("green", lambda: all(part["light"] == "green" for part in site.status()["parts"]), 60)
    stage.pass_time(minutes=11)
    def standing():
        return [(alert["rule"]["id"], alert["unit"]["id"], alert["condition"], alert["reason"]["en"])
                for alert in site.get("alerts")["alerts"]]
    try:
        wait_for("the end of all", lambda: len(standing()) == 1, 20)
    except NotReady:
        raise AssertionError(standing()) from None

    wait_for("the last news", lambda: stage.troubles <= {
        news[:2] for news in stage.news() if news[2] == "cleared"}, 10)
    told = Counter(news for news in stage.news() if news[2] in ("raised", "cleared"))
    for rule, unit in stage.troubles:
        if rule != "pulse-silent":
            assert (told[rule, unit, "raised"], told[rule, unit, "cleared"]) == (1, 1), (rule, unit)
    watchdog = ("iocd-watchdog", "town")
    assert (told[*watchdog, "raised"], told[*watchdog, "cleared"]) == (1, 0)
    others = {news[:2] for news in told} - stage.troubles - {watchdog, ("pulse-silent", "calm")}
    assert not others


def test_the_watchdog_is_told_again_and_again_to_whom_asked_for_it(stage):
    def times():
        return sum(path == "/switch" for path, _, _ in list(stage.duty.posts))
    before = times()
    assert before > 1
    stage.pass_time(seconds=61)
    wait_for("the watchdog", lambda: times() > before, 5)
    assert all(json.loads(body)["transition"]["rule"]["id"] == "iocd-watchdog"
               for path, _, body in list(stage.duty.posts) if path == "/switch")

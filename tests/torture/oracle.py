# SPDX-License-Identifier: Apache-2.0
"""Holds what was acknowledged against the journal, the account, Redis and the alerts.  Exact."""
import json
import re
import subprocess

import place  # noqa: F401 (puts the next two on the path)
import view
from servers import wait_for

import journal_reader


class Verdict:
    def __init__(self):
        self.lost = 0     # acknowledged, and not counted
        self.double = 0   # counted more than once
        self.phantom = 0  # counted, and never sent
        self.wrong = []   # everything that is not as it must be, in words
        self.facts = []   # what was compared, in words

    def check(self, ok, words):
        if not ok:
            self.wrong.append(words)

    def count(self, lost=0, double=0, phantom=0):
        """The same event may be missed in several places."""
        self.lost = max(self.lost, lost)
        self.double = max(self.double, double)
        self.phantom = max(self.phantom, phantom)

    def fact(self, words):
        self.facts.append(words)


def read_ledger(path):
    with open(path, "rb") as file:
        return set(file.read().split(b"\n")) - {b""}


def judge_journal(verdict, site, status):
    """Every id of the ledger stands in the journal, and no other does."""
    acknowledged = read_ledger(site.path("ledger"))
    n, kept = journal_reader.ids(site.path("journal"))
    kept -= {b"", b"a\\u0001b"}  # spoilt events that have lost their id
    acknowledged -= {b"", b"a\\u0001b"}
    lost, phantom = acknowledged - kept, kept - acknowledged
    verdict.count(lost=len(lost), phantom=len(phantom))
    verdict.fact(f"journal: {n} messages, {len(kept)} different ids; ledger: {len(acknowledged)}")
    verdict.check(not lost, f"acknowledged but not in the journal: {len(lost)}: {some(lost)}")
    verdict.check(not phantom, f"in the journal but never acknowledged: {some(phantom)}")
    verdict.check(n == status["events"]["seen"],
                  f"{n} messages in the journal, but {status['events']['seen']} seen")
    return lost


def some(ids):
    return b" ".join(sorted(ids)[:5]).decode(errors="replace")


def judge_account(verdict, totals, status, lost=0):
    events = status["events"]
    accepted, expected = events["accepted"], totals["accepted_expected"] - lost
    verdict.fact(f"status: {accepted} accepted, {expected} expected, "
                 f"{events['refused'].get('duplicate', 0)} duplicates")
    verdict.count(lost=expected - accepted, double=accepted - expected)
    verdict.check(accepted == expected, f"{accepted} events accepted, {expected} expected")
    verdict.check(events["unaccounted"] == 0, f"{events['unaccounted']} events unaccounted")
    for reason, n in totals["refused_expected"].items():
        # what is sent twice is refused twice
        verdict.check(events["refused"].get(reason, 0) >= n - lost,
                      f"{events['refused'].get(reason, 0)} refused as {reason}, {n} expected")
    for reason, n in events["refused"].items():
        verdict.check(n == 0 or reason == "duplicate" or reason in totals["refused_expected"],
                      f"{n} refused as {reason}, which nobody sent")


def judge_redis(verdict, site, totals, seconds=15):
    """Every figure in Redis is the publisher's own."""
    wrong, _ = view.wait_until_equal(view.connect(site), totals, seconds)
    figures = sum(len(f) for f in totals["by_day"].get(view.today(), {}).values())
    verdict.fact(f"Redis: {figures - len(wrong)} of {figures} figures equal")
    for unit, indicator, shown, expected in wrong[:5]:
        verdict.check(False, f"{unit} {indicator} is {shown} in Redis and must be {expected:g}")
    if wrong:
        verdict.wrong.append(f"{len(wrong)} figures differ in Redis")
        verdict.count(lost=any(shown is None or float(shown) < expected
                               for _, _, shown, expected in wrong),
                      double=any(shown is not None and float(shown) > expected
                                 for _, _, shown, expected in wrong))


def judge_alertlog(verdict, site):
    """Since Redis was lost last: every transition once, in order."""
    entries = view.connect(site).xrange("ioc:alertlog")
    numbers = [int(fields["number"]) for _, fields in entries]
    verdict.fact(f"alert log: {len(numbers)} transitions"
                 + (f", {numbers[0]} to {numbers[-1]}" if numbers else ""))
    for before, after in zip(numbers, numbers[1:]):
        verdict.check(after > before, f"transition {after} stands behind {before} in the alert log")
        verdict.check(after <= before + 1, f"transitions {before + 1} to {after - 1} are missing")
    return numbers


def retained_alerts(site):
    done = subprocess.run(
        ["mosquitto_sub", "-p", str(site.port), "-V", "5", "-v", "-q", "1", "-W", "3",
         "--retained-only", "-t", "ioc/v1/alert/#"], capture_output=True, text=True)
    told = {}
    for line in done.stdout.splitlines():
        topic, _, payload = line.partition(" ")
        if payload:
            alert = json.loads(payload)
            told[topic] = (alert["unit"]["id"], alert["key"], alert["severity"])
    return told


def judge_alerts(verdict, site):
    """The alerts of the book are those in Redis and those that the broker shows, and no others."""
    def book():
        return {(alert["unit"]["id"], alert["key"], alert["severity"])
                for alert in site.get("alerts?limit=10000")["alerts"]}

    def all_equal():
        book_now = book()
        redis = {tuple(re.split("/", member, maxsplit=1))
                 for member in view.connect(site).zrange("ioc:alerts", 0, -1)}
        mqtt = retained_alerts(site)
        ok = (set(mqtt.values()) == book_now and len(mqtt) == len(book_now)
              and redis == {(unit, key) for unit, key, _ in book_now} and book() == book_now)
        found.update(book=book_now, redis=redis, mqtt=mqtt)
        return ok

    found = {}
    try:
        wait_for("equal alerts", all_equal, 15)
    except Exception:
        verdict.wrong.append(
            f"alerts differ: book {sorted(found['book'])[:9]}, Redis {sorted(found['redis'])[:9]}, "
            f"MQTT {sorted(found['mqtt'].values())[:9]}")
    verdict.fact(f"alerts: {len(found['book'])} in the book, {len(found['redis'])} in Redis, "
                 f"{len(found['mqtt'])} at the broker")


def judge_without_journal(site, totals, status, verdict=None):
    """Where nothing may be lost, but the journal has forgotten the oldest."""
    verdict = verdict or Verdict()
    judge_account(verdict, totals, status)
    judge_redis(verdict, site, totals)
    judge_alertlog(verdict, site)
    judge_alerts(verdict, site)
    return verdict


def judge(site, totals, status):
    """Where nothing may be lost."""
    verdict = Verdict()
    judge_journal(verdict, site, status)
    return judge_without_journal(site, totals, status, verdict)


def judge_loss(site, totals, status):
    """Where the broker loses what it has acknowledged: exactly that is missing, and it is shown."""
    verdict = Verdict()
    acknowledged = read_ledger(site.path("ledger"))
    n, kept = journal_reader.ids(site.path("journal"))
    lost, phantom = acknowledged - kept, kept - acknowledged
    events = status["events"]
    verdict.fact(f"acknowledged: {len(acknowledged)} events, {len(lost)} of them lost by the broker")
    verdict.fact(f"status: {events['accepted']} accepted, {events['missing']} missing")
    verdict.count(lost=len(lost) - events["missing"], phantom=len(phantom),
                  double=events["accepted"] - len(acknowledged) + len(lost))
    verdict.check(not phantom, f"in the journal but never acknowledged: {some(phantom)}")
    verdict.check(n == events["seen"], f"{n} messages in the journal, but {events['seen']} seen")
    verdict.check(events["accepted"] == len(acknowledged) - len(lost),
                  f"{events['accepted']} accepted of {len(acknowledged) - len(lost)} that arrived")
    verdict.check(events["missing"] == len(lost),
                  f"{len(lost)} events were lost, but {events['missing']} are shown as missing")
    verdict.check(events["unaccounted"] == 0, f"{events['unaccounted']} events unaccounted")
    judge_alertlog(verdict, site)
    return verdict

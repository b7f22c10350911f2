#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A province and three districts whose links are cut and healed, and every process of which is killed,
at random; then every event that a district has must be at the province once, and the province's ledger
must have named each cut, and nothing else, and hold no gap any more.

Real iocds, brokers and Redis; the systems of each district repeat what their broker did not
acknowledge.  Moments and order come from the seed.

Example: tests/torture/districts.py --build build/test --seed 7 --minutes 10 --rate 150
Exit status: 0 nothing lost, double or unnamed; 1 a finding (directories are kept and named); 2 usage.
"""
import argparse
import collections
import datetime
import os
import random
import sys
import time

import place
from federation import Federation
from servers import NotReady

DISTRICTS = ["di-an", "thuan-an", "ben-cat"]
HEARTBEAT_S = 1
START = datetime.datetime.now(datetime.timezone.utc).isoformat()  # before anything was sent
SETTINGS = {"journal.keep-bytes": "1024G", "journal.segment": "4M"}
FORWARD = {"forward.events": "all", "forward.rollups": "none",
           "forward.heartbeat": f"{HEARTBEAT_S}s"}


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/test"))
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=int, default=150, help="events per second and district")
    parser.add_argument("--gap", type=float, default=2.5, help="mean seconds between faults")
    parser.add_argument("--no-kills", action="store_true", help="cut links only")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(argv)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    return options


class Trial:
    """What is done to a federation, and when what was away."""

    def __init__(self, options):
        self.random = random.Random(options.seed)
        self.options = options
        self.federation = Federation(options.build, place.PACK, DISTRICTS, True, SETTINGS, FORWARD)
        self.away = {unit: [] for unit in DISTRICTS}  # (from, until) by the wall clock
        self.cuts = collections.Counter()
        self.done = collections.Counter()
        self.cut_since = {}

    def note_away(self, units, since):
        for unit in units:
            self.away[unit].append((since, time.time()))

    def toggle(self):
        unit = self.random.choice(DISTRICTS)
        links = self.federation.links
        if unit in self.cut_since:
            self.heal(unit)
        else:
            self.cut_since[unit] = time.time()
            how = self.random.choice(["cut", "hang"])
            (links.cut if how == "cut" else links.hang)(unit)
            self.done[how] += 1

    def heal(self, unit):
        self.federation.links.heal(unit)
        since = self.cut_since.pop(unit)
        self.note_away([unit], since)
        self.cuts[unit] += time.time() - since > 6 * HEARTBEAT_S

    def kill(self):
        unit = self.random.choice(["province", *DISTRICTS])
        site = self.federation.province if unit == "province" else self.federation.districts[unit]
        name = self.random.choice(["iocd", "iocd", "broker", "redis"])
        since = time.time()
        site.kill(name)
        time.sleep(self.random.choice([0, 0, 0.3, 1.5]))
        if name == "iocd":
            site.start_iocd(wait=False)
        elif name == "broker":
            site.start_broker()
        else:
            site.start_redis()
        self.done[f"{name} of {'the province' if unit == 'province' else 'a district'}"] += 1
        self.note_away(DISTRICTS if unit == "province" else [unit], since)

    def run(self):
        self.federation.start()
        end = time.monotonic() + self.options.minutes * 60
        for number, unit in enumerate(DISTRICTS):
            self.federation.simulate(unit, "--rate", str(self.options.rate), "--seed",
                                     str(self.options.seed + number), "--persist", "--sequence",
                                     "--seconds", str(int(self.options.minutes * 60)))
        while time.monotonic() < end:
            time.sleep(self.random.expovariate(1 / self.options.gap))
            if self.options.no_kills or self.random.random() < 0.4:
                self.toggle()
            else:
                self.kill()
        for unit in list(self.cut_since):
            self.heal(unit)
        for site in self.federation.districts.values():
            site.children.pop("iocsim").wait(timeout=180)
            site.rested()
        self.federation.complete(180)


def counts_of(site, units):
    """What was accepted, by unit and feed."""
    found = {}
    for account in site.get("feeds")["feeds"]:
        for sender in account["units"]:
            if sender["id"] in units:
                found[sender["id"], account["id"]] = sender["accepted"]
    return {key: n for key, n in found.items() if n}


def units_below(site):
    return {unit["id"] for unit in site.get("units")["units"]}


def seconds_of(text):
    return datetime.datetime.fromisoformat(text).timestamp()


def unnamed(trial):
    """Cuts without a gap, and gaps without a cause."""
    findings = []
    for unit in DISTRICTS:
        gaps = [gap for gap in trial.federation.gaps(f"?unit={unit}") if gap["stream"] == "event"]
        spans = [(seconds_of(gap["recorded_from"] or START), seconds_of(gap["recorded_to"]))
                 for gap in gaps if gap["recorded_to"]]
        for since, until in trial.away[unit]:
            if until - since > 6 * HEARTBEAT_S and not any(
                    begin < until and since < end for begin, end in spans):
                findings.append(f"{unit}: no gap for the cut of {until - since:.1f} s; {gaps}")
        for begin, end in spans:
            if not any(begin < until + 30 and since < end + 5 for since, until in trial.away[unit]):
                findings.append(f"{unit}: a gap of {end - begin:.1f} s without a cut")
        findings += [f"{unit}: a gap is still {gap['state']}" for gap in gaps
                     if gap["state"] != "closed"]
    return findings


def differences(trial):
    findings, total = [], 0
    for unit, site in trial.federation.districts.items():
        there = counts_of(site, units_below(site))
        here = counts_of(trial.federation.province, units_below(site))
        total += sum(there.values())
        for key in sorted(there.keys() | here.keys()):
            if there.get(key, 0) != here.get(key, 0):
                findings.append(f"{unit}: {'/'.join(key)}: {there.get(key, 0)} there, "
                                f"{here.get(key, 0)} at the province")
    return findings, total


def main(argv=None):
    options = arguments(argv)
    print(f"seed {options.seed}", flush=True)
    trial = Trial(options)
    findings = ["it did not end"]
    try:
        trial.run()
        findings, total = differences(trial)
        findings += unnamed(trial)
        cuts = sum(trial.cuts.values())
        print(f"{total} events at {len(DISTRICTS)} districts; "
              + ", ".join(f"{n} x {what}" for what, n in sorted(trial.done.items()))
              + f"; {cuts} cuts of more than {6 * HEARTBEAT_S} s")
        streams = [trial.federation.stream_above(unit) for unit in DISTRICTS]
        print(f"at the province: {sum(stream['taken'] for stream in streams)} taken, "
              f"{sum(stream['repeats'] for stream in streams)} repeats passed over, "
              f"{sum(stream['missing'] for stream in streams)} missing")
        for finding in findings:
            print("FINDING", finding)
        print("nothing lost, double or unnamed" if not findings else f"{len(findings)} findings")
    except NotReady as problem:
        print("FINDING", problem)
    finally:
        keep = options.keep or bool(findings)
        if keep:
            print("kept:", " ".join(site.dir for site in trial.federation.sites()))
        trial.federation.stop(keep)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Hundreds of readers of the live stream, of several users, some of whom see only some units: they are cut,
reset, slow and away at random, iocd is killed, rights change; and every transition that a reader may see
must have reached it exactly once, in order, from when it first read the list, and none that it may not see.

Real iocd, broker and Redis; alerts from incidents of ever new subjects at a steady rate.  Moments and order
come from the seed.  With --faults 0 nothing is done to anybody, and what the streams cost is measured.

Example: tests/torture/streams.py --build build/release --clients 500 --alerts 50 --minutes 1 --faults 0
Exit status: 0 exactly once; 1 a finding (the directory is kept and named); 2 usage.
"""
import argparse
import collections
import datetime
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import time

import paho.mqtt.client as mqtt

import place
from servers import NotReady, Site, wait_for
from stream_book import Book, Right, has_all, judge_client
from stream_clients import Crowd

UNITS = ["di-an", "di-an.an-binh", "thuan-an", "thuan-an.an-phu", "ben-cat.my-phuoc", "so-y-te", "tan-uyen.tan-hiep"]
# Who watches, and which units; the last two are changed meanwhile.
USERS = {"ca": [], "truong": [], "di-an": ["di-an"], "hai": ["thuan-an", "ben-cat"], "y-te": ["so-y-te"],
         "doi": ["tan-uyen"], "nghi": []}
CHANGES = [["di-an"], ["thuan-an", "so-y-te"], ["tan-uyen"], []]
EACH = 6         # clients of one token, of which iocd lets have 8
TOKENS_MAX = 16  # of one user
KILL_SHARE, RIGHTS_SHARE = 0.02, 0.06  # of the faults
STALL_S = (2, 20)
SMALL_EVERY = 5  # a reader of which buffers are small, to be stalled


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/test"))
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--alerts", type=float, default=40, help="a second")
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--faults", type=float, default=5, help="a second; 0: measure only")
    parser.add_argument("--kills", type=int, default=None, help="of iocd, at least")
    parser.add_argument("--events", type=int, default=0, help="other events a second, by iocsim")
    parser.add_argument("--idle", type=float, default=5, help="seconds of streams without alerts")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(argv)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    return options


class Meter:
    """What iocd takes, between two moments; pid changes when it is killed."""

    def __init__(self, site):
        self.site = site
        self.rows = []
        self.start()

    def used(self):
        with open(f"/proc/{self.site.children['iocd'].pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        with open(f"/proc/{self.site.children['iocd'].pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def start(self):
        self.pid, self.cpu, self.at = self.site.children["iocd"].pid, self.used(), time.monotonic()
        self.stalls = []
        self.seen = self.count_events()

    def count_events(self):
        status = self.site.status()
        return status["events"]["seen"] if status else 0

    def sample(self):
        status = self.site.status()
        if status:
            self.stalls.append(status["stall_us"] / 1000)

    def end(self, what):
        if self.pid == self.site.children["iocd"].pid:
            seconds = time.monotonic() - self.at
            percent = 100 * (self.used() - self.cpu) / seconds
            rate = (self.count_events() - self.seen) / seconds
            stalls = sorted(self.stalls) or [0]
            print(f"{what:34}{percent:6.1f} % of a core {self.memory():7.1f} MiB {rate:7.0f} events/s, longest turn of "
                  f"the loop in a second: p50 {statistics.median(stalls):.1f} ms, p90 "
                  f"{stalls[len(stalls) * 9 // 10]:.1f} ms, max {stalls[-1]:.1f} ms", flush=True)
        self.start()


class Trial:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.site = Site(options.build, place.PACK, persistence=True, settings={"journal.segment": "16M"})
        self.site.open_console()
        self.crowd = Crowd(self.site.settings["http.port"], self.random, SMALL_EVERY if options.faults else 0)
        self.rights = {}
        self.done = collections.Counter()
        self.n_published = 0
        self.cut_before_kills = 0
        self.since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    # ---- people ----

    def user(self, *args):
        return subprocess.run([self.site.program("iocctl"), "user", *args, "--users", self.site.path("users.yml")],
                              input="\n", capture_output=True, text=True, check=True, timeout=60).stdout

    def add_people(self):
        names = [name for name, _ in zip(list(USERS) * 100, range(-(-self.options.clients // EACH)))]
        for n, name in enumerate(names):
            user = f"{name}{n // (len(USERS) * TOKENS_MAX) or ''}"
            if user not in self.rights:
                units = USERS[name]
                self.site.add_user(user, "\n", *(["--unit", ",".join(units)] if units else []))
                self.rights[user] = [Right(0, float("inf"), units)]
            token = re.search(r"iocd_[\w-]+", self.user("token", "add", user, f"t{n}")).group(0)
            for _ in range(min(EACH, self.options.clients - len(self.crowd.clients))):
                self.crowd.add(user, token)

    def set_right(self, user, units, *args):
        since = time.time()
        self.user(*args)
        *before, last = self.rights[user]
        self.rights[user] = [*before, last._replace(until=time.time()), Right(since, float("inf"), units)]
        self.done["rights changed"] += 1

    def change_rights(self):
        user = self.random.choice([name for name in self.rights if name.startswith(("doi", "nghi"))])
        units = self.rights[user][-1].units
        if user.startswith("nghi"):
            self.set_right(user, [] if units is None else None, "enable" if units is None else "disable", user)
            return
        new = self.random.choice([one for one in CHANGES if one != units])
        self.set_right(user, new, "change", user, "--unit", ",".join(new) or "-")

    # ---- alerts ----

    def start_alerts(self):
        self.sender = mqtt.Client(protocol=mqtt.MQTTv5)
        self.sender.max_inflight_messages_set(1000)
        self.sender.connect("127.0.0.1", self.site.port)
        self.sender.loop_start()

    def publish(self):
        self.n_published += 1
        unit = UNITS[self.n_published % len(UNITS)]
        subject = f"pc-{self.n_published}"
        now = datetime.datetime.now(datetime.timezone.utc)
        self.crowd.published[subject] = time.time()
        self.sender.publish(f"ioc/v1/{unit}/security/evt/incident", json.dumps({
            "specversion": "1.0", "id": f"t-{self.n_published}", "source": f"{unit}/security", "type": "incident",
            "time": now.isoformat().replace("+00:00", "Z"),
            "data": {"severity": "critical", "category": "intrusion", "host": subject}}), qos=1)

    # ---- faults ----

    def kill(self):
        self.cut_before_kills += self.streams_cut()
        self.site.kill("iocd")
        end = time.monotonic() + self.random.choice([0, 0.2, 1])
        while time.monotonic() < end:
            self.crowd.turn(0.02)
        self.site.start_iocd(wait=False)
        self.done["iocd killed"] += 1

    def disturb(self):
        clients = self.crowd.streaming()
        if not clients:
            return
        how = self.random.choice(["close", "close", "reset", "half-close", "stall"])
        client = self.random.choice([one for one in clients if one.is_small or how != "stall"] or clients)
        try:
            if how == "half-close":
                client.halve()
            elif how == "stall":
                client.stall(self.random.uniform(*STALL_S) if self.options.minutes > 1 else 4)
            else:
                client.leave(is_reset=how == "reset")
        except OSError: # it had gone by itself
            client.leave()
        self.done[how] += 1

    def fault(self, due):
        """due: a kill has to be now."""
        share = self.random.random()
        if due or (self.options.kills is None and share < KILL_SHARE):
            self.kill()
        elif share < KILL_SHARE + RIGHTS_SHARE:
            self.change_rights()
        else:
            self.disturb()

    def streams_cut(self):
        answer = self.site.get("counters")
        return sum(counter["value"] for counter in (answer["counters"] if answer else [])
                   if counter["name"] == "http_streams_cut")

    # ---- the course ----

    def live(self, seconds, alerts, faults, meter=None):
        begin = time.monotonic()
        next_fault, next_sample, n, kills = begin, begin, 0, 0
        while (now := time.monotonic()) < begin + seconds:
            while n < (now - begin) * alerts:
                self.publish()
                n += 1
            if faults and now >= next_fault:
                wanted = (self.options.kills or 0) * (now - begin) / seconds
                self.fault(kills + 0.5 < wanted)
                kills = self.done["iocd killed"]
                next_fault = now + self.random.expovariate(faults)
            if meter and now >= next_sample:
                meter.sample()
                next_sample = now + 1
            self.crowd.turn(0.005)

    def wait(self, what, ready, seconds=60):
        """As wait_for(), while the clients go on."""
        def turn():
            for _ in range(20):
                self.crowd.turn(0.005)
            return ready()
        return wait_for(what, turn, seconds)

    def join(self):
        self.wait("the readers' joining", lambda: len(self.crowd.streaming()) == len(self.crowd.clients))

    def run(self):
        options = self.options
        self.add_people()
        self.site.start_all()
        self.start_alerts()
        meter = Meter(self.site)
        self.live(min(options.idle, 3), 0, 0, meter)
        meter.end("without streams")
        self.join()
        meter.start()
        self.live(options.idle, 0, 0, meter)
        meter.end(f"{options.clients} idle streams")
        if options.events:
            self.site.simulate("--rate", str(options.events), "--batch", "50", "--seed", str(options.seed),
                               "--seconds", str(int(options.minutes * 60 + 4)))
            self.live(4, 0, 0)
            meter.start()
        self.live(options.minutes * 60, options.alerts, options.faults, meter)
        meter.end(f"{options.alerts:g} alerts/s, {options.events} events/s")
        self.finish()

    def finish(self):
        for user, rights in self.rights.items():
            if rights[-1].units is None:
                self.set_right(user, [], "enable", user)
        if "iocsim" in self.site.children:
            self.site.children.pop("iocsim").wait(timeout=120)
        wait_for("iocd", lambda: self.site.is_green(self.site.children["iocd"]))
        self.wait("all alerts", lambda: self.raised() >= self.n_published)
        self.wait("the log's end", lambda: not Book(self.site, self.since).findings)
        self.book = Book(self.site, self.since)
        try:
            self.wait("the end of all streams", lambda: all(
                has_all(self.book, client, self.rights[client.user]) for client in self.crowd.clients))
        except NotReady:
            pass # what is missing will be named

    def raised(self):
        status = self.site.status()
        return status["alerts"]["raised"] if status else 0


def judge(trial):
    findings = trial.book.findings + trial.crowd.troubles
    total = 0
    for client in trial.crowd.clients:
        found, n = judge_client(trial.book, client, trial.rights[client.user])
        findings += found
        total += n
    return findings, total


def report(trial):
    delays = sorted(trial.crowd.delays)
    findings, total = judge(trial)
    print(f"{len(trial.crowd.clients)} readers of {len(trial.rights)} users; {trial.book.last} transitions, "
          f"{trial.n_published} alerts published; {total} brought to readers over "
          f"{sum(len(client.segments) for client in trial.crowd.clients)} connections")
    print("; ".join(f"{n} x {what}" for what, n in sorted(trial.done.items())) or "no faults", end="; ")
    print(f"{trial.streams_cut() + trial.cut_before_kills} streams cut as slow; answers: "
          + ", ".join(f"{n} x {status} {what}" for (what, status), n in sorted(trial.crowd.statuses.items())))
    if delays:
        print(f"published to the first reader: p50 {1000 * delays[len(delays) // 2]:.0f} ms, "
              f"p99 {1000 * delays[len(delays) * 99 // 100]:.0f} ms, max {1000 * delays[-1]:.0f} ms")
    for finding, n in collections.Counter(findings).most_common(30):
        print("FINDING", finding, f"({n} times)" if n > 1 else "")
    print("exactly once" if not findings else f"{len(findings)} findings")
    return findings


def main(argv=None):
    options = arguments(argv)
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    print(f"seed {options.seed}", flush=True)
    trial = Trial(options)
    findings = ["it did not end"]
    try:
        trial.run()
        findings = report(trial)
    except NotReady as problem:
        print("FINDING", problem)
    finally:
        keep = options.keep or bool(findings)
        if keep:
            print("kept:", trial.site.dir)
        trial.crowd.close()
        trial.site.stop(keep)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

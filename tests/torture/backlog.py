#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fills a district's outbox while its link is cut, heals the link, and measures how fast the backlog
drains, and how long an alert that arises meanwhile takes to the province.

The events are made as fast as the district takes them, marked as of the past: three hours at 500 a
second are 5,400,000.  Once a half second an incident is published at the district; its alert must be
told by the province's broker.

Example: tests/torture/backlog.py --build build/release --events 5400000
Exit status: 0; 1 an event is missing or counted twice at the end.
"""
import argparse
import json
import os
import sys
import threading
import time
from datetime import datetime, timezone

import paho.mqtt.client as mqtt

import place
from federation import Federation
from servers import NotReady, wait_for

UNIT = "di-an"
FORWARD = {"forward.events": "all", "forward.rollups": "none", "forward.heartbeat": "5s",
           "forward.segment": "16M"}
SETTINGS = {"journal.keep-bytes": "1024G", "limits.rate": "0"}
EVERY_S = 0.5
BATCH = "64"
FILL_RATE = "40000"


def connect(port):
    client = mqtt.Client(protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


class Probe(threading.Thread):
    """Publishes an incident at the district now and then, and hears of it at the province."""

    def __init__(self, federation):
        super().__init__(daemon=True)
        self.sent, self.took = {}, []
        self.over = False
        self.below = connect(federation.districts[UNIT].port)
        self.above = connect(federation.province.port)
        self.above.on_message = self.hear
        self.above.subscribe(f"ioc/v1/alertlog/{UNIT}/critical", 1)

    def hear(self, _client, _context, message):
        told = json.loads(message.payload)
        origin = told.get("origin")
        if origin and told["news"] == "raised" and origin["subject"] in self.sent:
            self.took.append(time.monotonic() - self.sent.pop(origin["subject"]))

    def run(self):
        for number in range(10 ** 6):
            if self.over:
                return
            host = f"probe-{number}"
            self.sent[host] = time.monotonic()
            self.below.publish(f"ioc/v1/{UNIT}/security/evt/incident", json.dumps({
                "specversion": "1.0", "id": host, "source": f"/unit/{UNIT}/probe",
                "type": "incident", "subject": host,
                "time": datetime.now(timezone.utc).isoformat(),
                "data": {"severity": "critical", "category": "intrusion", "host": host}}), 1)
            time.sleep(EVERY_S)


def fill(federation, events):
    site = federation.districts[UNIT]
    sim = federation.simulate(UNIT, "--rate", FILL_RATE, "--count", str(events), "--batch", BATCH)
    while sim.poll() is None:
        time.sleep(5)
        status = site.status()
        print(f"  {status['events']['accepted']:>9} at the district", flush=True)
    site.settled(site.totals()["sent"], 600)


def drain(federation, probe):
    """Seconds until nothing is missing any more, and events meanwhile."""
    before = federation.stream_above(UNIT)["taken"]
    federation.links.heal(UNIT)
    wait_for("an answer from the province", lambda: federation.stream_above(UNIT)["taken"] > before, 60)
    probe.start()
    start, first = time.monotonic(), federation.stream_above(UNIT)["taken"]
    shown = start
    while True:
        stream = federation.stream_above(UNIT)
        backlog = federation.districts[UNIT].status()["uplink"]["backlog"]
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            print(f"  {stream['taken']:>9} at the province, {backlog} wait", flush=True)
        if backlog < 500 and stream["missing"] == 0:
            return time.monotonic() - start, stream["taken"] - first
        time.sleep(0.1)


def quantile(list_, q):
    return sorted(list_)[min(len(list_) - 1, int(q * len(list_)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/test"))
    parser.add_argument("--events", type=int, default=5400000)
    options = parser.parse_args()
    federation = Federation(options.build, place.PACK, [UNIT], settings=SETTINGS, forward=FORWARD)
    try:
        federation.start()
        wait_for("the first heartbeat", lambda: federation.stream_above(UNIT), 30)
        federation.links.cut(UNIT)
        print("filling the outbox", flush=True)
        fill(federation, options.events)
        size = sum(stream["bytes"] for stream in
                   federation.districts[UNIT].status()["uplink"]["streams"])
        probe = Probe(federation)
        print("draining", flush=True)
        seconds, events = drain(federation, probe)
        probe.over = True
        federation.complete(120)
        time.sleep(1)
        there = federation.districts[UNIT].status()["events"]["accepted"]
        here = federation.province.status()["events"]["accepted"]
        print(f"{events} events ({size >> 20} MiB) drained in {seconds:.1f} s: {events / seconds:.0f} events/s")
        print(f"{len(probe.took)} alerts meanwhile: p50 {quantile(probe.took, 0.5) * 1000:.0f} ms, "
              f"p99 {quantile(probe.took, 0.99) * 1000:.0f} ms, at worst {max(probe.took) * 1000:.0f} ms; "
              f"{len(probe.sent)} not heard")
        print(f"accepted there {there}, here {here}")
        return int(there != here or bool(probe.sent))
    except NotReady as problem:
        print("FINDING", problem)
        return 1
    finally:
        federation.stop()


if __name__ == "__main__":
    sys.exit(main())

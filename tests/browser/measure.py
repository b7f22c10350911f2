#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How long it takes from the publishing of an alert until it is painted in Chromium, while other events come.

Example: tests/browser/measure.py --build build/release --rate 2000 --alerts 200
Exit status: 0 all were painted, in time; 1 not; 2 usage.
"""
import argparse
import json
import os
import random
import sys
import time

import paho.mqtt.client as mqtt

from stage import Stage

UNITS = ["so-y-te", "di-an", "di-an.an-binh", "thuan-an", "ben-cat.my-phuoc"]
PAUSE_S = (0.08, 0.25)  # between two alerts: by no frame's or timer's rhythm
WARM_S = 3


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/release"))
    parser.add_argument("--rate", type=int, default=2000, help="other events a second")
    parser.add_argument("--alerts", type=int, default=200)
    parser.add_argument("--target", type=float, default=250, help="ms that 99 % may take")
    parser.add_argument("--shots", help="a folder for a picture of the page")
    return parser.parse_args(argv)


class Scene(Stage):
    def __init__(self, options):
        super().__init__(options.build)
        self.options = options
        self.client = mqtt.Client(protocol=mqtt.MQTTv5)

    def load(self):
        seconds = WARM_S + self.options.alerts * sum(PAUSE_S) / 2 + 2
        if self.options.rate:
            self.site.simulate("--rate", str(self.options.rate), "--seconds", str(int(seconds)))
        time.sleep(WARM_S)

    def publish_all(self):
        """One after the other; {subject: ms at which it went to the broker}."""
        self.client.connect("127.0.0.1", self.site.port)
        self.client.loop_start()
        sent = {}
        for n in range(self.options.alerts):
            unit, now = UNITS[n % len(UNITS)], time.time()
            event = {"specversion": "1.0", "id": f"p-{n}", "source": f"{unit}/security", "type": "incident",
                     "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
                     "data": {"severity": "critical", "category": "intrusion", "host": f"paint-{n}"}}
            sent[f"paint-{n}"] = time.time() * 1000
            self.client.publish(f"ioc/v1/{unit}/security/evt/incident", json.dumps(event), qos=1)
            time.sleep(random.uniform(*PAUSE_S))
        self.client.loop_stop()
        return sent

    def answer(self, question):
        if question["ask"] == "load":
            return self.load() or {}
        if question["ask"] == "publish":
            return {"sent": self.publish_all()}
        return super().answer(question)


def report(result, options):
    if not result["ok"]:
        print(result["why"])
        return 1
    painted = {subject: at for subject, at in result["painted"].items() if at}
    delays = sorted(painted[subject] - at for subject, at in result["sent"].items() if subject in painted)
    never = [subject for subject in result["sent"] if subject not in painted]
    if not delays:
        print("none was painted")
        return 1
    p99 = delays[-1 - len(delays) // 100]
    print(f"published to painted, {len(delays)} alerts at {options.rate} events/s: "
          f"p50 {delays[len(delays) // 2]:.0f} ms, p99 {p99:.0f} ms, max {delays[-1]:.0f} ms; "
          f"{len(never)} never painted {' '.join(never[:5])}")
    return 1 if never or p99 > options.target else 0


def main(argv=None):
    options = arguments(argv)
    scene = Scene(options)
    try:
        scene.start()
        return report(scene.play("paint.mjs", options.shots, seconds=120 + options.alerts), options)
    finally:
        scene.stop()


if __name__ == "__main__":
    sys.exit(main())

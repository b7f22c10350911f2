# SPDX-License-Identifier: Apache-2.0
"""A site whose iocd lives at a time that the test sets (see shifted_clock.c), and those who send to it."""
import json
import mmap
import os
import struct
import subprocess
import time
from datetime import datetime, timedelta, timezone

import paho.mqtt.client as mqtt

from servers import Site

LOCAL = timezone(timedelta(hours=7))


def at(text):
    """A local time, such as "2026-10-14 09:10"."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


class PlayedSite(Site):
    def __init__(self, build, config, start, **more):
        super().__init__(build, config, **more)
        with open(self.path("clock"), "wb") as file:
            file.write(bytes(8))
        self.file = open(self.path("clock"), "r+b")
        self.shift = mmap.mmap(self.file.fileno(), 8)
        self.set_time(start)

    def set_time(self, moment):
        """Goes to a time, from which time goes on as usual."""
        shift_ns = round(moment.timestamp() * 1e9) - time.time_ns()
        self.shift[:] = struct.pack("=q", shift_ns)

    def now(self):
        shift_ns, = struct.unpack("=q", self.shift[:])
        return datetime.fromtimestamp((time.time_ns() + shift_ns) / 1e9, LOCAL)

    def start_iocd(self, wait=True, environment=None):
        asan = os.environ.get("ASAN_OPTIONS", "")
        return super().start_iocd(wait, {
            "LD_PRELOAD": os.path.join(self.build, "tests", "e2e", "shifted-clock.so"),
            "IOCD_CLOCK_SHIFT": self.path("clock"),
            "ASAN_OPTIONS": ":".join(filter(None, [asan, "verify_asan_link_order=0"])),
            **(environment or {})})

    def iocctl(self, *args):
        """What iocctl prints."""
        done = subprocess.run([self.program("iocctl"), "--socket", self.socket, "--lang", "en",
                               *args], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, *args):
        """What iocctl answers in JSON."""
        return json.loads(self.iocctl(*args, "--json"))

    def stop(self, keep=False):
        super().stop(keep)
        self.shift.close()
        self.file.close()


class Sender:
    """Sends events of any unit; remembers how many there were."""

    def __init__(self, site):
        self.sent = 0
        self.client = mqtt.Client(client_id="player", protocol=mqtt.MQTTv5)
        self.client.max_inflight_messages_set(1000)
        self.client.connect("127.0.0.1", site.port)
        self.client.loop_start()

    def send(self, unit, kind, stamps, data, **attributes):
        """An event for each stamp, with the data that data(number) gives; returns them as sent."""
        feed, name = kind.split("/")
        published, events = [], []
        for number, stamp in enumerate(stamps):
            self.sent += 1
            events.append({
                "specversion": "1.0", "id": str(self.sent), "source": f"/unit/{unit}/{feed}",
                "type": f"vn.ioc.{feed}.{name}.v1", "time": stamp.isoformat(),
                **attributes, "data": data(number)})
            published.append(self.client.publish(f"ioc/v1/{unit}/{feed}/evt/{name}",
                                                 json.dumps(events[-1]), qos=1))
        for message in published:
            message.wait_for_publish(10)
        return events

    def close(self):
        self.client.loop_stop()
        self.client.disconnect()

# SPDX-License-Identifier: Apache-2.0
"""A site whose iocd runs on a disk that fails when it is told to (see syscalls.c), and its events."""
import os
import re
import shutil
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

from place import PACK
from servers import NotReady, Site, wait_for

import journal_reader

UNIT = "so-y-te"
TOPIC = f"ioc/v1/{UNIT}/interconnect/evt/call.sample"
PAYLOAD_BYTES = 12000  # so that a few hundred events fill more than one journal file
AT_ONCE = 20  # events, so that there is more than one sync
LOCAL = timezone(timedelta(hours=7))


def make_event(event_id):
    now = datetime.now(LOCAL).isoformat(timespec="milliseconds")
    event = (f'{{"specversion":"1.0","id":"{event_id}","source":"/unit/{UNIT}/interconnect",'
             f'"type":"vn.ioc.interconnect.call.sample.v1","time":"{now}",'
             '"data":{"link":"population","latency_ms":12,"status":200}}')
    return event.ljust(PAYLOAD_BYTES)


def preload_of(program, library):
    """LD_PRELOAD for library; the address sanitizer must come before all others."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
    found = re.search(r"=> (\S*libasan\S*)", done.stdout)
    return f"{found.group(1)}:{library}" if found else library


class FaultySite(Site):
    def __init__(self, build, **settings):
        super().__init__(build, PACK, settings={"journal.segment": "1M",
                                               "journal.snapshot-every": "1s", **settings})
        self.library = os.path.join(build, "tests", "torture", "syscall-faults.so")
        self.preload = preload_of(self.program("iocd"), self.library)
        self.note = self.path("faults.note")
        self.sent = []  # ids of this journal's events
        self.n_sent = 0

    def environment(self, fault=None, free=None):
        return {"LD_PRELOAD": self.preload, "IOCD_FAULT_DIRECTORY": self.path("journal"),
                "IOCD_FAULT_NOTE": self.note, **({"IOCD_FAULT": fault} if fault else {}),
                **({"IOCD_FAULT_FREE": free} if free else {})}

    def notes(self):
        """What the disk was made to do since they were forgotten: ("fault" or "again", path)."""
        if not os.path.exists(self.note):
            return []
        with open(self.note) as file:
            return [tuple(line.split(" ", 1)) for line in file.read().splitlines()]

    def forget(self):
        """Begins a new log and new notes."""
        for path in (self.note, self.path("iocd.log")):
            if os.path.exists(path):
                os.remove(path)

    def new_journal(self):
        shutil.rmtree(self.path("journal"), ignore_errors=True)
        self.sent = []

    def publish(self, n):
        """Sends n events, a few at a time; returns when the broker has them all."""
        ids = [f"e{self.n_sent + i}" for i in range(n)]
        self.n_sent += n
        with subprocess.Popen(["mosquitto_pub", "-p", str(self.port), "-V", "5", "-q", "1", "-t",
                               TOPIC, "-l"], stdin=subprocess.PIPE, text=True) as sender:
            for i, event_id in enumerate(ids):
                sender.stdin.write(make_event(event_id) + "\n")
                if i % AT_ONCE == 0:
                    sender.stdin.flush()
                    time.sleep(0.005)
        if sender.returncode != 0:
            raise NotReady(f"mosquitto_pub ended with {sender.returncode}")
        self.sent += ids

    def wait_counted(self, child, seconds=30):
        """Waits until all events are counted: the status; or until iocd ended: None."""
        def counted():
            if child.poll() is not None:
                return "ended"
            status = self.status()
            return status if status and status["ready"] and \
                status["events"]["accepted"] >= len(self.sent) else None
        status = wait_for(f"the counting of {len(self.sent)} events", counted, seconds)
        return None if status == "ended" else status

    def problems(self, status):
        """What is wrong with the account and the journal, in words."""
        wrong, events = [], status["events"]
        refused = {reason: n for reason, n in events["refused"].items() if n}
        if events["accepted"] != len(self.sent):
            wrong.append(f"{events['accepted']} accepted, {len(self.sent)} sent")
        if set(refused) - {"duplicate"} or events["unaccounted"]:
            wrong.append(f"refused {refused}, unaccounted {events['unaccounted']}")
        _, kept = journal_reader.ids(self.path("journal"))
        sent = {event_id.encode() for event_id in self.sent}
        if kept != sent:
            wrong.append(f"not in the journal: {len(sent - kept)}; made up: {len(kept - sent)}")
        return wrong

    def log_lines(self, level):
        return [line for line in self.log("iocd").splitlines()
                if line.split(" ")[1:2] == [level]]

    def end_iocd(self, child, number=signal.SIGTERM, seconds=30):
        """Its exit status."""
        if child.poll() is None:
            child.send_signal(number)
        try:
            return child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise NotReady("iocd does not end:\n" + self.log("iocd")[-2000:]) from None
        finally:
            self.children.pop("iocd", None)

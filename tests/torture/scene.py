# SPDX-License-Identifier: Apache-2.0
"""A site under load that things are done to: kills, restarts, and how long each took to serve again."""
import os
import shutil
import signal
import subprocess
import threading
import time

from place import PACK
from servers import NotReady, Site

LOOK_S = 0.01  # between two looks at whether iocd serves


class Watch(threading.Thread):
    """Notes how long each start of iocd took until it was ready."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site = site
        self.started = None  # of the start that is waited for
        self.took = []       # seconds, of the starts that got ready
        self.cut = 0         # starts that were killed before they were ready
        self.lock = threading.Lock()
        self.over = False

    def begin(self):
        with self.lock:
            self.cut += self.started is not None
            self.started = time.monotonic()

    def is_ready(self):
        with self.lock:
            return self.started is None

    def run(self):
        while not self.over:
            time.sleep(LOOK_S)
            with self.lock:
                started = self.started
            if started is None:
                continue
            try:
                ready = self.site.status()
            except (OSError, ValueError):
                ready = None
            with self.lock:
                # the answer may be of the process that was killed meanwhile
                if ready and ready["ready"] and self.started == started:
                    self.took.append(time.monotonic() - started)
                    self.started = None


class Scene:
    def __init__(self, build, random, settings):
        self.random = random
        self.site = Site(build, PACK, persistence=True, settings=settings)
        self.watch = Watch(self.site)
        self.copies = 0  # of Redis that were kept to be put back
        self.done = {}   # how often each thing was done

    def start(self, rate, *more):
        self.site.start_all()
        self.watch.start()
        self.load = self.site.simulate("--persist", "--ledger", self.site.path("ledger"), "--rate",
                                       str(rate), "--seed", str(self.random.randrange(10 ** 6)),
                                       *more)

    def note(self, what):
        self.done[what] = self.done.get(what, 0) + 1

    def check_alive(self):
        """Nothing may end by itself."""
        for name, child in self.site.children.items():
            if child.poll() is not None:
                raise NotReady(f"{name} ended by itself with {child.returncode}:\n"
                               + self.site.log(name)[-3000:])

    def start_iocd(self):
        self.site.start_iocd(wait=False)
        self.watch.begin()

    # ---- what is done to them ----

    def kill_iocd(self):
        self.site.kill("iocd")
        self.start_iocd()
        self.note("iocd killed")

    def copy_redis(self):
        """Keeps a copy of what Redis holds now, to come back with it later."""
        done = subprocess.run(["redis-cli", "-s", self.site.redis_socket, "SAVE"],
                              capture_output=True, text=True)
        if done.returncode == 0 and "OK" in done.stdout:
            shutil.copy(self.site.path("dump.rdb"), self.site.path("older.rdb"))
            self.copies += 1

    def kill_redis(self):
        self.site.kill("redis")
        dump, older = self.site.path("dump.rdb"), self.site.path("older.rdb")
        old = self.copies > 0 and self.random.random() < 0.4
        if os.path.exists(dump):
            os.remove(dump)
        if old:
            shutil.copy(older, dump)
        self.site.start_redis()
        self.note("redis killed, back with an older copy" if old else "redis killed, back empty")
        if self.random.random() < 0.3:
            self.copy_redis()

    def restart_broker(self):
        self.site.kill("broker", signal.SIGTERM)
        self.site.start_broker()
        self.note("broker restarted")

    def kill_broker(self):
        """What it has acknowledged and not yet passed on is lost: the more, the longer iocd is away."""
        if self.random.random() < 0.5:
            self.site.kill("iocd")
            time.sleep(self.random.uniform(0.05, 0.4))
            self.site.kill("broker")
            self.site.start_broker()
            self.start_iocd()
        else:
            self.site.kill("broker")
            self.site.start_broker()
        self.note("broker killed")

    def all_at_once(self):
        """The power of the whole machine fails, but for what the kernel has (and the broker stops well)."""
        self.site.kill("iocd")
        self.site.kill("redis")
        self.site.kill("broker", signal.SIGTERM)
        self.site.start_broker()
        if os.path.exists(self.site.path("dump.rdb")):
            os.remove(self.site.path("dump.rdb"))
        self.site.start_redis()
        self.start_iocd()
        self.note("all three at once")

    # ---- the end ----

    def end_load(self, seconds=180):
        """Ends the load once everything is acknowledged; returns its totals."""
        self.load.send_signal(signal.SIGINT)
        self.site.children.pop("iocsim", None)
        if self.load.wait(timeout=seconds) != 0:
            raise NotReady("iocsim failed:\n" + self.site.log("iocsim")[-2000:])
        return self.site.totals()

    def stop(self, keep=False):
        self.watch.over = True
        if self.watch.is_alive():
            self.watch.join()
        self.site.stop(keep=keep)

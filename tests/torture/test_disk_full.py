# SPDX-License-Identifier: Apache-2.0
"""The disk of the journal fills up while events come, and gets room again: no crash, no loss, one alarm."""
import os
import subprocess
import time

import place  # noqa: F401 (first: it makes the others importable)
import pytest
from faulty_site import FaultySite
from servers import wait_for

import oracle

STOP_BELOW = "4M"
ENOUGH = 1 << 30
FULL_S = 2


class Quota:
    """A disk that is made to look full to iocd alone: works everywhere."""

    TIMES = 2

    def __init__(self, site):
        self.site, self.file = site, site.path("free")
        self.set_free(ENOUGH)

    def set_free(self, n):
        with open(self.file + ".new", "w") as file:
            file.write(str(n))
        os.replace(self.file + ".new", self.file)

    def start_iocd(self):
        self.site.start_iocd(environment=self.site.environment(free=self.file))

    def fill(self):
        self.set_free(0)

    def make_room(self):
        self.set_free(ENOUGH)

    def close(self):
        pass


class Tmpfs:
    """A real file system, full for real, in a user namespace of iocd's own."""

    SIZE = "64M"
    TIMES = 1

    def __init__(self, site):
        self.site = site
        os.mkdir(site.path("journal"))

    @staticmethod
    def is_permitted():
        done = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"],
                              capture_output=True)
        return done.returncode == 0

    def start_iocd(self):
        site = self.site
        site.start("iocd", ["unshare", "-rm", "sh", "-c",
                            'mount -t tmpfs -o size="$1" none "$2"; shift 2; exec "$@"', "sh",
                            self.SIZE, site.path("journal"), site.program("iocd"), "--config",
                            site.config, *site.overrides()])
        wait_for("iocd's start", lambda: site.is_green(site.children["iocd"]), 60)

    def inside(self):
        return f"/proc/{self.site.children['iocd'].pid}/root" + self.site.path("journal")

    def fill(self):
        with open(self.inside() + "/ballast", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65536))
            except OSError:
                pass

    def make_room(self):
        os.remove(self.inside() + "/ballast")

    def close(self):
        """Copies the journal out for the oracle, while its file system is there."""
        subprocess.run(["cp", "-rT", self.inside(), self.site.path("journal")], check=True)


DISKS = [Quota] + ([Tmpfs] if Tmpfs.is_permitted() else [])


@pytest.fixture(params=DISKS, ids=lambda disk: disk.__name__.lower())
def disk(request):
    site = FaultySite(os.environ["IOCD_BUILD"], **{"journal.stop-below": STOP_BELOW})
    try:
        disk = request.param(site)
        site.start_broker()
        site.start_redis()
        disk.start_iocd()
        yield disk
    finally:
        site.stop()


def disk_part(site):
    return next(part for part in site.status()["parts"] if part["name"] == "disk")


def stay_full(site):
    """For a while nothing comes in; all else goes on."""
    seen = wait_for("the end of what was under way", lambda: at_rest(site))
    site.kill("redis")
    site.start_redis()
    wait_for("Redis' whole view", lambda: site.light("redis") == "green", 10)
    time.sleep(FULL_S)
    assert site.children["iocd"].poll() is None, site.log("iocd")
    assert site.status()["events"]["seen"] == seen
    assert disk_part(site)["light"] == "red" and "not receiving" in disk_part(site)["detail"]
    assert site.light("mqtt") == "red"


def at_rest(site):
    before = site.status()["events"]["seen"]
    time.sleep(0.5)
    return before if site.status()["events"]["seen"] == before else None


def test_a_disk_that_fills_up_is_told_once_and_costs_no_event(disk):
    site = disk.site
    sim = site.simulate("--persist", "--ledger", site.path("ledger"), "--seed", "11", "--rate",
                        "1000", "--duplicates", "1%")
    wait_for("the first events", lambda: site.status()["events"]["seen"] > 1000)
    for times in range(1, disk.TIMES + 1):
        disk.fill()
        wait_for("the alarm", lambda: disk_part(site)["light"] == "red", 5)
        stay_full(site)
        lines = site.log("iocd").splitlines()
        assert sum("disk.short" in line for line in lines) == times
        disk.make_room()
        wait_for("recovery", lambda: site.light("disk") == "green", 10)
        wait_for("the connection", lambda: site.light("mqtt") == "green", 30)
        seen = site.status()["events"]["seen"]
        wait_for("news", lambda: site.status()["events"]["seen"] > seen + 1000)
    assert len(site.log_lines("error")) == disk.TIMES, site.log_lines("error")

    sim.terminate()
    assert sim.wait(timeout=60) == 0, site.log("iocsim")
    totals = site.totals()
    status = site.rested()
    disk.close()
    verdict = oracle.judge(site, totals, status)
    assert not verdict.wrong, verdict.wrong

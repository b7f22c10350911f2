#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Kills iocd, Redis and the broker at random moments under load, and accounts for every event.

A real iocd, a real mosquitto, a real redis-server; one publisher that is never killed and repeats
whatever the broker did not acknowledge.  Moments and order of the faults come from the seed.

First part: iocd and Redis by SIGKILL, the broker by clean restarts, so that it keeps what it has
acknowledged: nothing may be lost, double or made up.  Second part: the broker by SIGKILL, too, where
it does lose what it has acknowledged; then what iocd misses must be what iocd shows as missing.

Example: tests/torture/torture.py --build build/test --seed 7 --iocd-kills 200 --redis-kills 50
         --broker-restarts 50 --rate 3000
Exit status: 0 nothing lost, double or made up; 1 a finding (the site is kept and named); 2 usage.
"""
import argparse
import os
import random
import statistics
import sys
import time

import place  # noqa: F401 (first: it makes the others importable)
import oracle
from scene import Scene
from servers import NotReady

WARM_S = 2     # of load before the first fault
TAIL_S = 3     # and behind the last
TOGETHER = 0.08  # share of faults that follow the one before at once
ALL_EVERY = 10   # of so many kills of each one is of all three
INCIDENTS = 16   # iocsim takes no more
KINDS = ["intrusion", "link-down", "overdue"]

KEEP_ALL = "1024G"

# In the second part: what was lost of a sender shows when it speaks again, so let each speak often.
SPEAKERS = "so-y-te,so-noi-vu,so-tu-phap,so-xay-dung,so-tai-chinh,so-cong-thuong"


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/test"),
                        help="build directory (build/test)")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--rate", type=int, default=3000, help="events per second")
    parser.add_argument("--iocd-kills", type=int, default=200)
    parser.add_argument("--redis-kills", type=int, default=50)
    parser.add_argument("--broker-restarts", type=int, default=50)
    parser.add_argument("--broker-kills", type=int, default=10, help="in the second part")
    parser.add_argument("--gap", type=float, default=1.7, help="mean seconds between faults")
    parser.add_argument("--sequence", action="store_true",
                        help="events are numbered in the first part, too")
    parser.add_argument("--keep-bytes", default=KEEP_ALL,
                        help="journal.keep-bytes; if little, the ledger is not held against it")
    parser.add_argument("--keep", action="store_true", help="keep the site's directory")
    options = parser.parse_args(argv)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10 ** 6)
    return options


class Progress:
    def __init__(self, scene, n_faults):
        self.scene, self.n_faults = scene, n_faults
        self.start = self.shown = time.monotonic()

    def show(self, nth):
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        if now - self.shown < (0.5 if terminal else 30):
            return
        self.shown = now
        done = ", ".join(f"{n} {what}" for what, n in sorted(self.scene.done.items()))
        sys.stderr.write(("\r" if terminal else "")
                         + f"{now - self.start:5.0f} s  fault {nth} of {self.n_faults}: {done}"
                         + ("\033[K" if terminal else "\n"))
        sys.stderr.flush()

    def end(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


def make_plan(draw, faults):
    """What to do, each as often as is said, in random order."""
    plan = [fault for fault, n in faults for _ in range(n)]
    draw.shuffle(plan)
    return plan


def wait_alive(scene, seconds):
    end = time.monotonic() + seconds
    while True:
        scene.check_alive()
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, 0.2))


def inflict(scene, draw, plan, gap):
    """Does everything of the plan, whether or not what was killed before serves again."""
    progress = Progress(scene, len(plan))
    for nth, fault in enumerate(plan):
        if draw.random() >= TOGETHER:
            wait_alive(scene, draw.uniform(0.05, 2 * gap - 0.05))
        fault()
        progress.show(nth + 1)
    progress.end()


def play(scene, draw, plan, options):
    """Load, faults, quiet; returns totals, status and the events per second that were sent."""
    start = time.monotonic()
    wait_alive(scene, WARM_S)
    inflict(scene, draw, plan, options.gap)
    wait_alive(scene, TAIL_S)
    took = time.monotonic() - start
    totals = scene.end_load()
    status = scene.site.rested()
    scene.check_alive()
    return totals, status, totals["sent"] / took


def incidents(n_faults, gap):
    """Trouble all along, so that there are alerts to be lost."""
    n = min(INCIDENTS, 2 + n_faults // 6)
    return [word for nth in range(n) for word in (
        "--incident", f"{KINDS[nth % len(KINDS)]}:{1 + int(nth * gap * n_faults / n)}s+5s")]


def settings(options):
    """As much going on as can be: snapshots and new journal files all the time."""
    return {"journal.snapshot-every": "1s", "journal.segment": "4M",
            "journal.keep-bytes": options.keep_bytes}


def exact_part(options, draw, scene):
    n_faults = options.iocd_kills + options.redis_kills + options.broker_restarts
    scene.start(options.rate, "--duplicates", "1%", "--late", "1%", "--bad", "0.5%",
                *incidents(n_faults, options.gap), *(["--sequence"] if options.sequence else []))
    together = min(options.iocd_kills, options.redis_kills, options.broker_restarts) // ALL_EVERY
    plan = make_plan(draw, [(scene.all_at_once, together),
                            (scene.kill_iocd, options.iocd_kills - together),
                            (scene.kill_redis, options.redis_kills - together),
                            (scene.restart_broker, options.broker_restarts - together)])
    totals, status, rate = play(scene, draw, plan, options)
    judge = oracle.judge if options.keep_bytes == KEEP_ALL else oracle.judge_without_journal
    return totals, rate, judge(scene.site, totals, status)


def lossy_part(options, draw, scene):
    scene.start(options.rate, "--sequence", "--units", SPEAKERS)
    plan = make_plan(draw, [(scene.kill_broker, options.broker_kills),
                            (scene.kill_iocd, options.broker_kills)])
    totals, status, rate = play(scene, draw, plan, options)
    return totals, rate, oracle.judge_loss(scene.site, totals, status)


def seconds_text(times):
    if not times:
        return "none measured"
    return f"median {statistics.median(times):.3f} s, worst {max(times):.3f} s"


def report(name, options, scene, totals, rate, verdict):
    rows = [("seed", options.seed),
            ("events sent", f"{totals['sent']}, {rate:.0f} per second, each acknowledged"),
            ("sent again", f"{totals['resent']} messages"),
            *sorted(scene.done.items()),
            ("serving again", seconds_text(scene.watch.took)
             + f" ({len(scene.watch.took)} starts, {scene.watch.cut} killed before)"),
            *(tuple(fact.split(": ", 1)) for fact in verdict.facts),
            ("lost", verdict.lost), ("double", verdict.double), ("phantom", verdict.phantom)]
    print(f"== {name}")
    for what, value in rows:
        print(f"  {what:<40} {value}")
    for words in verdict.wrong[:20]:
        print(f"  WRONG: {words}")
    print(flush=True)
    return not verdict.wrong


def run_part(name, part, options, draw):
    scene = Scene(options.build, draw, settings(options))
    ok = False
    try:
        ok = report(name, options, scene, *part(options, draw, scene))
    except NotReady as problem:
        print(f"== {name}\n  seed {options.seed}\n  WRONG: {problem}", flush=True)
    finally:
        scene.stop(keep=options.keep or not ok)
    if not ok:
        print(f"the site is kept in {scene.site.dir}", flush=True)
    return ok


def main(argv):
    options = arguments(argv)
    draw = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    ok = run_part("nothing may be lost", exact_part, options, draw)
    if options.broker_kills:
        ok = run_part("the broker loses, and it shows", lossy_part, options, draw) and ok
    print("nothing lost, double or made up" if ok else "FAILED", flush=True)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

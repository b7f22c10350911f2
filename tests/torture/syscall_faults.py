#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lets one call of iocd to the disk after the other fail, and accounts for every event.

Each case is one fault during a story of some two hundred events: a start, messages, new journal files,
an end.  After it iocd is started once more on a disk that works: every event is there once.  Either
iocd went on, or it ended with a clear message.  What is interrupted or written only in part is
invisible; a failed sync ends iocd and is not tried again; a failed snapshot is a warning.

Usage: syscall_faults.py [--build DIR] [--all] [KIND[.PART]:N:FAULT[:always][+new]]...
Exit status: 0; 1 a finding; 2 usage.
"""
import argparse
import os
import sys
import time

import place  # noqa: F401 (first: it makes the others importable)
from faulty_site import FaultySite
from servers import NotReady, wait_for

EVENTS = 200
SNAPSHOT_S = 5

INVISIBLE = ("EINTR", "SHORT")
NEW = "+new"  # on a new journal, so that its making fails, too

# For every test run: each kind of fault at each kind of call, at the first, an early, a later one.
SAMPLE = """
write.seg:1:ENOSPC+new write.seg:1:EIO+new write.seg:1:KILL+new write.seg:2:SHORT+new
write.seg:3:EINTR write.seg:60:SHORT write.seg:120:KILL write.seg:90:EIO write.seg:110:ENOSPC
write.tmp:1:EIO write.tmp:1:ENOSPC+new write.tmp:2:SHORT write.tmp:1:KILL
sync.seg:1:EIO sync.seg:1:EINTR sync.seg:3:EIO sync.seg:3:KILL sync.tmp:1:EIO sync.seg:1:ENOSPC+new
sync:2:EIO+new sync:3:KILL+new
reserve:1:ENOSPC+new reserve:1:EINTR reserve:2:ENOSPC reserve:1:EIO reserve:2:KILL
rename:1:EIO rename:1:KILL rename:1:ENOSPC+new open.tmp:1:ENOSPC open.seg:1:EIO+new open.tmp:1:EINTR
write.snap:1:ENOSPC write.snap:1:SHORT write.snap:1:KILL sync.snap:1:EIO rename.snap:1:EIO
open.snap.tmp:1:ENOSPC write.told:1:EIO open.told:1:EIO unlink:1:EIO
write.seg:100:EIO:always
""".split()

# All: every nth until it is no longer reached.
KINDS = ["open", "write", "sync", "reserve", "rename", "unlink", "truncate"]
FAULTS = {"write": ["ENOSPC", "EIO", "EINTR", "SHORT", "KILL"],
          "sync": ["EIO", "ENOSPC", "EINTR", "KILL"]}
OTHER_FAULTS = ["ENOSPC", "EIO", "EINTR", "KILL"]


def begin(site):
    """A broker that knows us, so that it keeps what comes while iocd is away, and knows of nothing else."""
    site.new_journal()
    if "broker" in site.children:
        site.kill("broker")
    site.start_broker()
    child = site.start_iocd(wait=False)
    wait_for("the subscription", lambda: site.light("mqtt") == "green", 60)
    site.end_iocd(child)


class Case:
    def __init__(self, spec):
        self.is_new = spec.endswith(NEW)
        self.fault = spec.removesuffix(NEW)
        self.kind, _, self.code = (self.fault.split(":") + ["", ""])[:3]
        self.name = spec
        self.wrong = []
        self.fired = False
        self.ended = None  # exit status, where the fault ended iocd

    def check(self, ok, words):
        if not ok:
            self.wrong.append(words)

    def play(self, site):
        """The story on the disk that fails."""
        site.forget()
        if self.is_new:
            site.new_journal()
        child = site.start_iocd(wait=False, environment=site.environment(self.fault))
        site.publish(EVENTS)
        went_on = site.wait_counted(child) is not None
        if went_on and ".snap" in self.kind:
            self.wait_snapshot(site)
        status = site.end_iocd(child)
        notes = site.notes()
        self.fired = any(what == "fault" for what, _ in notes)
        if not went_on or status != 0:
            self.ended = status
        self.judge_end(site, notes)

    def wait_snapshot(self, site):
        """It is written in its own time, by a process of its own."""
        try:
            wait_for("the fault", site.notes, SNAPSHOT_S)
        except NotReady:
            return  # told as never reached
        if self.code not in INVISIBLE:
            wait_for("the warning", lambda: any("snapshot." in line for line in
                                                site.log_lines("warning")), SNAPSHOT_S)

    def judge_end(self, site, notes):
        errors, warnings = site.log_lines("error"), site.log_lines("warning")
        if self.code in INVISIBLE:
            self.check(self.ended is None, f"ended with {self.ended}: {errors[:2]}")
            self.check(not errors and not warnings, f"it shows: {(errors + warnings)[:2]}")
        if self.ended is None:
            return
        self.check(self.fired, f"ended with {self.ended} although nothing failed: {errors[:2]}")
        if self.code == "KILL":
            self.check(self.ended == -9, f"ended with {self.ended}")
        else:
            self.check(self.ended == 1 and errors, f"ended with {self.ended}, without a clear "
                       "message: " + site.log("iocd")[-1500:])
        self.check(all(what != "again" for what, _ in notes), "a failed sync was tried again")

    def judge_kind(self):
        if not self.fired:
            return
        if self.kind == "sync.seg" and self.code in ("EIO", "ENOSPC"):
            self.check(self.ended == 1, "went on although the journal could not be synced")
        if ".snap" in self.kind and self.code != "KILL":
            self.check(self.ended is None, f"a snapshot that fails ended it with {self.ended}")

    def recover(self, site):
        """On a disk that works, all is there."""
        child = site.start_iocd(wait=False)
        status = site.wait_counted(child)
        if status is None:
            raise NotReady("it does not start again")
        self.wrong += site.problems(status)
        site.end_iocd(child)  # well: what it has not acknowledged would come again, into the next case

    def run(self, site):
        try:
            self.play(site)
            self.judge_kind()
            self.recover(site)
        except NotReady as problem:
            self.wrong.append(f"{problem}: " + site.log("iocd")[-1500:])
            if "iocd" in site.children:
                site.end_iocd(site.children["iocd"], 9)
            begin(site)
        return self


def outcome(case):
    if case.wrong:
        return "WRONG"
    if not case.fired:
        return "never reached"
    return "went on" if case.ended is None else f"ended ({case.ended}) and recovered"


def tell(case):
    print(f"  {case.name:<28} {outcome(case)}", flush=True)
    for words in case.wrong:
        print(f"    {words}", flush=True)


def sweep(site, kind, fault, suffix):
    """Every call of a kind, until there is none; calls without number are sampled."""
    nth, cases = 1, []
    while True:
        case = Case(f"{kind}:{nth}:{fault}{suffix}").run(site)
        if not case.fired and not case.wrong:
            return cases
        tell(case)
        cases.append(case)
        nth += 1 if nth < 30 else 1 + nth // 15


def run_all(site):
    cases = []
    for kind in KINDS:
        for fault in FAULTS.get(kind, OTHER_FAULTS):
            cases += sweep(site, kind, fault, NEW)
    return cases


def run_some(site, specs):
    """These, each of which must be reached: else the story has changed, and the choice with it."""
    cases = []
    for spec in specs:
        case = Case(spec).run(site)
        case.check(case.fired, "never reached")
        tell(case)
        cases.append(case)
    return cases


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.environ.get("IOCD_BUILD", "build/test"),
                        help="build directory (build/test)")
    parser.add_argument("--all", action="store_true", help="every call that there is: long")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args(argv)
    started = time.monotonic()
    site = FaultySite(options.build)
    try:
        site.start_redis()
        begin(site)
        cases = run_all(site) if options.all else run_some(site, options.cases or SAMPLE)
    finally:
        site.stop()
    wrong = [case.name for case in cases if case.wrong]
    reached = sum(case.fired for case in cases)
    print(f"{len(cases)} cases, {reached} reached, {len(wrong)} wrong, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if wrong or not reached else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

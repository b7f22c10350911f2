# SPDX-License-Identifier: Apache-2.0
"""The demonstration with districts: the province and each of its districts with an iocd, a broker and a
Redis of its own.  Without a terminal a link is cut for a while, and at the end the province must have
every event that the districts have.
"""
import re
import signal
import subprocess
import sys
import time

from demo_console import open_console, wait_for_enter
from federation import Federation
from servers import NotReady

FORWARD = {"forward.events": "all", "forward.rollups": "none", "forward.heartbeat": "2s"}


def districts_of(config):
    """The units of level district, as units.yml names them."""
    with open(config + "/units.yml", encoding="utf-8") as file:
        return re.findall(r"^  ([a-z0-9-]+): \{level: district,", file.read(), re.MULTILINE)


def describe(federation, console):
    iocctl = federation.province.program("iocctl")
    print(f"the province runs in {federation.province.dir}")
    print(f"  console        {console}")
    for unit, site in federation.districts.items():
        print(f"  {unit:<14} {iocctl} --socket {site.socket} watch")
    print(f"""\
who forwards   {iocctl} --socket {federation.province.socket} sites
what is missed {iocctl} --socket {federation.province.socket} feeds gaps
cut a link     tools/link {federation.links.socket} cut {next(iter(federation.districts))}
heal it        tools/link {federation.links.socket} heal all
""", flush=True)


def simulate(federation, options, *more):
    rate = max(1, options.rate // len(federation.districts))
    return [federation.simulate(unit, "--rate", str(rate), "--seed", str(number), *more)
            for number, unit in enumerate(federation.districts)]


def watch(federation, options):
    simulate(federation, options)
    wait_for_enter()
    lang = ["--lang", options.lang] if options.lang else []
    watching = subprocess.Popen([federation.province.program("iocctl"), "--socket",
                                 federation.province.socket, *lang, "watch"])
    while watching.poll() is None:
        try:
            watching.wait()
        except KeyboardInterrupt:
            pass  # iocctl has been told too
    return 0


def show(federation, second):
    status = federation.province.status()
    sites = (federation.province.get("sites") or {"sites": []})["sites"]
    lost = [site["unit"]["id"] for site in sites if site["lost"]]
    print(f"{second:4} s  {status['events']['accepted']} events at the province, "
          f"{len(sites) - len(lost)} of {len(federation.districts)} districts heard"
          + (f", lost: {' '.join(lost)}" if lost else ""), flush=True)


def run_for(federation, options):
    """Cuts the first district's link for the middle third of the time."""
    cut = next(iter(federation.districts))
    sims = simulate(federation, options, "--seconds", str(options.seconds))
    for second in range(1, options.seconds + 1):
        time.sleep(1)
        if second == options.seconds // 3:
            federation.links.cut(cut)
            print(f"{second:4} s  the link of {cut} is cut", flush=True)
        if second == options.seconds * 2 // 3:
            federation.links.heal(cut)
            print(f"{second:4} s  it is healed", flush=True)
        if second % 5 == 0:
            show(federation, second)
    if any(sim.wait(timeout=60) for sim in sims):
        print("demo: an iocsim failed")
        return 1
    for unit, site in federation.districts.items():
        site.settled(site.totals()["sent"])
    federation.complete()
    return summary(federation)


def summary(federation):
    total, wrong = 0, 0
    print("\ndistrict        accepted there   of it at the province")
    for unit, site in federation.districts.items():
        there = site.status()["events"]["accepted"]
        here = federation.stream_above(unit)["taken"]
        total += there
        wrong += there != here
        print(f"{unit:<14} {there:>15} {here:>15}{'' if there == here else '   NOT THE SAME'}")
    here = federation.province.status()["events"]["accepted"]
    print(f"{'together':<14} {total:>15} {here:>15}")
    for gap in federation.gaps():
        print(f"gap of {gap['unit']['id']} ({gap['stream']}): {gap['count']} of {gap['recorded_from']} to "
              f"{gap['recorded_to']}, {gap['state']}")
    if wrong or total != here:
        print("NOT ACCOUNTED FOR")
        return 1
    print("every event is accounted for")
    return 0


def run(options):
    federation = Federation(options.build, options.config, districts_of(options.config),
                            forward=FORWARD)
    try:
        print(f"starting the province and {len(federation.districts)} districts ...", flush=True)
        console = open_console(federation.province, options.port)
        federation.start()
        describe(federation, console)
        return run_for(federation, options) if options.seconds else watch(federation, options)
    except KeyboardInterrupt:
        return 130
    except NotReady as problem:
        print("demo:", problem, file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        federation.stop()

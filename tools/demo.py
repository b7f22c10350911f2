# SPDX-License-Identifier: Apache-2.0
"""Runs the demonstration and accounts for every event.  Started by tools/demo, which has built everything."""
import argparse
import signal
import subprocess
import sys

import demo_districts
from demo_console import open_console, wait_for_enter
from servers import NotReady, Site

INCIDENTS = ["overdue", "link-down", "intrusion"]
DISTURBANCE = ["--duplicates", "2%", "--late", "2%", "--bad", "1%"]


def describe(site, console):
    print(f"""\
running in {site.dir}
  console   {console}
  broker    mosquitto_sub -p {site.port} -V 5 -v -t 'ioc/v1/alert/#'
  Redis     redis-cli -s {site.redis_socket} KEYS '*'
  operator  {site.program("iocctl")} --socket {site.socket} status
  logs      iocd.log iocsim.log broker.log redis.log
""", flush=True)


def simulate(site, options, *more):
    incidents = [word for kind in options.incident or INCIDENTS for word in ("--incident", kind)]
    return site.simulate("--rate", str(options.rate), *DISTURBANCE, *incidents, *more)


def watch(site, options):
    simulate(site, options)
    wait_for_enter()
    lang = ["--lang", options.lang] if options.lang else []
    watching = subprocess.Popen([site.program("iocctl"), "--socket", site.socket, *lang, "watch"])
    while watching.poll() is None:
        try:
            watching.wait()
        except KeyboardInterrupt:
            pass  # iocctl has been told too, and puts the terminal in order before it ends
    return 0


def show_progress(site, sim, seconds):
    """Waits for the simulator, telling once a second how far it is where somebody may watch."""
    for second in range(seconds + 60):
        try:
            return sim.wait(timeout=1)
        except subprocess.TimeoutExpired:
            status = site.status()
            if status and second % 5 == 4:
                print(f"{second + 1:4} s  {status['events']['seen']} events, "
                      f"{status['alerts']['open']} alerts open", flush=True)
    return None


def run_for(site, options):
    sim = simulate(site, options, "--seconds", str(options.seconds))
    if show_progress(site, sim, options.seconds) != 0:
        print("demo: iocsim failed:\n" + site.log("iocsim")[-2000:])
        return 1
    totals = site.totals()
    return summary(totals, site.settled(totals["sent"]))


def summary(totals, status):
    events, alerts = status["events"], status["alerts"]
    refused = {reason: n for reason, n in events["refused"].items() if n}
    expected = {reason: n for reason, n in totals["refused_expected"].items() if n}
    print(f"events sent      {totals['sent']}")
    print(f"events accepted  {events['accepted']}")
    print(f"events refused   {sum(refused.values())}")
    for reason, n in sorted(refused.items()):
        print(f"  {reason:<16} {n}")
    print(f"indicators live  {status['indicators_live']}")
    print(f"alerts raised    {alerts['raised']}")
    print(f"alerts cleared   {alerts['cleared']}")

    wrong = []
    if totals["sent"] != events["accepted"] + sum(refused.values()):
        wrong.append("sent is not accepted + refused")
    if totals["accepted_expected"] != events["accepted"]:
        wrong.append(f"{totals['accepted_expected']} should have been accepted")
    if expected != refused:
        wrong.append(f"refused should be {expected}")
    for line in wrong:
        print("NOT ACCOUNTED FOR:", line)
    if not wrong:
        print("every event is accounted for")
    return 1 if wrong else 0


def read_options():
    parser = argparse.ArgumentParser(prog="tools/demo", add_help=False)
    parser.add_argument("--build", required=True)
    parser.add_argument("--yes", "-y", action="store_true")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--incident", action="append", choices=INCIDENTS)
    parser.add_argument("--config", default="config/binh-duong")
    parser.add_argument("--lang", choices=["vi", "en"])
    parser.add_argument("--port", type=int)
    parser.add_argument("--districts", action="store_true")
    options = parser.parse_args()
    if not options.seconds and not sys.stdout.isatty():
        parser.error("there is no terminal to show alerts on; use --seconds N")
    return options


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.districts:
        sys.exit(demo_districts.run(options))
    site = Site(options.build, options.config)
    try:
        console = open_console(site, options.port)
        site.start_all()
        describe(site, console)
        status = run_for(site, options) if options.seconds else watch(site, options)
    except KeyboardInterrupt:
        status = 130
    except NotReady as problem:
        print("demo:", problem, file=sys.stderr)
        status = 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        site.stop()
    sys.exit(status)


if __name__ == "__main__":
    main()

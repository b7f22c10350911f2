# SPDX-License-Identifier: Apache-2.0
"""Reads the live view in Redis and holds it against the simulator's own totals."""
import time
from datetime import datetime, timedelta, timezone

import redis

LOCAL = timezone(timedelta(hours=7))


def connect(site):
    return redis.Redis(unix_socket_path=site.redis_socket, decode_responses=True)


def today():
    return datetime.now(LOCAL).strftime("%Y-%m-%d")


def differences(client, totals, prefix="ioc"):
    """What the view says otherwise than the totals of this local day: [(unit, indicator, view, totals)]."""
    wrong = []
    for unit, indicators in totals["by_day"].get(today(), {}).items():
        live = client.hgetall(f"{prefix}:live:{{{unit}}}")
        for indicator, expected in indicators.items():
            shown = live.get(f"{indicator}@today")
            if shown is None or abs(float(shown) - expected) > 1e-9 * max(1, abs(expected)):
                wrong.append((unit, indicator, shown, expected))
    return wrong


def wait_until_equal(client, totals, seconds):
    """Waits until nothing differs; returns the last differences (empty: equal) and the time it took."""
    start = time.monotonic()
    while True:
        wrong = differences(client, totals)
        took = time.monotonic() - start
        if not wrong or took > seconds:
            return wrong, took
        time.sleep(0.05)


def standing(client, totals, prefix="ioc"):
    """What the view says otherwise of what there is now: stocks, and records that are open."""
    expected = {(unit, indicator): value for indicator, units in totals["stocks"].items()
                for unit, value in units.items()}
    for track, units in totals["records"].items():
        for unit, sums in units.items():
            expected[unit, track] = sums["open"]
            expected[unit, track + ".paused"] = sums["paused"]
            expected[unit, track + ".overdue"] = sums["overdue"]
    shown = {}
    for unit in {unit for unit, _ in expected}:
        for field, value in client.hgetall(f"{prefix}:live:{{{unit}}}").items():
            shown[unit, field.split("@")[0]] = float(value)
    return [(key, shown.get(key), value) for key, value in expected.items()
            if abs(shown.get(key, 0) - value) > 1e-6 * max(1, abs(value))]

# SPDX-License-Identifier: Apache-2.0
"""Judges a thousand alerts again from what `explain` says of them and from the events of the week.

Usage: re_evaluate.py EXPLAIN CONFIG [EVENTS SEED]

Runs the program EXPLAIN (explain.c), then works out every value and verdict by itself: it knows
nothing of iocd but the JSON.  A quantile may differ by its documented error, as may a count of
different values beyond those that are counted exactly; nothing else may differ.
"""
import bisect
import collections
import datetime
import json
import math
import os
import subprocess
import sys
import tempfile

QUANTILE_ERROR = 0.01
DISTINCT_EXACT, DISTINCT_ERROR = 1024, 5 * 0.023
MINUTE = 60000
AHEAD = 5 * MINUTE  # what lies further ahead is taken for so much
LEAST = {"threshold": 20, "event": 5, "silence": 200, "each": 8, "sequence": 10, "deadline": 5}


def milliseconds(text):
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000)


class Week:
    """What was counted, in the order in which it was."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            head = json.loads(file.readline())
            lines = [json.loads(line) for line in file]
        self.parents = head["units"]
        self.offset = head["offset"] * MINUTE
        self.by_type = collections.defaultdict(list)
        self.by_position = collections.defaultdict(list)
        self.moves = collections.defaultdict(list)
        self.heard = collections.defaultdict(list)
        for number, line in enumerate(lines):
            if "gauge" in line:
                self.moves[line["gauge"]].append((number, line["unit"], line["delta"]))
                continue
            line["number"] = number
            self.by_type[line["event"]].append((line["time"], number, line))
            self.by_position[line["position"]].append(line)
            if line["arrival"]:
                self.heard[line["unit"], line["event"].split("/")[0]].append((number, line["arrival"]))
        for events in self.by_type.values():
            events.sort(key=lambda event: event[:2])
        self.within = {}

    def is_within(self, unit, top):
        key = unit, top
        if key not in self.within:
            at = unit
            while at is not None and at != top:
                at = self.parents[at]
            self.within[key] = at is not None
        return self.within[key]

    def begin(self, window, now):
        """The first instant of a window that ends now."""
        if window[-1] in "mh" and window[:-1].isdigit():
            minutes = int(window[:-1]) * (60 if window[-1] == "h" else 1)
            return now - now % MINUTE - (minutes - 1) * MINUTE
        local = datetime.datetime.fromtimestamp((now + self.offset) / 1000, datetime.timezone.utc)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if window == "week":
            day -= datetime.timedelta(days=day.weekday())
        elif window == "month":
            day = day.replace(day=1)
        elif window == "year":
            day = day.replace(month=1, day=1)
        elif window != "today":
            raise ValueError(window)
        return round(day.timestamp() * 1000) - self.offset

    def events(self, kind, begin, now, counted, unit):
        """Those of a unit and below in a stretch of time, of the first so many that were counted."""
        events = self.by_type.get(kind, [])
        end = now - now % MINUTE + MINUTE
        for time, number, event in events[bisect.bisect_left(events, (begin,)):]:
            if time >= end:
                return
            if number < counted and self.is_within(event["unit"], unit):
                yield event


class Scene:
    """One explanation, and the moment that it is of."""

    def __init__(self, week, sample):
        self.week = week
        self.counted = sample["counted"]
        self.explain = sample["explain"]
        self.alert = self.explain["alert"]
        self.rule = self.explain["rule"]
        self.unit = self.alert["unit"]["id"]
        self.now = milliseconds(self.explain["at"])


class Mismatch(Exception):
    pass


def expect(condition, *what):
    if not condition:
        raise Mismatch(" ".join(str(word) for word in what))


# ---- which events are meant ----

TESTS = {
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, "!=": lambda a, b: a != b,
}


def holds(conditions, data):
    for condition in conditions:
        value = data.get(condition["field"])
        if value is None:
            return False
        if condition["test"] == "=":
            if value not in condition["values"]:
                return False
        elif not TESTS[condition["test"]](value, condition["values"][0]):
            return False
    return True


def counted_events(scene, figure, begin, key=None):
    field = figure.get("field")
    for event in scene.week.events(figure["event"], begin, scene.now, scene.counted, scene.unit):
        if not holds(figure["where"], event["data"]):
            continue
        if field is not None and event["data"].get(field) is None:
            continue
        if key is None or str(event["data"].get(key["field"]))[:64] == key["value"]:
            yield event


# ---- figures ----

def newest(events):
    return max(events, key=lambda event: (event["time"], event["number"]))


def stock(scene, figure, unit=None):
    """The newest value of each thing in each unit, added up."""
    latest = {}
    for event in scene.week.events(figure["event"], 0, scene.now, scene.counted, unit or scene.unit):
        if not holds(figure["where"], event["data"]) or event["data"].get(figure["field"]) is None:
            continue
        latest[event["unit"], event["data"].get(figure["by"])] = event["data"][figure["field"]]
    return (sum(latest.values()), len(latest)) if latest else (math.nan, 0)


def gauge(scene, figure):
    moves = [delta for number, unit, delta in scene.week.moves[figure["id"]]
             if number < scene.counted and scene.week.is_within(unit, scene.unit)]
    return sum(moves)


def distinct(figure, events):
    return len({event["data"][figure["field"]] for event in events})


def quantile(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


def counted_value(scene, figure, begin, key):
    """Value and samples of what is counted from events."""
    events = list(counted_events(scene, figure, begin, key))
    kind, n = figure["kind"], len(events)
    if kind == "count":
        return n, n
    if kind == "rate":
        length = scene.now - begin if figure["window"] in ("today", "week", "month", "year") \
            else scene.now - scene.now % MINUTE + MINUTE - begin
        return n * figure["per_s"] * 1000 / length, n
    if kind == "distinct":
        return distinct(figure, events), n
    values = [float(event["data"][figure["field"]]) for event in events]
    if kind == "sum":
        return math.fsum(values), n
    if not values:
        return math.nan, 0
    if kind == "mean":
        return math.fsum(values) / n, n
    if kind == "last":
        return float(newest(events)["data"][figure["field"]]), n
    if kind == "quantile":
        return quantile(values, figure["quantile"]), n
    return {"min": min, "max": max}[kind](values), n


def ratio(scene, figure, key):
    above, _ = value_of(scene, figure["parts"][0], key, figure["window"])
    below, _ = value_of(scene, figure["parts"][1], key, figure["window"])
    return (above / below if below else math.nan), below


def units_so(scene, figure):
    """How many units have a figure so: those whose figure is known."""
    part = figure["parts"][0]
    n = 0
    for member in figure["members"]:
        if member["quality"] not in ("good", "partial"):
            continue
        there = Scene(scene.week, {"counted": scene.counted, "explain": scene.explain})
        there.unit = member["unit"]
        value, _ = value_of(there, part, None, figure["window"])
        compare(part, value, member["value"], "of " + member["unit"])
        n += TESTS[figure["is"]](value, figure["limit"])
    return n


def score(scene, figure):
    """Weighted mean of the terms that have a value, of 100."""
    parts = [(value_of(scene, part, None, figure["window"]), part) for part in figure["parts"]]
    parts = [(value, samples, part) for (value, samples), part in parts if not math.isnan(value)]
    if not parts:
        return math.nan, 0
    weighted = sum(part["weight"] * value / part["max"] for value, _, part in parts)
    return 100 * weighted / sum(part["weight"] for _, _, part in parts), None


def value_of(scene, figure, key, window):
    """Value and samples of a figure over a window."""
    kind = figure["kind"]
    figure.setdefault("window", window)
    begin = scene.week.begin(window, scene.now)
    if "from" in figure:
        expect(milliseconds(figure["from"]) == begin, "a window begins at", figure["from"], begin)
    if kind == "ratio":
        return ratio(scene, figure, key)
    if kind == "gauge":
        value = gauge(scene, figure)
        return value, value
    if kind == "stock" and key is None:
        value, _ = stock(scene, figure)
        return value, value
    if kind == "units":
        return units_so(scene, figure), None
    if kind == "score":
        return score(scene, figure)
    if kind == "progress":
        value, samples = value_of(scene, figure["parts"][0], key, window)
        return value / figure["goal"], samples
    if kind == "behind":
        value, samples = value_of(scene, figure["parts"][0], key, window)
        begin, end = milliseconds(figure["begin"]), milliseconds(figure["end"])
        return min(1, max(0, (scene.now - begin) / (end - begin))) - value, samples
    return counted_value(scene, figure, begin, key)


def compare(figure, mine, theirs, what):
    theirs = math.nan if theirs is None else theirs
    if math.isnan(mine) or math.isnan(theirs):
        expect(math.isnan(mine) and math.isnan(theirs), figure["id"], what, mine, "not", theirs)
        return
    error = 1e-9
    if figure["kind"] == "quantile":
        error = QUANTILE_ERROR * 1.0001
    elif figure["kind"] == "distinct" and mine > DISTINCT_EXACT:
        error = DISTINCT_ERROR
    expect(abs(mine - theirs) <= error * max(1e-12, abs(mine)), figure["id"], what, mine, "not", theirs)


# ---- verdicts ----

def passes(limit, value):
    return limit is not None and TESTS[limit["comparison"]](value, limit["value"])


def verdict_on(scene, value, samples):
    now, limits = scene.explain["now"], scene.explain["limits"]
    if now["quality"] not in ("good", "partial") or math.isnan(value) or \
            (samples if samples is not None else now["samples"]) < scene.rule["min_samples"]:
        return "unknown"
    for name in ("critical", "warning"):
        if passes(limits[name], value):
            return name
    if limits["clear"] and not passes(limits["clear"], value):
        return "between"
    return "clear"


def judge_figure(scene):
    """Of threshold rules, and of those on each value of a field."""
    now, key = scene.explain["now"], scene.explain["key"]
    value, samples = value_of(scene, now, key, scene.rule["window"])
    compare(now, value, now["value"], "reads")
    if samples is not None:
        expect(samples == now["samples"], now["id"], "has samples", samples, "not", now["samples"])
    if now["kind"] == "quantile":
        value = now["value"]  # mine lies within the error of it; a limit may lie between the two
    verdict = verdict_on(scene, value, samples)
    expect(verdict == scene.explain["present"]["judgement"], "verdict", verdict, "not",
           scene.explain["present"]["judgement"])
    expect(verdict == scene.alert["severity"], "it was raised as", scene.alert["severity"], "not", verdict)
    expect(passes(scene.explain["limits"][scene.explain["threshold"]], scene.explain["judged"]["value"]),
           "what was judged does not pass its limit")


def judge_event(scene):
    """The last of its sample events is of its type, unit and subject, and as the rule asks."""
    found = False
    for event in scene.week.by_position[scene.explain["events"][-1]["position"]]:
        subject = event["data"].get(scene.rule["subject"]) if scene.rule["subject"] else event["subject"]
        found = found or (event["event"].split("/")[1] == scene.rule["event"] and event["unit"] == scene.unit
                          and str(subject or "") == scene.alert["subject"] and not event["historical"]
                          and holds(scene.rule["where"], event["data"]))
    expect(found, "no event of its position matches")
    expect(scene.rule["severity"] == scene.alert["severity"], "severity")


def judge_silence(scene):
    """Nothing was heard for its interval of open time, or by its time of day."""
    contract = scene.explain["contract"]
    heard = [at for number, at in scene.week.heard[scene.unit, contract["feed"]] if number < scene.counted]
    since = heard[-1] if heard else None
    expect((milliseconds(contract["heard"]) if contract["heard"] else None) == since, "heard", since)
    expect(contract["state"] == "missing" and scene.rule["severity"] == scene.alert["severity"], "verdict")
    if contract["every_s"] == 0:
        midnight = scene.week.begin("today", scene.now)
        late = midnight + contract["by_minute"] * MINUTE + contract["grace_s"] * 1000
        expect(scene.now >= late and (since is None or since < midnight), "it is not late yet")
        return
    if since is None:
        return  # it was waited for since the start, of which the events say nothing
    spans = [[since, scene.now]]
    if contract["calendar"]:
        spans = [[milliseconds(span["from"]), milliseconds(span["to"])]
                 for span in contract["calendar"]["spans"]]
    silent = sum(max(0, min(to, scene.now) - max(begin, since)) for begin, to in spans)
    bound = (contract["every_s"] + contract["grace_s"]) * 1000
    expect(bound <= silent, "it was silent for", silent, "of", bound)
    expect(scene.rule["hold_s"] > 0 or silent <= bound + 2000, "it is told late", silent, bound)


def find_record(scene):
    """The events of its record: role, event; oldest first."""
    record, found = scene.explain["record"], []
    for step in record["steps"]:
        for _, number, event in scene.week.by_type.get(step["event"], []):
            if number < scene.counted and \
                    "/".join(str(event["data"].get(field, "")) for field in step["by"])[:95] == record["id"]:
                found.append((number, step, event))
    return sorted(found, key=lambda row: row[0])


def judge_record(scene):
    """It was opened, nothing has closed it, and it is due."""
    record = scene.explain["record"]
    steps = find_record(scene)
    expect(record["open"], "its record is not open")
    expect(steps and steps[0][1]["role"] == "open", "nothing has opened its record")
    expect(all(step["role"] not in ("close",) for _, step, _ in steps), "something has closed its record")
    opening = [event for _, step, event in steps if step["role"] == "open"]
    expect(milliseconds(record["opened"]) in [event["time"] for event in opening], "it was opened at",
           record["opened"])
    due = milliseconds(record["due"])
    field = steps[0][1]["due"]
    if scene.rule["kind"] == "sequence" and record["calendar"] == "always":
        expect(due == milliseconds(record["opened"]) + scene.rule["within_s"] * 1000, "due", record["due"])
    elif field and all(step["role"] == "open" for _, step, _ in steps):
        given = opening[-1]["data"].get(field)
        expect(given is None or given == due, "due", record["due"], "given", given)
    if scene.rule["kind"] == "sequence":
        expect(due <= scene.now and scene.rule["severity"] == scene.alert["severity"], "it is not overdue")
        return
    verdict = scene.rule["overdue"] if due <= scene.now else scene.rule["due_soon"]
    expect(verdict == scene.alert["severity"], "verdict", verdict)


def judge_deadline(scene):
    """The gauges of a unit, or one record."""
    if scene.rule["each_record"]:
        judge_record(scene)
        return
    verdict = "clear"
    for part in reversed(scene.explain["now"]["parts"]):
        value = gauge(scene, part)
        compare(part, value, part["value"], "reads")
        if value > 0:
            verdict = part["severity"]
    expect(verdict == scene.explain["present"]["judgement"] == scene.alert["severity"], "verdict", verdict)


JUDGES = {
    "threshold": judge_figure, "each": judge_figure, "event": judge_event, "silence": judge_silence,
    "sequence": judge_record, "deadline": judge_deadline,
}


def main():
    program, config = sys.argv[1:3]
    events, seed = (sys.argv[3:5] + ["1400", "1"][len(sys.argv[3:5]):])
    n, rules, wrong = collections.Counter(), set(), []
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, name) for name in ("events", "explains")]
        subprocess.run([program, config, events, seed] + paths, check=True)
        week = Week(paths[0])
        with open(paths[1], encoding="utf-8") as file:
            scenes = [Scene(week, json.loads(line)) for line in file]
    for scene in scenes:
        n[scene.rule["kind"]] += 1
        rules.add(scene.rule["id"])
        try:
            JUDGES[scene.rule["kind"]](scene)
        except Mismatch as mismatch:
            wrong.append(f"{scene.alert['id']} at {scene.explain['at']}: {mismatch}")
    print(f"{len(scenes)} alerts of {len(rules)} rules judged again: {dict(n)}; {len(wrong)} differ")
    for line in wrong[:20]:
        print(line)
    short = [kind for kind, least in LEAST.items() if n[kind] < least]
    if len(scenes) < 1000 or short:
        print("too few alerts", *short)
    return 1 if wrong or short or len(scenes) < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())

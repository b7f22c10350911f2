# SPDX-License-Identifier: Apache-2.0
"""The second book of tests/e2e/test_domain.py: what was told, and what follows from it, counted plainly.

Knows the tree of units and nothing of iocd's figures.  Times are local; "today" is the day of its now.
"""
import re
from datetime import date, datetime, timedelta, timezone

LOCAL = timezone(timedelta(hours=7))


def read_tree(path):
    """{unit: parent} and {unit: level} of a units.yml that has one unit to a line."""
    parents, levels = {}, {}
    with open(path) as file:
        for line in file:
            found = re.match(r"  ([a-z0-9._-]+): \{level: (\w+)(?:, parent: ([a-z0-9._-]+))?", line)
            if found:
                levels[found[1]] = found[2]
                parents[found[1]] = found[3]
    return parents, levels


def read_rest_days(path, calendar):
    """Days on which nobody works, and made-up days, of one calendar of a calendar.yml."""
    rests, works, here = set(), set(), False
    with open(path) as file:
        for line in file:
            if re.match(r"\S+:", line):
                here = line.startswith(calendar + ":")
            found = re.match(r"    (\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?: \{(rest|work)", line)
            if not here or not found:
                continue
            day, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
            while day <= last:
                (rests if found[3] == "rest" else works).add(day)
                day += timedelta(days=1)
    return rests, works


class Event:
    def __init__(self, unit, kind, data, time):
        self.unit, self.kind, self.data, self.time = unit, kind, data, time

    def has(self, where):
        return all(self.data.get(field) in (value if isinstance(value, (list, tuple)) else [value])
                   for field, value in where.items())


class Record:
    """One that was opened, and what became of it."""

    def __init__(self, event, unit):
        self.unit = unit
        self.opened = event.time
        self.due = event.data.get("due")
        self.closed = None
        self.paused = self.withdrawn = False

    def is_open(self):
        return self.closed is None

    def is_late(self):
        return self.due is not None and self.closed > self.due


class Book:
    def __init__(self, units_file, now):
        self.parents, self.levels = read_tree(units_file)
        self.now = now
        self.events = []

    def tell(self, unit, kind, /, ago=timedelta(seconds=5), **data):
        self.events.append(Event(unit, kind, data, self.now - ago))

    @staticmethod
    def midnight(day):
        return datetime(day.year, day.month, day.day)

    def is_below(self, unit, above):
        while unit is not None and unit != above:
            unit = self.parents[unit]
        return unit == above

    def of(self, unit, kind, /, **where):
        """What was told of today, at and below unit."""
        return [event for event in self.events
                if event.kind == kind and event.time.date() == self.now.date()
                and event.has(where) and self.is_below(event.unit, unit)]

    def count(self, unit, kind, /, **where):
        return len(self.of(unit, kind, **where))

    def values(self, unit, kind, field, /, **where):
        return [event.data[field] for event in self.of(unit, kind, **where) if field in event.data]

    def total(self, unit, kind, field, /, **where):
        return sum(self.values(unit, kind, field, **where))

    def different(self, unit, kind, field, /, **where):
        return len(set(self.values(unit, kind, field, **where)))

    def mean(self, unit, kind, field, /, **where):
        values = self.values(unit, kind, field, **where)
        return sum(values) / len(values) if values else None

    def stock(self, unit, kind, field, /, by=None, **where):
        """The newest of each unit and thing, of all days, added up."""
        newest = {}
        for event in self.events:
            if event.kind != kind or not event.has(where) or not self.is_below(event.unit, unit):
                continue
            if field not in event.data:
                continue
            thing = (event.unit, event.data.get(by))
            if thing not in newest or event.time >= newest[thing].time:
                newest[thing] = event
        return sum(event.data[field] for event in newest.values()) if newest else None

    def records(self, opens, closes, voids=(), pauses=(), resumes=(), transfers=(), key="record",
                asked=None):
        """{key: Record} of everything that was opened."""
        records = {}
        for event in self.events:
            keys = key if isinstance(key, tuple) else (key,)
            if event.kind == opens:
                name = tuple(event.data[field] for field in keys)
                records[name] = Record(event, event.data[asked] if asked else event.unit)
                continue
            if event.kind not in (*closes, *voids, *pauses, *resumes, *transfers):
                continue
            record = records[tuple(event.data[field] for field in keys)]
            if event.kind in transfers:
                record.unit = event.data["to_unit"]
            elif event.kind in (*pauses, *resumes):
                record.paused = event.kind in pauses
            else:
                record.closed = event.time
                record.withdrawn = event.kind in voids
        return records


def share(above, below):
    return above / below if below else None


def quantile(values, q):
    """The value below which the share q lies, as one that was there."""
    values = sorted(values)
    return values[min(len(values) - 1, max(0, round(q * (len(values) - 1))))] if values else None


def working_hours(start, end, rests, works):
    """Hours between two times in office hours, minute by minute."""
    minutes = 0
    at = start.replace(second=0)
    while at < end:
        day, clock = at.date(), at.hour * 60 + at.minute
        is_working = day in works or (at.weekday() < 5 and day not in rests)
        if is_working and (450 <= clock < 690 or 810 <= clock < 1020):
            minutes += 1
        at += timedelta(minutes=1)
    return minutes / 60

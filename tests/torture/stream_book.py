# SPDX-License-Identifier: Apache-2.0
"""What each reader of the stream had to see: by the alerts' log in history, which comes from elsewhere."""
import bisect
import collections
import datetime

RING = 2000  # so many transitions are always in the ring; what is farther back may be forgotten
PAGE = 5000

# From when on a user sees these units ([]: all; None: nothing, as he is disabled).
Right = collections.namedtuple("Right", "since until units")
SETTLE_S = 5  # after a change it may not be in force for so long, on a slow machine


def read_log(site, since, last):
    """{number: (unit, time in s)} of all transitions, and what is wrong with them."""
    rows, until = {}, "2099-01-01T00:00:00Z"
    while True:
        answer = site.get(f"alert-log?limit={PAGE}&since={since}&until={until}")
        before = len(rows)
        for row in answer["log"]:
            at = datetime.datetime.fromisoformat(row["time"]).timestamp()
            rows[row["number"]] = (row["unit"]["id"], at)
        if not answer["cut"] or len(rows) == before:
            break
        oldest = min(datetime.datetime.fromisoformat(row["time"]) for row in answer["log"])
        until = (oldest.astimezone(datetime.timezone.utc) + datetime.timedelta(milliseconds=1)).strftime(
            "%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    absent = [number for number in range(1, last + 1) if number not in rows]
    return rows, [f"the log does not have {len(absent)} numbers: {absent[:5]}"] if absent else []


class Book:
    def __init__(self, site, since):
        self.last = site.get("alerts?limit=1")["last"]
        self.rows, self.findings = read_log(site, since, self.last)
        units = site.get("units")["units"]
        self.parents = {unit["id"]: unit["parent"] for unit in units}
        self.seen = {} # by the units of a user

    def is_within(self, unit, tops):
        while unit:
            if unit in tops:
                return True
            unit = self.parents.get(unit)
        return False

    def visible(self, units):
        """The numbers, in order, of what somebody of these units sees."""
        key = None if units is None else tuple(sorted(units))
        if key not in self.seen:
            self.seen[key] = [] if units is None else [
                number for number in sorted(self.rows)
                if not units or self.is_within(self.rows[number][0], units)]
        return self.seen[key]

    def expected(self, units, after, upto):
        numbers = self.visible(units)
        return numbers[bisect.bisect_right(numbers, after):bisect.bisect_right(numbers, upto)]


def rights_at(rights, since, until):
    """Those that may have been in force when a connection was made."""
    return [right for right in rights if right.since <= until and right.until + SETTLE_S >= since]


def judge_segment(book, segment, rights, upto):
    """What is wrong with what a connection brought, by any of the rights that it may have had."""
    if segment.opened_at is None:
        return ["something came before an answer"] if segment.ids else []
    possible = rights_at(rights, segment.asked_at, segment.opened_at)
    ids = [number for number in segment.ids if number <= book.last]
    findings = list(segment.troubles)
    for asked, given in segment.resets:
        if given - asked < RING:
            findings.append(f"reset from {asked} to {given}")
    fitting = [right for right in possible
               if right.units is not None and book.expected(right.units, segment.after, upto) == ids]
    if not fitting:
        wanted = book.expected(possible[-1].units, segment.after, upto)
        findings.append(f"{segment.user} after {segment.after} to {upto}: missing "
                        f"{sorted(set(wanted) - set(ids))[:5]}, too many {sorted(set(ids) - set(wanted))[:5]}, "
                        f"{len(ids)} came, {len(set(ids))} different")
    elif segment.last_beat_ms / 1000 > max(right.until for right in fitting) + SETTLE_S:
        findings.append(f"{segment.user}'s stream lives on {segment.last_beat_ms / 1000 - fitting[-1].until:.1f} s "
                        f"after the rights changed")
    return findings


def judge_client(book, client, rights):
    findings, n = [], 0
    for segment in client.segments:
        is_last = segment is client.segments[-1]
        findings += judge_segment(book, segment, rights, book.last if is_last else segment.upto)
        n += len(segment.ids)
    return findings, n


def has_all(book, client, rights):
    """Whether the last that it must see has come."""
    numbers = book.visible(rights[-1].units)
    return client.state == "streaming" and (not numbers or client.last_id >= numbers[-1])

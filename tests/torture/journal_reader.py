# SPDX-License-Identifier: Apache-2.0
"""Reads a journal's files, by their written format alone: shares no code with iocd on purpose."""
import mmap
import os
import re
import struct

MAGIC = b"IOCDSEG\n"
HEADER = struct.Struct("<8sII16sQQq")
HEAD = struct.Struct("<QIHHIIq")
MESSAGE = 1

ID = re.compile(rb'"id":"([^"]*)"')


def segments(directory):
    """[(first position, path)] of the segments, oldest first."""
    found = []
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            header = file.read(HEADER.size)
        if header.startswith(MAGIC):
            found.append((HEADER.unpack(header)[4], path))
    return sorted(found)


def read_segment(path, limit):
    """(kind, topic, payload) of each record before offset limit, or the first place without one."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
        at = HEADER.unpack_from(bytes_)[2]
        limit = min(limit + at, len(bytes_))
        while at + HEAD.size <= limit:
            _, magic, kind, _, topic_size, payload_size, _ = HEAD.unpack_from(bytes_, at)
            if magic == 0:
                return
            body = at + HEAD.size
            yield kind, bytes_[body:body + topic_size], \
                bytes_[body + topic_size:body + topic_size + payload_size]
            at = (body + topic_size + payload_size + 7) & ~7


def records(directory):
    """(kind, topic, payload) of every record that the journal holds."""
    found = segments(directory)
    ends = [first for first, _ in found[1:]] + [1 << 62]
    for (first, path), end in zip(found, ends):
        yield from read_segment(path, end - first)


def is_own(topic):
    """Whether it is no event: what iocd sends itself, and what the broker says of itself."""
    return topic.endswith(b"/iocd/canary") or topic.startswith(b"$SYS/")


def messages(directory):
    return ((topic, payload) for kind, topic, payload in records(directory)
            if kind == MESSAGE and not is_own(topic))


def ids(directory):
    """How many messages the journal holds, and the set of the ids of their events."""
    n, known = 0, set()
    for _, payload in messages(directory):
        n += 1
        known.update(ID.findall(payload))
    return n, known

# SPDX-License-Identifier: Apache-2.0
"""Many readers of the stream in one thread: each joins where the list of alerts ends, goes on from the last
id that it saw, as a browser does, and writes down what every connection brought."""
import collections
import errno
import json
import selectors
import socket
import struct
import time

RETRY_S = (0.05, 0.6)
ANSWER_S = 30  # for the head of an answer, or iocd is stuck
HALF_S = 4     # how long one that only listens stays
SEGMENT_BYTES = 536  # small packets keep the kernel from taking much off iocd's hands for who does not read
RECEIVE_BYTES = 4096

Event = collections.namedtuple("Event", "kind id number unit subject news time_ms")


class Parser:
    """Events out of their text; the same text reaches many readers, and is read once."""

    def __init__(self, on_new):
        self.known = {}
        self.on_new = on_new

    def read(self, block):
        event = self.known.get(block)
        if event is None:
            if len(self.known) > 20000:
                self.known.clear()
            event = self.known[block] = self.parse(block)
            self.on_new(event)
        return event

    @staticmethod
    def parse(block):
        fields = {}
        for line in block.split(b"\n"):
            name, _, value = line.partition(b":")
            fields[name] = value.strip()
        number = int(fields[b"id"]) if b"id" in fields else None
        kind = fields.get(b"event", b"").decode()
        told = json.loads(fields[b"data"]) if b"data" in fields else {}
        alert = told.get("alert", {})
        return Event(kind, number, told.get("number"), alert.get("unit", {}).get("id"), alert.get("subject"),
                     told.get("news"), told.get("time_ms"))


class Segment:
    """What came between two ids over one connection."""

    def __init__(self, user, after, asked_at):
        self.user = user
        self.after = after
        self.asked_at = asked_at
        self.opened_at = None
        self.upto = after
        self.ids = []
        self.resets = []       # (id asked for, id given)
        self.last_beat_ms = 0
        self.troubles = []


class Client:
    def __init__(self, crowd, user, token, is_small):
        self.crowd = crowd
        self.user = user
        self.token = token
        self.is_small = is_small # its buffers are soon full, if it does not read
        self.socket = None
        self.state = "away"    # listing, asking, streaming, half, stalled
        self.until = 0.0       # when something is to be done in this state
        self.last_id = None
        self.segments = []

    # ---- connections ----

    def request(self, path, more=""):
        return (f"GET /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.crowd.port}\r\n"
                f"Authorization: Bearer {self.token}\r\n{more}\r\n").encode()

    def connect(self):
        """Asks for the list, or, once it knows where it ends, for the stream."""
        listing = self.last_id is None
        self.raw, self.text, self.head = b"", b"", None
        self.state = "listing" if listing else "asking"
        self.until = time.monotonic() + ANSWER_S
        self.out = self.request("alerts?limit=1", "Connection: close\r\n") if listing else \
            self.request("stream", f"Last-Event-ID: {self.last_id}\r\n")
        if not listing:
            self.segments.append(Segment(self.user, self.last_id, time.time()))
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if self.is_small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        result = self.socket.connect_ex(("127.0.0.1", self.crowd.port))
        if result not in (0, errno.EINPROGRESS):
            self.leave()
            return
        self.crowd.selector.register(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def leave(self, is_reset=False):
        if self.socket:
            if is_reset:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if self.state != "stalled":
                self.forget_socket()
            self.socket.close()
        self.socket = None
        self.state = "away"
        self.until = time.monotonic() + self.crowd.random.uniform(*RETRY_S)

    def forget_socket(self):
        try:
            self.crowd.selector.unregister(self.socket)
        except KeyError:
            pass

    # ---- what is done to it ----

    def halve(self):
        self.socket.shutdown(socket.SHUT_WR)
        self.state = "half"
        self.until = time.monotonic() + HALF_S

    def stall(self, seconds):
        self.crowd.selector.unregister(self.socket)
        self.state = "stalled"
        self.until = time.monotonic() + seconds

    def look(self, now):
        """Does what is due."""
        if now < self.until:
            return
        if self.state == "away":
            self.connect()
        elif self.state in ("listing", "asking"):
            self.crowd.trouble(f"no answer within {ANSWER_S} s")
            self.leave()
        elif self.state == "stalled":
            self.crowd.selector.register(self.socket, selectors.EVENT_READ, self)
            self.state = "streaming"
        elif self.state == "half":
            self.leave()

    # ---- what comes ----

    def on_ready(self, mask):
        try:
            if mask & selectors.EVENT_WRITE:
                self.socket.sendall(self.out)
                self.crowd.selector.modify(self.socket, selectors.EVENT_READ, self)
            if mask & selectors.EVENT_READ:
                data = self.socket.recv(1 << 18)
                self.take(data)
                if not data:
                    self.leave()
        except OSError:
            self.leave()

    def take(self, data):
        self.raw += data
        if self.head is None:
            head, end, rest = self.raw.partition(b"\r\n\r\n")
            if not end:
                return
            self.head, self.raw = head, rest
            self.on_head(int(head.split(b" ", 2)[1]))
        if self.state == "listing" and not data:
            self.on_list()
        elif self.state in ("streaming", "half"):
            self.unchunk()

    def on_head(self, status):
        self.crowd.statuses[self.state, status] += 1
        if self.state == "asking" and status == 200:
            self.state = "streaming"
            self.segments[-1].opened_at = time.time()
        elif status != 200:
            if status not in (401, 403, 429, 503):
                self.crowd.trouble(f"{self.state}: {self.head[:60]}")
            raise OSError(status)

    def on_list(self):
        try:
            self.last_id = json.loads(self.raw)["last"]
        except ValueError: # cut short
            pass

    def unchunk(self):
        at, raw = 0, self.raw
        parts = [self.text]
        while True:
            end = raw.find(b"\r\n", at)
            if end < 0:
                break
            size = int(raw[at:end], 16)
            if len(raw) < end + 2 + size + 2:
                break
            parts.append(raw[end + 2:end + 2 + size])
            at = end + 2 + size + 2
        self.raw = raw[at:]
        *blocks, self.text = b"".join(parts).split(b"\n\n")
        for block in blocks:
            self.on_event(self.crowd.parser.read(block))

    def on_event(self, event):
        segment = self.segments[-1]
        if event.kind == "reset":
            segment.resets.append((segment.upto, event.id))
            following = Segment(self.user, event.id, segment.asked_at)
            following.opened_at = segment.opened_at
            self.segments.append(following)
        elif event.kind == "alert":
            segment.ids.append(event.id)
            if event.id != event.number:
                segment.troubles.append(f"event {event.id} has the number {event.number}")
        elif event.kind == "beat":
            segment.last_beat_ms = max(segment.last_beat_ms, event.time_ms)
        if event.id is not None:
            if event.id < segment.upto:
                segment.troubles.append(f"id {event.id} after {segment.upto}")
            self.last_id = self.segments[-1].upto = event.id
        self.crowd.n_events += 1


class Crowd:
    """All clients; users: {name: [tokens]}, each token for so many clients."""

    def __init__(self, port, draw, small=0):
        self.port = port
        self.random = draw
        self.small = small # each so many-th has small buffers; 0: none
        self.selector = selectors.DefaultSelector()
        self.clients = []
        self.statuses = collections.Counter()
        self.troubles = []
        self.n_events = 0
        self.published = {} # subject: when
        self.delays = []    # from there to the first reader
        self.parser = Parser(self.note_delay)

    def trouble(self, text):
        self.troubles.append(text)

    def note_delay(self, event):
        since = self.published.pop(event.subject, None) if event.news == "raised" else None
        if since is not None:
            self.delays.append(time.time() - since)

    def add(self, user, token):
        is_small = self.small != 0 and len(self.clients) % self.small == 0
        self.clients.append(Client(self, user, token, is_small))

    def streaming(self):
        return [client for client in self.clients if client.state == "streaming"]

    def turn(self, seconds):
        """Lets them live for a moment."""
        now = time.monotonic()
        for client in self.clients:
            if client.state != "streaming":
                client.look(now)
        for key, mask in self.selector.select(seconds):
            if key.data.socket is key.fileobj:
                key.data.on_ready(mask)

    def close(self):
        for client in self.clients:
            if client.socket:
                client.leave()

# SPDX-License-Identifier: Apache-2.0
"""A private site: a real mosquitto, a real redis-server and iocd, in one temporary directory.

Used by the demonstration and by the end-to-end tests.  Everything listens on UNIX sockets or on free
loopback ports, is stopped by its process id, and leaves nothing behind.
"""
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SHIPPED = "config/servers/mosquitto.conf"

# What a private broker has beside the settings that we ship for every broker.
BROKER = """\
# as root it would become another user, who may not write here
user root
listener {port} 127.0.0.1
allow_anonymous true
persistence {persistence}
persistence_location {dir}/
autosave_interval 60
log_dest stdout
"""


class NotReady(Exception):
    """Something did not get ready in time, or ended; the message says what, with its log."""


def free_port():
    """A port that stays free while its server is down: none that outgoing connections are given."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        first_given = int(file.read().split()[0])
    candidates = range(10000, first_given) if first_given > 11000 else range(1024, 65536)
    for port in random.sample(candidates, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotReady("no port is free")


def answers(address):
    """Whether something listens at a UNIX path or a (host, port)."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0


def wait_for(what, ready, seconds=20):
    """Returns ready()'s first true answer."""
    end = time.monotonic() + seconds
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() > end:
            raise NotReady(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Site:
    def __init__(self, build, config, persistence=False, settings=None, broker=""):
        self.build = build
        self.config = config
        self.persistence = persistence
        self.settings = settings or {}
        self.broker = broker  # lines for its configuration, after all others
        self.dir = tempfile.mkdtemp(prefix="iocd-site-")
        self.port = free_port()
        self.socket = os.path.join(self.dir, "iocd.sock")
        self.redis_socket = os.path.join(self.dir, "redis.sock")
        self.children = {}

    def path(self, name):
        return os.path.join(self.dir, name)

    def program(self, name):
        folder = "src/app" if name == "iocd" else f"tools/{name}"
        return os.path.join(self.build, folder, name)

    def start(self, name, args, environment=None):
        """Starts a child, with more in its environment, whose output goes to <name>.log."""
        with open(self.path(name + ".log"), "ab") as log:
            child = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                     start_new_session=True,
                                     env={**os.environ, **(environment or {})})
        self.children[name] = child
        return child

    def log(self, name):
        with open(self.path(name + ".log"), errors="replace") as log:
            return log.read()

    def start_broker(self):
        conf = self.path("mosquitto.conf")
        with open(conf, "w") as file, open(os.path.join(ROOT, SHIPPED)) as shipped:
            file.write(shipped.read() + BROKER.format(port=self.port, dir=self.dir,
                                     persistence="true" if self.persistence else "false")
                       + self.broker)
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.start("broker", [program, "-c", conf])
        wait_for("the broker's start", lambda: answers(("127.0.0.1", self.port)))

    def start_redis(self, *more):
        """Starts it empty, or with what its command SAVE left behind; with more arguments."""
        self.start("redis", ["redis-server", "--port", "0", "--unixsocket", self.redis_socket,
                             "--dir", self.dir, "--save", "", "--appendonly", "no",
                             "--enable-debug-command", "local", *more])
        wait_for("Redis' start", lambda: answers(self.redis_socket))

    def overrides(self):
        settings = {
            "mqtt.host": "127.0.0.1",
            "mqtt.port": self.port,
            "redis.socket": self.redis_socket,
            "journal.directory": self.path("journal"),
            "history.file": self.path("history.db"),
            "reports.directory": self.path("reports"),
            "http.socket": self.socket,
            "console.users": self.path("users.yml"),
            "console.sessions": self.path("sessions"),
            **self.settings,
        }
        return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]

    def open_console(self, port=None):
        """Has iocd serve the console on a port of this machine, from its start on; gives its address."""
        port = port or free_port()
        self.settings.update({"http.address": "127.0.0.1", "http.port": port})
        return f"http://127.0.0.1:{port}"

    def add_user(self, name, password, *more):
        """Somebody who may log in to the console; more says what "iocctl user add" takes."""
        subprocess.run([self.program("iocctl"), "user", "add", name, "--users", self.path("users.yml"),
                        "--password-file", "-", *more], input=password, text=True, check=True,
                       stdout=subprocess.DEVNULL, timeout=60)

    def start_iocd(self, wait=True, environment=None):
        child = self.start("iocd", [self.program("iocd"), "--config", self.config,
                                    *self.overrides()], environment)
        if wait:
            try:
                wait_for("iocd's start", lambda: self.is_green(child), 60)
            except NotReady as error:
                raise NotReady(f"{error}: {self.troubles()}\n{self.log('iocd')[-3000:]}") from None
        return child

    def troubles(self):
        """What is not green, in iocd's own words."""
        status = self.status()
        if status is None:
            return "it does not answer"
        return [part for part in status["parts"] if part["light"] != "green"] or "it is not ready"

    def is_green(self, child):
        if child.poll() is not None:
            raise NotReady("iocd ended:\n" + self.log("iocd")[-3000:])
        status = self.status()
        return status is not None and status["ready"] and all(
            part["light"] == "green" for part in status["parts"])

    def start_all(self):
        self.start_broker()
        self.start_redis()
        self.start_iocd()

    def get(self, path):
        """The JSON at /api/v1/<path>, or None if iocd does not answer."""
        connection = UnixConnection(self.socket)
        try:
            connection.request("GET", "/api/v1/" + path)
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def status(self):
        return self.get("status")

    def part(self, name):
        """The status of one part of iocd, or {} if it does not answer."""
        status = self.status()
        parts = status["parts"] if status else []
        return next((part for part in parts if part["name"] == name), {})

    def light(self, name):
        """The light of one part of iocd ("green"), or None."""
        return self.part(name).get("light")

    def simulate(self, *args):
        """Starts iocsim; its totals will be in totals.json."""
        return self.start("iocsim", [self.program("iocsim"), "--config", self.config,
                                     "--host", "127.0.0.1", "--port", str(self.port),
                                     "--totals", self.path("totals.json"), *args])

    def totals(self):
        with open(self.path("totals.json")) as file:
            return json.load(file)

    def settled(self, sent, seconds=60):
        """iocd's status once it has seen as many events as were sent."""
        def all_seen():
            status = self.status()
            return status if status and status["events"]["seen"] >= sent else None
        return wait_for(f"the arrival of {sent} events", all_seen, seconds)

    def rested(self, seconds=180):
        """iocd's status once nothing more comes in, where some comes twice and a count says little."""
        last = {"seen": -1, "since": 0.0}

        def at_rest():
            status = self.status()
            if not status or not status["ready"]:
                return None
            seen, now = status["events"]["seen"], time.monotonic()
            if seen != last["seen"]:
                last.update(seen=seen, since=now)
            away = any(part["name"] == "mqtt" and part["light"] == "red"
                       for part in status["parts"])
            behind = status["journal"]["end"] > status["journal"]["folded"] + 65536
            return status if not away and not behind and now - last["since"] > 2 else None

        return wait_for("the end of the work", at_rest, seconds)

    def kill(self, name, number=signal.SIGKILL):
        child = self.children.pop(name)
        child.send_signal(number)
        child.wait(timeout=20)
        return child.returncode

    def stop(self, keep=False):
        for name in reversed(list(self.children)):
            child = self.children[name]
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if not keep:
            shutil.rmtree(self.dir, ignore_errors=True)

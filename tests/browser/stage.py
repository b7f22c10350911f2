# SPDX-License-Identifier: Apache-2.0
"""A site with the console, users who may log in, and a browser that asks for things to happen to it."""
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import paho.mqtt.client as mqtt

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from servers import Site, wait_for  # noqa: E402

PASSWORDS = {name: f"a long word for {name}" for name in ("lan", "minh", "hoa", "an")}
NAMES = {"lan": "Nguyễn Thị Lan", "minh": "Trần Minh", "hoa": "Lê Hoa", "an": "Phạm An"}


class Stage:
    """lan and minh: operators; hoa: viewer of one unit and those below; an: administrator."""

    def __init__(self, build, config=os.path.join(ROOT, "config", "binh-duong"), unit="di-an", names=None,
                 **settings):
        self.build = build
        self.site = Site(build, config, settings=settings)
        self.url = self.site.open_console()
        for name, more in {"lan": ["--role", "operator"], "minh": ["--role", "operator"],
                           "hoa": ["--role", "viewer", "--unit", unit], "an": ["--role", "admin"]}.items():
            self.site.add_user(name, PASSWORDS[name], *more, "--name", (names or NAMES)[name])

    def start(self):
        self.site.start_all()

    def stop(self):
        self.site.stop()

    def publish(self, unit, feed, event, data, key=None):
        """One event, as its system would send it."""
        message = {"specversion": "1.0", "id": key or f"b-{time.time_ns()}", "source": f"{unit}/{feed}",
                   "type": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "data": data}
        subprocess.run(["mosquitto_pub", "-p", str(self.site.port), "-V", "mqttv5", "-q", "1", "-t",
                        f"ioc/v1/{unit}/{feed}/evt/{event}", "-m", json.dumps(message)],
                       check=True, timeout=20)

    def publish_all(self, messages):
        """Many at once: of (topic, payload)."""
        client = mqtt.Client(client_id="crowd", protocol=mqtt.MQTTv5)
        client.max_inflight_messages_set(1000)
        client.connect("127.0.0.1", self.site.port)
        client.loop_start()
        sent = [client.publish(topic, payload, qos=1) for topic, payload in messages]
        for message in sent:
            message.wait_for_publish(30)
        client.loop_stop()
        client.disconnect()
        wait_for("the arrival of all", lambda: self.site.status()["events"]["seen"] >= len(sent), 60)

    def crowd(self, n):
        """n alerts that stand: of several units, and every hundredth of them on the railway."""
        units = [unit["id"] for unit in self.site.get("units")["units"] if unit["level"] == "department"]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

        def event(i, unit):
            host = f"{'Đường sắt' if i % 100 == 0 else 'máy'} {i:05}"
            return json.dumps({"specversion": "1.0", "id": f"crowd-{i}", "source": f"{unit}/security",
                               "type": "incident", "time": stamp,
                               "data": {"severity": "critical", "category": "intrusion", "host": host}})

        self.publish_all((f"ioc/v1/{units[i % len(units)]}/security/evt/incident",
                          event(i, units[i % len(units)])) for i in range(n))

    def incident(self, subject, unit="so-y-te", severity="critical"):
        self.publish(unit, "security", "incident",
                     {"severity": severity, "category": "intrusion", "host": subject})

    def answer(self, question):
        """What the browser's script asks of us."""
        what = question["ask"]
        if what == "incident":
            self.incident(question["subject"], **question.get("more", {}))
        elif what == "crowd":
            self.crowd(question["n"])
        elif what == "counter":
            counters = self.site.get("counters")["counters"]
            return {"value": next(one["value"] for one in counters if one["name"] == question["name"])}
        elif what == "freeze":
            os.kill(self.site.children["iocd"].pid, signal.SIGSTOP)
        elif what == "thaw":
            os.kill(self.site.children["iocd"].pid, signal.SIGCONT)
        elif what == "kill":
            self.site.kill("iocd")
        elif what == "start":
            self.site.start_iocd()
        elif what == "redis-off":
            self.site.kill("redis")
        elif what == "redis-on":
            self.site.start_redis()
        else:
            raise AssertionError(f"the browser asks for {what}")
        return {}

    def play(self, script, shots=None, seconds=120, **more):
        """Runs a script of this folder to its end; gives its result."""
        environment = {**os.environ, "BROWSER_MODULES": os.path.join(self.build, "tests", "browser"),
                       "BROWSER_STAGE": json.dumps({"url": self.url, "users": PASSWORDS, **more})}
        if shots:
            environment["BROWSER_SHOTS"] = shots
        node = subprocess.Popen([shutil.which("node"), os.path.join(HERE, script)], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        # Whatever hangs ends: then there is no further line.
        watch = threading.Timer(seconds, node.kill)
        watch.start()
        try:
            for line in node.stdout:
                said = json.loads(line)
                if "result" in said:
                    return said["result"]
                node.stdin.write(json.dumps(self.answer(said)) + "\n")
                node.stdin.flush()
        finally:
            watch.cancel()
            node.kill()
            node.wait()
        raise AssertionError(f"{script} ended without a word, or took {seconds} s")

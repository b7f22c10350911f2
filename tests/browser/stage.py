# SPDX-License-Identifier: Apache-2.0
"""A site with the console, users who may log in, and a browser that asks for things to happen to it."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools"))
from servers import Site  # noqa: E402

PASSWORDS = {name: f"a long word for {name}" for name in ("lan", "minh", "hoa", "an")}


class Stage:
    """lan and minh: operators; hoa: viewer of one unit and those below; an: administrator."""

    def __init__(self, build, config="config/binh-duong", unit="di-an", **settings):
        self.build = build
        self.site = Site(build, config, settings=settings)
        self.url = self.site.open_console()
        for name, more in {"lan": ["--role", "operator", "--name", "Nguyễn Thị Lan"],
                           "minh": ["--role", "operator", "--name", "Trần Minh"],
                           "hoa": ["--role", "viewer", "--unit", unit, "--name", "Lê Hoa"],
                           "an": ["--role", "admin", "--name", "Phạm An"]}.items():
            self.site.add_user(name, PASSWORDS[name], *more)

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

    def incident(self, subject, unit="so-y-te", severity="critical"):
        self.publish(unit, "security", "incident",
                     {"severity": severity, "category": "intrusion", "host": subject})

    def answer(self, question):
        """What the browser's script asks of us."""
        what = question["ask"]
        if what == "incident":
            self.incident(question["subject"], **question.get("more", {}))
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
        end = time.monotonic() + seconds
        try:
            for line in node.stdout:
                said = json.loads(line)
                if "result" in said:
                    return said["result"]
                assert time.monotonic() < end, f"{script} takes too long"
                node.stdin.write(json.dumps(self.answer(said)) + "\n")
                node.stdin.flush()
        finally:
            node.kill()
            node.wait()
        raise AssertionError(f"{script} ended without a word")

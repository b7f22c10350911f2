# SPDX-License-Identifier: Apache-2.0
"""iocctl publish: from wherever events are given, each counts once, whatever is away or killed."""
import json
import os
import random
import signal
import subprocess
import time

import pytest
from authority import Authority
from conftest import PACK
from servers import Site, free_port, wait_for

UNIT = "di-an"
DATA = {"procedure": "birth", "channel": "online", "level": "full"}


@pytest.fixture(scope="module")
def site():
    """One site for all: each test looks at what it adds."""
    site = Site(os.environ["IOCD_BUILD"], PACK)
    try:
        site.start_all()
        yield site
    finally:
        site.stop()


class Sender:
    def __init__(self, site, name):
        self.site = site
        self.name = name
        self.outbox = site.path("outbox-" + name)
        self.before = self.accepted()

    def command(self, *arguments, port=None, wait="20s"):
        return [self.site.program("iocctl"), "--lang", "en", "publish", "--unit", UNIT, "--feed", "one-stop",
                "--sender", self.name, "--outbox", self.outbox, "--host", "127.0.0.1",
                "--port", str(port or self.site.port), "--wait", wait, *arguments]

    def start(self, *arguments, **more):
        return subprocess.Popen(self.command(*arguments, **more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, stdin=None, status=0, **more):
        """Its result; the exit status must be as given."""
        done = subprocess.run(self.command("--json", *arguments, **more), input=stdin, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def file(self, name, lines):
        path = self.site.path(f"{self.name}-{name}")
        with open(path, "w") as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines))
        return path

    def noted(self):
        """How many events it has noted as put."""
        try:
            return (os.path.getsize(os.path.join(self.outbox, "known")) - 8) // 24
        except FileNotFoundError:
            return 0

    def accepted(self):
        return self.site.status()["events"]["accepted"]

    def counted(self):
        """How many events iocd took since the sender was made; none may be refused."""
        return self.accepted() - self.before

    def stream(self):
        """What iocd's ledger knows of our events."""
        found = [one for one in self.site.get("sites")["sites"] if one["sender"] == self.name]
        assert len(found) == 1, found
        return next(stream for stream in found[0]["streams"] if stream["stream"] == "event")


@pytest.fixture
def sender(site, request):
    return Sender(site, request.node.name.replace("_", "-")[5:30].strip("-"))


def plain(record):
    return {"record": record, **DATA}


def whole(record):
    """A CloudEvent with an id of its own."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"specversion": "1.0", "id": record, "source": f"/unit/{UNIT}/test", "type": "record.received",
            "time": now, "data": plain(record)}


def what_stands(site, topic):
    """The retained message of a topic, "" if there is none."""
    to = ["-h", "127.0.0.1", "-p", str(site.port)]
    subprocess.run(["mosquitto_pub", *to, "-r", "-t", "end", "-m", "end"], check=True, timeout=20)
    done = subprocess.run(["mosquitto_sub", *to, "-t", topic, "-t", "end", "-C", "1"], capture_output=True, text=True,
                          check=True, timeout=20)
    return done.stdout.strip().removesuffix("end")


RECEIVED = ("--type", "record.received")


def test_arguments_files_and_lines_are_sent_and_receipted(site, sender):
    result = sender.run(*RECEIVED, json.dumps(plain("A-1")), json.dumps([plain("A-2"), whole("A-3")]))
    assert (result["sent"], result["kept"], result["known"]) == (3, 0, 0)
    assert sender.counted() == 3

    path = sender.file("array.json", [[whole("A-3"), whole("A-4"), plain("A-5")]])
    result = sender.run(*RECEIVED, "--file", path)
    assert (result["sent"], result["known"]) == (2, 1)  # one was an argument before
    result = sender.run(*RECEIVED, "--file", path)
    assert (result["sent"], result["known"]) == (0, 3)

    lines = "".join(json.dumps(plain(f"A-{i}")) + "\n" for i in range(6, 16))
    assert sender.run(*RECEIVED, "--stdin", stdin=lines)["sent"] == 10
    result = sender.run(*RECEIVED, "--id-field", "record", json.dumps(plain("A-99")), json.dumps(plain("A-99")))
    assert (result["sent"], result["known"]) == (1, 1)
    assert sender.counted() == 16
    stream = sender.stream()
    assert stream["have"] == 16 and stream["missing"] == 0
    assert what_stands(site, f"ioc/v1/{UNIT}/iocd/state") == ""  # no word of an iocd that is not there


def test_what_is_wrong_is_named_and_never_sent(site, sender):
    wrong = [whole("B-1"), {**whole("B-2"), "id": ""}, plain("B-3"), {**whole("B-4"), "source": "/unit/elsewhere/x"},
             {**plain("B-5"), "level": "half"}, {**whole("B-6"), "time": "yesterday"}]
    path = sender.file("wrong.ndjson", wrong)
    with open(path, "a") as file:
        file.write('{"record": \n')
    result = sender.run(*RECEIVED, "--config", PACK, "--file", path, status=1)
    assert [(each["place"].rsplit(":", 1)[1], each["reason"]) for each in result["refused"]] == [
        ("2", "no_id"), ("4", "unit_mismatch"), ("5", "out_of_range"), ("6", "bad_time"), ("7", "json_syntax")]
    assert (result["n_refused"], result["sent"]) == (5, 2)
    refused = site.status()["events"]["refused"]
    assert sender.counted() == 2 and not refused, refused
    done = subprocess.run(sender.command(*RECEIVED, '{"specversion": "1.0"}'), capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 1 and "1[1]: REFUSED no_id" in done.stderr


def test_while_the_broker_is_away_events_are_kept_and_go_once_with_the_next_run(site, sender):
    nobody = free_port()
    done = subprocess.run(sender.command(*RECEIVED, json.dumps(whole("C-1")), port=nobody, wait="100ms"),
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "1 event is kept" in done.stderr and sender.outbox in done.stderr and str(nobody) in done.stderr
    assert sender.run(*RECEIVED, "--queue", json.dumps(whole("C-2")))["kept"] == 2
    result = sender.run(*RECEIVED, json.dumps(whole("C-1")), json.dumps(whole("C-3")), port=nobody, wait="100ms",
                        status=3)
    assert (result["known"], result["kept"]) == (1, 3)
    assert sender.counted() == 0

    result = sender.run("--drain")
    assert (result["sent"], result["kept"]) == (3, 0)
    assert sender.run("--drain")["sent"] == 0
    assert sender.counted() == 3


def test_a_file_is_sent_exactly_once_though_its_run_is_killed_ten_times(site, sender):
    n = 2000
    path = sender.file("big.ndjson", [whole(f"D-{i}") if i % 2 else plain(f"D-{i}") for i in range(n)])
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")
    chance = random.Random(seed)
    noted = [0]
    for i in range(10):
        child = sender.start(*RECEIVED, "--file", path)
        while sender.noted() <= i * n / 10 and child.poll() is None:
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.004))
        child.kill()
        child.communicate(timeout=20)
        noted.append(sender.noted())
    print(f"events noted at each kill: {noted}")
    assert 0 < noted[1] < n  # some of them hit it in the midst
    result = sender.run(*RECEIVED, "--file", path)
    assert result["put"] + result["known"] == n and result["kept"] == 0
    assert sender.counted() == n
    stream = sender.stream()
    assert (stream["have"], stream["missing"], stream["given_up"]) == (n, 0, 0)
    assert site.status()["events"]["refused"] == {}


def test_a_folder_is_watched_and_its_files_are_moved_as_they_are_done(site, sender):
    folder = site.path("folder")
    os.mkdir(folder)

    def drop(name, text):
        with open(os.path.join(folder, name + ".part"), "w") as file:
            file.write(text)
        os.utime(os.path.join(folder, name + ".part"), (time.time() - 5,) * 2)
        os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))

    drop("one.json", json.dumps([plain("E-1"), plain("E-2")]))
    drop("two.json", "\n".join(json.dumps(whole(f"E-{i}")) for i in range(3, 6)) + '\n{"record"\n')
    drop("three.json", json.dumps(whole("E-6")))
    child = sender.start(*RECEIVED, "--watch", folder)
    try:
        wait_for("the files", lambda: not [name for name in os.listdir(folder) if name.endswith(".json")], 10)
        wait_for("the events", lambda: sender.counted() == 3, 10)
        busy = subprocess.run(sender.command(*RECEIVED, json.dumps(plain("E-7")), wait="200ms"),
                              capture_output=True, text=True, timeout=60, check=False)
        assert busy.returncode == 3 and "another 'publish'" in busy.stderr
    finally:
        child.send_signal(signal.SIGTERM)
        out, err = child.communicate(timeout=20)
    assert child.returncode == 1, (child.returncode, err)  # a file was refused
    assert sorted(os.listdir(os.path.join(folder, "sent"))) == ["one.json", "three.json"]
    assert sorted(os.listdir(os.path.join(folder, "refused"))) == ["two.json", "two.json.why"]
    with open(os.path.join(folder, "refused", "two.json.why")) as file:
        assert file.read().startswith("two.json:4: REFUSED json_syntax")
    assert "3 events sent" in out and sender.counted() == 3


def test_two_runs_at_once_wait_for_each_other_and_an_outbox_has_one_owner(site, sender):
    paths = [sender.file(f"{i}.ndjson", [plain(f"F-{i}-{j}") for j in range(100)]) for i in range(2)]
    children = [sender.start(*RECEIVED, "--file", path) for path in paths]
    for child in children:
        out, err = child.communicate(timeout=30)
        assert child.returncode == 0, err
        assert "100 events sent" in out
    assert sender.counted() == 200
    other = sender.command(*RECEIVED, "{}")
    other[other.index("--unit") + 1] = "thuan-an"
    done = subprocess.run(other, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2 and "another --outbox" in done.stderr


def test_over_tls_a_sender_speaks_with_its_certificate_and_for_its_unit_only(build, make_site):
    authority = Authority(build)
    try:
        authority.init()
        authority.add(UNIT, "--as", "desk")
        authority.start()
        cert, key = authority.proof("iocd")
        site = make_site(settings={"mqtt.host": "localhost", "mqtt.port": authority.port,
                                   "mqtt.ca-file": authority.path("ca.crt"), "mqtt.cert-file": cert,
                                   "mqtt.key-file": key})
        site.start_redis()
        site.start_iocd()
        cert, key = authority.proof("desk")

        def publish(unit, record, *arguments, proof=(cert, key)):
            return subprocess.run(
                [site.program("iocctl"), "--lang", "en", "--url", f"mqtts://localhost:{authority.port}", "publish",
                 "--unit", unit, "--feed", "one-stop", "--ca", authority.path("ca.crt"), "--cert", proof[0],
                 "--key", proof[1], "--outbox", site.path("outbox-" + unit), *RECEIVED, *arguments,
                 json.dumps(plain(record))], capture_output=True, text=True, timeout=60, check=False)

        done = publish(UNIT, "G-1")
        assert done.returncode == 0, done.stderr
        assert [one["sender"] for one in site.get("sites")["sites"]] == ["desk"]  # by its certificate
        done = publish("thuan-an", "G-2", "--wait", "500ms")
        assert done.returncode == 3 and "'desk' may not speak for unit 'thuan-an'" in done.stderr
        open_key = os.path.join(authority.dir, "open.key")
        with open(key) as file, open(open_key, "w") as copy:
            copy.write(file.read())
        os.chmod(open_key, 0o644)
        done = publish(UNIT, "G-3", proof=(cert, open_key))
        assert done.returncode == 3 and "others can read or change it" in done.stderr
        done = publish(UNIT, "G-3", "--ca", cert, "--wait", "500ms")
        assert done.returncode == 3 and "1 event is kept" in done.stderr
        assert site.status()["events"]["accepted"] == 1
    finally:
        authority.stop()


def test_nothing_goes_to_another_machine_without_tls(build, tmp_path):
    done = subprocess.run([os.path.join(build, "tools/iocctl/iocctl"), "--lang", "en", "publish", "--unit", UNIT,
                           "--feed", "one-stop", *RECEIVED, "--outbox", str(tmp_path / "o"), "--host", "192.0.2.1",
                           "{}"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "without TLS" in done.stderr
    assert not (tmp_path / "o").exists()

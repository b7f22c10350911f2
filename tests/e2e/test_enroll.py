# SPDX-License-Identifier: Apache-2.0
"""iocctl enroll: identities with all that they need, proved at a real broker over TLS, and ended there."""
import fcntl
import json
import os
import re
import shutil
import stat
import subprocess
import time

import pytest

from authority import Authority, Client, Refused
from conftest import PACK
from servers import wait_for


@pytest.fixture
def bare(build):
    """An authority whose broker does not run."""
    authority = Authority(build)
    authority.init()
    yield authority
    authority.stop()


@pytest.fixture(scope="module")
def kept():
    """One of which a test changes nothing, or only what no other asks for."""
    authority = Authority(os.environ["IOCD_BUILD"])
    authority.init()
    yield authority
    authority.stop()


@pytest.fixture(scope="module")
def authority():
    """One with a broker; each test enrols names of its own."""
    authority = Authority(os.environ["IOCD_BUILD"])
    authority.init()
    authority.start()
    yield authority
    authority.stop()


def modes(directory):
    """Each file below it, with its mode."""
    found = {}
    for folder, folders, files in os.walk(directory):
        for name in folders + files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, directory)] = stat.S_IMODE(os.stat(path).st_mode)
    return found


def rights(authority, name):
    """The lines of the access list for one user."""
    with open(authority.path("broker", "acl")) as file:
        parts = file.read().split("\nuser ")
    return next((part.split("\n")[1:] for part in parts if part.split("\n")[0] == name), None)


def test_every_file_has_its_mode_and_secrets_are_their_owners_alone(bare):
    os.umask(0)
    bare.add("di-an")
    bare.add("di-an", "--as", "one-stop", "--password")
    found = modes(bare.at)
    os.umask(0o022)
    secret = [name for name in found if re.search(
        r"\.key$|password|^broker/acl$|identities\.json$", name)]
    assert len(secret) == 8, secret
    assert {name: oct(found[name]) for name in secret if found[name] != 0o600} == {}
    assert {name: oct(mode) for name, mode in found.items() if mode & 0o022} == {}
    for folder in ("ready", "ready/di-an", "ready/di-an/above", "ready/one-stop", "broker"):
        assert found[folder] == 0o700, folder
    assert stat.S_IMODE(os.stat(bare.at).st_mode) == 0o711
    assert not [name for name in found if re.search(r"\.[A-Za-z0-9]{6}$", name)]  # no drafts


def test_a_unit_gets_rights_of_its_own_and_a_directory_that_is_ready(bare):
    said = bare.add("di-an")
    assert "di-an: a key and a certificate until" in said and "enroll test di-an" in said
    assert rights(bare, "di-an")[:7] == [
        "topic readwrite iocd/beat/di-an",
        "topic readwrite iocd/beat/di-an-up",
        "topic write ioc/v1/di-an/+/evt/+",
        "topic write ioc/v1/di-an/+/state",
        "topic write ioc/v1/di-an/iocd/fwd/iocd",
        "topic read ioc/v1/di-an/iocd/ack/iocd",
        "topic readwrite ioc/v1/di-an/iocd/probe/di-an",
    ]
    ready = bare.path("ready", "di-an")
    check = subprocess.run([bare.iocctl, "check", ready], capture_output=True, text=True)
    assert check.returncode == 0, check.stderr
    with open(os.path.join(ready, "iocd.yml")) as file:
        settings = file.read()
    for line in ("instance: di-an", "site: di-an ", "  host: localhost", '  host: "localhost"',
                 f"  port: {bare.port}", "  ca-file: /etc/iocd/above/ca.crt",
                 "  cert-file: /etc/iocd/above/di-an.crt", "  key-file: /etc/iocd/above/di-an.key",
                 "journal:"):
        assert "\n" + line in settings, line
    assert len(re.findall(r"^(instance|site|mqtt|forward):", settings, re.M)) == 4
    for name in ("units.yml", "calendar.yml", "rules.d/one-stop.yml", "feeds.d/one-stop.yml"):
        with open(os.path.join(ready, name)) as copy, open(os.path.join(PACK, name)) as original:
            assert copy.read() == original.read(), name


def test_of_a_configuration_only_yaml_is_handed_out_and_nothing_of_our_own_links(bare, tmp_path):
    pack = tmp_path / "pack"
    subprocess.run(["cp", "-r", PACK, pack], check=True)
    (pack / "authority").mkdir()
    for name in ("authority/ca.yml", "above.key", "users.yml", "rules.d/secret", ".hidden.yml"):
        (pack / name).write_text("")
    (pack / "users.yml").unlink()  # unknown to this iocd, so no configuration may have it
    (pack / "iocd.yml").write_text("instance: above\nmqtt: {host: localhost,\n  port: 1885}\nforward:\n"
                                   "  # of ours\n  host: localhost\n\n# kept\nlimits:\n  rate: 77")
    bare.enroll("di-an", "--config", str(pack))
    with open(bare.path("ready", "di-an", "iocd.yml")) as file:
        assert file.read().startswith("# kept\nlimits:\n  rate: 77\n\ninstance: di-an\n")
    assert not [name for name in modes(bare.path("ready", "di-an"))
                if re.search("authority|above.key|users|secret|hidden", name)]


@pytest.mark.parametrize("words, status, complaint", [
    (["di-ann"], 1, "did you mean 'di-an'?"),
    (["nowhere-near"], 1, "has no unit 'nowhere-near'"),
    (["di-an", "--as", "a/b"], 2, "'a/b'"),
    (["di-an", "--as", "+"], 2, "'+'"),
    (["di-an", "--as", "Upper"], 2, "'Upper'"),
    (["di-an", "--as", "-dash"], 2, "'-dash'"),
    (["di-an", "--as", "a" * 33], 2, "at most 32"),
    (["di-an", "--as", "iocd"], 2, "none of iocd's own"),
    (["di-an", "--as", "iocd-probe"], 2, "none of iocd's own"),
    (["di-an", "--as", "di-an-up"], 2, "none of iocd's own"),
    (["di-an", "--as", "broker"], 2, "none of iocd's own"),
    (["di-an", "--days", "0"], 2, "--days"),
    (["di-an", "--days", "soon"], 2, "--days"),
    (["di-an", "--above", "nowhere"], 2, "--above"),
    (["di-an", "--above", "a b:1"], 2, "--above"),
    (["di-an", "--above", "a:70000"], 2, "--above"),
    (["revoke"], 2, "takes 1"),
    (["revoke", "di-am"], 1, "nobody is called"),
    (["revoke", "iocf"], 1, "did you mean 'iocd'?"),
    (["revoke", "broker"], 2, "cannot be revoked"),
    (["test", "iocd"], 2, "sends for no unit"),
    (["init", "--host", "x"], 3, "File exists"),
    (["init", "--host", "x,IP:1.2.3.4"], 2, "'x,IP:1.2.3.4'"),
    (["init"], 2, "--host"),
    (["list", "--reload"], 2, ""),
])
def test_a_mistake_is_named_and_changes_nothing(kept, words, status, complaint):
    before = {name: open(kept.path(name)).read() for name in ("identities.json", "broker/acl", "ca.key")}
    if words[0].startswith(("di-", "nowhere")):
        words = words + ["--config", PACK]
    assert complaint in kept.enroll(*words, status=status)
    assert before == {name: open(kept.path(name)).read() for name in before}


def test_a_name_is_given_once_and_a_second_enroll_waits_for_the_first(bare):
    bare.add("di-an")
    assert "is there already (unit 'di-an')" in bare.add("di-an", status=1)
    assert "is there already" in bare.add("thuan-an", "--as", "di-an", status=1)
    with open(bare.path(".lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another enroll is at work" in bare.enroll("list", status=3)
        assert "một lệnh enroll khác đang chạy" in bare.enroll("list", status=3, lang="vi")


def test_what_ends_soon_is_a_finding(bare):
    bare.add("di-an")
    listed = {row["name"]: row for row in bare.enroll_json("list")}
    assert [listed[name]["role"] for name in ("ca", "iocd", "broker", "di-an")] == [
        "authority", "own", "broker", "iocd"]
    assert 360 <= listed["di-an"]["days_left"] <= 365 and not listed["di-an"]["ends_soon"]
    bare.add("thuan-an", "--days", "20")
    bare.add("thuan-an", "--as", "camera", "--password")
    listed = {row["name"]: row for row in bare.enroll_json("list", status=1)}
    assert listed["thuan-an"]["ends_soon"] and listed["thuan-an"]["days_left"] in (19, 20)
    assert listed["camera"]["until"] is None and listed["camera"]["by"] == "password"
    assert "SẮP HẾT HẠN" in bare.enroll("list", status=1, lang="vi")
    bare.enroll("renew", "thuan-an")
    assert not [row["name"] for row in bare.enroll_json("list") if row["ends_soon"]]


def test_a_self_test_proves_what_an_identity_may_and_may_not(authority):
    said = authority.enroll_json("di-an", "--config", PACK, *authority.reload())
    tried = {(row["what"], row["expected"]) for row in said["tested"]}
    assert said["why"] is None and all(row["good"] for row in said["tested"])
    assert {"its own topic", "read its own"} == {what for what, expected in tried if expected == "taken"}
    assert {"another's event", "another's presence", "another's forwarding", "another's receipt", "canary",
            "receipt", "another sender", "alert", "log of alerts", "$SYS", "another's heartbeat"} == {
                what for what, expected in tried if expected == "refused"}
    assert {row["reason"] for row in said["tested"] if row["expected"] == "refused"} == {0x87}
    assert "all as they should be" in authority.add("di-an", "--as", "one-stop", "--password")
    assert "all as they should be" in authority.enroll("test", "di-an")


def test_a_self_test_finds_a_broker_that_lets_too_much_pass(authority):
    for name in ("careless", "careful"):
        authority.add("di-an", "--as", name)
    authority.add("thu-dau-mot")
    with open(authority.path("broker", "acl")) as file:
        good = file.read()
    with open(authority.path("broker", "acl"), "a") as file:
        file.write("\nuser careless\ntopic readwrite ioc/v1/thu-dau-mot/#\ntopic write ioc/v1/alert/#\n"
                   "topic write ioc/v1/+/iocd/ack/+\n")
    authority.hang_up()
    said = authority.enroll("test", "careless", status=1)
    for leak in ("another's event ioc/v1/thu-dau-mot/probe/evt/probe",
                 "another's presence ioc/v1/thu-dau-mot/iocd/state",
                 "alert ioc/v1/alert/di-an/probe/probe", "receipt ioc/v1/di-an/iocd/ack/careless",
                 "read ioc/v1/thu-dau-mot/iocd/probe/careless"):
        assert f"WRONG: {leak}: should be refused, but was taken" in said, leak
    assert "log of alerts" not in said
    assert "all as they should be" in authority.enroll("test", "careful")
    with open(authority.path("broker", "acl"), "w") as file:
        file.write(good.replace("topic readwrite ioc/v1/di-an/iocd/probe/careless\n", ""))
    authority.hang_up()
    assert "WRONG: its own topic ioc/v1/di-an/iocd/probe/careless" in authority.enroll(
        "test", "careless", status=1)
    with open(authority.path("broker", "acl"), "w") as file:
        file.write(good)
    authority.hang_up()


def test_a_broker_that_cannot_be_reached_or_is_not_ours_is_said(authority):
    authority.add("tan-uyen")
    assert "Connection refused" in authority.enroll("test", "tan-uyen", "--above", "localhost:1", status=3)
    by_another_name = f"0.0.0.0:{authority.port}"
    assert "mismatch" in authority.enroll("test", "tan-uyen", "--above", by_another_name, status=3)
    stranger = Authority(os.environ["IOCD_BUILD"])
    try:
        stranger.init()
        stranger.enroll("di-an", "--config", PACK)
        said = stranger.enroll("test", "di-an", "--above", f"localhost:{authority.port}", status=3)
        assert "self-signed" in said or "unable to get local issuer" in said, said
    finally:
        stranger.stop()


def test_a_revoked_one_is_out_at_once_also_while_connected(authority, tmp_path):
    authority.add("thuan-an")
    authority.add("thuan-an", "--as", "camera", "--password")
    stolen = [shutil.copy(path, tmp_path) for path in authority.proof("thuan-an")]
    password = authority.password("camera")
    one, other = authority.connect("thuan-an"), authority.connect_by_password("camera", password)
    for client in (one, other):
        assert client.publish("ioc/v1/thuan-an/a/evt/b", "1") < 0x80
    for name, client in (("thuan-an", one), ("camera", other)):
        assert "all as they should be" in authority.enroll("revoke", name, *authority.reload())
        wait_for("the end of the connection", lambda: not client.is_alive())
        assert rights(authority, name) is None
    with pytest.raises(Refused, match="tls"):
        Client(authority.port, authority.path("ca.crt"), proof=stolen)
    with pytest.raises(Refused, match="mqtt"):
        authority.connect_by_password("camera", password)
    assert {"thuan-an", "camera"} <= {row["name"] for row in authority.enroll_json("list") if row["revoked"]}


def test_rights_end_with_the_reload_even_without_eviction(authority):
    authority.add("ben-cat")
    iocd, client = authority.connect("iocd"), authority.connect("ben-cat")
    client.subscribe("#")
    assert iocd.publish("ioc/v1/ben-cat/iocd/ack/iocd", "before") == 0
    assert [payload for _, payload in client.heard()] == ["before"]
    assert "until then ben-cat is still in" in authority.enroll("revoke", "ben-cat")
    assert client.publish("ioc/v1/ben-cat/a/evt/b", "1") < 0x80
    authority.hang_up()
    assert client.publish("ioc/v1/ben-cat/a/evt/b", "1") == 0x87
    iocd.publish("ioc/v1/ben-cat/iocd/ack/iocd", "after")
    assert client.heard() == []
    assert "all as they should be" in authority.enroll("test", "ben-cat")  # which evicts
    assert not client.is_alive()
    iocd.close()


def test_renewal_gives_a_new_proof_and_lets_a_revoked_one_in_again(authority, tmp_path):
    authority.add("bau-bang")
    old = [shutil.copy(path, tmp_path) for path in authority.proof("bau-bang")]
    assert "all as they should be" in authority.enroll("renew", "bau-bang", *authority.reload())
    Client(authority.port, authority.path("ca.crt"), proof=old).close()  # good until its own end
    authority.enroll("revoke", "bau-bang", *authority.reload())
    assert not os.path.exists(authority.path("ready", "bau-bang", "above", "bau-bang.key"))
    assert "all as they should be" in authority.enroll("renew", "bau-bang", *authority.reload())
    authority.connect("bau-bang").close()
    with pytest.raises(Refused, match="tls"):
        Client(authority.port, authority.path("ca.crt"), proof=old)


def test_the_broker_takes_a_new_certificate_of_its_own_without_a_restart(authority):
    def serial():
        client = authority.connect("iocd")
        try:
            return client.socket.getpeercert()["serialNumber"]
        finally:
            client.close()

    before = serial()
    authority.enroll("renew", "broker", *authority.reload())
    wait_for("the new certificate", lambda: serial() != before)


def test_secrets_are_never_printed(authority):
    said = authority.add("phu-giao", "--as", "kiosk", "--password", "--json")
    said += authority.enroll("phu-giao", "--config", PACK, "--json") + authority.enroll("list", "--json")
    said += authority.enroll("test", "kiosk", "--json") + authority.enroll("revoke", "phu-giao", "--json")
    with open(authority.path("broker", "passwords")) as file:
        hashed = dict(line.strip().split(":") for line in file)["kiosk"]
    assert authority.password("kiosk") not in said and hashed not in said and "PRIVATE" not in said
    assert hashed.startswith("$7$") and len(authority.password("kiosk")) == 64


@pytest.fixture
def above(authority, make_site):
    """The iocd that the broker belongs to, with its own identity."""
    cert, key = authority.proof("iocd")
    site = make_site(settings={
        "instance": "iocd", "mqtt.host": "localhost", "mqtt.port": authority.port,
        "mqtt.ca-file": authority.path("ca.crt"), "mqtt.cert-file": cert, "mqtt.key-file": key,
        "canary.every": "1s"})
    site.start_redis()
    site.start_iocd()
    return site


def test_iocds_with_their_identities_have_all_the_rights_that_they_need(authority, above, make_site):
    """One of a unit, from the directory that was made ready for it, and the one that it forwards to."""
    authority.add("dau-tieng")
    cert, key = authority.proof("dau-tieng")
    unit = make_site(config=authority.path("ready", "dau-tieng"), settings={
        "forward.ca-file": authority.path("ca.crt"), "forward.cert-file": cert, "forward.key-file": key,
        "forward.heartbeat": "200ms", "forward.directory": authority.path("forward")})
    unit.start_all()
    uplink = wait_for("an answer from above", lambda: (lambda at: at["answered"] and at)(
        unit.status()["uplink"]))
    assert uplink["state"] == "up" and uplink["refused"] == 0, uplink
    site = wait_for("the unit above", lambda: next(
        (at for at in above.get("sites")["sites"] if at["presence"] == "online"), None))
    assert site["id"] == "dau-tieng/iocd" and site["state"] == "live" and site["instance"] == "dau-tieng"


def test_a_sender_reaches_the_iocd_and_a_self_test_does_not(authority, above):
    authority.add("dau-tieng", "--as", "sender")
    sender = authority.connect("sender")
    event = {"specversion": "1.0", "id": "1", "source": "/unit/dau-tieng/one-stop",
             "type": "vn.ioc.one-stop.record.suspended.v1",
             "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "data": {"record": "r"}}
    assert sender.publish("ioc/v1/dau-tieng/one-stop/evt/record.suspended", json.dumps(event)) == 0
    assert sender.publish("ioc/v1/di-an/one-stop/evt/record.suspended", json.dumps(event)) == 0x87
    events = above.settled(1)["events"]
    assert events["accepted"] == 1 and events["refused"] == {}, events
    assert "all as they should be" in authority.enroll("test", "sender")
    wait_for("the canary's round", lambda: above.part("canary").get("state") == "in time")
    assert above.status()["events"]["seen"] == 1  # a self-test is nothing that iocd would hear

# SPDX-License-Identifier: Apache-2.0
"""Nobody where they do not belong: who connects how, does what, and what comes of it, at a real broker
with the settings that we ship.  Every case says what must happen; whether it did is measured by an
observer who may read everything, and by those whose place somebody wanted to take."""
import itertools
import os
import socket
import ssl

import pytest

from authority import Authority, Client, Gone, Refused
from conftest import ROOT

OWN, OTHER, SELF = "di-an", "thuan-an", "iocd"
VERSIONS = {5: "v5", 4: "v311"}
# Who may connect: an iocd of a unit, a system that sends for it by certificate or by password, ours.
INSIDERS = ["di-an", "one-stop", "camera", SELF]
SENDERS = INSIDERS[:3]


def may_write(who):
    """Topics that each may write, of those that are tried."""
    if who == SELF:
        return {"own receipt", "another's receipt", "an order", "alert", "alert log", "canary",
                "own heartbeat"}
    return {"own event", "own presence", "own forwarding", "own heartbeat"} | (
        {"the unit's presence", "the unit's own event"} if who == OWN else set())


def topics(who):
    sender = {OWN: "iocd", SELF: "iocd"}.get(who, who)
    return {
        "own event": "ioc/v1/di-an/feed/evt/event",
        "own presence": "ioc/v1/di-an/feed/state",
        "own forwarding": f"ioc/v1/di-an/iocd/fwd/{sender}",
        "own heartbeat": f"iocd/beat/{who}",
        "the unit's presence": "ioc/v1/di-an/iocd/state",
        "the unit's own event": "ioc/v1/di-an/iocd/evt/event",
        "another's event": "ioc/v1/thuan-an/feed/evt/event",
        "another's presence": "ioc/v1/thuan-an/iocd/state",
        "another's forwarding": "ioc/v1/thuan-an/iocd/fwd/iocd",
        "a unit above": "ioc/v1/binh-duong/feed/evt/event",
        "a unit below": "ioc/v1/di-an.an-binh/feed/evt/event",
        "a unit of like name": "ioc/v1/di-anx/feed/evt/event",
        "the unit in capitals": "ioc/v1/DI-AN/feed/evt/event",
        "another sender": "ioc/v1/di-an/iocd/fwd/other",
        "own receipt": f"ioc/v1/di-an/iocd/ack/{sender}",
        "another's receipt": "ioc/v1/thuan-an/iocd/ack/iocd",
        "an order": "ioc/v1/di-an/iocd/ack/other",
        "alert": "ioc/v1/alert/di-an/rule/key",
        "alert log": "ioc/v1/alertlog/di-an/critical",
        "canary": "ioc/v1/di-an/iocd/canary",
        "$SYS": "$SYS/broker/publish/messages/dropped",
        "another's heartbeat": "iocd/beat/thuan-an",
        "another's probe": "ioc/v1/thuan-an/iocd/probe/di-an",
        "one level more": "ioc/v1/di-an/feed/evt/event/more",
        "an empty level": "ioc/v1/di-an//evt/event/",
        "another prefix": "other/di-an/feed/evt/event",
        "a slash before": "/ioc/v1/di-an/feed/evt/event",
        "the root": "ioc/v1",
    }


def cases(*parts):
    """The cross product, with a name for each."""
    product = list(itertools.product(*parts))
    return pytest.mark.parametrize(
        "case", product, ids=["/".join(VERSIONS.get(word, str(word)) for word in case) for case in product])


class Scene:
    """One broker for all cases; of each identity at most one connection, as it always is."""

    def __init__(self):
        self.authority = authority = Authority(os.environ["IOCD_BUILD"])
        self.clients, self.count, self.numbers = {}, 0, itertools.count()
        authority.init()
        for words in ([OWN], [OTHER], [OWN, "--as", "one-stop"], [OWN, "--as", "camera", "--password"],
                      [OWN, "--as", "gone"], [OWN, "--as", "gone-password", "--password"]):
            authority.add(*words)
        self.passwords = {name: authority.password(name) for name in ("camera", "gone-password")}
        self.gone = [open(path).read() for path in authority.proof("gone")]
        for name in ("gone", "gone-password"):
            authority.enroll("revoke", name)
        self.admit_observer()
        authority.start()
        self.observer = Client(authority.port, authority.path("ca.crt"), proof=authority.forge("observer"))
        for topic in ("#", "$SYS/broker/publish/messages/#"):
            assert self.observer.subscribe(topic) == 1
        # Whose place others want: connected all the time.
        self.victim = authority.connect(OTHER, client_id=OTHER, clean=False, expiry=600)

    def admit_observer(self):
        """One who may read all, as nobody else may: what comes to it has been let through.  And a user
        whose tree others might get into by a slash in their name."""
        with open(self.authority.path("broker", "acl"), "a") as file:
            file.write("\nuser observer\ntopic read #\ntopic read $SYS/#\n"
                       "\nuser a\ntopic readwrite ioc/v1/a/#\n")

    def open(self, who, version, **more):
        self.close(who)
        more = {"client_id": who, **more}
        if who in self.passwords:
            return self.authority.connect_by_password(who, self.passwords[who], version=version, **more)
        return self.authority.connect(who, version=version, **more)

    def client(self, who, version):
        """The connection of somebody, which stays for cases to come."""
        at = self.clients.get(who)
        if not at or at.version != version or not at.is_alive():
            at = self.open(who, version)
            self.clients[who] = at
        return at

    def close(self, who):
        at = self.clients.pop(who, None)
        if at:
            at.close()

    def word(self):
        return f"word {next(self.numbers)}"

    def came(self, word):
        """The topics on which a message with that payload reached the observer."""
        return [topic for topic, payload in self.observer.heard() if payload == word]

    def stop(self):
        self.authority.stop()


@pytest.fixture(scope="module")
def scene(request):
    scene = Scene()
    yield scene
    scene.stop()
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{scene.count} cases of who connects how and does what")


@pytest.fixture(autouse=True)
def counted(scene):
    scene.count += 1


@cases(VERSIONS, INSIDERS, topics(OWN), ["", "retained"])
def test_publishing(scene, case):
    version, who, what, how = case
    topic, word = topics(who)[what], scene.word()
    client = scene.client(who, version)
    reason = client.publish(topic, word, retain=bool(how))
    expected = [topic] if what in may_write(who) else []
    assert scene.came(word) == expected
    if version == 5:
        assert (reason == 0x87) == (not expected)
    if expected and how:
        client.publish(topic, "", retain=True)
    assert client.is_alive()  # a refusal is an answer, not the end


@cases(VERSIONS, INSIDERS, ["ioc/v1/di-an/+/evt/event", "ioc/v1/#", "ioc/v1/di-an/feed/evt/event#"])
def test_a_topic_with_a_wildcard_ends_the_connection(scene, case):
    version, who, topic = case
    word = scene.word()
    with pytest.raises(Gone):
        scene.client(who, version).publish(topic, word)
    assert scene.came(word) == []


@cases(VERSIONS, INSIDERS, ["own event", "another's event", "own presence", "another's presence", "alert",
                            "own receipt", "$SYS"], ["", "retained"])
def test_a_will(scene, case):
    version, who, what, how = case
    topic = topics(who)[what]
    scene.observer.heard()
    scene.open(who, version, will=topic, retained_will=bool(how)).drop()
    # It is carried out when the broker sees the end; after who comes in under the same name has spoken.
    scene.open(who, version).close()
    came = [at for at, payload in scene.observer.heard() if payload == "will"]
    assert came == ([topic] if what in may_write(who) else [])


READING = ["#", "ioc/v1/#", "ioc/v1/+/+/evt/+", "ioc/v1/thuan-an/#", "ioc/v1/+/iocd/ack/+", "ioc/v1/alert/#",
           "iocd/#", "$SYS/#", "$share/all/ioc/v1/#", "+/+/+/+/+/+"]


@cases(VERSIONS, SENDERS, READING)
def test_reading(scene, case):
    """This broker grants any subscription, and asks for rights when a message comes: whatever is
    subscribed, only one's own receipts do."""
    version, who, topic = case
    client, word = scene.client(who, version), scene.word()
    iocd = scene.client(SELF, 5)
    receipt = topics(who)["own receipt"]
    said = ["ioc/v1/thuan-an/iocd/ack/iocd", "ioc/v1/alert/thuan-an/rule/key",
            "ioc/v1/alertlog/thuan-an/critical", "ioc/v1/di-an/iocd/ack/other", "ioc/v1/alert/di-an/rule/key"]
    assert iocd.publish(said[1], word, retain=True) < 0x80  # there before it subscribes
    assert client.subscribe(topic) == 1
    assert client.subscribe(receipt) == 1
    for at in [*said, receipt]:
        assert iocd.publish(at, word, retain=at == said[1]) < 0x80
    other = scene.victim
    for at in ("ioc/v1/thuan-an/feed/evt/event", "ioc/v1/thuan-an/feed/state",
               "ioc/v1/thuan-an/iocd/fwd/iocd", "iocd/beat/thuan-an"):
        assert other.publish(at, word) < 0x80
    assert client.publish("ioc/v1/di-an/feed/evt/event", word) < 0x80
    heard = {at for at, payload in client.heard() if payload == word}
    assert heard == {receipt}
    assert len(scene.came(word)) == len(said) + 1 + 1 + 4 + 1  # all of it went through
    iocd.publish(said[1], "", retain=True)
    scene.close(who)


@cases(VERSIONS, SENDERS, [SELF, OTHER, "observer", "", "own", "a/b", "#"], ["", "user"])
def test_a_client_id_is_worth_nothing(scene, case):
    """Who asks for another's id, or user name, is still himself, and the other keeps his session."""
    version, who, wanted, how = case
    iocd = scene.client(SELF, 5)
    name = who if wanted == "own" else wanted
    if how and who in scene.passwords and name != who:
        # There the user name is whom the password must belong to.
        with pytest.raises(Refused, match="mqtt"):
            scene.authority.connect_by_password(name, scene.passwords[who], version=version)
    else:
        by_name = {"user": name, "password": "x"} if how and who not in scene.passwords else {}
        client = scene.open(who, version, client_id=name, **by_name)
        word = scene.word()
        for topic in ("ioc/v1/thuan-an/feed/evt/event", "ioc/v1/di-an/iocd/ack/iocd",
                      "ioc/v1/di-an/feed/evt/event"):
            client.publish(topic, word)
        assert scene.came(word) == ["ioc/v1/di-an/feed/evt/event"]
        client.close()
    assert iocd.is_alive() and scene.observer.is_alive() and scene.victim.is_alive()


def test_what_waits_for_somebody_survives_who_asks_for_his_id(scene):
    victim = scene.victim
    victim.subscribe("ioc/v1/thuan-an/iocd/ack/iocd")
    victim.drop()
    word = scene.word()
    iocd = scene.client(SELF, 5)
    for n in range(50):
        iocd.publish("ioc/v1/thuan-an/iocd/ack/iocd", f"{word} {n}")
    for who, version in itertools.product(SENDERS, VERSIONS):
        scene.open(who, version, client_id=OTHER, clean=True).close()
    victim = scene.victim = scene.authority.connect(OTHER, client_id="any", clean=False, expiry=600)
    assert [payload for _, payload in victim.heard()] == [f"{word} {n}" for n in range(50)]


# ---- who may not come in at all ----

def outsiders(scene):
    """By kind: how it tries to connect; where somebody comes in after all, it speaks."""
    authority = scene.authority
    ca = authority.path("ca.crt")
    certificates = {}

    def forged(name, **more):
        if name not in certificates:
            certificates[name] = authority.forge(name, **more)
        return certificates[name]

    def revoked():
        paths = [os.path.join(authority.dir, name) for name in ("gone.crt", "gone.key")]
        for path, content in zip(paths, scene.gone):
            with open(path, "w") as file:
                file.write(content)
        return paths

    def self_signed():
        if "self" not in certificates:
            certificates["self"] = authority.forge_authority("self", SELF)
        return certificates["self"]

    def other_authority():
        if "evil" not in certificates:
            certificates["evil"] = authority.forge_authority("evil", "iocd authority of localhost")
        return forged("di-an-evil", ca="evil", subject="di-an")

    def by_certificate(proof, **fixed):
        return lambda **more: Client(authority.port, ca, proof=proof(), **{**more, **fixed})

    def by_password(user, password):
        return lambda **more: authority.connect_by_password(user, password, **more)

    return {
        "without a certificate": by_certificate(lambda: None),
        "a password where certificates are asked for": by_certificate(
            lambda: None, user="camera", password=scene.passwords["camera"]),
        "an expired certificate": by_certificate(
            lambda: forged("di-an-expired", subject="di-an", expired=True)),
        "a revoked certificate": by_certificate(revoked),
        "a certificate of another authority": by_certificate(other_authority),
        "a self-signed certificate": by_certificate(self_signed),
        "a certificate for servers": by_certificate(
            lambda: forged("di-an-server", subject="di-an", purpose="serverAuth")),
        "the broker's own certificate": by_certificate(
            lambda: (authority.path("broker", "broker.crt"), authority.path("broker", "broker.key"))),
        "a certificate for +": by_certificate(lambda: forged("plus", subject="+")),
        "TLS 1.1": by_certificate(lambda: authority.proof("di-an"), most=ssl.TLSVersion.TLSv1_1),
        "anonymous": by_password(None, None),
        "a wrong password": by_password("camera", "wrong"),
        "an empty password": by_password("camera", ""),
        "another's password": by_password("one-stop", scene.passwords["camera"]),
        "a revoked password": by_password("gone-password", scene.passwords["gone-password"]),
        "the user name of one with a certificate": by_password(SELF, scene.passwords["camera"]),
        "a user name without a password": by_password(SELF, None),
        "a certificate where passwords are asked for": lambda **more: Client(
            authority.password_port, ca, proof=authority.proof("di-an"), **more),
        "a certificate and a user name": lambda **more: Client(
            authority.password_port, ca, proof=authority.proof("di-an"), user=SELF, **more),
    }


# These come in with a certificate of the authority, but nobody gave them rights.
STRANGERS = ["nobody", "a/b", "di-an/feed", "DI-AN", "di-an ", "di-an.x", "%u", "#", "$SYS", "iocd-probe-x"]
KINDS = ["without a certificate", "a password where certificates are asked for", "an expired certificate",
         "a revoked certificate", "a certificate of another authority", "a self-signed certificate",
         "a certificate for servers", "the broker's own certificate", "a certificate for +",
         "TLS 1.1", "anonymous", "a wrong password", "an empty password", "another's password",
         "a revoked password", "the user name of one with a certificate", "a user name without a password",
         "a certificate where passwords are asked for", "a certificate and a user name"]


@cases(VERSIONS, KINDS)
def test_outsiders_stay_outside(scene, case):
    version, kind = case
    for client_id in ("di-an", SELF):
        with pytest.raises((Refused, ssl.SSLError)):
            outsiders(scene)[kind](version=version, client_id=client_id).close()
    assert scene.client(SELF, 5).is_alive() and scene.observer.is_alive()


@cases(VERSIONS, STRANGERS)
def test_a_name_without_rights_has_none(scene, case):
    version, name = case
    made = scene.__dict__.setdefault("strangers", {})
    if name not in made:
        made[name] = scene.authority.forge(f"stranger-{len(made)}", subject=name)
    try:
        client = Client(scene.authority.port, scene.authority.path("ca.crt"), proof=made[name],
                        version=version, client_id=SELF)
    except Refused:
        client = None
    word = scene.word()
    for topic in [*topics(OWN).values(), "ioc/v1/a/b/evt/c", f"ioc/v1/{name}/feed/evt/event"]:
        try:
            reason = client.publish(topic, word) if client else 0x87
            assert version == 4 or reason >= 0x80
        except Gone:
            client = None
    if client:
        client.subscribe("#")
        scene.client(SELF, 5).publish("ioc/v1/di-an/iocd/ack/iocd", word)
        assert client.heard() == []
        assert scene.came(word) == ["ioc/v1/di-an/iocd/ack/iocd"]
        client.close()
    else:
        assert scene.came(word) == []
    assert scene.client(SELF, 5).is_alive()


@cases(VERSIONS, ["127.0.0.2", "localhost.example", "mosquitto", ""])
def test_a_client_refuses_a_broker_of_another_name(scene, case):
    version, host = case
    with pytest.raises((ssl.SSLCertVerificationError, ValueError)):
        scene.authority.connect(OWN, version=version, host=host).close()


@cases(VERSIONS)
def test_a_client_refuses_a_broker_of_another_authority(scene, case):
    other = Authority(os.environ["IOCD_BUILD"])
    try:
        other.init()
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(scene.authority.port, other.path("ca.crt"), version=case[0], proof=other.proof(SELF))
    finally:
        other.stop()


def test_nothing_is_said_without_tls(scene):
    for port in (scene.authority.port, scene.authority.password_port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(b"\x10\x0f\0\x04MQTT\x05\x02\0\x3c\0\0\x02xx")
            try:
                assert plain.recv(100)[:1] != b"\x20"
            except ConnectionError:
                pass


def test_a_resumed_session_of_tls_is_no_way_round_a_revocation(scene):
    authority = scene.authority
    authority.add(OWN, "--as", "resuming")
    authority.hang_up()
    resumed = []
    for most in (ssl.TLSVersion.TLSv1_2, None):
        client = authority.connect("resuming", most=most)
        resumed.append(client.ticket())
        client.close()
    authority.enroll("revoke", "resuming")
    authority.hang_up()
    for ticket in resumed:
        with pytest.raises(Refused, match="tls"):
            Client(authority.port, None, resume=ticket).close()
    scene.admit_observer()
    authority.hang_up()


def test_the_settings_that_all_this_rests_on_are_said():
    """Some stand for each other, so that no case above would miss one alone."""
    with open(os.path.join(ROOT, "config", "servers", "mosquitto-tls.conf")) as file:
        common, certificates, passwords = [
            {line.strip() for line in part.splitlines() if line.strip() and not line.startswith("#")}
            for part in file.read().split("\nlistener ")]
    assert {"allow_anonymous false", "acl_file /etc/iocd/authority/broker/acl",
            "password_file /etc/iocd/authority/broker/passwords"} <= common
    for part in (certificates, passwords):
        assert {"tls_version tlsv1.2", "use_username_as_clientid true"} <= part
        assert not any(line.startswith(("protocol", "per_listener", "psk", "allow")) for line in part)
    assert {"require_certificate true", "use_identity_as_username true",
            "crlfile /etc/iocd/authority/broker/crl.pem"} <= certificates
    with open(os.path.join(ROOT, "config", "servers", "mosquitto.conf")) as file:
        shipped = file.read()
    assert "\nmax_packet_size 262144\n" in shipped
    assert "\nmessage_size_limit" not in shipped and "\nallow_anonymous" not in shipped

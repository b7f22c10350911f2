# SPDX-License-Identifier: Apache-2.0
"""A broker with the settings that we ship for TLS, an authority made by iocctl enroll, and a plain MQTT
client that says exactly what the broker answers."""
import json
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import warnings

from conftest import PACK, ROOT
from servers import answers, free_port, wait_for

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = \
    1, 2, 3, 4, 8, 9, 12, 13, 14
PATIENCE_S = 10


class Refused(Exception):
    """The broker does not let us in; the message says at which door."""


class Gone(Exception):
    """The broker has ended the connection."""


def text(value):
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def length(number):
    out = b""
    while True:
        number, low = divmod(number, 128)
        out += bytes([low | (128 if number else 0)])
        if not number:
            return out


class Client:
    """One connection, MQTT 3.1.1 (version 4) or 5, that waits for each answer."""

    def __init__(self, port, ca, version=5, client_id="x", proof=None, user=None, password=None, will=None,
                 clean=True, expiry=0, host="localhost", most=None, retained_will=False, resume=None):
        self.version, self.number, self.messages, self.bytes = version, 0, [], b""
        context, session = resume or (ssl.create_default_context(cafile=ca), None)
        if most:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it is old is the point
                context.minimum_version = context.maximum_version = most
            context.set_ciphers("ALL:@SECLEVEL=0")
        if proof:
            context.load_cert_chain(*proof)
        plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket = context.wrap_socket(plain, server_hostname=host, session=session)
        except ssl.SSLCertVerificationError:
            plain.close()
            raise
        except OSError as error:
            plain.close()
            raise Refused("tls") from error
        flags = (2 if clean else 0) | (128 if user is not None else 0) | (64 if password is not None else 0)
        body = text(client_id)
        if will:
            flags |= 4 | 8 | (32 if retained_will else 0)
            body += (b"\0" if version == 5 else b"") + text(will) + text("will")
        for word in (user, password):
            body += text(word) if word is not None else b""
        head = text("MQTT") + bytes([version, flags]) + struct.pack(">H", 60)
        if version == 5:
            head += (b"\x05\x11" + struct.pack(">I", expiry)) if expiry else b"\0"
        try:
            self.send(CONNECT, 0, head + body)
            code = self.answer(CONNACK)[1]
        except Gone as error:  # with TLS 1.3 a certificate is refused only now
            raise Refused("tls") from error
        if code:
            self.close()
            raise Refused(f"mqtt {code}")

    def send(self, kind, flags, body):
        try:
            self.socket.sendall(bytes([kind << 4 | flags]) + length(len(body)) + body)
        except OSError as error:
            raise Gone(str(error)) from error

    def take(self, n):
        while len(self.bytes) < n:
            try:
                more = self.socket.recv(65536)
            except socket.timeout:  # that is no answer, and no end
                raise
            except OSError as error:
                raise Gone(str(error)) from error
            if not more:
                raise Gone("end")
            self.bytes += more
        taken, self.bytes = self.bytes[:n], self.bytes[n:]
        return taken

    def packet(self):
        first, size, shift = self.take(1)[0], 0, 0
        while True:
            byte = self.take(1)[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        return first, self.take(size)

    def answer(self, kind):
        """The next packet of that kind; messages that come before are kept and acknowledged."""
        while True:
            first, body = self.packet()
            if first >> 4 == PUBLISH:
                self.keep(first, body)
            elif first >> 4 == DISCONNECT:
                raise Gone(f"disconnect {body[:1].hex()}")
            elif first >> 4 == kind:
                return body

    def keep(self, first, body):
        size = struct.unpack(">H", body[:2])[0]
        topic, rest = body[2:2 + size].decode(), body[2 + size:]
        if first >> 1 & 3:
            self.send(PUBACK, 0, rest[:2])
            rest = rest[2:]
        if self.version == 5:
            rest = rest[1 + rest[0]:]
        self.messages.append((topic, rest.decode(errors="replace")))

    def publish(self, topic, payload, retain=False):
        """At QoS 1; the broker's reason (0 with MQTT 3.1.1, which has none)."""
        self.number += 1
        self.send(PUBLISH, 2 | retain, text(topic) + struct.pack(">H", self.number)
                  + (b"\0" if self.version == 5 else b"") + payload.encode())
        body = self.answer(PUBACK)
        return body[2] if len(body) > 2 else 0

    def subscribe(self, topic):
        self.number += 1
        self.send(SUBSCRIBE, 2, struct.pack(">H", self.number)
                  + (b"\0" if self.version == 5 else b"") + text(topic) + b"\x01")
        return self.answer(SUBACK)[-1]

    def ticket(self):
        """With what this session of TLS can be resumed."""
        self.heard()  # with TLS 1.3 it comes behind the handshake
        return self.socket.context, self.socket.session

    def heard(self):
        """What has come by now: the broker answers a ping behind all it had sent before."""
        self.send(PINGREQ, 0, b"")
        self.answer(PINGRESP)
        heard, self.messages = self.messages, []
        return heard

    def is_alive(self):
        try:
            self.send(PINGREQ, 0, b"")
            self.answer(PINGRESP)
            return True
        except Gone:
            return False

    def drop(self):
        """Goes without a word, so that the will is carried out."""
        self.socket.close()

    def close(self):
        try:
            self.send(DISCONNECT, 0, b"")
        except Gone:
            pass
        self.socket.close()


class Authority:
    """An authority in a directory of its own, and its broker."""

    def __init__(self, build):
        self.dir = tempfile.mkdtemp(prefix="iocd-authority-")
        self.at = os.path.join(self.dir, "authority")
        self.iocctl = os.path.join(build, "tools", "iocctl", "iocctl")
        self.port, self.password_port = free_port(), free_port()
        self.broker = None

    def path(self, *names):
        return os.path.join(self.at, *names)

    def enroll(self, *words, status=0, lang="en"):
        """Runs iocctl enroll; what it printed."""
        done = subprocess.run([self.iocctl, "--lang", lang, "enroll", *words, "--authority", self.at],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def enroll_json(self, *words, status=0):
        return json.loads(self.enroll("--json", *words, status=status))

    def init(self, *more):
        return self.enroll("init", "--host", "localhost", "--host", "127.0.0.1",
                           "--above", f"localhost:{self.port}", *more)

    def add(self, unit, *more, **others):
        port = self.password_port if "--password" in more else self.port
        return self.enroll(unit, "--config", PACK, "--above", f"localhost:{port}", *self.reload(), *more,
                           **others)

    def reload(self):
        return ("--reload", str(self.broker.pid)) if self.broker else ()

    def start(self):
        conf = os.path.join(self.dir, "mosquitto.conf")
        with open(conf, "w") as file:
            file.write("user root\nlog_dest stdout\n")  # as another user it could not write here
            for name in ("mosquitto.conf", "mosquitto-tls.conf"):
                with open(os.path.join(ROOT, "config", "servers", name)) as shipped:
                    file.write(shipped.read().replace("/etc/iocd/authority", self.at)
                               .replace("listener 8883", f"listener {self.port} 127.0.0.1")
                               .replace("listener 8884", f"listener {self.password_port} 127.0.0.1"))
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        with open(os.path.join(self.dir, "broker.log"), "w") as log:
            self.broker = subprocess.Popen([program, "-c", conf], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log)
        wait_for("the broker's start", lambda: answers(("127.0.0.1", self.password_port)))

    def hang_up(self):
        """Has the broker read its files again, and returns when it has: a signal is carried out in the turn
        in which it comes, and who is greeted or turned away after that came in a later one."""
        self.broker.send_signal(signal.SIGHUP)
        try:
            self.connect_by_password("nobody", "nothing").close()
        except Refused:
            pass

    def proof(self, name):
        """The certificate and key of an identity, wherever it was handed them."""
        for folder in ("", "above"):
            cert = self.path("ready", name, folder, f"{name}.crt")
            if os.path.exists(cert):
                return cert, cert[:-4] + ".key"
        raise FileNotFoundError(name)

    def password(self, name):
        for folder in ("", "above"):
            path = self.path("ready", name, folder, "password")
            if os.path.exists(path):
                with open(path) as file:
                    return file.read()
        raise FileNotFoundError(name)

    def connect(self, name=None, **more):
        """A client with an identity's certificate."""
        return Client(self.port, self.path("ca.crt"), proof=self.proof(name) if name else None, **more)

    def connect_by_password(self, user, password, **more):
        return Client(self.password_port, self.path("ca.crt"), user=user, password=password, **more)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.dir, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=60)

    def forge(self, name, ca=None, subject=None, purpose="clientAuth", expired=False):
        """A key and a certificate that the openssl program made: of this authority, or of another
        (name.crt and name.key of the forger); for nobody to issue but a thief of the key."""
        cert, key, request = f"{name}.crt", f"{name}.key", f"{name}.csr"
        issuer = (os.path.join(self.dir, ca + ".crt"), os.path.join(self.dir, ca + ".key")) if ca \
            else (self.path("ca.crt"), self.path("ca.key"))
        with open(os.path.join(self.dir, "forge.ext"), "w") as file:
            file.write(f"extendedKeyUsage={purpose}\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", key, "-out", request, "-subj",
                     "/CN=" + (subject or name).replace("/", r"\/"))
        self.openssl("x509", "-req", "-in", request, "-CA", issuer[0], "-CAkey", issuer[1], "-out", cert,
                     "-set_serial", str(int.from_bytes(os.urandom(8), "big")), "-extfile", "forge.ext",
                     "-days", "-1" if expired else "10")
        return os.path.join(self.dir, cert), os.path.join(self.dir, key)

    def forge_authority(self, name, subject):
        """A self-signed certificate, good or bad for anything."""
        self.openssl("req", "-x509", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", "/CN=" + subject,
                     "-days", "10")
        return os.path.join(self.dir, f"{name}.crt"), os.path.join(self.dir, f"{name}.key")

    def stop(self):
        if self.broker and self.broker.poll() is None:
            self.broker.terminate()
            try:
                self.broker.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.broker.kill()
                self.broker.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

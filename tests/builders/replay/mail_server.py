"""A server for e-mail on this machine that keeps what it is given (RFC 5321, with STARTTLS and AUTH PLAIN), and refuses what a test says."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Taken:
    """One letter as it came: the envelope's two ends, the bytes, and whether they came over TLS."""

    sender: str
    to: tuple[str, ...]
    data: bytes
    over_tls: bool

    @property
    def message(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.data, policy=policy.default))

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return cast(str, body.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """The server's port, the letters that it took, and what it refuses: address -> the code that it gives for it."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    # name and password; None: letters are taken without
    wants: tuple[str, str] | None = None
    # hangs up in place of an answer to the next so many letters
    hangs_up: int = 0


def certificate(folder: Path) -> Path:
    """A certificate for this machine that signs itself, with its key in the same file (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail-server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@contextmanager
def mail_server(pem: Path | None = None, *, tls_at_once: bool = False) -> Iterator[MailServer]:
    """A server that runs for as long as the block. pem: certificate with key for TLS; None: it offers none."""
    kept = MailServer()
    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)

    class Handler(_Conversation):
        server_kept, tls, at_once = kept, context, tls_at_once

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield kept
        server.shutdown()


class _Conversation(socketserver.BaseRequestHandler):
    server_kept: MailServer
    tls: ssl.SSLContext | None
    at_once: bool

    def handle(self) -> None:
        self.over_tls = False
        try:
            if self.at_once:
                self._over_tls()
            self._open(self.request)
            self._talk()
        except (OSError, ssl.SSLError, EOFError):
            return

    def _open(self, connection: socket.socket) -> None:
        self.lines = connection.makefile("rb")

    def _over_tls(self) -> None:
        assert self.tls is not None
        self.request = self.tls.wrap_socket(self.request, server_side=True)
        self.over_tls = True

    def _say(self, *lines: str) -> None:
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _line(self) -> str:
        line = self.lines.readline(4_096)
        if not line:
            raise EOFError
        return str(line.decode("utf-8", "replace")).rstrip("\r\n")

    def _talk(self) -> None:
        kept = self.server_kept
        self._say("220 mail.example ready")
        sender, to, signed_in = "", [], kept.wants is None
        while True:
            line = self._line()
            verb = line.split(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                offered = [
                    "mail.example",
                    *(["STARTTLS"] if self.tls and not self.over_tls else []),
                    *(["AUTH PLAIN"] if kept.wants else []),
                ]
                self._say(*(f"250-{o}" for o in offered[:-1]), f"250 {offered[-1]}")
            elif verb == "STARTTLS" and self.tls and not self.over_tls:
                self._say("220 go on")
                self._over_tls()
                self._open(self.request)
            elif verb == "AUTH" and kept.wants:
                name, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
                signed_in = (name, password) == kept.wants
                self._say("235 welcome" if signed_in else "535 no")
            elif verb == "MAIL":
                sender, to = line.split("<")[1].split(">")[0], []
                code = 530 if not signed_in else kept.refused.get(sender, 250)
                self._say(f"{code} sender")
            elif verb == "RCPT":
                address = line.split("<")[1].split(">")[0]
                code = kept.refused.get(address, 250)
                if code == 250:
                    to.append(address)
                self._say(f"{code} <{address}>")
            elif verb == "DATA":
                self._say("354 go on")
                body = []
                while (part := self.lines.readline()) != b".\r\n":
                    if not part:
                        raise EOFError
                    body.append(part[1:] if part.startswith(b".") else part)
                if kept.hangs_up > 0:
                    kept.hangs_up -= 1
                    return
                kept.taken.append(Taken(sender, tuple(to), b"".join(body), self.over_tls))
                self._say("250 taken")
            elif verb in ("RSET", "NOOP"):
                self._say("250 ok")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 not known")

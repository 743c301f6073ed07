"""Letters are whole, their headers hold nothing that somebody smuggled in, and a server that does not take one is told in one sentence."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from core.contracts import address_of
from core.errors import InternalError
from core.mail import Attached, Letter, MailError, can_send, outbox
from core.mail.letter import bytes_of
from core.settings import MailSettings
from tests.builders.replay.mail_server import MailServer, certificate, mail_server

LETTER = Letter(to="resident@place.example", subject="News of Blackbird Leys", text="One line.\nAnother.\n.\nThe end.\n")


def settings(server: MailServer, **more: Any) -> MailSettings:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "figures@partnership.example", "timeout_s": 5}
    return MailSettings(**{**given, **more})


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("someone@place.example", "someone@place.example"),
        ("  Some.One+news@Place.Example\n", "Some.One+news@place.example"),
        ("o'brien@sub.place.example", "o'brien@sub.place.example"),
        ("", None),
        ("someone", None),
        ("someone@place", None),
        ("a@place.example, b@place.example", None),
        ("a@place.example\r\nBcc: b@place.example", None),
        ("a@place.example\nb@place.example", None),
        ("a@place.example\0", None),
        ("<a@place.example>", None),
        ('"a b"@place.example', None),
        ("a..b@place.example", None),
        ("a@-place.example", None),
        ("a@192.0.2.1", None),
        ("a@[192.0.2.1]", None),
        ("é@place.example", None),
        ("a@pl\u0430ce.example", None),
        ("a" * 65 + "@place.example", None),
        ("a@" + "b." * 130 + "example", None),
    ],
)
def test_an_address_is_exactly_one(given: str, found: str | None) -> None:
    assert address_of(given) == found


def test_a_letter_says_who_sends_it_and_how_to_stop_it() -> None:
    long = "https://figures.example/alerts/stop?" + "k" * 200
    table = Attached("figures.csv", "text/csv", b"a,b\n1,2\n")
    letter = Letter(
        to="a@place.example", subject="Ffigurau \u0175yth – Pen-y-bont", text="Llŵybr\n", files=(table,), unsubscribe=long
    )
    raw = bytes_of(letter, sender="figures@partnership.example", name="Thames Valley, Partnership")
    message = message_from_bytes(raw, policy=policy.default)
    assert message["From"].addresses[0].addr_spec == "figures@partnership.example"
    assert message["From"].addresses[0].display_name == "Thames Valley, Partnership"
    assert message["Subject"] == "Ffigurau ŵyth – Pen-y-bont"
    # whole in one line: what a mail program looks for
    assert f"List-Unsubscribe: <{long}>".encode() in raw.splitlines()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@partnership.example>")
    assert message["Date"] is not None
    assert message.get_body(("plain",)).get_content().strip() == "Llŵybr"  # type: ignore[attr-defined]
    (attached,) = message.iter_attachments()  # type: ignore[attr-defined]
    assert (attached.get_filename(), attached.get_content_type()) == ("figures.csv", "text/csv")
    assert attached.get_payload(decode=True) == table.data
    assert all(len(line) <= 998 for line in raw.splitlines())


@pytest.mark.parametrize(
    "letter",
    [
        Letter(to="a@place.example\r\nBcc: b@place.example", subject="s", text="t"),
        Letter(to="a@place.example, b@place.example", subject="s", text="t"),
        Letter(to="a@place.example", subject="s\r\nBcc: b@place.example", text="t"),
        Letter(to="a@place.example", subject="s\nBcc: b@place.example", text="t"),
        Letter(to="a@place.example", subject="s", text="t", unsubscribe="https://x.example/\r\nBcc: b@place.example"),
    ],
)
def test_nothing_gets_into_a_header(letter: Letter) -> None:
    with pytest.raises(InternalError) as raised:
        bytes_of(letter, sender="figures@partnership.example", name="Homeground")
    assert "b@place" not in str(raised.value)


def test_letters_are_handed_over_as_they_are(server: MailServer) -> None:
    with outbox(settings(server)) as box:
        box.send(LETTER)
        box.send(Letter(to="other@place.example", subject="Second", text="x"))
    first, second = server.taken
    assert (first.sender, first.to, first.over_tls) == ("figures@partnership.example", ("resident@place.example",), False)
    assert first.text == LETTER.text
    assert second.to == ("other@place.example",)


def test_an_address_that_is_unknown_there_is_final_and_the_next_letter_goes(server: MailServer) -> None:
    server.refused = {"resident@place.example": 550, "full@place.example": 452}
    with outbox(settings(server)) as box:
        with pytest.raises(MailError, match=r"refuses the address of a letter \(SMTP 550\)") as gone:
            box.send(LETTER)
        with pytest.raises(MailError, match="SMTP 452") as full:
            box.send(Letter(to="full@place.example", subject="s", text="t"))
        box.send(Letter(to="other@place.example", subject="s", text="t"))
    assert (gone.value.final, full.value.final) == (True, False)
    assert gone.value.of_one and full.value.of_one
    assert "place.example" not in str(gone.value) + str(full.value)
    assert [t.to for t in server.taken] == [("other@place.example",)]


def test_a_sender_that_is_refused_is_the_end_of_no_letter(server: MailServer) -> None:
    server.refused = {"figures@partnership.example": 550}
    with outbox(settings(server)) as box, pytest.raises(MailError, match="the address that letters come from") as raised:
        box.send(LETTER)
    assert not raised.value.final


def test_a_server_that_hangs_up_is_one_message(server: MailServer) -> None:
    server.hangs_up = 1
    with outbox(settings(server)) as box, pytest.raises(MailError, match="does not answer as one") as raised:
        box.send(LETTER)
    assert not (raised.value.final or raised.value.of_one)
    assert server.taken == []


def test_no_server_is_one_message_that_says_what_next() -> None:
    with mail_server() as gone:
        pass
    with pytest.raises(MailError) as raised, outbox(settings(gone)):
        pass
    assert str(raised.value) == (
        "HOMEGROUND_SMTP_HOST: the server for e-mail does not answer as one\n"
        "  What next: see HOMEGROUND_SMTP_HOST and HOMEGROUND_SMTP_PORT, and whether it runs."
    )
    assert not can_send(MailSettings())
    with pytest.raises(MailError, match="no server for e-mail is named"), outbox(MailSettings()):
        pass


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_password(tmp_path: Path, security: str) -> None:
    pem = certificate(tmp_path)
    with mail_server(pem, tls_at_once=security == "tls") as server:
        server.wants = ("homeground", "very secret")
        signed_in = {"security": security, "ca_file": pem, "user": "homeground"}
        with outbox(settings(server, **signed_in, password=SecretStr("very secret"))) as box:
            box.send(LETTER)
        assert [t.over_tls for t in server.taken] == [True]
        wrong = settings(server, **signed_in, password=SecretStr("wrong one"))
        with pytest.raises(MailError, match="refuses the name and password") as raised, outbox(wrong):
            pass
        assert "wrong one" not in str(raised.value)
        # a certificate that nobody vouches for
        with pytest.raises(MailError, match="no TLS that can be trusted"), outbox(settings(server, security=security)):
            pass


def test_without_tls_nothing_is_sent_where_it_was_asked_for(server: MailServer) -> None:
    with pytest.raises(MailError, match="no TLS that can be trusted"), outbox(settings(server, security="starttls")):
        pass
    assert server.taken == []


def test_certificates_that_are_none_are_named(server: MailServer, tmp_path: Path) -> None:
    for path in (tmp_path / "none.pem", Path(__file__)):
        with pytest.raises(MailError, match="HOMEGROUND_SMTP_CA_FILE"), outbox(settings(server, security="starttls", ca_file=path)):
            pass
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"host": "mail.example"}, "set HOMEGROUND_SMTP_SENDER too"),
        ({"host": "mail.example", "sender": "nobody"}, "not one address"),
        ({"sender": "a@b.example\nBcc: c@d.example"}, "not one address"),
        ({"user": "somebody"}, "go together"),
        ({"user": "somebody", "password": "p", "security": "none"}, "not sent without TLS"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MailSettings(**given)  # type: ignore[arg-type]

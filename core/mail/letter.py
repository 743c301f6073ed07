"""One letter: to whom, what it says, what is attached. Plain values in, a message of RFC 5322 out; connects to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from core.contracts import address_of
from core.errors import InternalError


@dataclass(frozen=True)
class Attached:
    """A file that goes with a letter. kind: its media type, such as text/csv."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """to: one address, as address_of gives it. unsubscribe: the https address of RFC 8058, asked by POST; '' for none."""

    to: str
    subject: str
    text: str
    files: tuple[Attached, ...] = ()
    unsubscribe: str = ""


# a header longer than a line's 78 letters would be broken or encoded, and mail programs then find no address in List-Unsubscribe
_WHOLE_HEADERS = SMTP.clone(max_line_length=998)


def bytes_of(letter: Letter, *, sender: str, name: str) -> bytes:
    """The letter as it is sent, from sender (an address) under a name.

    InternalError for an address that address_of did not give, or a line end where a header has none: whoever made the letter should have
    asked first.
    """
    if address_of(letter.to) != letter.to:
        raise InternalError("a letter goes to one address that core.contracts.address_of gave")
    local, domain = sender.rsplit("@", 1)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(name, local, domain)
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        # by the sender's domain: the name of this machine is nobody's business
        message["Message-ID"] = make_msgid(domain=domain)
        # a holiday notice does not answer it (RFC 3834)
        message["Auto-Submitted"] = "auto-generated"
        if letter.unsubscribe:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text, cte="quoted-printable")
        for file in letter.files:
            main, _, sub = file.kind.partition("/")
            message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    except ValueError as error:
        # not said with its value: it may hold an address
        raise InternalError("a header of a letter holds what no header may") from error
    return message.as_bytes(policy=_WHOLE_HEADERS)

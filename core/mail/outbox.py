"""The one place that sends e-mail: a connection to the server of HOMEGROUND_SMTP_..., over TLS unless that was turned off."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core.errors import UserError
from core.mail.letter import Letter, bytes_of
from core.settings import MailSettings, PortalSettings

_HOST = "HOMEGROUND_SMTP_HOST"


class MailError(UserError):
    """A letter was not taken. final: this letter never will be, as of an address that is unknown there; else it can be sent again later.
    of_one: it is about this letter alone, and the next one may be taken.

    Its words hold no address and nothing that the server said but its number.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "", final: bool = False, of_one: bool = False) -> None:
        super().__init__(what, where=where, hint=hint)
        self.final = final
        self.of_one = of_one


class Outbox:
    """An open connection that takes letters one after the other; outbox() makes it."""

    def __init__(self, connection: smtplib.SMTP, settings: MailSettings) -> None:
        self._connection, self._settings = connection, settings
        self._name = settings.sender_name or PortalSettings().publisher or "Homeground"

    def send(self, letter: Letter) -> None:
        """Hand over one letter. MailError where it was not taken: after one that is not final try again later, with a new outbox."""
        data = bytes_of(letter, sender=self._settings.sender, name=self._name)
        try:
            self._connection.sendmail(self._settings.sender, [letter.to], data)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refused("the address of a letter", code, final=code >= 500, of_one=True) from error
        except smtplib.SMTPSenderRefused as error:
            # of every letter, so it is not the end of this one
            raise _refused("the address that letters come from", error.smtp_code, final=False, of_one=False) from error
        except smtplib.SMTPResponseException as error:
            raise _refused("a letter", error.smtp_code, final=500 <= error.smtp_code < 600, of_one=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _away(error) from error


def can_send(settings: MailSettings | None = None) -> bool:
    """Whether a server for e-mail is named, so that pages may offer it."""
    return bool((settings or MailSettings()).host)


@contextmanager
def outbox(settings: MailSettings | None = None) -> Iterator[Outbox]:
    """A connection, signed in and ready, for as long as the block lasts. settings: those of the environment by default.

    MailError where no server is named, none answers, TLS cannot be had, or the name and password are refused.
    """
    known = settings or MailSettings()
    if not known.host:
        raise MailError("no server for e-mail is named", where=_HOST, hint="set it, and HOMEGROUND_SMTP_SENDER (docs/settings.md).")
    connection = _connect(known)
    try:
        yield Outbox(connection, known)
    finally:
        # a server that hangs up first is no trouble: every letter that it took was acknowledged
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _connect(settings: MailSettings) -> smtplib.SMTP:
    # the name that greets the server: that of the sender's domain, not of this machine
    hello = settings.sender.rsplit("@", 1)[1]
    try:
        trusted = None if settings.security == "none" else ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise MailError(
            "the certificates cannot be read", where="HOMEGROUND_SMTP_CA_FILE", hint="name a file of certificates in PEM."
        ) from error
    connection: smtplib.SMTP | None = None
    try:
        if settings.security == "tls":
            connection = smtplib.SMTP_SSL(settings.host, settings.port, hello, timeout=settings.timeout_s, context=trusted)
        else:
            connection = smtplib.SMTP(settings.host, settings.port, hello, timeout=settings.timeout_s)
        if settings.security == "starttls":
            connection.starttls(context=trusted)
        if settings.password is not None:
            connection.login(settings.user, settings.password.get_secret_value())
    except (smtplib.SMTPException, OSError) as error:
        if connection is not None:
            connection.close()
        raise _away(error) from error
    return connection


def _refused(what: str, code: int, *, final: bool, of_one: bool) -> MailError:
    return MailError(
        f"the server for e-mail refuses {what} (SMTP {code})",
        where=_HOST,
        hint="the log of that server says why."
        if final
        else "it is sent again later; where that goes on, the log of that server says why.",
        final=final,
        of_one=of_one,
    )


def _away(error: Exception) -> MailError:
    """What went wrong before any letter was looked at, by kind."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        what, hint = "the server for e-mail refuses the name and password", "see HOMEGROUND_SMTP_USER and HOMEGROUND_SMTP_PASSWORD."
    elif isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        what = "the server for e-mail offers no TLS that can be trusted"
        hint = "see HOMEGROUND_SMTP_SECURITY, HOMEGROUND_SMTP_PORT and HOMEGROUND_SMTP_CA_FILE."
    else:
        what, hint = (
            "the server for e-mail does not answer as one",
            "see HOMEGROUND_SMTP_HOST and HOMEGROUND_SMTP_PORT, and whether it runs.",
        )
    return MailError(what, where=_HOST, hint=hint)

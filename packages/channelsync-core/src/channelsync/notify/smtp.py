"""E-mail by SMTP: one connection for each message, encrypted unless the server's address says otherwise.

A mail says who sent it and that no person did (``Auto-Submitted``, RFC 3834), in plain text and, where there is one, as
HTML. Its ``Message-ID`` follows from the message's key, so that one sent twice is one mail to most programs. A header
cannot be smuggled in: addresses are held against a narrow form, and titles lose their control characters.

What a refusal means (RFC 5321 section 4.2, enhanced codes of RFC 3463): 4xx passes; 5.1.1 and its like say that the
address does not exist; any other 5xx is about this message or this sender. A server's own words are not repeated: they
often quote the address.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Self, final
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from channelsync.errors import DeliveryError, Retry, UsageError
from channelsync.ids import derived

if TYPE_CHECKING:
    from channelsync.ports import Message

__all__ = ["Smtp", "SmtpServer", "mail_address"]

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}\Z)([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}"
)
_GONE: Final = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1)\b")
"""No such mailbox, host or form of address; moved away; closed."""
_LONGEST_TITLE: Final = 150
_PORTS: Final = {"smtps": 465, "smtp": 587, "smtp+insecure": 25}
_LAST_PORT: Final = 65535
_PERMANENT: Final = 500
_SHAPE: Final = "Write it as smtps://USER:PASSWORD@HOST:PORT, or smtp:// for a server that begins with STARTTLS."


def mail_address(text: str) -> str:
    """Return an e-mail address, checked for its form alone.

    Raises:
        UsageError: it is none that can be written to: ``name@host``, in ASCII, and nothing around it.
    """
    address = text.strip()
    local = address.partition("@")[0]
    if not _ADDRESS.fullmatch(address) or ".." in local or local[:1] == "." or local[-1:] == ".":
        msg = "this is not an e-mail address"
        raise UsageError(msg, advice="Write it as name@example.org, without a name or brackets around it.")
    return address


@final
@frozen
class SmtpServer:
    """A server that takes our mails: where it is, who we are there, and how the connection is encrypted.

    ``scheme`` is ``smtps`` (TLS from the first byte), ``smtp`` (STARTTLS, without which nothing is sent), or
    ``smtp+insecure`` (in the open: for a relay on this machine, or in this network where that is allowed).
    """

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, *, allow_private: bool = False) -> Self:
        """Read ``smtps://USER:PASSWORD@HOST:PORT``; ``allow_private``: mails may cross this network in the open.

        Raises:
            UsageError: it is no such address, or mails would cross the Internet in the open; the text does not repeat
                it.
        """
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            port, parts = None, urlsplit("")
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            msg = "CHANNELSYNC_SMTP_URL is not the address of a mail server"
            raise UsageError(msg, advice=_SHAPE)
        if not 0 < (_PORTS[parts.scheme] if port is None else port) <= _LAST_PORT:
            msg = "CHANNELSYNC_SMTP_URL names no port that could exist"
            raise UsageError(msg, advice=_SHAPE)
        if parts.scheme == "smtp+insecure" and not _near(parts.hostname, allow_private=allow_private):
            msg = "CHANNELSYNC_SMTP_URL would send mails and passwords in the open to another machine"
            raise UsageError(msg, advice=_SHAPE)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


def _near(host: str, *, allow_private: bool) -> bool:
    """Whether a host is this machine, or where that will do, in this network: a private number, a name without dots."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or (allow_private and "." not in host)
    return address.is_loopback or (allow_private and address.is_private)


@final
@frozen
class Smtp:
    """Sends e-mails from one address through one server.

    ``sender`` and ``sender_name`` stand in From; ``tls`` is which certificates are trusted, None for the usual ones;
    ``patience`` is seconds for one answer of the server, ``total`` for the whole mail.
    """

    server: SmtpServer
    sender: str = field(converter=mail_address)
    sender_name: str = "channelsync"
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    patience: float = 15.0
    total: float = 60.0
    name: str = field(default="mail", init=False)

    def send(self, message: Message, address: str) -> None:
        """Hand a mail to the server.

        Raises:
            DeliveryError: it did not take it.
            UsageError: the package that speaks SMTP is not installed.
        """
        try:
            mail = self._mail(message, mail_address(address))
        except UsageError as error:
            raise DeliveryError(str(error), gone=True, advice=error.advice) from None
        asyncio.run(self._sent(mail))

    def _mail(self, message: Message, address: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        user, _, domain = self.sender.partition("@")
        mail["From"] = Address(_line(self.sender_name), user, domain)
        mail["To"] = Address(addr_spec=address)
        mail["Subject"] = _line(message.title)
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = f"<{derived(message.key)}.{derived(address, message.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"  # what Exchange and Outlook heed in its place
        if message.urgent:
            mail["Importance"] = "high"
        mail.set_content(message.text, cte="quoted-printable")
        if message.html:
            mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
        return mail

    async def _sent(self, mail: EmailMessage) -> None:
        try:
            import aiosmtplib  # noqa: PLC0415 - an extra
        except ImportError:
            msg = "e-mails need one more package"
            raise UsageError(msg, advice="Install channelsync-core[mail].") from None
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp",
            tls_context=self.tls,
            timeout=self.patience,
        )
        line: asyncio.BaseTransport | None = None
        try:
            async with asyncio.timeout(self.total), client:
                line = client.transport
                if server.user:
                    await client.login(server.user, server.password)
                await client.send_message(mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(error.recipients[0].code, error.recipients[0].message, "the address") from None
        except aiosmtplib.SMTPAuthenticationError:
            msg = f"{server.host} does not accept our user name or password"
            raise DeliveryError(msg, advice="Correct CHANNELSYNC_SMTP_URL.") from None
        except aiosmtplib.SMTPResponseException as error:
            # only what is said of the recipient can mean that the address is gone
            raise _refused(error.code, "", "the mail") from None
        except (aiosmtplib.SMTPException, ssl.SSLError, TimeoutError, OSError, ValueError) as error:
            msg = f"the mail server {server.host} {_told(error)}"
            raise DeliveryError(msg, advice="If it lasts, check CHANNELSYNC_SMTP_URL.") from None
        finally:
            client.close()
            if isinstance(line, asyncio.WriteTransport):
                line.abort()  # an encrypted line takes its time to say goodbye, and this loop ends now
            await asyncio.sleep(0)


def _refused(code: int, words: str, what: str) -> DeliveryError:
    """Return what a refusal of the server means."""
    if code < _PERMANENT:
        return DeliveryError(f"the mail server puts {what} off ({code})")
    if _GONE.match(words.strip()):
        return DeliveryError(f"the mail server says that the address does not exist ({code})", gone=True)
    msg = f"the mail server refuses {what} ({code})"
    return DeliveryError(msg, retry=Retry.NEVER, advice="Check the address, and whether the server may send from ours.")


def _told(error: Exception) -> str:
    """Say what went wrong without the library's own words."""
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "has no valid certificate, or its encryption failed"
    if "STARTTLS" in str(error):
        return "offers no encryption (STARTTLS), and nothing is sent in the open"
    if "AUTH" in str(error):
        return "takes no user name and password"
    return "cannot be reached, or closed the connection"


def _line(text: str) -> str:
    """Return a text as one line that a header can hold."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return plain[:_LONGEST_TITLE]

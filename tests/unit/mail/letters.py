"""Mails as platforms send them and servers deliver them; the structure is real, names and numbers are made up."""

from __future__ import annotations

from email.header import Header

GMAIL = "mx.google.com"


def vouched(domain: str, *, server: str = GMAIL, dmarc: str = "pass") -> str:
    """What Gmail writes about a mail of that domain."""
    return (
        f"{server};\r\n       dkim=pass header.i=@{domain} header.s=s1 header.b=AbCdEfGh;\r\n"
        f"       spf=pass (google.com: domain of bounces@mail.{domain} designates 192.0.2.7 as permitted sender)"
        f" smtp.mailfrom=bounces@mail.{domain};\r\n"
        f"       dmarc={dmarc} (p=REJECT sp=REJECT dis=NONE) header.from={domain}"
    )


def letter(
    sender: str = "Airbnb <automated@airbnb.com>",
    subject: str = "Reservation confirmed - Ada Example arrives Mar 14",
    *,
    results: str | None = "",
    above: str = "",
    below: str = "",
    body: str = "<a href='https://www.airbnb.com/rooms/12345678'>Gite</a> HMABCDEFGH",
    number: int = 1,
) -> bytes:
    """A mail; ``results`` is its Authentication-Results field, empty for Gmail's word on airbnb.com, None for none."""
    results = vouched("airbnb.com") if results == "" else results
    lines = [
        "Delivered-To: host@example.org",
        "Received: by 2002:a05:6402 with SMTP id x; Mon, 1 Mar 2027 04:00:00 -0800 (PST)",
        *([above] if above else []),
        *([f"Authentication-Results: {results}"] if results else []),
        "Return-Path: <bounces@mail.airbnb.com>",
        "Received: from mta.example.net (mta.example.net. [192.0.2.7]) by mx.google.com with ESMTPS id y",
        *([below] if below else []),
        f"Message-ID: <{number}.made.up@mail.airbnb.com>",
        "Date: Mon, 01 Mar 2027 12:00:00 +0000",
        f"From: {sender}",
        "To: host@example.org",
        f"Subject: {subject if subject.isascii() else Header(subject, 'utf-8').encode()}",
        "MIME-Version: 1.0",
        "Content-Type: text/html; charset=utf-8",
        "",
        body,
    ]
    return "\r\n".join(lines).encode()

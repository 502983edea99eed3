"""Which addresses may be called: public ones alone, checked when they are typed and again at each call.

What was checked is what is connected to: the name is resolved once a call, so a name that answers differently the second
time gains nothing. Addresses inside other addresses (mapped, 6to4, Teredo, NAT64) are taken out and checked as well.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError

LONGEST = 300
PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Target:
    """A checked address: `ip` is what to connect to, `host` what to ask it for."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def checked(url: str) -> Target:
    """Raises `bad_webhook_url`, `webhook_host_unknown`, `private_address`."""
    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = _resolved(host, port)
    if not found:
        message = _("The name %(host)s leads nowhere. Check the address.")
        raise DomainError("webhook_host_unknown", message, field="url", host=host)
    if not all(may_call(one) for one in found):
        message = _("%(host)s is inside a private network. Give an address that the internet can reach.")
        raise DomainError("private_address", message, field="url", host=host)
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path, found[0])


def _parts(url: str) -> SplitResult:
    """Plain ASCII, https, no name or password in it."""
    if len(url) <= LONGEST and all("!" <= sign <= "~" for sign in url) and "\\" not in url:
        try:
            parts = urlsplit(url)
            is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            is_whole = False
        if is_whole and parts.scheme in _schemes() and "@" not in parts.netloc and not parts.fragment:
            return parts
    message = _("Write a whole address that begins with https://, without user name, such as https://example.com/hook.")
    raise DomainError("bad_webhook_url", message, field="url")


def _schemes() -> tuple[str, ...]:
    return ("https", "http") if settings.WEBHOOKS_TO_LOOPBACK else ("https",)


def _resolved(host: str, port: int) -> list[str]:
    resolver: Resolver = import_string(settings.WEBHOOK_RESOLVER)
    return resolver(host, port)


def ask_system(host: str, port: int) -> list[str]:
    """Every address of a name; a number in any spelling is an address itself."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(place[0]).partition("%")[0] for _family, _type, _protocol, _name, place in found]


def may_call(text: str) -> bool:
    """Public, and so is every address that hides in it."""
    outer = ipaddress.ip_address(text)
    return all(_is_public(one) for one in (outer, *_inner(outer)))


def _is_public(address: Address) -> bool:
    if settings.WEBHOOKS_TO_LOOPBACK and address.is_loopback:
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: Address) -> list[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    hidden: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        hidden.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in hidden if one is not None]

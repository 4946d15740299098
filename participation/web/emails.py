"""E-mail addresses: their shape, and the one mailbox behind several spellings.

Ann.Smith+votes@GoogleMail.com and annsmith@gmail.com reach the same person, who may register once.
"""

from __future__ import annotations

import re

LONGEST = 254
_LOCAL = re.compile(r"[^\s@\"<>()\[\]\\,;:\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
# Mail to these arrives in the same mailbox with or without dots before the @.
_DOTLESS = {"gmail.com"}
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}


def canonical(address: str) -> str | None:
    """The address with aliases folded away; None when it does not have the shape of one.

    Folded: case, a domain written in another script, "+tag", Google's two domains and its dots.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or len(address) > LONGEST or not _LOCAL.fullmatch(local) or ".." in f".{local}.":
        return None
    ascii_domain = _ascii(domain)
    if ascii_domain is None or not _DOMAIN.fullmatch(ascii_domain):
        return None
    folded = local.casefold().split("+")[0] or local.casefold()
    ascii_domain = _SAME_DOMAIN.get(ascii_domain, ascii_domain)
    if ascii_domain in _DOTLESS:
        folded = folded.replace(".", "")
    return f"{folded}@{ascii_domain}"


def _ascii(domain: str) -> str | None:
    try:
        return domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None


def parts(address: str) -> list[str]:
    """The words in an address that its owner must not use as a password: "ann", "smith", "annsmith"."""
    local = address.partition("@")[0].casefold()
    words = [word for word in re.split(r"[^0-9a-z]+", local) if len(word) > 2]
    return sorted({*words, local, "".join(words)} - {""})

"""The page from which somebody went to sign in, so that a link leads where it says, after the sign-in too.

The sign-in provider sends people back to one address, which is the first page. On the way out the browser says from which page it comes (its
Referer, which the portal's policy lets it tell this origin alone); that is put into a cookie of its own, and the way in leads there. The
cookie names a page and opens nothing: what is seen there is decided anew, by who signed in.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

COOKIE = "homeground-way-in"
# one step below the root and what stands behind the ?, as our pages have it: never another host, never a header of its own
_PAGE = re.compile(r"/[a-z-]{0,60}(\?[A-Za-z0-9=&_.%+-]{0,300})?")


def asked_for(scope: MutableMapping[str, Any]) -> str:
    """Path and query of the page that a request to sign in comes from; '' where it says none, or one of another host."""
    told = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"referer", b"host")}
    try:
        came = urlsplit(told.get(b"referer", ""))
        host = came.netloc
    except ValueError:
        return ""
    page = (came.path or "/") + (f"?{came.query}" if came.query else "")
    return page if host and host == told.get(b"host") and page != "/" and is_a_page(page) else ""


def is_a_page(page: str) -> bool:
    """Whether a text is the address of a page of this portal and of nothing else; cookies come from outside."""
    return _PAGE.fullmatch(page) is not None

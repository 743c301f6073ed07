"""Starts one portal: `python -m app.serve --audience community|professional|questions [--host H] [--port N]`.

Streamlit's page, our routes and our headers are one ASGI application in one process, which holds the credential of one audience. The process
that takes in questions has no page of Streamlit's (app.asking.serve).
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import process
from app.headers import SecurityHeaders, inline_script_hashes
from app.web.patience import be_patient_no_longer
from core.db import settle
from core.errors import UserError
from core.settings import PortalSettings

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.routing import BaseRoute
    from streamlit.starlette import App

_SCRIPT = Path(__file__).resolve().parent / "portal.py"
_CONFIGURATION = Path(__file__).resolve().parent / ".streamlit" / "config.toml"


def port_of(settings: PortalSettings) -> int:
    ports = {
        "community": settings.community_port,
        "professional": settings.professional_port,
        "questions": settings.questions_port,
    }
    return ports[settings.audience]


def settings_from(arguments: Sequence[str] | None) -> PortalSettings:
    """The portal's settings, with the flags of this start on top."""
    parser = argparse.ArgumentParser(prog="python -m app.serve", description="Start one Homeground portal.")
    parser.add_argument("--audience", choices=["community", "professional", "questions"])
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, default=None, help="pick a role without signing in")
    flags = parser.parse_args(arguments)
    settings = PortalSettings()
    changed: dict[str, Any] = {
        k: v for k, v in (("audience", flags.audience), ("host", flags.host), ("demo", flags.demo)) if v is not None
    }
    if flags.port is not None:
        changed[f"{flags.audience or settings.audience}_port"] = flags.port
    return PortalSettings.model_validate({**settings.model_dump(), **changed})


def middleware_of(settings: PortalSettings, routes: Sequence[BaseRoute]) -> list[Middleware]:
    """What every request passes before it reaches a page or one of our routes, the outermost first."""
    import streamlit
    from starlette.middleware import Middleware

    from app.person.sessions import KeptSessions
    from app.web.fair_share import FairShare
    from app.web.kept_files import KeptFiles
    from app.web.who_asks import WhoAsks

    index_page = Path(streamlit.__file__).resolve().parent / "static" / "index.html"
    scripts = " ".join(inline_script_hashes(index_page))
    return [
        Middleware(
            SecurityHeaders,
            page_scripts=scripts,
            tile_url=settings.tile_url,
            tls=process.behind_tls(),
            embed_in=settings.embed_in if settings.audience == "community" else "",
            locates=settings.audience == "professional",
            form_to=settings.questions_url if settings.audience == "community" else "",
        ),
        Middleware(WhoAsks),
        Middleware(FairShare),
        Middleware(KeptFiles),
        *(
            [Middleware(KeptSessions, everyone=settings.demo)]
            if settings.audience == "professional"
            else [_known_addresses(routes)]
        ),
    ]


def _known_addresses(routes: Sequence[BaseRoute]) -> Middleware:
    from starlette.middleware import Middleware

    from app.pages import COMMUNITY_PAGES
    from app.plain_pages import WITHOUT_SCRIPT
    from app.region.pages import no_such_page
    from app.web.known_addresses import KnownAddresses

    return Middleware(
        KnownAddresses, routes=routes, pages=COMMUNITY_PAGES, no_such_page=no_such_page, without_script=WITHOUT_SCRIPT
    )


def build(settings: PortalSettings) -> App:
    """The application of one audience, not yet running."""
    from starlette.concurrency import run_in_threadpool
    from streamlit.starlette import App

    from app.look.background import own_file
    from app.person.sign_in import streamlit_secrets
    from app.routes import area_page, kept_pages, one_of_each_kind, paths_of_profiles, routes_of
    from core.languages.catalogue import CATALOGUES

    if settings.audience != "questions":
        # a file that cannot be shown is told to whoever starts the portal, not to everyone who opens a map
        own_file()
    pages = kept_pages()
    routes = routes_of("professional" if settings.audience == "professional" else "community", pages)
    stop = threading.Event()

    def first_pages() -> None:
        if settings.audience == "community":
            CATALOGUES.read_all()
            pages.make_ahead(one_of_each_kind(), area_page)

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        # before the port is open: whoever comes first finds what everybody needs
        await run_in_threadpool(_warm_up, first_pages)
        if settings.audience == "community":
            threading.Thread(target=pages.ahead, args=(paths_of_profiles, area_page, stop), name="pages-ahead", daemon=True).start()
        yield
        from core.db import dispose_engines

        stop.set()
        dispose_engines()

    return App(
        _SCRIPT,
        routes=routes,
        middleware=middleware_of(settings, routes),
        lifespan=lifespan,
        on_script_error=_report,
        secrets=streamlit_secrets(settings),
    )


# What the first pages import and takes long. Not streamlit_folium, nor what imports it: a component that is declared before Streamlit runs
# is never served.
_SLOW_TO_IMPORT = ("pandas", "folium", "altair", "scipy.stats", "babel.dates")


def _warm_up(first_pages: Callable[[], None]) -> None:
    """What the first visitor would wait for: imports, the release, a page of each kind. A database that does not answer keeps nobody out."""
    for name in _SLOW_TO_IMPORT:
        with suppress(ImportError):
            importlib.import_module(name)
    with suppress(UserError):
        first_pages()


def _report(error: Exception) -> bool:
    """Show a person one calm sentence; the log gets the kind of error, never a value."""
    from app.look.trouble import show_trouble

    show_trouble(error)
    return True


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"port {port} cannot be used ({error.strerror})", where=host, hint="choose another one with --port."
            ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        settings = process.start(settings_from(arguments))
        port = port_of(settings)
        _require_free(settings.host, port)
    except UserError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a start-up message of a program
        return 2
    # Streamlit looks for its configuration in the working folder first; ours lies beside this file, whatever the working folder is
    os.chdir(_CONFIGURATION.parent.parent)
    # Streamlit logs a failing page with its whole traceback, bound values included; our own line in views.trouble says enough
    logging.getLogger("streamlit.error_util").addFilter(lambda _record: False)
    with suppress(UserError):
        settle(process.role())
    if settings.audience == "questions":
        from app.asking.serve import run

        with suppress(KeyboardInterrupt):
            run(settings, port)
        return 0
    app = build(settings)
    be_patient_no_longer()
    hosts = ["localhost", "127.0.0.1", "::1"] if process.is_loopback(settings.host) else []
    # the server puts itself in order on Ctrl-C, then hands the interrupt on: to us it is an ordinary end
    with suppress(KeyboardInterrupt):
        app.run(config={"server.address": settings.host, "server.port": port, "server.allowedHosts": hosts})
    return 0


if __name__ == "__main__":
    sys.exit(main())

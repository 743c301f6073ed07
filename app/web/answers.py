"""Answers that are the same wherever they are given: nothing is there, and the figures cannot be read."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response


def not_found() -> Response:
    return PlainTextResponse("There is nothing at this address.\n", status_code=404)


def problem() -> Response:
    """What the server is called is nobody's business: the person only needs to know that it passes."""
    text = "The figures cannot be read at the moment. Please try again in a few minutes.\n"
    return PlainTextResponse(text, status_code=503, headers={"cache-control": "no-store"})


def json_unreadable() -> Response:
    """The same to a program."""
    return json_problem("the figures cannot be read at the moment; please try again in a few minutes", 503)


def json_problem(text: str, status: int) -> Response:
    """What is wrong, to a program, in its own words."""
    return JSONResponse({"error": text}, status_code=status, headers={"cache-control": "no-store" if status == 503 else "no-cache"})

"""Serves the built web client: one document for every path of the client, hashed assets for ever, a strict policy."""

from __future__ import annotations

import mimetypes
import secrets
from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.web.settings import Settings

DOCUMENT = "index.html"
HASHED = "assets/"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # written by the build, the better one first
NOT_BUILT = "The web client is not built: run `make web`."
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def policy(nonce: str, issuer_origin: str) -> str:
    """The Content-Security-Policy of the document: scripts only from files, style elements only with the nonce.

    Style attributes are allowed because charts and the drawing canvas place things by them.
    """
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {issuer_origin}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def document(settings: Settings) -> Response:
    """The one page, with a nonce of its own and where to sign in."""
    page = settings.folder / DOCUMENT
    if not page.exists():
        return PlainTextResponse(NOT_BUILT, 503, {"Retry-After": "5"})
    nonce = secrets.token_urlsafe(16)
    told = {"__NONCE__": nonce, "__ISSUER__": settings.issuer, "__CLIENT__": settings.client}
    text = page.read_text()
    for name, value in told.items():
        text = text.replace(name, escape(value, quote=True))
    headers = {"Content-Security-Policy": policy(nonce, settings.issuer_origin), "Cache-Control": "no-store"}
    return Response(text, headers={**ALWAYS, **headers}, media_type="text/html")


def asset(settings: Settings, path: str, accepts: str) -> Response | None:
    """A built file in the best encoding that the browser takes; None when there is none of that name."""
    folder = settings.folder.resolve()
    wanted = (folder / path).resolve()
    if not path or path == DOCUMENT or not wanted.is_relative_to(folder) or not wanted.is_file():
        return None
    encoding = _encoding(wanted, accepts)
    kept = "public, max-age=31536000, immutable" if path.startswith(HASHED) else "public, max-age=3600"
    headers = {**ALWAYS, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if encoding is None:
        return FileResponse(wanted, headers=headers, stat_result=wanted.stat())
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    packed = wanted.with_name(wanted.name + ENCODINGS[encoding])
    headers["Content-Encoding"] = encoding
    return FileResponse(packed, headers=headers, media_type=kind, stat_result=packed.stat())


def _encoding(wanted: Path, accepts: str) -> str | None:
    taken = {part.split(";")[0].strip() for part in accepts.split(",")}
    built = (name for name in ENCODINGS if name in taken)
    return next((name for name in built if wanted.with_name(wanted.name + ENCODINGS[name]).is_file()), None)


def create_app(settings: Settings) -> Starlette:
    """The server as an ASGI application; it depends on nothing, so it is ready as soon as it answers."""

    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ready")

    async def serve(request: Request) -> Response:
        path = request.path_params["path"]
        file = await run_in_threadpool(asset, settings, path, request.headers.get("accept-encoding", ""))
        if file is not None:
            return _unchanged(request, file)
        if path.startswith(HASHED):
            return PlainTextResponse("There is no such file.", 404, ALWAYS)
        return await run_in_threadpool(document, settings)

    return Starlette(routes=[Route("/readyz", ready), Route("/{path:path}", serve, methods=["GET", "HEAD"])])


def _unchanged(request: Request, answer: Response) -> Response:
    """304 when the browser has this version of a file already."""
    tag = answer.headers.get("etag")
    if tag is None or tag not in request.headers.get("if-none-match", ""):
        return answer
    return Response(status_code=304, headers={name: answer.headers[name] for name in ("etag", "cache-control", "vary")})

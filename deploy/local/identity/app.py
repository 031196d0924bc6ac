"""A development identity provider: OpenID Connect with code and PKCE, for people who only pick their name."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deploy.local.identity import grants, people
from deploy.local.identity.clients import registered_clients
from deploy.local.identity.exchange import GRANTS, Provider, Refused
from deploy.local.identity.grants import SignIn
from deploy.local.identity.page import sign_in_page
from deploy.local.identity.settings import Settings
from deploy.local.identity.tokens import Signer, signing_key
from deploy.local.secret_files import SecretFiles

SESSION_COOKIE = "flowline_dev_session"
ASKED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
)
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def asked_for(parameters: Mapping[str, str]) -> dict[str, str]:
    """The authorization request; raises Refused when its answer cannot be sent to the client."""
    asked = {name: parameters[name] for name in ASKED if name in parameters}
    if not grants.registered_redirect(asked.get("client_id", ""), asked.get("redirect_uri", "")):
        raise Refused("invalid_request", "unknown client_id, or redirect_uri is not registered for it")
    return asked


def mistake_in(asked: Mapping[str, str]) -> str | None:
    """The OAuth error that the client is to be told, if any."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "invalid_request"
    return None


def back_to_client(asked: Mapping[str, str], answer: Mapping[str, str]) -> RedirectResponse:
    """Send the browser back with `answer` (and the client's own `state`)."""
    state = {"state": asked["state"]} if "state" in asked else {}
    uri = asked["redirect_uri"]
    joined = "&" if "?" in uri else "?"
    return RedirectResponse(uri + joined + urlencode({**answer, **state}), status_code=303, headers=NO_STORE)


def discovery(issuer: str) -> dict[str, object]:
    """What OpenID Connect Discovery 1.0 asks for."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "end_session_endpoint": f"{issuer}/end-session",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "scopes_supported": ["openid", "profile", "email"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "email", "roles"],
    }


def sign_in_routes(provider: Provider) -> APIRouter:
    """Where people come to sign in."""
    router = APIRouter()

    @router.get("/authorize")
    async def ask_who(request: Request) -> Response:
        asked = asked_for(request.query_params)
        mistake = mistake_in(asked)
        if mistake is not None:
            return back_to_client(asked, {"error": mistake})
        known = provider.sessions.get(request.cookies.get(SESSION_COOKIE, ""))
        if known is not None and asked.get("prompt") not in {"login", "select_account"}:
            return with_code(provider, asked, known)
        if asked.get("prompt") == "none":
            return back_to_client(asked, {"error": "login_required"})
        return HTMLResponse(sign_in_page(asked), headers={**NO_STORE, "X-Frame-Options": "DENY"})

    @router.post("/authorize")
    async def signed_in(request: Request) -> Response:
        form = await form_of(request)
        asked, person = asked_for(form), people.named(form.get("person", ""))
        mistake = mistake_in(asked) or ("access_denied" if person is None else None)
        if mistake is not None or person is None:
            return back_to_client(asked, {"error": mistake or "access_denied"})
        answer = with_code(provider, asked, person)
        session = provider.sessions.begin(person)
        answer.set_cookie(SESSION_COOKIE, session, path=provider.path, httponly=True, samesite="lax")
        return answer

    @router.get("/end-session")
    async def sign_out(request: Request) -> Response:
        provider.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        client, back = (
            request.query_params.get("client_id", ""),
            request.query_params.get("post_logout_redirect_uri", ""),
        )
        if not grants.registered_redirect(client, back):
            raise Refused("invalid_request", "post_logout_redirect_uri is not registered for this client_id")
        answer = RedirectResponse(back, status_code=303, headers=NO_STORE)
        answer.delete_cookie(SESSION_COOKIE, path=provider.path)
        return answer

    return router


def with_code(provider: Provider, asked: Mapping[str, str], person: people.DemoPerson) -> RedirectResponse:
    """Send the browser back with a code for this person."""
    challenge, nonce = asked["code_challenge"], asked.get("nonce")
    sign_in = SignIn(person, asked["client_id"], asked["redirect_uri"], challenge, nonce)
    return back_to_client(asked, {"code": provider.codes.keep(sign_in), "iss": provider.signer.issuer})


def token_routes(provider: Provider) -> APIRouter:
    """What programs ask for."""
    router = APIRouter()

    @router.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, object]:
        return discovery(provider.signer.issuer)

    @router.get("/jwks")
    async def keys() -> dict[str, object]:
        return provider.signer.public_keys()

    @router.post("/token")
    async def exchange(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
        return JSONResponse(provider.exchange(await form_of(request), authorization), headers=NO_STORE)

    @router.get("/userinfo")
    async def user_info(authorization: Annotated[str | None, Header()] = None) -> dict[str, object]:
        subject = provider.signer.subject_of((authorization or "").removeprefix("Bearer "))
        person = people.named(subject or "")
        if person is None:
            raise Refused("invalid_token", "a valid access token of a person is required", status=401)
        return {"sub": person.subject, "name": person.name, "email": person.email, "roles": [person.role]}

    return router


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form, files left out."""
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def say_refused(_request: Request, refused: Exception) -> Response:
    """The OAuth error answer."""
    assert isinstance(refused, Refused)
    headers = {**NO_STORE, **({"WWW-Authenticate": "Bearer"} if refused.status == 401 else {})}  # noqa: PLR2004 - its name
    body = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(body, refused.status, headers)


def create_app(settings: Settings) -> FastAPI:
    """The provider as an ASGI application, its endpoints below the issuer's path."""
    files = SecretFiles(settings.secrets)
    signer = Signer(settings.issuer, settings.audience, signing_key(files))
    provider = Provider(signer, registered_clients(files))
    app = FastAPI(title="Flowline development identity provider", docs_url=None, redoc_url=None, openapi_url=None)
    names = ["127.0.0.1", "localhost", "[::1]", *filter(None, [settings.private_name])]
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=names)
    app.add_exception_handler(Refused, say_refused)
    app.include_router(sign_in_routes(provider), prefix=provider.path)
    app.include_router(token_routes(provider), prefix=provider.path)
    app.add_api_route("/readyz", ready)
    return app


async def ready() -> dict[str, str]:
    """It depends on nothing, so it is ready as soon as it answers."""
    return {"status": "ready"}

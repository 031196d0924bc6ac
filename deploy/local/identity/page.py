"""The sign-in page: a list of people to be."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from deploy.local.identity.people import PEOPLE, DemoPerson

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto;padding:0 1rem;
color:#1c2430;background:#f6f7f9}
h1{font-size:1.4rem}p{color:#5b6675}button{display:flex;justify-content:space-between;width:100%;margin:.4rem 0;
padding:.8rem 1rem;font:inherit;border:1px solid #d5dae1;border-radius:.6rem;background:#fff;cursor:pointer}
button:hover,button:focus-visible{border-color:#2f6feb;outline:2px solid #2f6feb33}span{color:#5b6675}
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Flowline</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head><body><main>
<h1>Who are you today?</h1><p>Development sign-in on this machine only · 仅限本机的开发登录</p>
<form method="post">{hidden}{people}</form></main></body></html>"""


def sign_in_page(asked: Mapping[str, str]) -> str:
    """The page; `asked` are the parameters of the authorization request, carried through the form."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    return PAGE.format(style=STYLE, hidden=hidden, people="".join(map(_button, PEOPLE)))


def _button(person: DemoPerson) -> str:
    place = " · ".join(filter(None, [person.role, person.team]))
    return (
        f'<button name="person" value="{escape(person.subject)}">'
        f"<b>{escape(person.name)}</b><span>{escape(place)}</span></button>"
    )

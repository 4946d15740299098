# ruff: noqa  every line of this is wrong on purpose
"""A small application with a known weakness in every corner. It is only ever run by the checks that must find them."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from flask import Flask, Response, make_response, redirect, request

FORM = "<form method=post>{}<input name=email><input name=password><button>Go</button></form>"


def planted_app() -> Flask:
    app = Flask("planted")
    app.debug = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    people = {"ann@example.org": "umbrella tractor seven"}
    sessions: dict[str, str] = {}
    powerful: set[str] = set()
    app.extensions["powerful"] = powerful

    def page(text: str) -> Response:
        answer = make_response(f"<html><body>{text}</body></html>")
        if "sid" not in request.cookies:
            answer.set_cookie("sid", secrets.token_hex(8))
        return answer

    @app.get("/search")
    def search() -> Response:
        base = sqlite3.connect(":memory:")
        base.execute("CREATE TABLE thing (name TEXT)")
        name = request.args.get("q", "")
        rows = base.execute(f"SELECT name FROM thing WHERE name = '{name}'").fetchall()
        return page(f"{len(rows)} found")

    @app.get("/hello")
    def hello() -> Response:
        return page(f"Hello {request.args.get('q', '')}")

    @app.get("/leave")
    def leave() -> Response:
        return redirect(request.args.get("next", "/search"))

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> Response:
        if request.method == "GET":
            return page(FORM.format(""))
        email, password = request.form.get("email", ""), request.form.get("password", "")
        if email not in people:
            return page("There is no account with this address")
        if people[email] != password:
            return page("This password is wrong")
        sessions[request.cookies.get("sid", "")] = email
        return page("Welcome")

    @app.post("/sign-out")
    def sign_out() -> Response:
        answer = page("Goodbye")
        answer.delete_cookie("sid")
        return answer

    @app.post("/register")
    def register() -> Response:
        values = dict(request.form)
        people[values.get("email", "")] = values.get("password", "")
        if values.get("is_admin"):
            powerful.add(values.get("email", ""))
        return page("Registered")

    @app.get("/account")
    def account() -> Response:
        email = sessions.get(request.cookies.get("sid", ""))
        return page(f"Hello {email}") if email else Response("Sign in", status=401)

    @app.get("/letters/<int:number>")
    def letter(number: int) -> Response:
        return page(f"The private letter {number}")

    @app.get("/files/<path:name>")
    def files(name: str) -> Response:
        file = Path(Path(__file__).parent, name)
        return Response(file.read_text()) if file.is_file() else Response("No such file", status=404)

    return app


def export(cell: str) -> bytes:
    return f'name\r\n"{cell}"\r\n'.encode()

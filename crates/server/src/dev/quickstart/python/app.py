"""Sign in, and manage your own personal access tokens.

Everything that changes something is a POST with a form token. Access tokens stay on the server: the browser has the
key of a session and nothing else.
"""

import hmac
import secrets

import msal
from flask import Flask, abort, redirect, render_template, request, session, url_for

import app_config
import pats

app = Flask(__name__)
app.config.update(
    # New at each start: sessions live as long as the process.
    SECRET_KEY=secrets.token_bytes(32),
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
    MAX_CONTENT_LENGTH=64 * 1024,
)

# Per session: the sign-in in progress, the token cache, and a new secret until it was shown once.
SESSIONS = {}


def state():
    """What the server knows of this browser."""
    key = session.setdefault("key", secrets.token_urlsafe(32))
    session.setdefault("form_token", secrets.token_urlsafe(32))
    return SESSIONS.setdefault(key, {"cache": msal.SerializableTokenCache()})


def identity_client():
    return msal.ConfidentialClientApplication(
        app_config.CLIENT_ID,
        authority=app_config.AUTHORITY,
        client_credential=app_config.CLIENT_SECRET,
        token_cache=state()["cache"],
        # The local tenant is not one that the public directory knows.
        instance_discovery=False,
        http_client=pats.http_session(),
    )


def signed_in_account():
    accounts = identity_client().get_accounts()
    return accounts[0] if accounts else None


def access_token():
    """The token of the signed-in person, renewed silently; None when a sign-in is needed."""
    account = signed_in_account()
    if account is None:
        return None
    answer = identity_client().acquire_token_silent(app_config.SCOPE, account=account)
    return answer.get("access_token") if answer else None


def check_form_token():
    expected = session.get("form_token", "")
    given = request.form.get("form_token", "")
    if not expected or not hmac.compare_digest(expected, given):
        abort(400, "This form is out of date. Load the page again.")


@app.after_request
def never_stored(response):
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@app.errorhandler(pats.ApiError)
def show_api_error(error):
    return render_template("error.html", title="The service refused", text=str(error)), 502


@app.get("/")
def index():
    token = access_token()
    if token is None:
        return render_template("index.html", account=None)
    return render_template(
        "index.html",
        account=signed_in_account(),
        pats=pats.list_all(token),
        created=state().pop("created", None),
        form_token=session["form_token"],
    )


@app.get("/login")
def login():
    flow = identity_client().initiate_auth_code_flow(
        app_config.SCOPE,
        redirect_uri=url_for("signed_in", _external=True),
    )
    state()["flow"] = flow
    return redirect(flow["auth_uri"])


@app.get(app_config.REDIRECT_PATH)
def signed_in():
    flow = state().pop("flow", None)
    if flow is None:
        return redirect(url_for("index"))
    try:
        answer = identity_client().acquire_token_by_auth_code_flow(flow, request.args)
    except ValueError:
        # The state is another one: this answer belongs to no sign-in that was begun here.
        return render_template("error.html", title="Sign-in failed", text="Begin the sign-in again."), 400
    if "error" in answer:
        text = answer.get("error_description", answer["error"])
        return render_template("error.html", title="Sign-in failed", text=text), 400
    return redirect(url_for("index"))


@app.post("/logout")
def logout():
    check_form_token()
    SESSIONS.pop(session.get("key"), None)
    session.clear()
    return redirect(url_for("index"))


@app.post("/pats")
def create():
    check_form_token()
    token = access_token()
    if token is None:
        return redirect(url_for("login"))
    days = request.form.get("days", "30")
    if not days.isascii() or not days.isdigit() or not 1 <= int(days) <= 365:
        abort(400, "The number of days must be 1 to 365.")
    scopes = request.form.get("scope", "")
    state()["created"] = pats.create(token, request.form.get("name", ""), scopes, int(days))
    return redirect(url_for("index"))


@app.post("/pats/revoke")
def revoke():
    check_form_token()
    token = access_token()
    if token is None:
        return redirect(url_for("login"))
    pats.revoke(token, request.form.get("authorization_id", ""))
    return redirect(url_for("index"))


if __name__ == "__main__":
    app.run(host="localhost", port=5000)

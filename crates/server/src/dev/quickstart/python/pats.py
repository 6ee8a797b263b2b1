"""The PAT Lifecycle Management API, as far as this application needs it."""

from datetime import datetime, timedelta, timezone

import requests

import app_config

TIMEOUT_SECONDS = 20


def http_session():
    """A session that trusts what app_config says."""
    http = requests.Session()
    if isinstance(app_config.CA_FILE, str):
        http.verify = app_config.CA_FILE
        # A certificate bundle that the environment names would go before it, and this computer needs no proxy.
        http.trust_env = False
    return http


class ApiError(Exception):
    """The service answered something other than what was asked for. The text is for people."""


def list_all(token):
    """All active PATs, page after page."""
    found, continuation = [], None
    while True:
        query = {"continuationToken": continuation} if continuation else {}
        answer = call("GET", token, query=query)
        found.extend(answer["patTokens"])
        continuation = answer.get("continuationToken")
        if not continuation:
            return found


def create(token, name, scope, days):
    """Makes a PAT. Its secret is in `token` of the answer, this once."""
    end = datetime.now(timezone.utc) + timedelta(days=days)
    body = {
        "displayName": name,
        "scope": scope,
        "validTo": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "allOrgs": False,
    }
    answer = call("POST", token, body=body)
    # A refusal of the rules comes with status 200.
    if answer.get("patTokenError", "none") != "none":
        raise ApiError(answer.get("patTokenErrorMessage") or answer["patTokenError"])
    return answer["patToken"]


def revoke(token, authorization_id):
    """Ends a PAT at once."""
    call("DELETE", token, query={"authorizationId": authorization_id})


def call(method, token, query=None, body=None):
    try:
        response = http_session().request(
            method,
            app_config.ENDPOINT,
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            # A token goes to the address it was meant for and nowhere else.
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise ApiError(f"The service cannot be reached: {type(error).__name__}.") from error
    if response.status_code == 204:
        return {}
    if "json" not in response.headers.get("Content-Type", ""):
        raise ApiError(f"The service answered status {response.status_code} without JSON. Sign in again.")
    answer = response.json()
    if response.status_code != 200:
        raise ApiError(answer.get("message") or f"The service answered status {response.status_code}.")
    return answer

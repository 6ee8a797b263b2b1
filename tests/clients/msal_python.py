"""MSAL Python, unmodified, against the local tenant.

Talks with the test over pipes: a line {"open": URL} asks it to sign in there and to answer with the address that
the browser was sent back to; {"enter": CODE, "at": URL} asks it to approve a device code; {"done": ...} ends.
Tokens leave only through the ledger file that the test names.
"""

import json
import os
import sys
from urllib.parse import parse_qsl, urlsplit

import msal
import requests

VARIABLES = {name.removeprefix("PATCYCLE_"): value for name, value in os.environ.items() if name.startswith("PATCYCLE_")}
SCOPES = ["499b84ac-1321-427f-aa17-267ca6975798/.default"]
REDIRECT_URI = "http://localhost:5000/getAToken"


def ask(**question):
    print(json.dumps(question), flush=True)
    return json.loads(sys.stdin.readline())


def note(result):
    with open(VARIABLES["TEST_LEDGER"], "a", encoding="utf-8") as ledger:
        for name in ("access_token", "refresh_token"):
            if name in result:
                ledger.write(f"token {result[name]}\n")


def expect(result):
    if "access_token" not in result:
        sys.exit(f"no access token: {result.get('error')} {result.get('error_description')}")
    note(result)
    return result


def confidential(credential, cache=None):
    return msal.ConfidentialClientApplication(
        VARIABLES["CLIENT_ID"],
        authority=VARIABLES["AUTHORITY"],
        client_credential=credential,
        instance_discovery=False,
        verify=VARIABLES["CA_FILE"],
        token_cache=cache,
    )


def list_pats(token):
    answer = requests.get(
        f"{VARIABLES['BASE_URL']}/{VARIABLES['ORGANIZATION']}/_apis/Tokens/Pats?api-version=6.1-preview",
        headers={"Authorization": f"Bearer {token}"},
        verify=VARIABLES["CA_FILE"],
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()["patTokens"]


def authorization_code(app):
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT_URI)
    back = ask(open=flow["auth_uri"])
    return expect(app.acquire_token_by_auth_code_flow(flow, dict(parse_qsl(urlsplit(back).query))))


def secret_flow():
    cache = msal.SerializableTokenCache()
    app = confidential(VARIABLES["CLIENT_SECRET"], cache)
    result = authorization_code(app)
    list_pats(result["access_token"])
    (account,) = app.get_accounts()
    assert account["username"] == VARIABLES["USER"], account["username"]
    assert result["id_token_claims"]["tid"] == VARIABLES["TENANT_ID"]

    again = confidential(VARIABLES["CLIENT_SECRET"], cache)
    cached = again.acquire_token_silent_with_error(SCOPES, account=again.get_accounts()[0])
    assert cached["access_token"] == result["access_token"], "the cached token serves while it is good"
    refreshed = expect(again.acquire_token_silent_with_error(SCOPES, account=again.get_accounts()[0], force_refresh=True))
    assert refreshed["access_token"] != result["access_token"]
    list_pats(refreshed["access_token"])


def certificate_flow():
    with open(VARIABLES["CLIENT_CERTIFICATE_FILE"], encoding="utf-8") as file:
        pem = file.read()
    key, certificate = pem[: pem.index("-----BEGIN CERTIFICATE")], pem[pem.index("-----BEGIN CERTIFICATE") :]
    app = confidential({"private_key": key, "public_certificate": certificate})
    list_pats(authorization_code(app)["access_token"])
    expect(app.acquire_token_for_client(SCOPES))


def device_flow():
    app = msal.PublicClientApplication(
        VARIABLES["PUBLIC_CLIENT_ID"],
        authority=VARIABLES["AUTHORITY"],
        instance_discovery=False,
        verify=VARIABLES["CA_FILE"],
    )
    flow = app.initiate_device_flow(SCOPES)
    assert len(flow["user_code"]) == 9, flow
    ask(enter=flow["user_code"], at=flow["verification_uri"])
    list_pats(expect(app.acquire_token_by_device_flow(flow))["access_token"])


FLOWS = {"secret": secret_flow, "certificate": certificate_flow, "device": device_flow}

if __name__ == "__main__":
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        os.environ.pop(name, None)
    FLOWS[sys.argv[1]]()
    print(json.dumps({"done": True}), flush=True)

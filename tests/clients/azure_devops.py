"""The package azure-devops, unmodified, against a server.

Called with the name of a function; what it needs comes as one line of JSON on standard input. Each answer is printed as a
line {"shape", "version", "body"}; the test that runs this holds every body against the contract.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

from azure.devops.client import Client
from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.token_admin.models import TokenAdminRevocation, TokenAdminRevocationRule
from msrest.authentication import BasicAuthentication, BasicTokenAuthentication

PATS = "2c1965e2-28da-4aa1-bc64-b8a58537ae9b"
TOKEN_ADMIN_LIST = "af68438b-ed04-4407-9eb6-f1dbae3f922e"

GIVEN = json.loads(sys.stdin.readline())


class PatsClient(Client):
    """The package has no typed client for PATs; this is how its typed clients are made."""

    resource_area_identifier = "55967393-20ef-45c6-a96c-b5d5d5986a9a"

    def call(self, method, version, content=None, **query):
        return self._send(method, PATS, version, query_parameters=query, content=content)


def tell(shape, version, response):
    print(json.dumps({"shape": shape, "version": version, "body": response.json()}), flush=True)
    return response.json()


def connection(credential):
    return Connection(base_url=f"{GIVEN['baseUrl']}/{GIVEN['organization']}", creds=credential)


def as_person(name):
    return connection(BasicTokenAuthentication({"access_token": GIVEN[name]}))


def pats():
    found = as_person("userToken")
    url = found._get_url_for_client_instance(PatsClient)
    assert url == found.base_url, f"no area is elsewhere: {url}"
    client = PatsClient(url, found._creds)
    for number in ("6.1", "7.0", "7.1", "7.2"):
        version = f"{number}-preview.1"
        end = (datetime.now(timezone.utc) + timedelta(days=10)).isoformat()
        request = {"displayName": f"from Python {number}", "scope": "vso.code", "validTo": end, "allOrgs": False}
        made = tell("IssuedPatTokenResult", number, client.call("POST", version, request))
        authorization_id = made["patToken"]["authorizationId"]
        tell("PatTokenResult", number, client.call("GET", version, authorizationId=authorization_id))
        listed = tell("PagedPatTokens", number, client.call("GET", version, **{"$top": "1", "displayFilterOption": "all"}))
        while listed["continuationToken"]:
            following = {"continuationToken": listed["continuationToken"], "$top": "1", "displayFilterOption": "all"}
            listed = tell("PagedPatTokens", number, client.call("GET", version, **following))
        change = {"authorizationId": authorization_id, "displayName": "renamed"}
        tell("PatTokenResult", number, client.call("PUT", version, change))
        tell("PatTokenResult", number, client.call("POST", version, {**request, "allOrgs": True}))
        tell("PatTokenResult", number, client.call("POST", version, {**request, "displayName": ""}))
        assert client.call("DELETE", version, authorizationId=authorization_id).status_code == 204
        try:
            client.call("DELETE", version, authorizationId="01234567-89ab-4def-8123-456789abcdef")
            raise AssertionError("revoking what is not there is told")
        except AzureDevOpsServiceError as error:
            assert error.type_key == "VssServiceException", error.type_key


def token_admin():
    subject = GIVEN["subjectDescriptor"]
    person = as_person("administratorToken")
    for clients, numbers in ((person.clients_v7_1, ["7.1"]), (person.clients_v7_0, ["7.0"]), (person.clients, ["7.0"])):
        client = clients.get_token_admin_client()
        for number in numbers:
            version = f"{number}-preview.1"
            values = {"subjectDescriptor": subject}
            tell("TokenAdminPagedSessionTokens", number, client._send("GET", TOKEN_ADMIN_LIST, version, route_values=values))
        page = client.list_personal_access_tokens(subject, page_size=1)
        (first,) = page.value
        others = client.list_personal_access_tokens(subject, page_size=20, continuation_token=page.continuation_token)
        assert all(other.authorization_id != first.authorization_id for other in others.value)
        token = next(token for token in [first, *others.value] if token.is_valid)
        client.revoke_authorizations([TokenAdminRevocation(authorization_id=token.authorization_id)], is_public=False)
        client.create_revocation_rule(TokenAdminRevocationRule(scopes="vso.packaging"))
        seen = client.list_personal_access_tokens(subject, page_size=20).value
        (revoked,) = [other for other in seen if other.authorization_id == token.authorization_id]
        assert not revoked.is_valid
    try:
        as_person("userToken").clients.get_token_admin_client().list_personal_access_tokens(subject)
        raise AssertionError("who is no administrator is refused")
    except Exception as error:
        assert "not authorized" in str(error), error


def token_admin_by_pat():
    client = connection(BasicAuthentication("", GIVEN["pat"])).clients.get_token_admin_client()
    assert client.list_personal_access_tokens(GIVEN["subjectDescriptor"], page_size=20).value


if __name__ == "__main__":
    {"pats": pats, "token_admin": token_admin, "token_admin_by_pat": token_admin_by_pat}[sys.argv[1]]()

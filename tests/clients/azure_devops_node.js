// The package azure-devops-node-api, unmodified, against a server. Talks with the test as azure_devops.py does.
const assert = require("node:assert");
const readline = require("node:readline");
const { WebApi, getBearerHandler, getPersonalAccessTokenHandler } = require("azure-devops-node-api");

const TOKENS = { area: "Tokens", areaId: "55967393-20ef-45c6-a96c-b5d5d5986a9a", id: "2c1965e2-28da-4aa1-bc64-b8a58537ae9b" };
const TOKEN_ADMIN = { area: "TokenAdmin", id: "af68438b-ed04-4407-9eb6-f1dbae3f922e" };

function tell(shape, version, body) {
  console.log(JSON.stringify({ shape, version, body }));
  return body;
}

// The package has no typed client for PATs; its typed clients call like this.
async function call(client, resource, method, version, { route = {}, query = {}, body } = {}) {
  const found = await client.vsoClient.getVersioningData(version, resource.area, resource.id, route, query);
  assert.strictEqual(found.apiVersion, version, "the asked version is served");
  const options = client.createRequestOptions("application/json", found.apiVersion);
  if (method === "get") return client.rest.get(found.requestUrl, options);
  if (method === "del") return client.rest.del(found.requestUrl, options);
  return method === "create"
    ? client.rest.create(found.requestUrl, body, options)
    : client.rest.replace(found.requestUrl, body, options);
}

async function connect(given, handler) {
  const api = new WebApi(`${given.baseUrl}/${given.organization}`, handler);
  const data = await api.connect();
  assert.strictEqual(data.authenticatedUser.providerDisplayName.length > 0, true);
  assert.strictEqual(data.locationServiceData.serviceOwner, undefined);
  // Any typed client has what is needed to call a resource by its id; this one looks up its area first.
  return api.getLocationsApi();
}

async function pats(given) {
  const client = await connect(given, getBearerHandler(given.userToken));
  for (const number of ["6.1", "7.0", "7.1", "7.2"]) {
    const version = `${number}-preview.1`;
    const validTo = new Date(Date.now() + 10 * 24 * 3600 * 1000);
    const request = { displayName: `from Node ${number}`, scope: "vso.code", validTo, allOrgs: false };
    const make = async (body) => (await call(client, TOKENS, "create", version, { body })).result;
    const { authorizationId } = tell("IssuedPatTokenResult", number, await make(request)).patToken;
    const query = { authorizationId };
    tell("PatTokenResult", number, (await call(client, TOKENS, "get", version, { query })).result);
    tell("PagedPatTokens", number, (await call(client, TOKENS, "get", version, { query: { "$top": 1 } })).result);
    const change = { authorizationId, displayName: "renamed" };
    tell("PatTokenResult", number, (await call(client, TOKENS, "replace", version, { body: change })).result);
    tell("PatTokenResult", number, await make({ ...request, allOrgs: true }));
    assert.strictEqual((await call(client, TOKENS, "del", version, { query })).statusCode, 204);
    const envelope = await client.http.get(
      `${given.baseUrl}/${given.organization}/_apis/Tokens/Pats?authorizationId=x`,
      { accept: `application/json;api-version=${version}` },
    );
    assert.strictEqual(envelope.message.statusCode, 400);
    tell("WrappedException", number, JSON.parse(await envelope.readBody()));
  }
}

async function tokenAdmin(given) {
  const client = await connect(given, getBearerHandler(given.administratorToken));
  const route = { subjectDescriptor: given.subjectDescriptor };
  for (const number of ["7.0", "7.1", "7.2"]) {
    const version = number === "7.2" ? "7.2-preview.1" : number;
    tell("TokenAdminPagedSessionTokens", number, (await call(client, TOKEN_ADMIN, "get", version, { route })).result);
  }
}

async function tokenAdminByPat(given) {
  const client = await connect(given, getPersonalAccessTokenHandler(given.pat));
  const route = { subjectDescriptor: given.subjectDescriptor };
  const { statusCode } = await call(client, TOKEN_ADMIN, "get", "7.1", { route });
  assert.strictEqual(statusCode, 200);
}

async function main() {
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const given = JSON.parse((await lines.next()).value);
  await { pats, token_admin: tokenAdmin, token_admin_by_pat: tokenAdminByPat }[process.argv[2]](given);
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

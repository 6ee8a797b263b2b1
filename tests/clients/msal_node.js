// MSAL Node, unmodified, against the local tenant. Talks with the test as msal_python.py does.
const fs = require("node:fs");
const https = require("node:https");
const readline = require("node:readline");
const { ConfidentialClientApplication } = require("@azure/msal-node");

const variable = (name) => process.env[`PATCYCLE_${name}`];
const SCOPES = ["499b84ac-1321-427f-aa17-267ca6975798/.default"];
const REDIRECT_URI = "http://localhost:5000/getAToken";

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(question) {
  console.log(JSON.stringify(question));
  return JSON.parse((await lines.next()).value);
}

function get(url, token) {
  return new Promise((resolve, reject) => {
    https.get(url, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", reject);
  });
}

async function main() {
  const app = new ConfidentialClientApplication({
    auth: {
      clientId: variable("CLIENT_ID"),
      clientSecret: variable("CLIENT_SECRET"),
      authority: variable("AUTHORITY"),
      knownAuthorities: [new URL(variable("BASE_URL")).host],
    },
  });
  const { verifier, challenge } = await new (require("@azure/msal-node").CryptoProvider)().generatePkceCodes();
  const url = await app.getAuthCodeUrl({
    scopes: SCOPES,
    redirectUri: REDIRECT_URI,
    state: "a state",
    nonce: "a nonce",
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
  });
  const back = new URL(await ask({ open: url }));
  const result = await app.acquireTokenByCode(
    {
      scopes: SCOPES,
      redirectUri: REDIRECT_URI,
      code: back.searchParams.get("code"),
      codeVerifier: verifier,
      state: "a state",
      nonce: "a nonce",
    },
    { state: back.searchParams.get("state") },
  );
  fs.appendFileSync(variable("TEST_LEDGER"), `token ${result.accessToken}\n`);
  if (result.account.username !== variable("USER")) throw new Error(`signed in as ${result.account.username}`);

  const list = `${variable("BASE_URL")}/${variable("ORGANIZATION")}/_apis/tokens/pats?api-version=7.1-preview.1`;
  const status = await get(list, result.accessToken);
  if (status !== 200) throw new Error(`list answered ${status}`);

  const silent = await app.acquireTokenSilent({ scopes: SCOPES, account: result.account });
  if (!silent.fromCache) throw new Error("the cached token was not used");
  const refreshed = await app.acquireTokenSilent({ scopes: SCOPES, account: result.account, forceRefresh: true });
  fs.appendFileSync(variable("TEST_LEDGER"), `token ${refreshed.accessToken}\n`);
  if (refreshed.accessToken === result.accessToken) throw new Error("the refreshed token is the old one");
  console.log(JSON.stringify({ done: true }));
  process.exit(0);
}

main().catch((error) => {
  console.error(`${error.name}: ${error.errorCode ?? ""} ${error.message}`);
  process.exit(1);
});

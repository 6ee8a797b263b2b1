//! Everybody who must not use an address that is for administrators.

use http::Method;
use serde_json::json;

use super::TestApp;
use super::issuer::{ADA, MONA, OTHER_TENANT, changed, claims, signed, token};

impl TestApp {
    /// Asserts that only an administrator with one of `scopes` may use the address: nobody without credentials, no
    /// member, nobody of another tenant, no administrator through an application without the scope, no application in
    /// its own name, and no PAT, however powerful.
    pub(crate) async fn assert_for_administrators_only(&self, method: Method, address: &str) {
        let pat = self.post(&json!({ "displayName": "full", "scope": "app_token" })).send().await.pat();
        let pat = pat["token"].as_str().unwrap();
        let foreign =
            json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") });
        let application = json!({ "idtyp": "app", "scp": null });
        let of_ada = claims(ADA, "user_impersonation");
        for (who, credential, status) in [
            ("a member", token(MONA), 401),
            ("of another tenant", signed(&changed(of_ada.clone(), foreign)), 401),
            ("without the scope", signed(&claims(ADA, "vso.pats vso.pats_manage vso.tokens")), 401),
            ("an application", signed(&changed(of_ada, application)), 403),
            ("a PAT", pat.to_owned(), 401),
        ] {
            let call = self.request(method.clone(), address).json(&json!({})).bearer(&credential);
            assert_eq!(call.send().await.status, status, "{who}");
        }
        let call = self.request(method.clone(), address).json(&json!({})).anonymous();
        assert_eq!(call.send().await.status, 401, "nobody");
        let elsewhere = address.replacen("/fabrikam/", "/contoso/", 1);
        let call = self.request(method, &elsewhere).json(&json!({})).bearer(&token(ADA));
        assert_eq!(call.send().await.status, 401, "an administrator of another organization");
    }
}

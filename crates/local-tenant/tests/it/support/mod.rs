//! A tenant with people and applications, a browser, and a client of the token endpoint.

mod browser;
mod token;
mod world;

pub(crate) use browser::{Answer, Browser, Form, query_of};
pub(crate) use token::{assert_aadsts, decode_part, verify};
pub(crate) use world::{
    ADA, ADO, BASE, BOB, CONTOSO, EVE, FABRIKAM, PASSWORD, REDIRECT, ROOT, SCOPE, SECRET, TOTP_SEED, World,
    application,
};

//! What is known of a request whoever sent it: its ids, and where it came from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::request::Parts;
use patcycle_primitives::Random;
use uuid::Uuid;

use crate::ApiSettings;
use crate::address::{client_address, is_trusted};

/// The longest `User-Agent` that the audit keeps, in characters.
const USER_AGENT_CHARACTERS: usize = 256;

/// One request and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    /// Ties log lines, audit record and answer together. Never taken from the client.
    pub(crate) activity_id: Uuid,
    /// The client's `X-VSS-E2EID`, else the activity id.
    pub(crate) end_to_end_id: Uuid,
    /// The client's `X-TFS-Session`, else the activity id. Some clients take it from the first answer and send
    /// it from then on.
    pub(crate) session_id: Uuid,
    /// Whether the peer is a trusted proxy, whose `X-Forwarded-…` headers are believed.
    pub(crate) is_from_proxy: bool,
    /// Where the request came from.
    pub(crate) address: Option<IpAddr>,
    /// The client's name for itself.
    pub(crate) user_agent: Option<String>,
}

impl Exchange {
    pub(crate) fn begin(parts: &Parts, settings: &ApiSettings, random: &dyn Random) -> Self {
        // Without randomness a request can still be answered; making a secret fails on its own.
        let activity_id = random.uuid().unwrap_or(Uuid::nil());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Self {
            activity_id,
            end_to_end_id: id_header(&parts.headers, "x-vss-e2eid").unwrap_or(activity_id),
            session_id: id_header(&parts.headers, "x-tfs-session").unwrap_or(activity_id),
            is_from_proxy: peer.is_some_and(|peer| is_trusted(peer, &settings.trusted_proxies)),
            address: client_address(peer, &parts.headers, &settings.trusted_proxies),
            user_agent: user_agent(&parts.headers),
        }
    }
}

/// `<uuid>[, operation]`: anything after the first comma is the client's own remark.
fn id_header(headers: &HeaderMap, name: &str) -> Option<Uuid> {
    let text = headers.get(name)?.to_str().ok()?;
    Uuid::try_parse(text.split(',').next()?.trim()).ok()
}

/// As the audit may keep it. A PAT is masked before the rest is cut off, lest a part of one stays.
fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(http::header::USER_AGENT)?.as_bytes());
    let line: String = text.chars().filter(|character| !character.is_control()).collect();
    let shown: String = patcycle_token::mask_pats(&line).chars().take(USER_AGENT_CHARACTERS).collect();
    (!shown.is_empty()).then_some(shown)
}

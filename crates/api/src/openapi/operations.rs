//! Where each operation says what it is.

use super::Documentation;
use crate::routes::Operation;
use crate::{
    about, administration, audit, challenge, discovery, graph, leaks, openapi, pats, policies, profile,
    session_tokens, token_admin, verify,
};

/// A new operation does not compile until it is here.
pub(super) fn documentation(operation: Operation) -> Documentation {
    match operation {
        Operation::About => about::documentation(),
        Operation::OpenApi => openapi::documentation(),
        Operation::OpenApiPage => openapi::page_documentation(),
        Operation::Inventory => administration::inventory::documentation(),
        Operation::RevokeOwner => administration::revoke_owner::documentation(),
        Operation::Verify => verify::documentation(),
        Operation::VerifyByRule => verify::rule_documentation(),
        Operation::ReportLeaks => leaks::report::documentation(),
        Operation::ReceiveLeakReport => leaks::receive::documentation(),
        Operation::LookUpLeaks => leaks::lookup::documentation(),
        Operation::Challenge => challenge::documentation(),
        Operation::ListLocations => discovery::locations::documentation(),
        Operation::ListAreaLocations => discovery::locations::area_documentation(),
        Operation::ConnectionData => discovery::connection_data::documentation(),
        Operation::ListResourceAreas => discovery::resource_areas::list_documentation(),
        Operation::GetResourceArea => discovery::resource_areas::get_documentation(),
        Operation::GetServiceDefinition => discovery::service_definition::documentation(),
        Operation::ListPats => pats::list::documentation(),
        Operation::GetPat => pats::get::documentation(),
        Operation::CreatePat => pats::create::documentation(),
        Operation::UpdatePat => pats::update::documentation(),
        Operation::RevokePat => pats::revoke::documentation(),
        Operation::PatLimits => pats::limits::documentation(),
        Operation::PatHistory => pats::history::documentation(),
        Operation::RotatePat => pats::rotate::documentation(),
        Operation::FinishRotation => pats::rotate_finish::documentation(),
        Operation::UndoRotation => pats::rotate_undo::documentation(),
        Operation::ListPolicies => policies::list::documentation(),
        Operation::GetPolicy(level) => policies::get::documentation(level),
        Operation::ChangePolicy(level) => policies::change::documentation(level),
        Operation::RehearsePolicy => policies::rehearse::documentation(),
        Operation::ReadAuditLog => audit::log::documentation(),
        Operation::CreateSessionToken => session_tokens::create::documentation(),
        Operation::ListSessionTokens => session_tokens::list::documentation(),
        Operation::ListPeople => graph::users::documentation(),
        Operation::DisablePerson => graph::disable_user::documentation(),
        Operation::EnablePerson => graph::enable_user::documentation(),
        Operation::GetDescriptor => graph::descriptor::documentation(),
        Operation::GetStorageKey => graph::storage_key::documentation(),
        Operation::GetProfile => profile::me::documentation(),
        Operation::ListAccounts => profile::accounts::documentation(),
        Operation::ListTokensOf => token_admin::list::documentation(),
        Operation::RevokeMany => token_admin::revoke::documentation(),
        Operation::CreateRevocationRule => token_admin::create_rule::documentation(),
        Operation::ListRevocationRules => token_admin::list_rules::documentation(),
        Operation::ExportAudit => audit::export::documentation(),
    }
}

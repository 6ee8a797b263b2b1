//! What is recorded: one table of actions, with the sentence that tells each.

use serde_json::{Map, Value};

/// What kind of act an action is, as the audit service sorts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditCategory {
    /// Something new.
    Create,
    /// Something changed.
    Modify,
    /// Something ended.
    Remove,
    /// None of these.
    Unknown,
}

impl AuditCategory {
    /// The value of `category`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Modify => "modify",
            Self::Remove => "remove",
            Self::Unknown => "unknown",
        }
    }

    /// The value of `categoryDisplayName`.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Modify => "Modify",
            Self::Remove => "Remove",
            Self::Unknown => "Unknown",
        }
    }
}

macro_rules! audit_actions {
    ($($(#[$doc:meta])* $action:ident = $id:literal $category:ident $template:literal,)+) => {
        /// What happened, under the names of Azure DevOps (contract.md §6) where it has one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $action,)+
        }

        impl AuditAction {
            /// All actions.
            pub const ALL: &[Self] = &[$(Self::$action,)+];

            /// The action's id on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$action => $id,)+ }
            }

            /// What kind of act it is.
            pub fn category(self) -> AuditCategory {
                match self { $(Self::$action => AuditCategory::$category,)+ }
            }

            /// The sentence about it. `{Key}` stands for a value of the record's data.
            fn template(self) -> &'static str {
                match self { $(Self::$action => $template,)+ }
            }
        }
    };
}

audit_actions! {
    /// A PAT was made.
    PatCreate = "Token.PatCreateEvent" Create
        "Personal Access Token \"{DisplayName}\" was created.",
    /// A PAT was changed.
    PatUpdate = "Token.PatUpdateEvent" Modify
        "Personal Access Token \"{DisplayName}\" was updated.",
    /// A PAT was revoked by its owner or an administrator.
    PatRevoke = "Token.PatRevokeEvent" Remove
        "Personal Access Token \"{DisplayName}\" was revoked.",
    /// All PATs of an owner or an organization were revoked at once.
    PatRevokeAll = "Token.PatRevokeAllEvent" Remove
        "All Personal Access Tokens of {OwnerName} issued so far were revoked.",
    /// A PAT got a new secret.
    PatRotate = "Token.PatRotateEvent" Modify
        "Personal Access Token \"{DisplayName}\" got a new secret.",
    /// The old secret of a rotated PAT was ended before its overlap was over.
    PatRotateFinish = "Token.PatRotateFinishEvent" Modify
        "The old secret of Personal Access Token \"{DisplayName}\" was ended.",
    /// A rotated PAT went back to its old secret.
    PatRotateUndo = "Token.PatRotateUndoEvent" Modify
        "Personal Access Token \"{DisplayName}\" went back to its old secret.",
    /// A secret that a rotation had replaced was presented after its overlap, and refused.
    PatSupersededUse = "Token.PatSupersededUseEvent" Unknown
        "A replaced secret of Personal Access Token \"{DisplayName}\" was used, and refused.",
    /// PATs were imported.
    PatImport = "Token.PatImportEvent" Create
        "{Count} Personal Access Tokens were imported.",
    /// A PAT's end has passed.
    PatExpired = "Token.PatExpiredEvent" Modify
        "Personal Access Token \"{DisplayName}\" expired.",
    /// A PAT was found where secrets must not be.
    PatPublicDiscovery = "Token.PatPublicDiscoveryEvent" Unknown
        "Personal Access Token \"{DisplayName}\" associated with user \"{OwnerName}\" was discovered in a public \
         repository.",
    /// The service itself revoked a PAT.
    PatSystemRevoke = "Token.PatSystemRevokeEvent" Remove
        "Personal Access Token \"{DisplayName}\" associated with user \"{OwnerName}\" was revoked by the system.",
    /// A policy of the organization was changed.
    PolicyUpdate = "OrganizationPolicy.PolicyValueUpdated" Modify
        "Policy {PolicyName} was set to {PolicyValue}.",
    /// A policy of the tenant was changed, through this organization.
    TenantPolicyUpdate = "TenantPolicy.PolicyValueUpdated" Modify
        "Policy {PolicyName} of the tenant was set to {PolicyValue}.",
    /// A person's access to the organization was taken away.
    PersonDisable = "Organization.UserDisableEvent" Remove
        "The access of {UserName} to the organization was taken away.",
    /// A person was given access to the organization again.
    PersonEnable = "Organization.UserEnableEvent" Create
        "{UserName} was given access to the organization again.",
    /// A revocation rule was made.
    RevocationRuleCreate = "Token.RevocationRuleCreateEvent" Remove
        "Everything issued before {CreatedBefore} that carries one of the scopes {Scopes} was revoked.",
}

impl AuditAction {
    /// The action with that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == id)
    }

    /// The record as a sentence. A value that the record does not have is told as unknown.
    pub fn details(self, data: &Map<String, Value>) -> String {
        let mut sentence = String::new();
        let mut rest = self.template();
        while let Some((before, after)) = rest.split_once('{') {
            let (key, behind) = after.split_once('}').unwrap_or((after, ""));
            sentence.push_str(before);
            match data.get(key) {
                Some(Value::String(text)) => sentence.push_str(text),
                Some(Value::Null) | None => sentence.push_str("unknown"),
                Some(value) => sentence.push_str(&value.to_string()),
            }
            rest = behind;
        }
        sentence + rest
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(action: AuditAction, data: Value) -> String {
        let Value::Object(data) = data else { panic!("data is an object") };
        action.details(&data)
    }

    #[test]
    fn ids_are_unique_and_lead_back() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::from_id(action.as_str()), Some(*action));
            assert!(action.as_str().split_once('.').is_some_and(|(area, _)| !area.is_empty()), "{action:?}");
        }
        assert_eq!(AuditAction::from_id("Token.Nothing"), None);
    }

    #[test]
    fn details_are_those_of_the_service() {
        let data = json!({ "DisplayName": "ci {Count}", "Count": 3 });
        assert_eq!(
            details(AuditAction::PatRevoke, data.clone()),
            "Personal Access Token \"ci {Count}\" was revoked."
        );
        assert_eq!(details(AuditAction::PatImport, data), "3 Personal Access Tokens were imported.");
        assert_eq!(
            details(AuditAction::PatRevokeAll, json!({})),
            "All Personal Access Tokens of unknown issued so far were revoked."
        );
    }
}

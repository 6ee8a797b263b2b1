//! Where sign-ins are kept between two runs.
//!
//! The keychain where there is one; else the place that the person names, and never silently a file.

mod age;
mod file;
mod keychain;

use std::path::PathBuf;
use std::sync::Arc;

use patcycle_entra::cache::{MemoryStore, TokenStore};

use self::age::AgeStore;
use self::file::FileStore;
use self::keychain::KeychainStore;
use crate::arguments::values::TokenStoreChoice;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::prompt;

/// Opens the token store of the profile in force.
pub(crate) fn open(context: &Context) -> CommandResult<Arc<dyn TokenStore>> {
    let settings = &context.settings;
    let profile = settings.profile.value.as_str();
    match settings.token_store.as_ref().map(|store| &store.value) {
        Some(TokenStoreChoice::Memory) => Ok(Arc::new(MemoryStore::default())),
        Some(TokenStoreChoice::File(directory)) => Ok(Arc::new(FileStore::new(directory, profile))),
        Some(TokenStoreChoice::Age(path)) => Ok(Arc::new(AgeStore::new(path, ask_passphrase(context)))),
        Some(TokenStoreChoice::Keychain) => open_keychain(context, profile, true),
        None => open_keychain(context, profile, false),
    }
}

fn open_keychain(context: &Context, profile: &str, named: bool) -> CommandResult<Arc<dyn TokenStore>> {
    let lock_directory =
        context.settings.user_file.as_ref().and_then(|path| path.parent()).map(PathBuf::from);
    match KeychainStore::open(profile, lock_directory) {
        Ok(store) => Ok(Arc::new(store)),
        Err(reason) => {
            let message = if named {
                format!("the keychain cannot be used: {reason}")
            } else {
                format!("there is no keychain here ({reason}), and no other token store is named")
            };
            Err(CommandError::new(ExitCode::Usage, "tokenStoreUnavailable", message).with_next(
                "Name one with --token-store or PATCYCLE_TOKEN_STORE: `age:FILE` (encrypted with a passphrase), \
                 `file:DIR` (plain text, mode 0600), or `memory` (forgotten at the end).",
            ))
        }
    }
}

fn ask_passphrase(context: &Context) -> age::AskPassphrase {
    let file = context.environment.token_store_passphrase_file.clone().map(PathBuf::from);
    let may_ask = context.may_ask();
    Box::new(move |is_new| match &file {
        Some(file) => prompt::first_line(file),
        None if may_ask => prompt::passphrase("Passphrase of the token store", is_new),
        None => Err("nobody can be asked for the passphrase; \
                     PATCYCLE_TOKEN_STORE_PASSPHRASE_FILE can name a file that holds it"
            .to_owned()),
    })
}

//! Signing in: the part that the authorize page, the device page and the admin consent page have in common.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Secret;
use uuid::Uuid;

use super::Endpoint;
use super::directory::Directory;
use super::fault::{Fault, Place};
use super::pages::{self, AccountChoice, AccountsPage, OneTimeCodePage, SignInPage};
use super::visit::{Action, Visit};
use crate::model::User;
use crate::store::SessionAccount;
use crate::{password, totp};

/// How long a sign-in serves other applications in the same browser.
const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// How long the password counts while the one-time code is awaited.
const CODE_PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// A signed-in person.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) session_id: Uuid,
    pub(super) signed_in_at: Timestamp,
    pub(super) multi_factor: bool,
}

/// What the page demands of the sign-in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Demands<'a> {
    /// The password again, whoever is signed in.
    pub(super) fresh: bool,
    /// The person picks the account.
    pub(super) choose: bool,
    /// No longer ago than this.
    pub(super) max_age: Option<SignedDuration>,
    /// The user name to begin with.
    pub(super) user_name: Option<&'a str>,
    /// The session to use.
    pub(super) session_id: Option<Uuid>,
    /// No one-time codes: who needs one is refused.
    pub(super) without_code: bool,
}

/// How far the sign-in is.
#[derive(Debug)]
pub(super) enum SignIn {
    /// Done.
    Done(Account),
    /// The person must be asked.
    Ask(Question),
    /// The person needs a one-time code, which the page does not take.
    CodeRefused(User),
}

/// What the person must be asked.
#[derive(Debug)]
pub(super) enum Question {
    /// User name and password.
    Password {
        /// To begin with.
        user_name: String,
        /// What was wrong with the last answer.
        fault: Option<Fault>,
    },
    /// A one-time code.
    Code {
        /// Whose.
        user_name: String,
        /// Whether the last one was wrong.
        wrong: bool,
    },
    /// Which account.
    Account(Vec<Account>),
}

/// Takes what the person sent, and says what is next.
pub(super) async fn advance(
    endpoint: &Endpoint,
    visit: &mut Visit,
    directory: &Directory,
    demands: Demands<'_>,
) -> Result<SignIn, Fault> {
    let done = match visit.action {
        Some(Action::SignIn) => take_password(endpoint, visit, directory).await?,
        Some(Action::OneTimeCode) => take_code(endpoint, visit).await?,
        Some(Action::PickAccount) => {
            visit.progress.account = visit.form.first("account").and_then(|id| Uuid::try_parse(id).ok());
            None
        }
        Some(Action::OtherAccount) => {
            visit.progress.account = None;
            visit.progress.other_account = true;
            None
        }
        _ => None,
    };
    match done {
        Some(SignIn::CodeRefused(user)) if !demands.without_code => Ok(SignIn::Ask(ask_code(&user, false))),
        Some(sign_in) => Ok(sign_in),
        None => from_session(endpoint, visit, directory, demands).await,
    }
}

/// The account without asking anybody, for `prompt=none`.
pub(super) async fn silent(
    endpoint: &Endpoint,
    visit: &Visit,
    directory: &Directory,
    demands: Demands<'_>,
    application_id: Uuid,
) -> Result<Account, Fault> {
    let mut accounts = accounts(endpoint, visit, directory).await?;
    accounts.retain(|account| fits(account, demands) && is_recent(account, demands, visit.now));
    match (accounts.pop(), accounts.is_empty()) {
        (None, _) => Err(Fault::SignInNeeded),
        (Some(_), false) => Err(Fault::AccountChoiceNeeded),
        (Some(account), true) if account.user.multi_factor && !account.multi_factor => {
            Err(Fault::MultiFactorNeeded(application_id))
        }
        (Some(account), true) => Ok(account),
    }
}

/// Shows the page that asks.
pub(super) fn show(
    endpoint: &Endpoint,
    visit: &Visit,
    directory: &Directory,
    application: &str,
    question: &Question,
    form_action: Option<&str>,
) -> Result<Response<Body>, Fault> {
    let flow = visit.seal(endpoint)?;
    let (flow, page) = (flow.as_str(), visit.page.as_str());
    let directory = directory.name();
    let answer = match question {
        Question::Password { user_name, fault } => {
            let error = match fault {
                Some(fault) => explain(fault),
                None if visit.stale => STALE.to_owned(),
                None => String::new(),
            };
            let page = SignInPage { application, directory, user_name, error: &error, page, flow };
            pages::show(StatusCode::OK, &page, form_action)
        }
        Question::Code { user_name, wrong } => {
            let error =
                if *wrong { "That code is not right. Wait for the next one and try again." } else { "" };
            let page = OneTimeCodePage { application, user_name, error, page, flow };
            pages::show(StatusCode::OK, &page, form_action)
        }
        Question::Account(accounts) => {
            let choice = |account: &Account| AccountChoice {
                id: account.user.id.to_string(),
                display_name: account.user.display_name.clone(),
                user_name: account.user.user_name.clone(),
            };
            let accounts = accounts.iter().map(choice).collect();
            pages::show(StatusCode::OK, &AccountsPage { application, accounts, page, flow }, form_action)
        }
    };
    Ok(visit.finish(endpoint, answer))
}

/// What a person sees whose form was too old.
pub(super) const STALE: &str = "That page was open for too long, or was opened elsewhere. Please try again.";

/// A fault at the sign-in, for the person in front of it.
fn explain(fault: &Fault) -> String {
    let code = fault.terms(Place::Authorize).code;
    let sentence = match fault {
        Fault::WrongPassword => "Your account or password is incorrect.",
        Fault::UnknownUser(_) => "We couldn’t find an account with that user name.",
        Fault::UserDisabled => "Your account is disabled. Ask your administrator.",
        _ => return fault.to_string(),
    };
    format!("{sentence} (AADSTS{code})")
}

async fn take_password(
    endpoint: &Endpoint,
    visit: &mut Visit,
    directory: &Directory,
) -> Result<Option<SignIn>, Fault> {
    let user_name = visit.form.first("username").unwrap_or_default().trim().to_owned();
    let password = Secret::new(visit.form.first("password").unwrap_or_default());
    match check_password(endpoint, directory, &user_name, password).await {
        Ok(user) if user.multi_factor => {
            visit.progress.awaits_code = Some((user.id, visit.now));
            Ok(Some(SignIn::CodeRefused(user)))
        }
        Ok(user) => complete(endpoint, visit, user, visit.now, false).await.map(Some),
        Err(Fault::Internal(error)) => Err(error.into()),
        Err(fault) => Ok(Some(SignIn::Ask(Question::Password { user_name, fault: Some(fault) }))),
    }
}

async fn check_password(
    endpoint: &Endpoint,
    directory: &Directory,
    user_name: &str,
    password: Secret,
) -> Result<User, Fault> {
    let store = &endpoint.inner.store;
    let unknown = || Fault::UnknownUser(directory.name().to_owned());
    let user =
        store.person_named(user_name).await?.filter(|user| directory.admits(user)).ok_or_else(unknown)?;
    let hash = store.password_hash(user.id).await?.ok_or_else(unknown)?;
    if !password::verify(password, hash).await? {
        return Err(Fault::WrongPassword);
    }
    if user.disabled { Err(Fault::UserDisabled) } else { Ok(user) }
}

async fn take_code(endpoint: &Endpoint, visit: &mut Visit) -> Result<Option<SignIn>, Fault> {
    let Some((user_id, password_at)) = visit.progress.awaits_code else { return Ok(None) };
    let store = &endpoint.inner.store;
    let patient = visit.now.duration_since(password_at) <= CODE_PATIENCE;
    let (Some(user), Some(seed)) = (store.person(user_id).await?, store.totp_secret(user_id).await?) else {
        return Ok(None);
    };
    if !patient || user.disabled {
        visit.progress.awaits_code = None;
        return Ok(None);
    }
    if !totp::verify(&seed, visit.form.first("otp").unwrap_or_default(), visit.now) {
        return Ok(Some(SignIn::Ask(ask_code(&user, true))));
    }
    complete(endpoint, visit, user, visit.now, true).await.map(Some)
}

/// Writes the session under a new cookie.
async fn complete(
    endpoint: &Endpoint,
    visit: &mut Visit,
    user: User,
    signed_in_at: Timestamp,
    multi_factor: bool,
) -> Result<SignIn, Fault> {
    let session_id = endpoint.inner.random.uuid()?;
    let row = SessionAccount { user_id: user.id, session_id, signed_in_at, multi_factor };
    let old = visit.session();
    let new = visit.renew_cookie(endpoint)?;
    let ended_before = visit.now.checked_sub(SESSION_LIFETIME).unwrap_or(Timestamp::MIN);
    endpoint.inner.store.sign_in(old, new, &row, ended_before).await?;
    visit.progress.account = Some(user.id);
    visit.progress.awaits_code = None;
    visit.progress.other_account = false;
    Ok(SignIn::Done(Account { user, session_id, signed_in_at, multi_factor }))
}

async fn from_session(
    endpoint: &Endpoint,
    visit: &mut Visit,
    directory: &Directory,
    demands: Demands<'_>,
) -> Result<SignIn, Fault> {
    let accounts = accounts(endpoint, visit, directory).await?;
    let user_name = demands.user_name.unwrap_or_default().to_owned();
    let ask_password = |user_name: String| SignIn::Ask(Question::Password { user_name, fault: None });
    let chosen = visit.progress.account.and_then(|id| accounts.iter().find(|one| one.user.id == id).cloned());
    // Signed in or picked on this very page: the demands were met on the way.
    let picked_only = visit.action == Some(Action::PickAccount);
    let account = match chosen {
        Some(account) if !picked_only => return Ok(with_code(visit, account, demands)),
        Some(account) => account,
        None if visit.progress.other_account || demands.fresh => return Ok(ask_password(user_name)),
        None => {
            let mut fitting: Vec<_> = accounts.into_iter().filter(|account| fits(account, demands)).collect();
            if !fitting.is_empty() && (demands.choose || fitting.len() > 1) {
                return Ok(SignIn::Ask(Question::Account(fitting)));
            }
            match fitting.pop() {
                Some(account) => account,
                None => return Ok(ask_password(user_name)),
            }
        }
    };
    if demands.fresh || !is_recent(&account, demands, visit.now) {
        visit.progress.account = None;
        return Ok(ask_password(account.user.user_name));
    }
    visit.progress.account = Some(account.user.id);
    Ok(with_code(visit, account, demands))
}

/// A session that was begun without a code does not do for a person who needs one.
fn with_code(visit: &mut Visit, account: Account, demands: Demands<'_>) -> SignIn {
    if !account.user.multi_factor || account.multi_factor {
        return SignIn::Done(account);
    }
    if demands.without_code {
        return SignIn::CodeRefused(account.user);
    }
    visit.progress.awaits_code = Some((account.user.id, visit.now));
    SignIn::Ask(ask_code(&account.user, false))
}

fn ask_code(user: &User, wrong: bool) -> Question {
    Question::Code { user_name: user.user_name.clone(), wrong }
}

/// The signed-in accounts that may be used here and now.
async fn accounts(endpoint: &Endpoint, visit: &Visit, directory: &Directory) -> Result<Vec<Account>, Fault> {
    let store = &endpoint.inner.store;
    let mut accounts = Vec::new();
    for row in store.session_accounts(visit.session()).await? {
        let Some(user) = store.person(row.user_id).await? else { continue };
        let lives = visit.now.duration_since(row.signed_in_at) < SESSION_LIFETIME;
        if lives && !user.disabled && row.signed_in_at >= user.grants_valid_from && directory.admits(&user) {
            let SessionAccount { session_id, signed_in_at, multi_factor, .. } = row;
            accounts.push(Account { user, session_id, signed_in_at, multi_factor });
        }
    }
    Ok(accounts)
}

fn fits(account: &Account, demands: Demands<'_>) -> bool {
    let named = demands.user_name.is_none_or(|name| name.eq_ignore_ascii_case(&account.user.user_name));
    named && demands.session_id.is_none_or(|id| id == account.session_id)
}

fn is_recent(account: &Account, demands: Demands<'_>, now: Timestamp) -> bool {
    demands.max_age.is_none_or(|limit| now.duration_since(account.signed_in_at) <= limit)
}

//! Where a new secret goes. Decided, and tried as far as possible, before the secret is made.

mod dotenv;
mod dotenv_syntax;

use anstyle::Style;
use async_trait::async_trait;
use patcycle_client::PatState;
use patcycle_client::rotation::{Deliver, DeliverError, RotationError, RotationFault};
use patcycle_contract::PatToken;
use patcycle_primitives::Secret;
use zeroize::Zeroizing;

use self::dotenv::{DotenvError, DotenvTarget};
use crate::arguments::OutputFormat;
use crate::arguments::pats::SecretArguments;
use crate::arguments::values::Sink;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;
use crate::failure::{code_of, exit_of_client, explained};
use crate::output::pat::{PatRecord, columns, properties};
use crate::output::table::Table;
use crate::output::{coloured, json, write_all};

/// A place that was found fit to take a secret.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The whole PAT with its secret, in the form of the output.
    Stdout,
    /// The secret and a line feed.
    SecretOnly,
    /// An environment file.
    Dotenv(DotenvTarget),
}

impl Delivery {
    /// Finds the place, or exits 2: then nothing has been made yet.
    pub(crate) fn decide(arguments: &SecretArguments, context: &Context) -> CommandResult<Self> {
        if let Some(Sink::Dotenv { file, key }) = &arguments.to {
            return Ok(Self::Dotenv(DotenvTarget::prepare(file, key).map_err(|error| unfit(&error))?));
        }
        if context.terminals.stdout && !arguments.show_secret {
            return Err(CommandError::new(
                ExitCode::Usage,
                "noPlaceForSecret",
                "the secret would be shown on the terminal, where others may see it; nothing was made",
            )
            .with_next("Use --to dotenv:FILE#KEY, redirect stdout, or agree with --show-secret."));
        }
        if arguments.secret_only {
            return Ok(Self::SecretOnly);
        }
        if context.output.format == OutputFormat::None {
            return Err(CommandError::new(
                ExitCode::Usage,
                "noPlaceForSecret",
                "with `-o none` the secret would go nowhere; nothing was made",
            )
            .with_next("Use --to dotenv:FILE#KEY, or --secret-only."));
        }
        Ok(Self::Stdout)
    }

    /// Where the secret goes, for the person.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Stdout | Self::SecretOnly => "stdout".to_owned(),
            Self::Dotenv(target) => target.describe(),
        }
    }

    fn deliver(&self, pat: &PatToken, secret: &Secret, context: &Context) -> Result<(), DeliverError> {
        let to_stdout = |text: Zeroizing<String>| {
            write_all(text.as_bytes())
                .map_err(|error| DeliverError::not_delivered(format!("stdout: {error}")))
        };
        match self {
            Self::Stdout => to_stdout(
                whole(pat, secret, context).map_err(|error| DeliverError::not_delivered(error.message))?,
            ),
            Self::SecretOnly => to_stdout(Zeroizing::new(format!("{}\n", secret.expose()))),
            Self::Dotenv(target) => target.write(secret).map_err(|error| match error {
                DotenvError::ReadBack(_) => DeliverError::maybe_delivered(error.to_string()),
                _ => DeliverError::not_delivered(error.to_string()),
            }),
        }
    }

    /// After a delivery to a file: the PAT without its secret, on stdout.
    pub(crate) fn report(&self, pat: &PatToken, context: &Context) -> CommandResult {
        if !matches!(self, Self::Dotenv(_)) {
            return Ok(());
        }
        let organization = context.settings.organization()?;
        let record = PatRecord::new(pat, PatState::Active, organization);
        let now = context.clock.now();
        context.output.write(&record, || match context.output.format {
            OutputFormat::Tsv => {
                let mut line = Table::new([], "");
                line.row(columns(pat, PatState::Active, organization), Style::new());
                line
            }
            _ => Table::properties(properties(pat, PatState::Active, organization, now)),
        })
    }
}

/// A place and the surroundings: what the rotation engine hands secrets to.
#[derive(Debug)]
pub(crate) struct Delivering<'a> {
    /// The place.
    pub(crate) delivery: &'a Delivery,
    /// The surroundings.
    pub(crate) context: &'a Context,
}

#[async_trait]
impl Deliver for Delivering<'_> {
    async fn deliver(&mut self, pat: &PatToken, secret: &Secret) -> Result<(), DeliverError> {
        // One small write; there is nobody else on this thread who would have to wait for it.
        self.delivery.deliver(pat, secret, self.context)
    }
}

/// The PAT with its secret in the form of the output.
fn whole(pat: &PatToken, secret: &Secret, context: &Context) -> CommandResult<Zeroizing<String>> {
    let organization = context.settings.organization()?;
    match context.output.format {
        OutputFormat::Json | OutputFormat::None => json(&PatRecord::with_secret(pat, secret, organization)),
        OutputFormat::Table => {
            let mut pairs = properties(pat, PatState::Active, organization, context.clock.now());
            pairs.push(("token", secret.expose().to_owned()));
            Ok(Zeroizing::new(coloured(&Table::properties(pairs).render())))
        }
        OutputFormat::Tsv => {
            let mut cells = columns(pat, PatState::Active, organization);
            cells.push(secret.expose().to_owned());
            let mut line = Table::new([], "");
            line.row(cells, Style::new());
            Ok(Zeroizing::new(line.tab_separated()))
        }
    }
}

/// What a rotation or a first issue failed with.
pub(crate) fn failure(error: &RotationError) -> CommandError {
    let (exit, code) = match &error.fault {
        RotationFault::Ask(cause)
        | RotationFault::Create(cause)
        | RotationFault::Revoke(cause)
        | RotationFault::Rotate(cause)
        | RotationFault::Finish(cause) => (exit_of_client(cause), code_of(cause)),
        RotationFault::NoOverlap => (ExitCode::Usage, "notOffered".to_owned()),
        RotationFault::Delivery(_) => (ExitCode::NotDelivered, "notDelivered".to_owned()),
        RotationFault::Random(_)
        | RotationFault::NoSecret
        | RotationFault::SameAuthorization
        | RotationFault::Differences(_)
        | RotationFault::Observer { .. } => (ExitCode::Failed, "notCompleted".to_owned()),
    };
    explained(exit, code, &error.explain())
}

fn unfit(error: &DotenvError) -> CommandError {
    let next = match error {
        DotenvError::Repeated { .. } => "Keep one of the lines.",
        DotenvError::NotText(_) => "Convert it to UTF-8, or name another file.",
        DotenvError::NotAFile(_) => "Name a file, or a link to one that is there.",
        DotenvError::Io { .. } => {
            "Check the path and its permissions; the directory must be there and writable."
        }
        DotenvError::ReadBack(_) | DotenvError::Unquotable => "Use another place.",
    };
    let message = format!("the secret could not be written there: {error}; no PAT was made or changed");
    CommandError::new(ExitCode::NotDelivered, "notDelivered", message).with_next(next)
}

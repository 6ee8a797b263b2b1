//! Recognizing peppers: those that are new are written.

use patcycle_lifecycle::peppers::{PepperMark, RecognizeError, decide};

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::rows::hash;

/// The command of `recognize_peppers`.
pub(crate) struct RecognizePeppers(pub(crate) Vec<PepperMark>);

impl Transaction for RecognizePeppers {
    type Answer = ();
    type Error = RecognizeError;

    async fn run(self, session: &mut Session) -> Result<(), RecognizeError> {
        let new = decide(&remembered(session).await?, &self.0)?;
        if new.is_empty() {
            return Ok(());
        }
        session.open_savepoint().await?;
        for mark in new {
            remember(session, mark).await?;
        }
        session.keep_many(0).await?;
        Ok(())
    }
}

async fn remembered(session: &mut Session) -> Result<Vec<PepperMark>, Failure> {
    let rows = sqlx::query!(r#"SELECT number AS "number!: u16", fingerprint FROM pepper_mark"#);
    let rows = rows.fetch_all(&mut session.connection).await?;
    rows.into_iter()
        .map(|row| Ok(PepperMark { number: row.number, fingerprint: hash(&row.fingerprint)? }))
        .collect()
}

async fn remember(session: &mut Session, mark: PepperMark) -> Result<(), Failure> {
    let fingerprint = mark.fingerprint.as_slice();
    sqlx::query!("INSERT INTO pepper_mark (number, fingerprint) VALUES ($1, $2)", mark.number, fingerprint)
        .execute(&mut session.connection)
        .await?;
    Ok(())
}

//! Ctrl-C: ends the program at once, except in the middle of something that would leave a secret nowhere.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{CommandError, CommandResult};
use crate::exit_code::ExitCode;

/// Counts what must not be cut short.
#[derive(Debug, Clone, Default)]
pub(crate) struct Critical(Arc<AtomicUsize>);

/// While it lives, the first Ctrl-C waits.
#[derive(Debug)]
pub(crate) struct CriticalPart(Arc<AtomicUsize>);

impl Critical {
    /// Begins a part that must not be cut short.
    pub(crate) fn begin(&self) -> CriticalPart {
        self.0.fetch_add(1, Ordering::SeqCst);
        CriticalPart(Arc::clone(&self.0))
    }

    fn is_now(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

impl Drop for CriticalPart {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs `work` until it ends or Ctrl-C ends it. A second Ctrl-C always does.
pub(crate) async fn until_interrupted<T>(
    work: impl Future<Output = CommandResult<T>>,
    critical: &Critical,
    say: impl Fn(&str),
) -> CommandResult<T> {
    let mut work = pin!(work);
    let mut warned = false;
    loop {
        tokio::select! {
            biased;
            outcome = &mut work => return outcome,
            signal = tokio::signal::ctrl_c() => {
                if signal.is_ok() && critical.is_now() && !warned {
                    warned = true;
                    say("Finishing the step that was begun; Ctrl-C again stops at once.");
                } else if signal.is_ok() {
                    return Err(CommandError::new(ExitCode::Interrupted, "interrupted", "interrupted"));
                } else {
                    // Signals cannot be listened to here; the system's own handling stays.
                    return work.await;
                }
            }
        }
    }
}

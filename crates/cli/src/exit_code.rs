//! The exit codes: one table, which the reference page is made from.

macro_rules! exit_codes {
    ($($(#[doc = $text:literal])+ $name:ident = $number:literal,)+) => {
        /// How a run of the program ended. Scripts rely on the numbers; they never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ExitCode {
            $($(#[doc = $text])+ $name = $number,)+
        }

        impl ExitCode {
            /// All codes, with their meaning.
            #[cfg(test)]
            pub(crate) const ALL: &[(Self, &str)] = &[$((Self::$name, concat!($($text,)+)),)+];
        }
    };
}

exit_codes! {
    /// Done. Also a server that was stopped and has drained.
    Done = 0,
    /// Failed, for a reason that has no number of its own. The message says what.
    Failed = 1,
    /// Wrong usage: arguments, settings, or a missing client id. Nothing was done.
    Usage = 2,
    /// Somebody has to sign in: `patcycle login`. Also an expired device code.
    SignInNeeded = 3,
    /// Refused: by permission, by policy, by a declined consent, or because a token would leave for the wrong host.
    Refused = 4,
    /// Not found.
    NotFound = 5,
    /// A conflict: the name is ambiguous, a file is locked, a port is in use.
    Conflict = 6,
    /// Throttled or unavailable, after the retries.
    Unavailable = 7,
    /// Partly done: some of several were done, others not.
    PartlyDone = 8,
    /// The secret could not be delivered.
    NotDelivered = 9,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_scripts_know() {
        let numbers: Vec<u8> = ExitCode::ALL.iter().map(|(code, _)| *code as u8).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130]);
    }
}

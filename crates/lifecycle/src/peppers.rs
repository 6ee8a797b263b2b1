//! Whether a service has the peppers that the stored digests were made with. With others every PAT would look unknown,
//! and nothing would tell the operator why.

use patcycle_token::PepperSet;

use crate::StorageError;

/// A pepper by its number, and by what only it gives and what leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PepperMark {
    /// Its number.
    pub number: u16,
    /// See [`patcycle_token::Pepper::fingerprint`].
    pub fingerprint: [u8; 32],
}

/// The marks of a set of peppers, the current one first.
pub fn marks(peppers: &PepperSet) -> Vec<PepperMark> {
    let peppers = std::iter::once(peppers.current()).chain(peppers.previous());
    peppers.map(|pepper| PepperMark { number: pepper.number(), fingerprint: pepper.fingerprint() }).collect()
}

/// Why a service must not go on.
#[derive(Debug, thiserror::Error)]
pub enum RecognizeError {
    /// The pepper of this number is another one than before, or none of the peppers was ever here.
    #[error("the pepper {0} is not the one that the database's digests were made with")]
    Wrong(u16),
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The rule: those that are to be remembered besides. A store that remembers none takes whichever come first; later ones
/// come in beside one that is known.
pub fn decide(
    remembered: &[PepperMark],
    presented: &[PepperMark],
) -> Result<Vec<PepperMark>, RecognizeError> {
    let is_known = |mark: &&PepperMark| remembered.contains(mark);
    let is_other =
        |mark: &&PepperMark| !is_known(mark) && remembered.iter().any(|known| known.number == mark.number);
    if let Some(other) = presented.iter().find(is_other) {
        return Err(RecognizeError::Wrong(other.number));
    }
    match presented.first() {
        Some(first) if !remembered.is_empty() && !presented.iter().any(|mark| is_known(&mark)) => {
            Err(RecognizeError::Wrong(first.number))
        }
        _ => Ok(presented.iter().filter(|mark| !is_known(mark)).copied().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peppers_change_one_after_the_other_and_never_all_at_once() {
        let mark = |number: u16, byte: u8| PepperMark { number, fingerprint: [byte; 32] };
        let new = |remembered: &[PepperMark], presented: &[PepperMark]| match decide(remembered, presented) {
            Ok(new) => Ok(new.iter().map(|mark| mark.number).collect::<Vec<_>>()),
            Err(RecognizeError::Wrong(number)) => Err(number),
            Err(RecognizeError::Storage(error)) => panic!("{error}"),
        };
        assert_eq!(new(&[], &[mark(1, 1)]), Ok(vec![1]));
        assert_eq!(new(&[mark(1, 1)], &[mark(1, 1)]), Ok(vec![]));
        assert_eq!(new(&[mark(1, 1)], &[mark(1, 9)]), Err(1));
        assert_eq!(new(&[mark(1, 1)], &[mark(2, 2), mark(1, 1)]), Ok(vec![2]));
        assert_eq!(new(&[mark(1, 1)], &[mark(2, 2), mark(1, 9)]), Err(1));
        assert_eq!(new(&[mark(1, 1)], &[mark(2, 2)]), Err(2), "the old one went too early");
        assert_eq!(new(&[mark(1, 1), mark(2, 2)], &[mark(2, 2)]), Ok(vec![]));
        assert_eq!(new(&[mark(1, 1), mark(2, 2)], &[mark(3, 3), mark(2, 2)]), Ok(vec![3]));
    }
}

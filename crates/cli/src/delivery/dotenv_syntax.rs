//! How environment files are read: where each assignment's key and value stand, in bytes.

use std::ops::Range;

use zeroize::Zeroizing;

/// One assignment; ranges into the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The name.
    pub(super) key: Range<usize>,
    /// The value with its quotes, without blanks and comments around it.
    pub(super) whole_value: Range<usize>,
    /// The quotes it stands in.
    pub(super) quote: Option<u8>,
}

impl Assignment {
    /// The value without its quotes. Escapes stay as written.
    pub(super) fn value(&self, content: &[u8]) -> Zeroizing<Vec<u8>> {
        let range = match self.quote {
            Some(_) => self.whole_value.start + 1..self.whole_value.end - 1,
            None => self.whole_value.clone(),
        };
        Zeroizing::new(content[range].to_vec())
    }
}

/// All assignments. Lines that are none are passed over; quoted values may span lines.
pub(super) fn assignments(content: &[u8]) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut at = if content.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while at < content.len() {
        match assignment(content, at) {
            Some(assignment) => {
                at = end_of_line(content, assignment.whole_value.end);
                found.push(assignment);
            }
            None => at = end_of_line(content, at),
        }
        at += 1;
    }
    found
}

fn assignment(content: &[u8], line: usize) -> Option<Assignment> {
    let mut at = skip_blanks(content, line);
    let mut key = key_at(content, at)?;
    if &content[key.clone()] == b"export" && content.get(key.end).is_some_and(|byte| is_blank(*byte)) {
        at = skip_blanks(content, key.end);
        key = key_at(content, at).unwrap_or(key);
    }
    at = skip_blanks(content, key.end);
    if content.get(at) != Some(&b'=') {
        return None;
    }
    let start = skip_blanks(content, at + 1);
    if let Some(quote) = content.get(start).copied().filter(|byte| matches!(byte, b'\'' | b'"' | b'`'))
        && let Some(end) = closing_quote(content, start, quote)
    {
        return Some(Assignment { key, whole_value: start..end + 1, quote: Some(quote) });
    }
    let end = end_of_plain(content, start);
    // A shell reads `A= b` as something else, so an empty value stands right behind the `=`.
    let whole_value = if start == end { at + 1..at + 1 } else { start..end };
    Some(Assignment { key, whole_value, quote: None })
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn skip_blanks(content: &[u8], from: usize) -> usize {
    from + content[from..].iter().take_while(|byte| is_blank(**byte)).count()
}

fn key_at(content: &[u8], from: usize) -> Option<Range<usize>> {
    let belongs = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.' | b'-');
    let length = content[from..].iter().take_while(belongs).count();
    (length > 0).then_some(from..from + length)
}

/// The position of the line feed that ends the line of `from`, or the end.
fn end_of_line(content: &[u8], from: usize) -> usize {
    content[from..].iter().position(|byte| *byte == b'\n').map_or(content.len(), |length| from + length)
}

fn closing_quote(content: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < content.len() {
        match content[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A plain value ends with its line, or before a comment, which needs a blank in front.
fn end_of_plain(content: &[u8], start: usize) -> usize {
    let end = end_of_line(content, start);
    let line = &content[start..end];
    let comment = (0..line.len()).find(|&at| line[at] == b'#' && (at == 0 || is_blank(line[at - 1])));
    let value = &line[..comment.unwrap_or(line.len())];
    let trailing = value.iter().rev().take_while(|byte| is_blank(**byte) || **byte == b'\r').count();
    start + value.len() - trailing
}

//! What the console says, in the languages that it speaks (Fluent).

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use http::{HeaderMap, header};
use unic_langid::LanguageIdentifier;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// English, where the browser asks for none of the others.
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The tag, for `lang` and cookies.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// Its name in itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The language of that tag; of `es-MX` the first part counts.
    pub(crate) fn find(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The one that the browser prefers, by `Accept-Language` (RFC 9110 §12.5.4).
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let weighed = accepted.unwrap_or_default().split(',').filter_map(|part| {
            let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
            let weight =
                parameters.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse().ok())?;
            (weight > 0.0).then_some(())?;
            Some((Self::find(tag)?, weight))
        });
        // Of equal weights the first counts.
        let best = weighed.fold(None, |best: Option<(Self, f32)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        });
        best.map_or(Self::English, |(language, _)| language)
    }

    /// What the console says in it.
    pub(crate) fn texts(self) -> &'static Texts {
        static ENGLISH: LazyLock<Texts> =
            LazyLock::new(|| Texts::read(Language::English, include_str!("../locales/en.ftl")));
        static SPANISH: LazyLock<Texts> =
            LazyLock::new(|| Texts::read(Language::Spanish, include_str!("../locales/es.ftl")));
        match self {
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
        }
    }
}

/// A number in a text. Templates hand numbers over as references, sometimes to references.
pub(crate) trait Count {
    /// It; the largest one where it is larger than that.
    fn as_number(&self) -> i64;
}

impl Count for i64 {
    fn as_number(&self) -> i64 {
        *self
    }
}

impl Count for u16 {
    fn as_number(&self) -> i64 {
        (*self).into()
    }
}

impl Count for u32 {
    fn as_number(&self) -> i64 {
        (*self).into()
    }
}

impl Count for u64 {
    fn as_number(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }
}

impl Count for usize {
    fn as_number(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }
}

impl<T: Count + ?Sized> Count for &T {
    fn as_number(&self) -> i64 {
        (**self).as_number()
    }
}

/// All texts of one language.
pub(crate) struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Texts").field(&self.language).finish()
    }
}

impl Texts {
    fn read(language: Language, source: &str) -> Self {
        // The language decides the forms of plurals; its tag is well formed.
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // The marks are for mixed directions of writing; both languages run the same way.
        bundle.set_use_isolating(false);
        // The file is part of the program; a test reads it without errors.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// The language.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A text.
    pub(crate) fn get(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// A text with words in it.
    pub(crate) fn with(&self, id: &str, words: &[(&'static str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, word) in words {
            arguments.set(*name, (*word).to_owned());
        }
        self.format(id, Some(&arguments))
    }

    /// A text with a number in it, `$count`.
    pub(crate) fn count(&self, id: &str, count: impl Count) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", FluentValue::from(count.as_number()));
        self.format(id, Some(&arguments))
    }

    /// Whether there is such a text.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// A text that is missing shows its id: a test finds those before a person does.
    fn format(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        self.bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests;

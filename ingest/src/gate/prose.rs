//! The gate for running text: the few sentences that an office writes for readers.

use shumar_schemas::Identifiers;
use shumar_schemas::identifier::Shape;

use super::fence::Fence;
use super::plain;
use crate::Rule;

/// Words that are looked at together. A pattern's exceptions hold for a whole text, so that one
/// harmless phrase must not hide what stands elsewhere.
const WINDOW: usize = 10;
/// How far the next window begins.
const STEP: usize = 5;

/// Says what a text looks like that names a person or leads to one.
///
/// Dates, web addresses and digests are what such sentences are for; all other shapes are refused.
#[derive(Debug)]
pub struct Prose {
    fence: Fence,
}

impl Prose {
    /// The gate of these shapes.
    #[must_use]
    pub fn new(identifiers: &Identifiers) -> Self {
        let harmless = [Shape::FullDate, Shape::WebAddress, Shape::Digest, Shape::Text];
        let kept = identifiers.patterns().iter();
        Self { fence: Fence::new(kept.filter(|p| !p.pair && !harmless.contains(&p.shape))) }
    }

    /// The first rule that a text breaks.
    #[must_use]
    pub fn finds(&self, text: &str) -> Option<Rule> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let starts = (0..words.len()).step_by(STEP);
        let windows = starts.map(|s| words[s..words.len().min(s + WINDOW)].join(" "));
        std::iter::once(text.to_owned())
            .chain(windows)
            .find_map(|part| self.fence.shape(&plain::copy(&part)))
            .map(Rule::from)
    }
}

#[cfg(test)]
mod tests {
    use shumar_schemas::Catalog;

    use super::*;

    #[test]
    fn persons_are_found_in_sentences_and_plain_questions_are_not() {
        let catalog = Catalog::new(&[]).expect("declarations");
        let prose = Prose::new(catalog.identifiers().expect("shapes"));
        for text in [
            "How many cases did Test D/O Test file in Mardan last year, and with what result?",
            "Complaints of the holder of card 17301-0000000-2 since 2019",
            "Please send the figures to 0300-0000000 as soon as the office has them all",
            "FIR No. 12/2024 of the district, and what came of it after the hearing",
            "Women police station records were asked for; also the file kept at PS Test City",
            "شناختی کارڈ ۱۷۳۰۱-۰۰۰۰۰۰۰-۲ کی درخواست",
        ] {
            assert!(prose.finds(text).is_some(), "{text}");
        }
        for text in [
            "How many complaints of domestic violence were recorded in each district in 2025?",
            "The figures are on www.example.org since 5 February 2026, page 12.",
            "Number of women admitted to shelters between 2019 and 2025, by division",
            "2025 میں ہر ضلع میں گھریلو تشدد کی کتنی شکایات درج ہوئیں؟",
        ] {
            assert_eq!(prose.finds(text), None, "{text}");
        }
    }
}

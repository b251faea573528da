//! A fence: the patterns that hold in some columns, and how a plain copy is tried on them.

use std::collections::BTreeMap;

use regex::RegexSet;
use shumar_schemas::identifier::{Check, Needs, Pattern, Shape};

use super::number;
use super::plain::Plain;

/// The patterns that hold in some columns.
#[derive(Debug)]
pub(super) struct Fence {
    /// Patterns by what a cell must hold for them.
    parts: Vec<Part>,
}

/// Patterns with the same needs.
#[derive(Debug)]
struct Part {
    needs: Needs,
    patterns: Vec<Pattern>,
    /// All of them at once.
    any: Option<RegexSet>,
}

impl Fence {
    /// A fence of these patterns.
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Self {
        let mut parts: BTreeMap<Needs, Vec<Pattern>> = BTreeMap::new();
        for pattern in patterns {
            parts.entry(pattern.needs).or_default().push(pattern.clone());
        }
        let part = |(needs, patterns): (Needs, Vec<Pattern>)| {
            // Without the set every pattern is tried by itself, which is slower and as safe.
            let any = RegexSet::new(patterns.iter().map(|p| p.regex.as_str())).ok();
            Part { needs, patterns, any }
        };
        Self { parts: parts.into_iter().map(part).collect() }
    }

    /// The first shape, in the order of the rules, that a plain copy has.
    pub(super) fn shape(&self, plain: &Plain<'_>) -> Option<Shape> {
        let tried = self.parts.iter().filter(|part| plain.seen.meets(&part.needs));
        tried.filter_map(|part| part.shape(&plain.text)).min()
    }
}

impl Part {
    fn shape(&self, plain: &str) -> Option<Shape> {
        let found = |p: &&Pattern| finds(p, plain);
        let Some(any) = &self.any else {
            return self.patterns.iter().filter(found).map(|p| p.shape).min();
        };
        if !any.is_match(plain) {
            return None;
        }
        let candidates = any.matches(plain);
        candidates.iter().filter_map(|i| self.patterns.get(i)).filter(found).map(|p| p.shape).min()
    }
}

/// Whether a pattern finds something in a plain copy.
pub(super) fn finds(pattern: &Pattern, plain: &str) -> bool {
    if pattern.unless.as_ref().is_some_and(|unless| unless.is_match(plain)) {
        return false;
    }
    let mut found = pattern.regex.find_iter(plain).map(|m| m.as_str());
    match pattern.check {
        None => pattern.regex.is_match(plain),
        Some(Check::Mod97) => found.any(number::leaves_one),
        Some(Check::Separated) => found.any(number::is_separated),
    }
}

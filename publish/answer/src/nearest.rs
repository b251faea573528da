//! Of many names the few that a wrong one was probably meant to be.

use crate::refusal::Named;

/// Most names that are offered.
const NAMES_MAX: usize = 8;

/// The names that are most like what was asked for; all of them if they are few.
pub(crate) fn nearest(known: &[Named], asked: &str) -> Vec<Named> {
    if known.len() <= NAMES_MAX {
        return known.to_vec();
    }
    let wanted = asked.to_lowercase();
    let like = |text: &str| likeness(&text.to_lowercase(), &wanted);
    let best = |(name, title): &Named| {
        title.iter().map(|(_, text)| like(text)).chain([like(name)]).max().unwrap_or_default()
    };
    let mut all: Vec<&Named> = known.iter().collect();
    all.sort_by_key(|named| std::cmp::Reverse(best(named)));
    all.into_iter().take(NAMES_MAX).cloned().collect()
}

/// How many thousandths of their pairs of letters two texts share (Dice's coefficient).
fn likeness(a: &str, b: &str) -> usize {
    let pairs = |text: &str| {
        let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()
    };
    let (own, mut other) = (pairs(a), pairs(b));
    let all = own.len() + other.len();
    let mut shared = 0;
    for pair in own {
        if let Some(at) = other.iter().position(|p| *p == pair) {
            other.swap_remove(at);
            shared += 1;
        }
    }
    2000 * shared / all.max(1)
}

#[cfg(test)]
mod tests {
    use shumar_schemas::Label;

    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_name() {
        let names =
            ["Peshawar", "Mardan", "Swat", "Kohat", "Bannu", "Karak", "Hangu", "Tank", "Buner"];
        let known: Vec<Named> =
            names.iter().map(|n| (n.to_lowercase(), Label::english(*n))).collect();
        assert_eq!(nearest(&known, "Peshwar")[0].0, "peshawar");
        assert_eq!(nearest(&known, "Mardaan")[0].0, "mardan");
        assert_eq!(nearest(&known, "x").len(), NAMES_MAX);
        assert_eq!(nearest(&known[..3], "x").len(), 3);
    }
}

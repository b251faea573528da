//! Identifiers in every dress are found: scripts of digits, separators, invisible marks, letters
//! that look like digits, words around them. All are made up at random.

use std::sync::LazyLock;

use proptest::prelude::*;
use shumar_schemas::identifier::Pattern;
use shumar_schemas::{Catalog, Identifiers};

use super::fence::finds;
use super::*;

static SHAPES: LazyLock<Identifiers> = LazyLock::new(|| {
    Catalog::new(&[])
        .expect("the built-in catalog")
        .identifiers()
        .expect("the built-in shapes")
        .clone()
});
static GATE: LazyLock<Gate> = LazyLock::new(|| Gate::new(&SHAPES));

const ALWAYS: [Column; 4] = [Column::Coded, Column::Key, Column::Register, Column::Number];
const SEPARATORS: [&str; 13] =
    ["", "-", " ", ".", "/", "–", "—", "‑", "_", ":", "\u{a0}", "،", " - "];
const WORDS: [&str; 12] =
    ["", "no ", "No. ", "solo ", "نمبر ", "(", "cell: ", "الف،", "Test\t", "Test Test ", "#", "‏"];
const MARKS: [&str; 6] = ["\u{200b}", "\u{200c}", "\u{200d}", "\u{feff}", "\u{202b}", "\u{ad}"];
const ZEROS: [char; 6] = ['0', '۰', '٠', '०', '０', '𝟎'];

/// How an identifier is dressed up.
#[derive(Debug, Clone)]
struct Dress {
    script: usize,
    separators: [usize; 3],
    before: usize,
    after: usize,
    mark: usize,
    mark_every: usize,
    alike: bool,
}

fn dress() -> impl Strategy<Value = Dress> {
    let separators = [0..SEPARATORS.len(), 0..SEPARATORS.len(), 0..SEPARATORS.len()];
    (
        0..=ZEROS.len(),
        separators,
        0..WORDS.len(),
        0..WORDS.len(),
        0..MARKS.len(),
        1_usize..9,
        any::<bool>(),
    )
        .prop_map(|(script, separators, before, after, mark, mark_every, alike)| Dress {
            script,
            separators,
            before,
            after,
            mark,
            mark_every,
            alike,
        })
}

impl Dress {
    /// Groups of digits, dressed up. The script one beyond the last mixes all.
    fn put_on(&self, groups: &[String]) -> String {
        let mut text = WORDS[self.before].to_owned();
        let mut count = 0;
        for (i, group) in groups.iter().enumerate() {
            if i > 0 {
                text.push_str(SEPARATORS[self.separators[(i - 1) % 3]]);
            }
            for c in group.chars() {
                count += 1;
                match c.to_digit(10) {
                    // A few zeros and ones as letters, after the first digits have made a run.
                    Some(0) if self.alike && count % 5 == 4 => text.push('O'),
                    Some(1) if self.alike && count % 5 == 3 => text.push('l'),
                    Some(digit) => {
                        let script =
                            if self.script == ZEROS.len() { count % 6 } else { self.script };
                        let zero = ZEROS[script] as u32;
                        text.push(char::from_u32(zero + digit).expect("a digit"));
                    }
                    None => text.push(c),
                }
                if count % self.mark_every == 0 {
                    text.push_str(MARKS[self.mark]);
                }
            }
        }
        if self.after > 0 {
            text.push(' ');
        }
        text + WORDS[self.after]
    }
}

fn found(cell: &str) -> bool {
    ALWAYS.iter().all(|column| GATE.text(cell, *column).is_some())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn identity_numbers_are_found(
        id in ("[1-8][0-9]{4}", "[0-9]{7}", "[0-9]"),
        dress in dress(),
    ) {
        let cell = dress.put_on(&[id.0, id.1, id.2]);
        prop_assert!(found(&cell), "{}", cell);
        let bare = SEPARATORS[dress.separators[0]].is_empty() && SEPARATORS[dress.separators[1]].is_empty();
        if !bare {
            prop_assert!(GATE.text(&cell, Column::Token).is_some(), "{}", cell);
        }
    }

    #[test]
    fn identity_numbers_stored_as_numbers_are_found(id in 1_000_000_000_000_u64..10_000_000_000_000) {
        #[expect(clippy::cast_precision_loss, reason = "13 digits fit")]
        let value = id as f64;
        for column in ALWAYS {
            prop_assert_eq!(GATE.number(value, column), Some(Rule::LooksLikeIdentityNumber));
        }
    }

    #[test]
    fn identity_numbers_in_two_cells_are_found(
        // A 9 after the fifth digit: the right cell is no date.
        id in "[1-8][1-9][0-9]{3}9[0-9]{7}",
        at in prop::sample::select(vec![5, 12]),
        cut in 0_usize..2,
    ) {
        let (left, right) = id.split_at(at);
        let right = if at == 5 { &right[cut..] } else { right };
        prop_assert!(GATE.neighbours(left, right).is_some(), "{} {}", left, right);
        prop_assert_eq!(GATE.neighbours(left, &right[..right.len() - 1]).is_some(), right.len() == 8);
    }

    #[test]
    fn mobiles_are_found(
        start in prop::sample::select(vec!["0", "+92", "0092", "+92 0", "+92 (0) "]),
        prefix in prop::sample::select(vec!["300", "312", "329", "333", "349", "355", "370", "371"]),
        number in ("[0-9]{3}", "[0-9]{4}"),
        dress in dress(),
    ) {
        let cell = dress.put_on(&[format!("{start}{prefix}"), number.0, number.1]);
        prop_assert!(found(&cell), "{}", cell);
    }

    #[test]
    fn mobiles_without_their_zero_are_found(number in "3([0-4][0-9]|55|7[01])[0-9]{7}") {
        prop_assert!(found(&number));
        let value: f64 = number.parse().expect("a number");
        prop_assert_eq!(GATE.number(value, Column::Number), Some(Rule::LooksLikePhone));
    }

    #[test]
    fn emails_are_found(
        user in "[a-z][a-z0-9._]{0,10}[a-z0-9]",
        host in "[a-z]{2,8}\\.(com|org|pk|net)",
        dress in dress(),
    ) {
        let cell = dress.put_on(&[format!("{user}@{host}")]);
        for column in ALWAYS.into_iter().chain([Column::Token, Column::Date]) {
            prop_assert!(GATE.text(&cell, column).is_some(), "{}", cell);
        }
    }

    #[test]
    fn bank_accounts_are_found(account in "PK[0-9]{2}[A-Z]{4}[0-9]{16}", spaced in any::<bool>(), dress in dress()) {
        let groups: Vec<String> =
            account.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        let between = if spaced { " " } else { "" };
        let cell = Dress { alike: false, ..dress }.put_on(&[groups.join(between)]);
        for column in ALWAYS.into_iter().chain([Column::Token, Column::Date]) {
            prop_assert!(GATE.text(&cell, column).is_some(), "{}", cell);
        }
    }

    /// A pattern is not tried on cells that do not hold what it needs: none of them may match.
    #[test]
    fn what_patterns_need_is_true(cell in "[03 1279\\-/.,()_:aEfFkxPS@+T°n*]{1,24}", word in 0..WORDS.len()) {
        let cell = plain::copy(&format!("{}{cell}", WORDS[word])).text.into_owned();
        let cell = plain::copy(&cell);
        let blind = |p: &&Pattern| finds(p, &cell.text) && !cell.seen.meets(&p.needs);
        let wrong = SHAPES.patterns().iter().filter(|p| !p.pair).find(blind);
        prop_assert!(wrong.is_none(), "{} is blind", wrong.map_or("", |p| &p.name));
    }

    #[test]
    fn any_text_at_all_can_be_read(cell in any::<String>(), other in any::<String>(), value in any::<f64>()) {
        for column in super::tests::COLUMNS {
            let _ = (GATE.text(&cell, column), GATE.number(value, column));
        }
        let _ = (GATE.neighbours(&cell, &other), GATE.header(&cell));
    }
}

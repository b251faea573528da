//! Where a figure stands among others, in words that the noise bears.

use shumar_figures::compare::{Rank, Standing};
use shumar_words::Words;

use crate::gather::List;

/// Most names in a sentence.
const NAMES_MAX: usize = 6;

/// The standing of one area.
pub(super) fn of_area(words: &Words, rank: &Rank) -> String {
    let values = || {
        [
            ("of", rank.of.into()),
            ("best", rank.best.into()),
            ("worst", rank.worst.into()),
            ("lowest", (rank.of + 1 - rank.best).into()),
            ("others", (rank.worst - rank.best).into()),
        ]
    };
    // "Among the 30 highest of 36" would say nothing.
    match rank.standing(rank.of.div_ceil(3)) {
        Standing::AmongHighest(_) | Standing::AmongLowest(_) | Standing::NotTold
            if rank.best == rank.worst =>
        {
            words.say_with("standing-exact", values())
        }
        Standing::Highest => words.say_with("standing-highest", values()),
        Standing::AmongHighest(_) => words.say_with("standing-high", values()),
        Standing::Lowest => words.say_with("standing-lowest", values()),
        Standing::AmongLowest(_) => words.say_with("standing-low", values()),
        Standing::NotTold if rank.worst - rank.best + 1 == rank.of => {
            words.say_with("standing-none", values())
        }
        Standing::NotTold => words.say_with("standing-between", values()),
    }
}

/// Which area has the highest figure of a list, as far as that can be told.
pub(super) fn of_list(words: &Words, list: &List) -> Option<String> {
    let ranks = list.ranks.as_ref()?;
    let first = |(row, rank): (usize, &Option<Rank>)| rank.filter(|r| r.best == 1).map(|_| row);
    let rows: Vec<usize> = ranks.iter().enumerate().filter_map(first).collect();
    let name = |row: &usize| words.label(&list.code(0, *row).label).to_owned();
    let names: Vec<String> = rows.iter().map(name).collect();
    Some(match &names[..] {
        [] => return None,
        [one] => words.say_with("highest-one", [("name", crate::pages::isolated(one).into())]),
        [others @ .., last] if names.len() <= NAMES_MAX => {
            let others: Vec<String> = others.iter().map(|n| crate::pages::isolated(n)).collect();
            let others = others.join(&words.say("list-comma"));
            let last = crate::pages::isolated(last);
            let names =
                words.say_with("list-and", [("others", others.into()), ("last", last.into())]);
            words.say_with("highest-some", [("names", names.into())])
        }
        _ => {
            let of = ranks.iter().flatten().count();
            words.say_with("highest-many", [("count", names.len().into()), ("of", of.into())])
        }
    })
}

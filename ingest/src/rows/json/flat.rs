//! One JSON object as cells: nested objects become columns named `group/field`, arrays of plain
//! values become one text, and nothing else fits into a table.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::rows::{COLUMNS_MAX, Cell, tidy};

/// Objects nest this deep at most.
const DEPTH_MAX: usize = 8;
/// Whole numbers below this survive being stored as a float.
const EXACT_MAX: u64 = 1 << 53;

/// Why a record is not one row of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not well-formed JSON.
    Syntax,
    /// It is not an object, or names a column twice.
    Shape,
    /// Objects nest too deep.
    Deep,
    /// An array of objects (or of arrays) is in it.
    Rows,
    /// It holds a value under a key that is no column.
    UnknownKey,
    /// There are more keys than any record has.
    Wide,
}

/// Reads objects under a header that may still grow.
pub(super) struct Flat {
    /// The columns, in order of appearance.
    pub(super) header: Vec<String>,
    /// Whether an unknown key becomes a column.
    pub(super) growing: bool,
    places: HashMap<String, usize>,
    dropped: HashSet<String>,
    /// The object being read: its cells, the path to the value at hand, and what went wrong.
    cells: Vec<Option<Cell>>,
    path: String,
    depth: usize,
    fault: Option<Fault>,
}

impl Flat {
    /// A growing header; what stands under `dropped` keys is not looked at.
    pub(super) fn new(dropped: &[String]) -> Self {
        Self {
            header: Vec::new(),
            growing: true,
            places: HashMap::new(),
            dropped: dropped.iter().map(|d| tidy(d)).collect(),
            cells: Vec::new(),
            path: String::new(),
            depth: 0,
            fault: None,
        }
    }

    /// The place of a column, which is added if it is new.
    pub(super) fn column(&mut self, name: &str) -> usize {
        let name = tidy(name);
        *self.places.entry(name.clone()).or_insert_with(|| {
            self.header.push(name);
            self.header.len() - 1
        })
    }

    /// The cells of one record.
    pub(super) fn read(&mut self, text: &[u8]) -> Result<Vec<Cell>, Fault> {
        self.cells.clear();
        self.cells.resize(self.header.len(), None);
        (self.depth, self.fault) = (0, None);
        self.path.clear();
        let mut from = serde_json::Deserializer::from_slice(text);
        let read = (&mut from).deserialize_any(Record(self)).and_then(|()| from.end());
        if read.is_err() {
            // Its words may quote a value.
            return Err(self.fault.unwrap_or(Fault::Syntax));
        }
        Ok(self.cells.drain(..).map(|c| c.unwrap_or(Cell::Blank)).collect())
    }

    fn fail<E: Error>(&mut self, fault: Fault) -> E {
        self.fault = Some(fault);
        E::custom("")
    }

    /// Enters a cell under the path at hand.
    fn enter<E: Error>(&mut self, cell: Cell) -> Result<(), E> {
        let known = self.places.get(&self.path).copied();
        let place = match known.or_else(|| self.places.get(&tidy(&self.path)).copied()) {
            Some(place) => place,
            None if self.growing && self.header.len() >= COLUMNS_MAX => {
                return Err(self.fail(Fault::Wide));
            }
            None if self.growing => {
                let path = self.path.clone();
                self.column(&path)
            }
            None if cell == Cell::Blank => return Ok(()),
            None => return Err(self.fail(Fault::UnknownKey)),
        };
        if place >= self.cells.len() {
            self.cells.resize(place + 1, None);
        }
        match self.cells[place].replace(cell) {
            None => Ok(()),
            Some(_) => Err(self.fail(Fault::Shape)),
        }
    }

    /// Enters what the members of an object hold.
    fn members<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        let length = self.path.len();
        loop {
            if length > 0 {
                self.path.push('/');
            }
            if map.next_key_seed(Key(&mut self.path))?.is_none() {
                self.path.truncate(length);
                return Ok(());
            }
            map.next_value_seed(Value(self))?;
            self.path.truncate(length);
        }
    }

    fn is_dropped(&self) -> bool {
        self.dropped.contains(&tidy(&self.path))
    }
}

/// A key, appended to the path.
struct Key<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.0.push_str(key);
        Ok(())
    }
}

/// A whole record.
struct Record<'a>(&'a mut Flat);

impl<'de> Visitor<'de> for Record<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fault.map_or_else(|| f.write_str("an object"), |_| Ok(()))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.members(map)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Err(self.0.fail(Fault::Shape))
    }
}

/// The value under the path at hand.
struct Value<'a>(&'a mut Flat);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.enter(Cell::text(text))
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<(), E> {
        self.0.enter(whole(n, false))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<(), E> {
        self.0.enter(whole(n.unsigned_abs(), n < 0))
    }
    fn visit_f64<E: Error>(self, n: f64) -> Result<(), E> {
        self.0.enter(Cell::Number(n))
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<(), E> {
        self.0.enter(Cell::Boolean(b))
    }
    /// Nothing is there; the key may as well be that of a group.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.0.is_dropped() {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.0.enter(Cell::Invalid);
        }
        self.0.depth += 1;
        if self.0.depth >= DEPTH_MAX {
            return Err(self.0.fail(Fault::Deep));
        }
        self.0.members(map)?;
        self.0.depth -= 1;
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        if self.0.is_dropped() {
            while array.next_element::<IgnoredAny>()?.is_some() {}
            return self.0.enter(Cell::Invalid);
        }
        let mut words = Vec::new();
        while let Some(word) = array.next_element::<Word>()? {
            match word {
                Word::Nothing => {}
                Word::Text(text) => words.push(text),
                Word::Lost => {
                    while array.next_element::<IgnoredAny>()?.is_some() {}
                    return self.0.enter(Cell::Invalid);
                }
                Word::Row => return Err(self.0.fail(Fault::Rows)),
            }
        }
        self.0.enter(Cell::text(&words.join(" ")))
    }
}

/// An element of an array.
#[derive(Deserialize)]
#[serde(from = "serde_json::Value")]
enum Word {
    Nothing,
    Text(String),
    /// A number that has lost digits.
    Lost,
    /// An object or an array.
    Row,
}

impl From<serde_json::Value> for Word {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(b) => Self::Text(b.to_string()),
            Value::String(text) => Self::Text(text),
            #[expect(clippy::cast_precision_loss, reason = "a power of two")]
            Value::Number(n) if n.is_f64() => match n.as_f64() {
                Some(f) if f.abs() < EXACT_MAX as f64 => Self::Text(f.to_string()),
                _ => Self::Lost,
            },
            Value::Number(n) => Self::Text(n.to_string()),
            Value::Array(_) | Value::Object(_) => Self::Row,
        }
    }
}

/// A whole number; one that a float can't hold keeps its digits as text.
pub(in crate::rows) fn whole(size: u64, negative: bool) -> Cell {
    let sign = if negative { "-" } else { "" };
    #[expect(clippy::cast_precision_loss, reason = "small enough to be exact")]
    match size {
        0..EXACT_MAX if negative => Cell::Number(-(size as f64)),
        0..EXACT_MAX => Cell::Number(size as f64),
        _ => Cell::Text(format!("{sign}{size}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, Cell)>, Fault> {
        let mut flat = Flat::new(&["meta".to_owned(), "files".to_owned()]);
        let cells = flat.read(text.as_bytes())?;
        Ok(flat.header.into_iter().zip(cells).collect())
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn groups_become_paths_and_choices_become_one_text() {
        let cells = read(
            r#"{"id": 7, "a": {"b": {"c": " x "}, "no": null}, "d/e": [1, "two", true, null],
                "none": [], "blank": "", "yes": true, "meta": {"x": [{}]}, "files": [{"y": 1}]}"#,
        );
        let expected = [
            ("id", Cell::Number(7.0)),
            ("a/b/c", text("x")),
            ("d/e", text("1 two true")),
            ("none", Cell::Blank),
            ("blank", Cell::Blank),
            ("yes", Cell::Boolean(true)),
            ("meta", Cell::Invalid),
            ("files", Cell::Invalid),
        ];
        assert_eq!(cells.expect("cells"), expected.map(|(name, cell)| (name.to_owned(), cell)));
    }

    #[test]
    fn long_numbers_keep_their_digits_or_are_seen_to_have_lost_them() {
        let cell = |number: &str| read(&format!("{{\"n\":{number}}}")).expect("cells")[0].1.clone();
        assert_eq!(cell("9007199254740991"), Cell::Number(9_007_199_254_740_991.0));
        assert_eq!(cell("9007199254740993"), text("9007199254740993"));
        assert_eq!(cell("-9007199254740993"), text("-9007199254740993"));
        assert_eq!(cell("18446744073709551615"), text("18446744073709551615"));
        let lost = cell("12345678901234567890123");
        assert!(matches!(lost, Cell::Number(n) if n > 9e15), "{lost:?}");
        assert_eq!(cell("[12345678901234567890123]"), Cell::Invalid);
        assert_eq!(cell("[9007199254740993]"), text("9007199254740993"));
    }

    #[test]
    fn what_is_no_row_is_told_apart() {
        let deep = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
        assert_eq!(read(&deep(8)).expect("cells").len(), 1);
        assert_eq!(read(&deep(9)), Err(Fault::Deep));
        assert_eq!(read("{\"a\":[{}]}"), Err(Fault::Rows));
        assert_eq!(read("{\"a\":[[1]]}"), Err(Fault::Rows));
        for shape in ["[1]", "7", "-7", "1.5", "\"x\"", "null", "true", "{\"a\":1,\"a\":1}"] {
            assert_eq!(read(shape), Err(Fault::Shape), "{shape}");
        }
        assert_eq!(read("{\"a/b\":1,\"a\":{\"b\":2}}"), Err(Fault::Shape));
        for syntax in ["{\"a\":}", "{\"a\":1} x", "{\"a\":1", "{'a':1}", "{\"a\":\"\u{1}\"}"] {
            assert_eq!(read(syntax), Err(Fault::Syntax), "{syntax}");
        }
    }

    #[test]
    fn a_key_that_comes_too_late_may_hold_nothing_only() {
        let mut flat = Flat::new(&[]);
        flat.read(b"{\"a\":1}").expect("cells");
        flat.growing = false;
        assert_eq!(flat.read(b"{\"a\":1,\"b\":null,\"c\":\"\"}").map(|c| c.len()), Ok(1));
        assert_eq!(flat.read(b"{\"a\":1,\"b\":0}"), Err(Fault::UnknownKey));
    }
}

//! Where two files differ, in words: row and column of a CSV file, line of a text, byte of anything.

/// Most characters of a value that are quoted.
const QUOTED_MAX: usize = 60;

/// How what was found differs from what must be, as the end of a sentence.
pub(crate) fn difference(name: &str, expected: &[u8], found: &[u8]) -> String {
    let is_csv = std::path::Path::new(name).extension().is_some_and(|e| e == "csv");
    if let Some(told) = is_csv.then(|| cell(expected, found)).flatten() {
        return told;
    }
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    if same == expected.len() {
        return format!("is too long: it goes on after its {same} bytes");
    }
    if same == found.len() {
        return format!("is cut short after {same} of {} bytes", expected.len());
    }
    let is_text = std::str::from_utf8(expected).is_ok();
    let line = expected[..same].split(|b| *b == b'\n').count();
    let line = if is_text { format!(" (line {line})") } else { String::new() };
    format!("differs from byte {} on{line}", same + 1)
}

/// The first cell that differs; none if all cells are the same, or can't be told apart.
fn cell(expected: &[u8], found: &[u8]) -> Option<String> {
    let read =
        |bytes| csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let (mut a, mut b) = (read(expected), read(found));
    let (mut a, mut b) = (a.byte_records(), b.byte_records());
    let mut header: Option<csv::ByteRecord> = None;
    for row in 1_u64.. {
        let (a, b) = match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(_), None) => return Some(format!("ends before row {row}")),
            (None, Some(_)) => return Some(format!("has a row {row} too much")),
            (Some(a), Some(b)) => (a.ok()?, b.ok()?),
        };
        if a.len() != b.len() {
            return Some(format!("has {} columns in row {row}, not {}", b.len(), a.len()));
        }
        if let Some((column, (a, b))) = a.iter().zip(&b).enumerate().find(|(_, (a, b))| a != b) {
            let name = header.as_ref().and_then(|h| h.get(column)).map(quoted);
            let name = name.unwrap_or_else(|| format!("number {}", column + 1));
            return Some(format!(
                "differs in row {row}, column {name}: it has {}, from the release follows {}",
                quoted(b),
                quoted(a)
            ));
        }
        header.get_or_insert(a);
    }
    None
}

fn quoted(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let text: String = text.chars().filter(|c| !c.is_control()).take(QUOTED_MAX).collect();
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_named() {
        let good = b"district,estimate\na,1.5\nb,2\n";
        let told = |found: &[u8]| difference("x.csv", good, found);
        assert_eq!(
            told(b"district,estimate\na,1.6\nb,2\n"),
            "differs in row 2, column `estimate`: it has `1.6`, from the release follows `1.5`"
        );
        assert_eq!(told(b"district,estimate\na,1.5\n"), "ends before row 3");
        assert_eq!(told(b"district,estimate\na,1.5\nb,2\nc,3\n"), "has a row 4 too much");
        assert_eq!(told(b"district,estimate\na,1.5\nb,2\r"), "differs from byte 28 on (line 3)");
        assert_eq!(told(b"district,estimate\na,1.5\nb,2"), "is cut short after 27 of 28 bytes");
        assert_eq!(difference("x.json", b"{\n1}", b"{\n2}"), "differs from byte 3 on (line 2)");
        assert_eq!(difference("x.parquet", &[255, 1], &[255, 2]), "differs from byte 2 on");
        assert_eq!(difference("x.xlsx", b"a", b"ab"), "is too long: it goes on after its 1 bytes");
    }
}

//! Changes inputs, by what they are: inside an archive's parts, with words of the format.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// No input is longer, and no part of an archive.
const INPUT_MAX: usize = 1 << 16;
const PART_MAX: usize = 4 << 20;

/// Words that readers look for, and values at the edges of what they can hold.
const WORDS: &[&str] = &[
    ",",
    ";",
    "\t",
    "|",
    "\"",
    "\"\"",
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{200b}",
    "\u{a0}",
    "\u{fffd}",
    "No",
    "Token",
    "Date",
    "District",
    "Offence",
    "Days",
    "Swat",
    "rape",
    "Sec 376",
    "05/03/2025",
    "31/12/9999",
    "2025-03-05T24:61:61",
    "45000",
    "1e999",
    "-1e-999",
    "NaN",
    "inf",
    "-0",
    "9007199254740993",
    "18446744073709551616",
    "2147483648",
    "-2147483649",
    "65536",
    "۱۲۳",
    "٠١/٠٢/٢٠٢٥",
    "Zarmina Khatoon",
    "17301-1234567-1",
    "Total",
    "Grand total",
    "true",
    "null",
    "{",
    "}",
    "[",
    "]",
    ":",
    "[[",
    "{\"a\":",
    "{\"No\":\"1\"}",
    "\\u0000",
    "\\ud800",
    "\\",
    "/",
    "<row r=\"1048576\">",
    "<row>",
    "</row>",
    "<c r=\"XFD1048576\" t=\"s\">",
    "<c t=\"inlineStr\">",
    "<c t=\"d\">",
    "<c t=\"e\">",
    "</c>",
    "<v>",
    "</v>",
    "<is><t>",
    "&#0;",
    "&#x10FFFF;",
    "&amp;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "<mergeCell ref=\"A1:XFD1048576\"/>",
    "<mergeCells count=\"99\">",
    "A1:B",
    "ZZZZZZZ99999999999",
    "r:id=\"rId1\"",
    "state=\"veryHidden\"",
    "<sheet name=\"x\" sheetId=\"9\" r:id=\"rId9\"/>",
    " table:number-columns-repeated=\"16384\"",
    " table:number-rows-repeated=\"1048576\"",
    " office:value=\"1e999\"",
    " office:value-type=\"float\"",
    "<table:table-row>",
    "</table:table-row>",
    "<table:table-cell/>",
    "<text:p>",
    "</text:p>",
    "<table:table>",
    "format = \"shumar.home/1\"\n",
    "[[providers]]\n",
    "[providers.fields]\n",
    "[fields]\n",
    "mapping = \"",
    "column = \"",
    "value = \"",
    "codes = { ",
    "date_formats = [\"%",
    "%Q",
    "%+",
    "\"*\"",
    "fold = \"latest\"",
    "read = \"birth-date\"",
    "vintage = \"2017-census\"",
    "header_row = 0",
    "delimiter = \"é\"",
    "identifier_share = nan",
    "= {",
    "''' ",
    "\"\"\"",
    "1979-05-27T07:32:00Z",
    "\"constraints\":{\"minimum\":9,\"maximum\":-9}",
    "\"type\":\"integer\"",
    "\"role\":\"code\"",
    "code,label",
    "a,A\na,B\n",
    "district_from,district_to",
];
const NUMBERS: &[u64] =
    &[0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX >> 1, u64::MAX];

/// A source of chance that gives the same again for the same seed (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Changes an input; `other` is one to take pieces from.
pub(crate) fn mutate(input: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let inside = if dice.one_in(6) {
        None
    } else if input.starts_with(b"PK") {
        in_zip(input, other, dice)
    } else if input.starts_with(b"\x1f\x8b") {
        in_gzip(input, other, dice)
    } else if input.starts_with(b"PAR1") {
        in_footer(input, dice)
    } else {
        None
    };
    let mut changed = inside.unwrap_or_else(|| {
        let mut bytes = input.to_vec();
        havoc(&mut bytes, other, INPUT_MAX, dice);
        bytes
    });
    changed.truncate(INPUT_MAX);
    changed
}

/// Changes one part of an archive, or which parts there are.
fn in_zip(input: &[u8], other: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut parts = parts(input)?;
    let place = dice.below(parts.len());
    if dice.one_in(12) {
        let (name, mut bytes) = parts.get(place)?.clone();
        match dice.below(3) {
            0 => _ = parts.remove(place),
            1 => havoc(&mut bytes, name.as_bytes(), PART_MAX, dice),
            _ => parts.push((format!("{name}x"), bytes)),
        }
    } else {
        let donor = if other.starts_with(b"PK") { self::parts(other) } else { None };
        let donor = donor.unwrap_or_default();
        let other = donor.get(dice.below(donor.len())).map_or(other, |(_, bytes)| bytes);
        havoc(&mut parts.get_mut(place)?.1, other, PART_MAX, dice);
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let method =
        if dice.one_in(4) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    for (name, bytes) in parts {
        // A name that comes twice is refused by the writer.
        let options = SimpleFileOptions::default().compression_method(method);
        if out.start_file(name, options).is_ok() {
            out.write_all(&bytes).ok()?;
        }
    }
    let packed = out.finish().ok()?.into_inner();
    (packed.len() <= INPUT_MAX).then_some(packed)
}

fn parts(zip: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).ok()?;
    let mut parts = Vec::new();
    for i in 0..archive.len().min(40) {
        let Ok(entry) = archive.by_index(i) else { continue };
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mut bytes = Vec::new();
        // What is damaged counts as far as it goes.
        _ = entry.take(PART_MAX as u64).read_to_end(&mut bytes);
        parts.push((name, bytes));
    }
    (!parts.is_empty()).then_some(parts)
}

fn in_gzip(input: &[u8], other: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    _ = MultiGzDecoder::new(input).take(PART_MAX as u64).read_to_end(&mut bytes);
    havoc(&mut bytes, other, PART_MAX, dice);
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(&bytes).ok()?;
    let packed = out.finish().ok()?;
    (packed.len() <= INPUT_MAX).then_some(packed)
}

/// Changes a Parquet file's description of itself, and keeps the lengths that lead to it right.
fn in_footer(input: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let tail = input.len().checked_sub(8)?;
    let length = u32::from_le_bytes(input[tail..tail + 4].try_into().ok()?) as usize;
    let start = tail.checked_sub(length)?;
    let (mut data, mut footer) = (input[..start].to_vec(), input[start..tail].to_vec());
    if dice.one_in(2) {
        let short: Vec<u8> = footer.iter().copied().take(64).collect();
        havoc(&mut footer, &short, INPUT_MAX, dice);
    } else {
        // Pages keep their places: only bytes change.
        for _ in 0..=dice.below(4) {
            let at = dice.below(data.len());
            if let Some(byte) = data.get_mut(at) {
                *byte = dice.next().to_le_bytes()[0];
            }
        }
    }
    let length = u32::try_from(footer.len()).ok()?;
    Some([data, footer, length.to_le_bytes().to_vec(), b"PAR1".to_vec()].concat())
}

/// Some changes at places that chance chooses.
fn havoc(bytes: &mut Vec<u8>, other: &[u8], longest: usize, dice: &mut Dice) {
    for _ in 0..=dice.below(6) {
        change(bytes, other, dice);
        bytes.truncate(longest);
    }
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let to = (at + 1 + dice.below(64)).min(bytes.len());
    match dice.below(11) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.next().to_le_bytes()[0];
            }
        }
        2 => _ = bytes.drain(at..to.max(at)),
        3 | 4 => {
            let word = WORDS[dice.below(WORDS.len())].as_bytes();
            let to = if dice.one_in(2) { at } else { (at + word.len()).min(bytes.len()) };
            bytes.splice(at..to, word.iter().copied());
        }
        5 => {
            let number = NUMBERS[dice.below(NUMBERS.len())];
            let number = number.wrapping_add(dice.below(3) as u64).wrapping_sub(1).to_le_bytes();
            let size = [1, 2, 4, 8][dice.below(4)];
            let to = (at + size).min(bytes.len());
            bytes.splice(at..to, number[..size].iter().copied());
        }
        6 => {
            let from = dice.below(other.len() + 1);
            let end = (from + dice.below(256)).min(other.len());
            bytes.splice(at..to.max(at), other[from..end].iter().copied());
        }
        7 => {
            // A piece many times over, in some of them very many.
            let piece = bytes[at..to.max(at)].to_vec();
            let longest = if dice.one_in(20) { 20_000 } else { 40 };
            let times = 1 + dice.below(longest);
            bytes.splice(at..at, piece.repeat(times));
        }
        8 => number(bytes, at, dice),
        9 => bytes.truncate(at.max(dice.below(bytes.len() + 1))),
        _ => {
            let piece = bytes[at..to.max(at)].to_vec();
            let place = dice.below(bytes.len() + 1);
            bytes.splice(place..place, piece);
        }
    }
}

/// Replaces a number that is written out, if one follows.
fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let digits = bytes.iter().skip(at).position(u8::is_ascii_digit).map(|i| at + i);
    let Some(start) = digits else { return };
    let length = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let number = NUMBERS[dice.below(NUMBERS.len())].to_string();
    bytes.splice(start..start + length, number.into_bytes());
}

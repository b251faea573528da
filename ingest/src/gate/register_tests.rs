//! Clean registers pass: built-in words, plausible words of offices, random keys and tokens; and
//! how long a cell takes.

use std::fmt::Write as _;
use std::time::Instant;

use shumar_schemas::Catalog;

use super::tests::gate;
use super::*;

const CELLS: u32 = 50_000;

/// Words as offices write them, that are no codes.
const WORDS: &str = "
376 PPC | Sec 365-B | 302/34 | 302/34 PPC | FIR lodged | FIR registered | FIR | No FIR |
Dar-ul-Aman Peshawar | Darul Aman | January | Jan | Feb | March | May | Jan 2024 | Jan-24 |
2024-03 | 03/2024 | 2024-Q3 | Q1 2024 | U/S 376 | u/s 354-A PPC | 376/511 |
PPC 302 r/w 34 | CrPC 249-A | Cr.P.C 249-A | Safe house | Women PS | Police | Yes | No |
N/A | n.a. | - | nil | Married | Un-married | 18-25 | 18 to 25 | above 60 | 25 yrs |
Challan | u/i | Under trial | Civil Judge | Session Court | Family Court |
Women police station | Helpline 1043 | 15 Call | 1099 | Mobile app | Walk in | Bannu |
Dera Ismail Khan | D.I.Khan | D I Khan | DI Khan | Rahim Yar Khan | Dera Ghazi Khan |
D.G. Khan | Usta Muhammad | Gujar Khan | Landi Kotal | Shaheed Benazirabad |
Mandi Bahauddin | Chakwal | Jhang | Gilgit | Upper Dir | Malakand | Bajaur | ضلع مردان |
ڈیرہ اسماعیل خان | رحیم یار خان | شادی شدہ | شادی شدہ خاتون | گھریلو تشدد | زیر تفتیش |
مقدمہ درج | ایف آئی آر درج | ہاں | نہیں | جنوری | طلاق | خلع | نامعلوم | والدین کے ساتھ |
شوہر | سسرال | بیوہ | دارالامان پشاور | Husband | In-laws | Father | Widow | Divorcee |
House wife | Housewife | Home based worker | Acid throwing | Karo Kari | Honor killing |
5th class | Matric | B.A. | M.A | Nil | Rs. 5000 | 3 months | 2 years 6 months | Afghan |
Muslim
";

/// A fixed stream of random numbers (splitmix64): the same registers every time.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.next());
        }
        text.truncate(digits);
        text
    }

    fn one(&mut self, list: &[&str]) -> String {
        let place = self.below(list.len() as u64);
        list[usize::try_from(place).expect("a place")].to_owned()
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + u8::try_from(self.below(10)).expect("a digit"))).collect()
    }
}

/// Refusals of a random register, in 1000 cells.
fn refused(column: Column, mut cell: impl FnMut(u64, &mut Draw) -> String) -> f64 {
    let (gate, mut draw) = (gate(), Draw(25));
    let count =
        (0..u64::from(CELLS)).filter(|i| gate.text(&cell(*i, &mut draw), column).is_some()).count();
    1000.0 * f64::from(u32::try_from(count).expect("a count")) / f64::from(CELLS)
}

#[test]
fn no_word_of_a_code_list_is_refused() {
    let (gate, catalog) = (gate(), Catalog::new(&[]).expect("the built-in catalog"));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/codes");
    let mut words = Vec::new();
    for file in std::fs::read_dir(folder).expect("the code lists") {
        let path = file.expect("a file").path();
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.comment(Some(b'#')).from_path(&path).expect("CSV");
        let name = path.to_string_lossy();
        // Only the first column of ambiguous words is words of offices.
        let columns = match (name.contains(".ambiguous."), name.contains(".aliases.")) {
            (true, _) => 1,
            (_, true) => 2,
            _ => 3,
        };
        for record in reader.records() {
            let record = record.expect("a row");
            words.extend(record.iter().take(columns).map(str::to_owned));
        }
    }
    for kind in catalog.kinds() {
        words.extend(kind.fields.iter().map(|f| f.name.clone()));
    }
    assert!(words.len() > 1000, "{}", words.len());
    for word in words {
        let found = gate.text(&word, Column::Coded);
        // A label of several words longer than any code is running text where it is not a label;
        // where it is one, the gate is not asked.
        let long = word.chars().count() > CODE_CHARS_MAX;
        assert!(
            found.is_none() || (long && found == Some(Rule::LooksLikeText)),
            "{word}: {found:?}"
        );
    }
}

#[test]
fn plausible_words_of_offices_are_not_refused() {
    let gate = gate();
    for word in WORDS.split('|').map(str::trim) {
        assert_eq!(gate.text(word, Column::Coded), None, "{word}");
    }
}

#[test]
fn headers_of_real_mappings_are_not_refused() {
    let gate = gate();
    let mappings = [
        include_str!("../../synthetic/home/shumar.toml"),
        include_str!("../../../examples/sdi/shumar.toml"),
        include_str!("../../../tests/homes/juveniles/shumar.toml"),
        include_str!("../../../tests/golden/police-bounded/shumar.toml"),
    ];
    let mut tried = 0;
    for text in mappings {
        let config: toml::Value = toml::from_str(text).expect("a configuration");
        for provider in config["providers"].as_array().expect("providers") {
            let fields = provider["fields"].as_table().expect("fields").values();
            let headers = fields.filter_map(|f| f.as_str().or_else(|| f.get("column")?.as_str()));
            for header in headers {
                assert_eq!(gate.header(header), None, "{header}");
                tried += 1;
            }
            for key in
                provider.get("record_key").and_then(toml::Value::as_array).into_iter().flatten()
            {
                assert_eq!(gate.header(key.as_str().expect("a header")), None, "{key}");
            }
        }
    }
    assert!(tried > 30, "{tried}");
    for kind in Catalog::new(&[]).expect("the built-in catalog").kinds() {
        for field in kind.fields.iter().filter(|f| f.role != shumar_schemas::Role::Person) {
            assert_eq!(gate.header(&field.name), None, "{}", field.name);
            for (_, title) in field.title.iter() {
                assert_eq!(gate.header(title), None, "{title}");
            }
        }
    }
}

#[test]
fn clean_registers_pass() {
    type Cell = fn(u64, &mut Draw) -> String;
    let keys: [(&str, Cell); 14] = [
        ("number/year", |i, _| format!("{}/{}", i % 900 + 1, i % 7 + 19)),
        ("number/whole year", |i, _| format!("{}/{}", i % 900 + 1, i % 7 + 2019)),
        ("C-year-number", |i, _| format!("C-{}-{:04}", i % 7 + 2019, i % 9999)),
        ("OFFICE-year-number", |i, _| format!("MRD-{}-{:06}", i % 7 + 2019, i)),
        ("year-number", |i, _| format!("{}-{:06}", i % 7 + 2019, i)),
        ("six digits", |i, _| format!("{}", 100_000 + i)),
        ("seven digits", |i, _| format!("{}", 3_000_000 + i)),
        ("eight digits", |i, _| format!("{}", 20_240_000 + i)),
        ("nine digits", |i, _| format!("{}", 300_000_000 + i * 7)),
        ("eight random digits", |_, d| d.digits(8)),
        ("two letters and six digits", |i, _| format!("HY{:06}", 100_000 + i)),
        ("uuid", |_, d| {
            format!("{}-{}-{}-{}-{}", d.hex(8), d.hex(4), d.hex(4), d.hex(4), d.hex(12))
        }),
        ("16 hex digits", |_, d| d.hex(16)),
        ("24 hex digits", |_, d| d.hex(24)),
    ];
    for (name, cell) in keys {
        let rate = refused(Column::Key, cell);
        assert!(rate < 1.0, "{name}: {rate} of 1000 refused");
        for column in [Column::TokenKey, Column::Register] {
            assert!(refused(column, cell) <= rate, "{name}");
        }
    }
    let dated: [Cell; 3] = [
        |i, _| format!("FIR No. {}/{} dated {:02}/03/2024", i % 900 + 1, i % 7 + 19, i % 28 + 1),
        |i, _| format!("{}/{} PS Test", i % 900 + 1, i % 7 + 2019),
        |i, _| format!("Crl. {}-{:04}", i % 7 + 2019, i % 9999),
    ];
    for cell in dated {
        assert!(refused(Column::Register, cell) < 1.0);
    }
    let tokens: [(&str, Cell); 6] = [
        ("20 digits", |_, d| d.digits(20)),
        ("13 digits", |_, d| d.digits(13)),
        ("10 digits", |_, d| d.digits(10)),
        ("32 hex digits", |_, d| d.hex(32)),
        ("64 hex digits", |_, d| d.hex(64)),
        ("two letters and seven digits", |_, d| format!("AB{}", d.digits(7))),
    ];
    for (name, cell) in tokens {
        let rate = refused(Column::Token, cell);
        assert!(rate < 1.0, "{name}: {rate} of 1000 refused");
    }
    let dates: [Cell; 3] = [
        |i, _| format!("{:02}/{:02}/{}", i % 28 + 1, i % 12 + 1, i % 7 + 2019),
        |i, _| format!("{}-{:02}-{:02} 10:{:02}:00", i % 7 + 2019, i % 12 + 1, i % 28 + 1, i % 60),
        |i, _| format!("{}", 40_000 + i % 6000),
    ];
    for cell in dates {
        assert!(refused(Column::Date, cell) < 1.0);
    }
}

/// Accepted false alarms, so that nobody is surprised: these must be declared as tokens.
#[test]
fn keys_that_look_like_telephones_must_be_declared() {
    let ten_digits_from_three = |i: u64, _: &mut Draw| format!("{}", 3_000_000_000 + i);
    assert!(refused(Column::Key, ten_digits_from_three) > 999.0);
    assert!(refused(Column::Register, ten_digits_from_three) > 999.0);
    assert!(refused(Column::Token, ten_digits_from_three) < f64::EPSILON);
}

#[test]
#[ignore = "a measurement: cargo test --release -p shumar-ingest nanoseconds -- --ignored --nocapture"]
fn nanoseconds_a_cell() {
    let (gate, mut draw) = (gate(), Draw(1));
    let mut measure = |name: &str, column: Column, cell: &mut dyn FnMut(&mut Draw) -> String| {
        let cells: Vec<String> = (0..100_000).map(|_| cell(&mut draw)).collect();
        let run = || cells.iter().filter(|c| gate.text(c, column).is_some()).count();
        let hits = run();
        // The fastest of several runs: other work on the machine only ever adds to it.
        let timed = |()| {
            let start = Instant::now();
            assert_eq!(run(), hits);
            start.elapsed().as_nanos() / cells.len() as u128
        };
        let each = [(); 9].map(timed).into_iter().min().expect("a time");
        println!("{name:20} {column:?}: {each} ns, {hits} of {} refused", cells.len());
    };
    for column in [Column::Token, Column::Key] {
        measure("16 hex digits", column, &mut |d| d.hex(16));
        measure("32 hex digits", column, &mut |d| d.hex(32));
        measure("8 digits", column, &mut |d| d.digits(8));
        measure("13 digits", column, &mut |d| d.digits(13));
        measure("number/year", column, &mut |d| format!("{}/{}", d.below(900), d.below(10) + 15));
        measure("own token", column, &mut |d| format!("t1-{:0>26}", d.digits(26)));
    }
    let words = ["Rape", "Domestic violence", "Mardan", "FIR lodged", "yes"];
    measure("short words", Column::Coded, &mut |d| d.one(&words));
    let urdu = ["مردان", "گھریلو تشدد", "ہاں", "شادی شدہ", "پشاور"];
    measure("Urdu words", Column::Coded, &mut |d| d.one(&urdu));
    measure("dates", Column::Date, &mut |d| {
        format!("{:02}/{:02}/2024", d.below(28) + 1, d.below(12) + 1)
    });
    let pairs: Vec<(String, String)> =
        (0..100_000).map(|_| (draw.digits(5), draw.digits(4))).collect();
    let start = Instant::now();
    let hits = pairs.iter().filter(|(l, r)| gate.neighbours(l, r).is_some()).count();
    println!("neighbours 5+4: {} ns, {hits} refused", start.elapsed().as_nanos() / 100_000);
    let start = Instant::now();
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    println!("catalog: {:?}", start.elapsed());
    let start = Instant::now();
    let _gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
    println!("gate: {:?}", start.elapsed());
}

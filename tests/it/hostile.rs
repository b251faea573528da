//! Files made to do harm: each is refused in plain words, in bounded memory and time, and nothing of
//! it is taken in.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::{ANNUAL, digests, police, shumar};

/// No file may need more of this machine's memory than this, in bytes.
const MEMORY: u64 = 700 << 20;
/// Nor keep an analyst waiting longer; a quarter of it would already be strange.
const PATIENCE: Duration = Duration::from_mins(2);

/// What became of a file.
struct Outcome {
    code: Option<i32>,
    words: String,
    peak: u64,
}

/// Looks at a file as the program does before it takes one in, and watches its memory and time.
fn check(home: &Path, file: &Path) -> Outcome {
    let mut child = shumar()
        .arg("--home")
        .arg(home)
        .arg("check")
        .arg("--provider")
        .arg("cell")
        .arg("--")
        .arg(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let (start, mut peak) = (Instant::now(), 0);
    let status = format!("/proc/{}/status", child.id());
    let mut streams: Vec<Box<dyn Read + Send>> = vec![
        Box::new(child.stdout.take().expect("a pipe")),
        Box::new(child.stderr.take().expect("a pipe")),
    ];
    let readers: Vec<_> = streams
        .drain(..)
        .map(|mut stream| {
            std::thread::spawn(move || {
                let mut text = Vec::new();
                stream.read_to_end(&mut text).expect("what it says");
                text
            })
        })
        .collect();
    let code = loop {
        let seen = std::fs::read_to_string(&status).unwrap_or_default();
        let high = seen.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let high = high.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(high.unwrap_or(0) << 10);
        if let Some(status) = child.try_wait().expect("a child") {
            break status.code();
        }
        if start.elapsed() > PATIENCE {
            child.kill().expect("a child");
            panic!("{} keeps the program busy for ever", file.display());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let said: Vec<u8> = readers.into_iter().flat_map(|r| r.join().expect("a reader")).collect();
    Outcome { code, words: String::from_utf8_lossy(&said).into_owned(), peak }
}

/// Expects a refusal that says some words.
fn refused(home: &Path, file: &Path, says: &str) {
    let before = digests(home);
    let start = Instant::now();
    let outcome = check(home, file);
    let name = file.file_name().unwrap_or_default().to_string_lossy().escape_debug().to_string();
    eprintln!("{name}: {:?}, {} MiB", start.elapsed(), outcome.peak >> 20);
    let words = &outcome.words;
    let short: String = words.chars().take(1000).collect();
    assert_eq!(outcome.code, Some(1), "{name}: {short}");
    assert!(words.contains(says), "{name}: {short}");
    assert!(!words.contains("the program failed"), "{name}: {short}");
    assert!(words.len() < 20_000, "{name}: {} bytes of words", words.len());
    let controls = words.chars().filter(|c| c.is_control() && *c != '\n').count();
    assert_eq!(controls, 0, "{name}: {}", short.escape_debug());
    assert!(outcome.peak < MEMORY, "{name}: {} MiB", outcome.peak >> 20);
    assert!(digests(home) == before, "{name}: the home changed");
}

/// A home, and a folder for files.
fn place() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = police("4", ANNUAL);
    let (home, files) = (dir.path().join("home"), dir.path().join("files"));
    std::fs::create_dir(&files).expect("a folder");
    (dir, home, files)
}

const HEADER: &str = "no,token,month,district,offence,result\n";

/// Writes some bytes again and again, and others before and after.
fn long(to: &mut dyn Write, before: &str, again: &[u8], megabytes: usize, after: &str) {
    to.write_all(before.as_bytes()).expect("written");
    let block = again.repeat((1 << 20) / again.len());
    for _ in 0..megabytes {
        to.write_all(&block).expect("written");
    }
    to.write_all(after.as_bytes()).expect("written");
}

fn create(path: &Path) -> BufWriter<File> {
    BufWriter::new(File::create(path).expect("a file"))
}

/// A part of an archive: its name, and what writes it.
type Part<'a> = (&'a str, &'a dyn Fn(&mut dyn Write));

/// A ZIP archive of some parts.
fn archive(path: &Path, parts: &[Part<'_>]) {
    let mut zip = ZipWriter::new(create(path));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .large_file(true);
    for (name, write) in parts {
        zip.start_file(*name, options).expect("a part");
        write(&mut zip);
    }
    zip.finish().expect("an archive");
}

#[test]
fn packed_files_that_unpack_without_end() {
    let (_dir, home, files) = place();
    let rows = |to: &mut dyn Write| long(to, HEADER, b"x1,t1,2025-01,Swat,rape,fir\n", 600, "");
    let file = files.join("bomb.csv.gz");
    let mut packed = GzEncoder::new(create(&file), Compression::fast());
    rows(&mut packed);
    packed.finish().expect("written").flush().expect("written");
    assert!(std::fs::metadata(&file).expect("a file").len() < 8 << 20);
    refused(&home, &file, "one person");
    // No person, and no district: millions of rows that can't be accepted.
    let file = files.join("rejected.csv");
    long(&mut create(&file), HEADER, b"x1,t1,2025-01,Nowhere,rape,fir\n", 100, "");
    refused(&home, &file, "more than a million rows");
    let blanks = |to: &mut dyn Write| long(to, HEADER, b" ", 600, "");
    // Blanks without end.
    let file = files.join("bomb.zip");
    archive(&file, &[("bomb.csv", &blanks)]);
    refused(&home, &file, "unpack");
    // Packed in packed in packed.
    let inner = std::fs::read(&file).expect("a file");
    let file = files.join("nested.zip");
    archive(&file, &[("a.zip", &|to| to.write_all(&inner).expect("written"))]);
    refused(&home, &file, "twice");
    let file = files.join("parts.zip");
    let mut zip = ZipWriter::new(create(&file));
    for part in 0..60_000 {
        zip.start_file(format!("{part}.csv"), SimpleFileOptions::default()).expect("a part");
    }
    zip.finish().expect("an archive");
    refused(&home, &file, "60,000 files");
}

#[test]
fn names_that_lead_elsewhere() {
    let (dir, home, files) = place();
    let row = format!("{HEADER}1,t1,2025-01,Swat,murder?,fir\n");
    for (n, name) in ["../../escape.csv", "/tmp/escape.csv", "a/../../escape.csv", "C:\\escape.csv"]
        .into_iter()
        .enumerate()
    {
        let file = files.join(format!("{n}.zip"));
        archive(&file, &[(name, &|to| to.write_all(row.as_bytes()).expect("written"))]);
        // Only what is in the archive is read; its name leads nowhere.
        let outcome = check(&home, &file);
        assert!(!outcome.words.contains("the program failed"), "{}", outcome.words);
    }
    let found: Vec<_> = walkdir::WalkDir::new(dir.path())
        .into_iter()
        .filter_map(Result::ok)
        .filter(|e| e.file_name().to_string_lossy().contains("escape"))
        .collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(!Path::new("/tmp/escape.csv").exists());
    // Names that would write to a terminal or look like an option.
    for name in
        ["\u{1b}[2J\u{1b}[31mred.csv", "two\nlines.csv", "--provider.csv", "\u{202e}vsc.csv"]
    {
        let file = files.join(name);
        std::fs::write(&file, "nothing,of,use\n1,2,3\n").expect("a file");
        refused(&home, &file, "column");
    }
    // A link to a file that is not the provider's, and a pipe on which nobody writes.
    #[cfg(unix)]
    {
        let link = files.join("link.csv");
        std::os::unix::fs::symlink(home.join("keys/pseudonym.key"), &link).expect("a link");
        refused(&home, &link, "");
        let pipe = files.join("pipe.csv");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
        assert!(made.success());
        refused(&home, &pipe, "not a file");
        refused(&home, Path::new("/dev/zero"), "not a file");
        refused(&home, &files, "not a file");
    }
}

#[test]
fn text_that_is_too_wide_or_too_long() {
    let (_dir, home, files) = place();
    // 100,000 columns, in a header that knows them and in one that does not.
    let wide: String = (0..100_000).map(|c| format!(",c{c}")).collect();
    let file = files.join("wide.csv");
    let row = format!("1,t1,2025-01,Swat,rape,fir{}\n", ",x".repeat(100_000));
    let text = format!("{}{wide}\n{}", HEADER.trim_end(), row.repeat(20));
    std::fs::write(&file, text).expect("a file");
    refused(&home, &file, "column");
    let file = files.join("commas.csv");
    long(&mut create(&file), HEADER, b",", 1024, "\n");
    refused(&home, &file, "");
    // A gigabyte in one cell: bare, quoted, and quoted without an end; in the header; in no line.
    let starts = [
        (format!("{HEADER}1,t1,2025-01,Swat,"), ",fir\n"),
        (format!("{HEADER}1,t1,2025-01,Swat,\""), "\",fir\n"),
        (format!("{HEADER}1,t1,2025-01,Swat,\""), ""),
        ("no,token,month,district,".to_owned(), "\n1,t1,2025-01,Swat,fir\n"),
    ];
    for (n, (before, after)) in starts.iter().enumerate() {
        let file = files.join(format!("cell-{n}.csv"));
        long(&mut create(&file), before, b"abcdefgh", 1024, after);
        refused(&home, &file, "");
        std::fs::remove_file(&file).expect("removed");
    }
}

#[test]
fn json_that_is_too_deep_or_too_long() {
    let (_dir, home, files) = place();
    let file = files.join("deep.json");
    std::fs::write(&file, "[".repeat(5_000_000)).expect("a file");
    refused(&home, &file, "");
    let file = files.join("deep.jsonl");
    std::fs::write(&file, "{\"a\":".repeat(1_000_000)).expect("a file");
    refused(&home, &file, "");
    let file = files.join("long.jsonl");
    long(&mut create(&file), "{\"no\": \"", b"abcdefgh", 1024, "\"}\n");
    refused(&home, &file, "");
    std::fs::remove_file(&file).expect("removed");
    let file = files.join("keys.jsonl");
    let keys: Vec<String> = (0..200_000).map(|k| format!("\"k{k}\": 1")).collect();
    std::fs::write(&file, format!("{{{}}}\n", keys.join(","))).expect("a file");
    refused(&home, &file, "");
}

/// The parts of a workbook with one sheet.
fn workbook(
    path: &Path,
    book: &str,
    strings: &dyn Fn(&mut dyn Write),
    sheet: &dyn Fn(&mut dyn Write),
) {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let say =
        |text: String| move |to: &mut dyn Write| to.write_all(text.as_bytes()).expect("written");
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let of_book = format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{book}</sheets></workbook>"
    );
    archive(
        path,
        &[
            ("[Content_Types].xml", &say(types)),
            ("_rels/.rels", &say(relations)),
            ("xl/workbook.xml", &say(book)),
            ("xl/_rels/workbook.xml.rels", &say(of_book)),
            ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/sheet1.xml", sheet),
        ],
    );
}

const SHEET: &str = "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/>";

fn text(text: &'static str) -> impl Fn(&mut dyn Write) {
    move |to| to.write_all(text.as_bytes()).expect("written")
}

#[test]
fn workbooks_that_swell() {
    let (_dir, home, files) = place();
    let empty = text("<worksheet><sheetData/></worksheet>");
    let none = text("<sst/>");
    // A gigabyte of blanks in a sheet.
    let file = files.join("blanks.xlsx");
    workbook(&file, SHEET, &none, &|to| {
        long(to, "<worksheet><sheetData>", b" ", 1024, "</sheetData></worksheet>");
    });
    refused(&home, &file, "unpack");
    // Entities that grow a thousand million times.
    let mut entities = "<!DOCTYPE sst [<!ENTITY l0 \"lol\">".to_owned();
    for level in 1..10 {
        let again = format!("&l{};", level - 1).repeat(10);
        entities.push_str(&format!("<!ENTITY l{level} \"{again}\">"));
    }
    entities.push_str("]><sst count=\"1\" uniqueCount=\"1\"><si><t>&l9;</t></si></sst>");
    let file = files.join("entities.xlsx");
    let uses = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    workbook(&file, SHEET, &|to| to.write_all(entities.as_bytes()).expect("written"), &text(uses));
    refused(&home, &file, "");
    // An entity that names a file of this machine.
    let file = files.join("entity.xlsx");
    let names = "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst count=\"1\" uniqueCount=\"1\"><si><t>&x;</t></si></sst>";
    workbook(&file, SHEET, &text(names), &text(uses));
    refused(&home, &file, "");
    // A table of texts that claims to hold thousands of millions.
    let file = files.join("claims.xlsx");
    workbook(&file, SHEET, &text("<sst count=\"4294967295\" uniqueCount=\"4294967295\"/>"), &empty);
    refused(&home, &file, "");
    // A sheet that claims to be as large as can be, and a cell in its far corner.
    let file = files.join("corner.xlsx");
    let corner = "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
    workbook(&file, SHEET, &none, &text(corner));
    refused(&home, &file, "");
    // A million sheets.
    let file = files.join("sheets.xlsx");
    let sheets: String = (0..1_000_000)
        .map(|n| format!("<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"r1\"/>"))
        .collect();
    workbook(&file, &sheets, &none, &empty);
    refused(&home, &file, "");
    // One cell of half a gigabyte.
    let file = files.join("cell.xlsx");
    workbook(&file, SHEET, &none, &|to| {
        let before = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>";
        long(to, before, b"abcdefgh", 512, "</t></is></c></row></sheetData></worksheet>");
    });
    refused(&home, &file, "");
}

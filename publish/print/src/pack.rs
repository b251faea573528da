//! Smaller files: the many small objects of a document are compressed together.
//!
//! A tagged document has an object for every cell of its tables, and the writer below us leaves each
//! of them as plain text. Since PDF 1.5 objects may stand in *object streams* (ISO 32000-1, 7.5.7 and
//! 7.5.8), which are compressed; nothing else of the document changes. A file that is not laid out
//! as our writer lays it out is returned as it is.

use std::io::Write;
use std::ops::Range;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Objects in one stream: a reader that looks for one of them unpacks no more than these.
const TOGETHER: usize = 400;
/// Bytes of an entry of the cross-reference stream: its kind, its place, its rank in a stream.
const ENTRY: [usize; 3] = [1, 4, 2];

/// The same document with its small objects packed together.
pub(crate) fn pack(pdf: Vec<u8>) -> Vec<u8> {
    packed(&pdf).filter(|small| small.len() < pdf.len()).unwrap_or(pdf)
}

/// Where an object stands in the packed file.
#[derive(Clone, Copy)]
enum Place {
    Free,
    At(usize),
    Within { stream: usize, rank: usize },
}

/// None where the file is laid out in another way.
fn packed(pdf: &[u8]) -> Option<Vec<u8>> {
    let read = Read::of(pdf)?;
    let mut places = vec![Place::Free; read.size];
    let mut out = pdf.get(..read.objects.first()?.whole.start)?.to_vec();
    let (streams, small): (Vec<&Object>, Vec<&Object>) =
        read.objects.iter().partition(|o| pdf[o.body.clone()].ends_with(b"endstream"));
    for object in streams {
        *places.get_mut(object.number)? = Place::At(out.len());
        out.extend_from_slice(&pdf[object.whole.clone()]);
    }
    for objects in small.chunks(TOGETHER) {
        let stream = places.len();
        let (mut index, mut bodies) = (String::new(), Vec::new());
        for (rank, object) in objects.iter().enumerate() {
            index.push_str(&format!("{} {} ", object.number, bodies.len()));
            bodies.extend_from_slice(&pdf[object.body.clone()]);
            bodies.push(b'\n');
            *places.get_mut(object.number)? = Place::Within { stream, rank };
        }
        places.push(Place::At(out.len()));
        let (count, first) = (objects.len(), index.len());
        let about = format!("/Type/ObjStm/N {count}/First {first}");
        write_stream(&mut out, stream, &about, &[index.as_bytes(), &bodies].concat())?;
    }
    let (start, table) = (out.len(), places.len());
    places.push(Place::At(start));
    let (size, widths) = (places.len(), ENTRY.map(|n| n.to_string()).join(" "));
    let columns: usize = ENTRY.iter().sum();
    let about = format!(
        "/Type/XRef/Size {size}/W[{widths}]{}/DecodeParms<</Predictor 12/Columns {columns}>>",
        read.trailer
    );
    write_stream(&mut out, table, &about, &entries(&places)?)?;
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF").as_bytes());
    Some(out)
}

/// Writes a compressed stream as an object of its own.
fn write_stream(out: &mut Vec<u8>, number: usize, about: &str, content: &[u8]) -> Option<()> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    let content = encoder.finish().ok()?;
    let length = content.len();
    let head = format!("{number} 0 obj\n<<{about}/Filter/FlateDecode/Length {length}>>\nstream\n");
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(&content);
    out.extend_from_slice(b"\nendstream\nendobj\n");
    Some(())
}

/// The rows of the cross-reference stream, each but the first as the difference from the one above,
/// after the byte that says so (PNG's *Up*).
fn entries(places: &[Place]) -> Option<Vec<u8>> {
    let mut rows = Vec::new();
    let mut above = [0; 7];
    for place in places {
        let (kind, at, rank) = match *place {
            Place::Free => (0_u8, 0, usize::from(u16::MAX)),
            Place::At(at) => (1, at, 0),
            Place::Within { stream, rank } => (2, stream, rank),
        };
        let (at, rank) = (u32::try_from(at).ok()?, u16::try_from(rank).ok()?);
        let mut row = [0; 7];
        row[0] = kind;
        row[1..5].copy_from_slice(&at.to_be_bytes());
        row[5..].copy_from_slice(&rank.to_be_bytes());
        rows.push(2);
        rows.extend(row.iter().zip(above).map(|(now, above)| now.wrapping_sub(above)));
        above = row;
    }
    Some(rows)
}

/// An object: its number, all of it, and what stands between `obj` and `endobj`.
struct Object {
    number: usize,
    whole: Range<usize>,
    body: Range<usize>,
}

/// A document with a plain cross-reference table.
struct Read {
    objects: Vec<Object>,
    size: usize,
    /// `/Root`, `/Info` and `/ID` of the trailer.
    trailer: String,
}

impl Read {
    fn of(pdf: &[u8]) -> Option<Self> {
        let tail = find_last(pdf, b"startxref\n")?;
        let table: usize =
            std::str::from_utf8(&pdf[tail + 10..]).ok()?.lines().next()?.parse().ok()?;
        let text = std::str::from_utf8(pdf.get(table..tail)?).ok()?;
        let (entries, trailer) = text.strip_prefix("xref\n")?.split_once("trailer\n")?;
        let trailer = trailer.trim_end().strip_prefix("<<")?.strip_suffix(">>")?;
        let mut lines = entries.lines();
        let size: usize = lines.next()?.strip_prefix("0 ")?.trim().parse().ok()?;
        let trailer = trailer.strip_prefix(&format!("/Size {size}"))?.to_owned();
        let mut starts = Vec::new();
        for (number, line) in lines.enumerate() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [at, "00000", "n"] => starts.push((at.parse().ok()?, number)),
                [_, _, "f"] => {}
                _ => return None,
            }
        }
        starts.sort_unstable();
        let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([table]);
        let object = |(&(start, number), end): (&(usize, usize), usize)| {
            let whole = pdf.get(start..end)?;
            let head = format!("{number} 0 obj\n");
            let tail = find_last(whole, b"\nendobj")?;
            let body =
                start + whole.strip_prefix(head.as_bytes()).map(|_| head.len())?..start + tail;
            (body.start <= body.end).then_some(Object { number, whole: start..end, body })
        };
        let objects = starts.iter().zip(ends).map(object).collect::<Option<Vec<_>>>()?;
        (!objects.is_empty()).then_some(Self { objects, size, trailer })
    }
}

/// Where a text stands for the last time.
fn find_last(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).rposition(|window| window == text)
}

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

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    /// A document as the writer below us lays it out: a catalogue, a stream, a free entry.
    fn plain() -> Vec<u8> {
        let objects = [
            (1, "<</Type/Catalog/Lang(ur)/StructTreeRoot 3 0 R>>".to_owned()),
            (2, "<</Length 5>>\nstream\nq Q\nQ\nendstream".to_owned()),
            (3, format!("<</Type/StructTreeRoot/K[{}]>>", "4 0 R ".repeat(200))),
        ];
        let mut pdf = b"%PDF-1.7\n%\x80\x80\n\n".to_vec();
        let mut table = "0000000000 65535 f\r\n".to_owned();
        for (number, body) in objects {
            table.push_str(&format!("{:010} 00000 n\r\n", pdf.len()));
            pdf.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n\n").as_bytes());
        }
        let start = pdf.len();
        let end =
            format!("xref\n0 4\n{table}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
        pdf.extend_from_slice(end.as_bytes());
        pdf
    }

    /// Every object by its number, as a reader finds it: by the cross-reference stream.
    fn objects(pdf: &[u8]) -> BTreeMap<usize, Vec<u8>> {
        let tail = find_last(pdf, b"startxref\n").expect("a tail") + 10;
        let at: usize =
            text(&pdf[tail..]).lines().next().expect("a line").parse().expect("a place");
        let rows = inflated(&pdf[at..]);
        let mut above = [0_u8; 7];
        let mut found = BTreeMap::new();
        for (number, row) in rows.chunks(8).enumerate() {
            assert_eq!(row[0], 2, "the difference from above");
            above.iter_mut().zip(&row[1..]).for_each(|(a, d)| *a = a.wrapping_add(*d));
            let place = u32::from_be_bytes([above[1], above[2], above[3], above[4]]) as usize;
            let rank = usize::from(u16::from_be_bytes([above[5], above[6]]));
            found.insert(number, (above[0], place, rank));
        }
        let body = |(kind, place, rank): (u8, usize, usize)| match kind {
            1 => {
                let object = &pdf[place..];
                let end = find(object, b"\nendobj").expect("an end");
                object[find(object, b"obj\n").expect("a head") + 4..end].to_vec()
            }
            _ => {
                let (_, stream, _) = found[&place];
                let about = text(&pdf[stream..]);
                let first = about.split("/First ").nth(1).and_then(|t| t.split('/').next());
                let first: usize = first.and_then(|n| n.parse().ok()).expect("a place");
                let content = inflated(&pdf[stream..]);
                let index: Vec<usize> =
                    text(&content[..first]).split(' ').filter_map(|n| n.parse().ok()).collect();
                let start = first + index[2 * rank + 1];
                let end = index.get(2 * rank + 3).map_or(content.len(), |next| first + next);
                content[start..end].trim_ascii_end().to_vec()
            }
        };
        let used = found.iter().filter(|(_, entry)| entry.0 > 0);
        used.map(|(number, entry)| (*number, body(*entry))).collect()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
        bytes.windows(text.len()).position(|window| window == text)
    }

    fn inflated(object: &[u8]) -> Vec<u8> {
        let start = find(object, b"stream\n").expect("a stream") + 7;
        let mut content = Vec::new();
        ZlibDecoder::new(&object[start..]).read_to_end(&mut content).expect("packed bytes");
        content
    }

    /// All objects of a packed document one after the other.
    pub(crate) fn unpacked(pdf: &[u8]) -> Vec<u8> {
        objects(pdf).into_values().collect::<Vec<_>>().concat()
    }

    #[test]
    fn every_object_is_found_as_it_was() {
        let before = plain();
        let after = pack(before.clone());
        assert!(after.len() < before.len() && after.starts_with(b"%PDF-1.7\n%\x80\x80\n\n"));
        let found = objects(&after);
        assert_eq!(text(&found[&1]), "<</Type/Catalog/Lang(ur)/StructTreeRoot 3 0 R>>");
        assert_eq!(text(&found[&2]), "<</Length 5>>\nstream\nq Q\nQ\nendstream");
        assert!(text(&found[&3]).ends_with("4 0 R 4 0 R ]>>"));
        assert!(!text(&after).contains("StructTreeRoot"), "it is packed");
        assert_eq!(pack(before), after);
    }

    #[test]
    fn what_is_laid_out_in_another_way_stays_as_it_is() {
        let good = plain();
        let damaged = |from: &str, to: &str| text(&good).replace(from, to).into_bytes();
        for other in [
            b"no document".to_vec(),
            Vec::new(),
            damaged("trailer", "trayler"),
            damaged("00000 n", "00001 n"),
            damaged("2 0 obj", "9 0 obj"),
            damaged("/Size 4", "/Size 5"),
        ] {
            assert_eq!(pack(other.clone()), other);
        }
    }
}

//! Writes a made-up police feed for measurements: `feed FILE ROWS [SEED]`, or several files of a
//! feed, in four orders of columns: `feed FOLDER ROWS SEED FILES`.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// The columns of the feed in other orders.
const ORDERS: [[usize; 7]; 4] =
    [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 1, 5, 2, 4], [1, 2, 0, 4, 3, 6, 5]];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |i: usize, default: u64| arguments.get(i).map_or(Ok(default), |n| n.parse::<u64>());
    let path = Path::new(arguments.first().ok_or("name a file")?);
    let (rows, seed, files) = (number(1, 1_000_000)?, number(2, 7)?, number(3, 0)?);
    if files == 0 {
        return Ok(shumar_synthetic::police_feed(File::create(path)?, rows, seed)?);
    }
    fs::create_dir_all(path)?;
    let whole = path.join(".whole");
    shumar_synthetic::police_feed(File::create(&whole)?, rows, seed)?;
    let mut lines = BufReader::new(File::open(&whole)?).lines();
    let header = lines.next().ok_or("no header")??;
    let per_file = rows.div_ceil(files);
    for file in 0..files {
        let order = ORDERS[usize::try_from(file % 4)?];
        let name = path.join(format!("feed-{file:05}.csv"));
        let mut out = BufWriter::new(File::create(name)?);
        let mut put = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            let cells: Vec<&str> = order.iter().map(|i| cells[*i]).collect();
            writeln!(out, "{}", cells.join(","))
        };
        put(&header)?;
        for line in lines.by_ref().take(usize::try_from(per_file)?) {
            put(&line?)?;
        }
    }
    Ok(fs::remove_file(whole)?)
}

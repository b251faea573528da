//! Names that become file names: what they may be, so that none leaves the release's folder.

/// Longest name of a release, table, statistic, dimension or margin.
const NAME_MAX: usize = 200;

/// Whether a text can be a file name anywhere: letters, digits, `-` and `_`, but no `--`, which
/// stands between the parts of a name.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() <= NAME_MAX
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(fits)
        && !text.contains("--")
}

/// Whether a path is `FOLDER/PART--PART.parquet`.
pub(crate) fn is_file(folder: &str, path: &str) -> bool {
    let name = path.strip_prefix(folder).and_then(|p| p.strip_prefix('/'));
    name.and_then(|n| n.strip_suffix(".parquet")).is_some_and(|n| n.split("--").all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_none() {
        for good in ["annual-2025", "2025-Q3", "women_sheltered", "a"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "-a", "a--b", "a.b", "é", "a b", "<b>"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_file("estimates", "estimates/a--b-c.parquet"));
        for bad in [
            "estimates/../x.parquet",
            "measurements/a.parquet",
            "estimates/a.csv",
            "/etc/a.parquet",
        ] {
            assert!(!is_file("estimates", bad), "{bad}");
        }
    }
}

//! What can go wrong while a release is read or the site is written.

use std::path::{Path, PathBuf};

/// A release that can't be published, or a file that can't be read or written.
///
/// Everything a release holds is public, so these messages may quote it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// A folder or file outside any release.
    #[error("`{}` can't be {doing}\n\nhint: {hint}", path.display())]
    Path {
        /// `read`, `written`, `replaced`.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What to do.
        hint: &'static str,
        /// The system's words.
        source: std::io::Error,
    },
    /// Another run is writing the same site.
    #[error(
        "`{}` has been written by another run all the time\n\n\
         hint: wait for it to end and run the command again",
        site.display()
    )]
    Busy {
        /// The site.
        site: PathBuf,
    },
    /// A release lies in a folder of another name.
    #[error(
        "release `{release}` lies in a folder named `{folder}`\n\n\
         hint: give the folder the release's own name"
    )]
    Misplaced {
        /// The release's own name.
        release: String,
        /// The folder's.
        folder: String,
    },
    /// A file of a release can't be read.
    #[error(
        "`{file}` of release `{release}` can't be read\n\n\
         hint: restore the release from a copy"
    )]
    Read {
        /// The release's folder.
        release: String,
        /// The file, relative to it.
        file: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// `release.json` is not a release document.
    #[error(
        "`{file}` of release `{release}` can't be read as JSON\n\n\
         hint: restore the release from a copy"
    )]
    Json {
        /// The release's folder.
        release: String,
        /// The file, relative to it.
        file: String,
        /// The parser's words.
        source: serde_json::Error,
    },
    /// A Parquet file can't be read.
    #[error(
        "`{file}` of release `{release}` can't be read as Parquet\n\n\
         hint: restore the release from a copy"
    )]
    Parquet {
        /// The release's folder.
        release: String,
        /// The file, relative to it.
        file: String,
        /// The reader's words.
        source: parquet::errors::ParquetError,
    },
    /// A document of a release can't be printed.
    #[error(
        "`{document}` of release `{release}` can't be printed\n\n\
         hint: tell the makers of shumar: its own templates must print any release"
    )]
    Print {
        /// The release.
        release: String,
        /// The document, relative to the site.
        document: String,
        /// What is wrong with its template.
        source: shumar_print::PrintError,
    },
    /// A file of a release is not what it must be.
    #[error(
        "`{file}` of release `{release}` {what}\n\n\
         hint: restore the release from a copy; `shumar verify` tells all that is wrong"
    )]
    Flaw {
        /// The release's folder.
        release: String,
        /// The file, relative to it.
        file: String,
        /// What is wrong, as the end of a sentence.
        what: String,
    },
}

impl PublishError {
    /// Shorthand for [`PublishError::Path`].
    pub(crate) fn path(
        doing: &'static str,
        path: &Path,
        hint: &'static str,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Path { doing, path, hint, source }
    }

    /// Whether a file of a release is simply not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
    }

    /// The message in one line, with its cause and without its hint.
    pub(crate) fn brief(&self) -> String {
        use std::error::Error;
        let text = self.to_string();
        let first = text.lines().next().unwrap_or_default();
        match self.source().map(ToString::to_string) {
            Some(source) => format!("{first}: {}", source.lines().next().unwrap_or_default()),
            None => first.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io() -> std::io::Error {
        std::io::Error::other("disk gone")
    }

    #[test]
    fn every_message_says_what_where_and_what_to_do() {
        let json = serde_json::from_str::<u8>("x").expect_err("not a number");
        let release = || ("annual-2025".to_owned(), "release.json".to_owned());
        let parquet = parquet::errors::ParquetError::General("no footer".to_owned());
        let all = [
            PublishError::path("written", Path::new("site"), "check its rights")(io()),
            PublishError::Busy { site: "site".into() },
            PublishError::Misplaced { release: "a".to_owned(), folder: "b".to_owned() },
            PublishError::Read { release: release().0, file: release().1, source: io() },
            PublishError::Json { release: release().0, file: release().1, source: json },
            PublishError::Parquet { release: release().0, file: release().1, source: parquet },
            PublishError::Print {
                release: release().0,
                document: "papers/annual-2025/bulletin-en.pdf".to_owned(),
                source: shumar_print::PrintError::Date { date: "x".to_owned() },
            },
            PublishError::Flaw {
                release: release().0,
                file: release().1,
                what: "is gone".to_owned(),
            },
        ];
        for error in &all {
            let text = error.to_string();
            assert!(text.contains('`') && text.contains("\n\nhint: "), "{text}");
            assert!(!error.brief().contains('\n'), "{text}");
        }
        assert_eq!(all[0].brief(), "`site` can't be written: disk gone");
        assert_eq!(all[7].brief(), "`release.json` of release `annual-2025` is gone");
    }
}

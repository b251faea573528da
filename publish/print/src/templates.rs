//! The templates of the program itself, and the style that they share.

/// The shared style, a part of every template of ours: give it as one of a document's parts.
pub const STYLE: (&str, &[u8]) = ("style.typ", include_bytes!("../templates/style.typ"));

/// The certificate as a part: the bulletin ends with it.
pub const CERTIFICATE_PART: (&str, &[u8]) =
    ("certified.typ", include_bytes!("../templates/certified.typ"));

/// The bulletin of a release. Its parts are [`STYLE`] and [`CERTIFICATE_PART`].
pub const BULLETIN: &str = include_str!("../templates/bulletin.typ");

/// The certificate of a release. Its parts are [`STYLE`] and [`CERTIFICATE_PART`].
pub const CERTIFICATE: &str = include_str!("../templates/certificate.typ");

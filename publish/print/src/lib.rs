//! PDF documents: a template and its data become pages.

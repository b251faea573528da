//! Publishing and verifying releases made up here, with real noise sizes and a real signature.

mod hostile;
mod pages;
mod preview;
mod release;
mod site;
mod verify;

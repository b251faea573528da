//! The program as a user meets it: through the binary, on real files.

mod canary;
mod chain;
mod command_line;
mod crash;
mod demo;
mod sdi;
mod sixth_kind;
mod support;
mod tidy;

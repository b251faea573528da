//! The messages are built in: a changed one must be seen.

fn main() {
    println!("cargo:rerun-if-changed=../messages");
}

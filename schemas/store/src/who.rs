//! Who runs the program, as the operating system says.

use std::sync::OnceLock;

/// The operating system's user: the name of the process's owner, and beside it what the environment
/// says where that differs, since anyone can set a variable.
///
/// Examples: `amina`; `root (SUDO_USER=amina)`; `uid 1005`.
#[must_use]
pub fn who() -> String {
    static WHO: OnceLock<String> = OnceLock::new();
    WHO.get_or_init(found).clone()
}

fn found() -> String {
    let said: Vec<(&str, String)> = ["USER", "LOGNAME", "USERNAME", "SUDO_USER"]
        .into_iter()
        .filter_map(|name| Some((name, plain(&std::env::var(name).ok()?))))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let Some(owner) = owner() else {
        return said.first().map_or_else(
            || "unknown".to_owned(),
            |(name, value)| format!("unknown ({name}={value})"),
        );
    };
    let other = said.iter().filter(|(_, value)| *value != owner);
    let other: Vec<String> = other.map(|(name, value)| format!("{name}={value}")).collect();
    if other.is_empty() { owner } else { format!("{owner} ({})", other.join(", ")) }
}

/// The name of the user that the process runs as.
#[cfg(unix)]
fn owner() -> Option<String> {
    let asked = || {
        let output = std::process::Command::new("id").arg("-un").output().ok()?;
        let name = plain(&String::from_utf8(output.stdout).ok()?);
        (output.status.success() && !name.is_empty()).then_some(name)
    };
    let uid = std::fs::metadata("/proc/self").ok().map(|m| std::os::unix::fs::MetadataExt::uid(&m));
    match uid {
        Some(uid) => listed(uid).or_else(asked).or_else(|| Some(format!("uid {uid}"))),
        None => asked(),
    }
}

/// The name of the user that the process runs as.
#[cfg(not(unix))]
fn owner() -> Option<String> {
    std::env::var("USERNAME").ok().map(|name| plain(&name)).filter(|name| !name.is_empty())
}

/// The name of a number in the system's list of users.
#[cfg(unix)]
fn listed(uid: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let of_uid = |line: &str| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(uid)).then(|| plain(name))
    };
    users.lines().find_map(of_uid).filter(|name| !name.is_empty())
}

/// A name without anything that could be taken for something else.
fn plain(name: &str) -> String {
    name.trim().chars().filter(|c| c.is_alphanumeric() || "._-@\\".contains(*c)).take(64).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_named_whatever_the_environment_says() {
        let output = std::process::Command::new("id").arg("-un").output().expect("id");
        let name = String::from_utf8(output.stdout).expect("a name");
        assert_eq!(owner().as_deref(), Some(name.trim()));
        assert!(who().starts_with(name.trim()));
        assert_eq!(plain(" a\nb;c (d) "), "abcd");
    }
}

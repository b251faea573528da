//! The preview of the site, asked over TCP as a browser, or somebody worse, would.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{home, run, shumar, text};

const HOME: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test commission" }
[scope]
list = "district"
where = { province = "PK-KP" }
[privacy]
family = "laplace"
budget = "3"
bounds = { all = 2 }
"#;
/// What must never be sent.
const SECRET: &str = "a secret beside the site";

/// A running preview, ended with the test.
struct Preview {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

/// An answer: its status, its headers by their names in small letters, and its body.
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Preview {
    /// Serves a small site with everything around it that must stay unseen.
    fn start() -> Self {
        let dir = home(HOME);
        let home = dir.path().join("home");
        let site = home.join("site");
        for folder in ["en", "data/.hidden", "empty"] {
            std::fs::create_dir_all(site.join(folder)).expect("a folder");
        }
        let write = |name: &str, text: &str| {
            std::fs::write(site.join(name), text).expect("a file");
        };
        for name in ["index.html", "en/index.html", "style.css", "data/a b.csv"] {
            write(name, "of the site");
        }
        for kind in ["csv", "json", "jsonld", "parquet", "xlsx", "pdf", "woff2", "svg", "pub"] {
            write(&format!("data/file.{kind}"), "of the site");
        }
        for name in [".env", "data/.hidden/file.csv", "data/.file.csv"] {
            write(name, SECRET);
        }
        std::fs::write(home.join("secret.csv"), SECRET).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink(home.join("secret.csv"), site.join("data/link.csv")).expect("a link");
            symlink("../secret.csv", site.join("near.csv")).expect("a link");
            symlink(&home, site.join("up")).expect("a link");
            symlink(site.join("en"), site.join("inside")).expect("a link");
            let pipe = Command::new("mkfifo").arg(site.join("data/pipe.csv")).status();
            assert!(pipe.expect("mkfifo").success());
        }
        let mut child = shumar()
            .arg("--home")
            .arg(&home)
            .args(["serve", "--port", "0", "--quiet"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let port = line.trim().trim_end_matches('/').rsplit(':').next().expect("a port");
        let port = port.parse().unwrap_or_else(|_| panic!("no address in {line:?}"));
        Self { child, port, _dir: dir }
    }

    /// Sends these bytes and reads the answer; the request says that it is the only one.
    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it hears");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).expect("a status");
        let headers = lines.filter_map(|l| l.split_once(": "));
        Answer {
            status: status.parse().expect("a number"),
            headers: headers.map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect(),
            body: body.to_owned(),
        }
    }

    fn asked(&self, method: &str, target: &str, host: &str) -> Answer {
        let host = host.replace("PORT", &self.port.to_string());
        let target = target.replace("PORT", &self.port.to_string());
        self.send(&format!("{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n\r\n"))
    }

    fn get(&self, target: &str) -> Answer {
        self.asked("GET", target, "Host: 127.0.0.1:PORT\r\n")
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_and_data_come_with_their_media_types_and_guarding_headers() {
    let preview = Preview::start();
    let types = [
        ("/", "text/html; charset=utf-8"),
        ("/en/", "text/html; charset=utf-8"),
        ("/en/index.html?again=1", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/data/a%20b.csv", "text/csv; charset=utf-8"),
        ("/data/file.csv", "text/csv; charset=utf-8"),
        ("/data/file.json", "application/json"),
        ("/data/file.jsonld", "application/ld+json"),
        ("/data/file.parquet", "application/vnd.apache.parquet"),
        ("/data/file.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("/data/file.pdf", "application/pdf"),
        ("/data/file.woff2", "font/woff2"),
        ("/data/file.svg", "image/svg+xml"),
        ("/data/file.pub", "text/plain; charset=utf-8"),
    ];
    for (target, media) in types {
        let answer = preview.get(target);
        assert_eq!((answer.status, answer.body.as_str()), (200, "of the site"), "{target}");
        assert_eq!(answer.headers["content-type"], media, "{target}");
    }
    for target in ["/", "/nothing.html", "/data/link.csv"] {
        let headers = preview.get(target).headers;
        let is = |name: &str, value: &str| assert_eq!(headers[name], value, "{target}");
        is("cache-control", "no-store");
        is("x-content-type-options", "nosniff");
        is("x-frame-options", "DENY");
        is("referrer-policy", "no-referrer");
        is("cross-origin-resource-policy", "same-origin");
        is("content-security-policy", shumar_publish::POLICY);
    }
    assert!(shumar_publish::POLICY.starts_with("default-src 'none'"));
    let redirect = preview.get("/en");
    assert_eq!((redirect.status, redirect.headers["location"].as_str()), (307, "/en/"));
    let head = preview.asked("HEAD", "/data/file.csv", "Host: localhost:PORT\r\n");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(preview.asked(method, "/", "Host: 127.0.0.1:PORT\r\n").status, 405, "{method}");
    }
}

#[test]
fn nothing_but_the_site_can_be_reached() {
    let preview = Preview::start();
    let targets = [
        "/../secret.csv",
        "/en/../../secret.csv",
        "/%2e%2e/secret.csv",
        "/%2e%2e%2fsecret.csv",
        "/..%2fsecret.csv",
        "/..%5csecret.csv",
        "/..\\secret.csv",
        "/%252e%252e/secret.csv",
        "/en/%2e%2e/%2e%2e/secret.csv",
        "/....//secret.csv",
        "/%00/../secret.csv",
        "/index.html%00.csv",
        "/%c0%ae%c0%ae/secret.csv",
        "//127.0.0.1/en",
        "//en",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/etc/passwd",
        "/%2f%2fetc%2fpasswd",
        "/.env",
        "/%2eenv",
        "/data/.file.csv",
        "/data/.hidden/file.csv",
        "/data/link.csv",
        "/near.csv",
        "/up/secret.csv",
        "/up/shumar.toml",
        "/up/keys/signing.key",
        "/inside/index.html",
        "/data/pipe.csv",
        "/data/",
        "/empty/",
        "/nothing.html",
        "/index.html/",
        "/index.html/en",
    ];
    for target in targets {
        let answer = preview.get(target);
        assert!([400, 404].contains(&answer.status), "{target}: {}", answer.status);
        assert!(!answer.headers.contains_key("location"), "{target}");
        for word in [SECRET, "root:", "of the site", "a b.csv", "format ="] {
            assert!(!answer.body.contains(word), "{target}: {}", answer.body);
        }
    }
    assert_eq!(preview.get("/").status, 200);
}

/// A page elsewhere can make its own name point at this machine. The browser then says that name.
#[test]
fn only_who_asks_for_this_machine_by_name_is_answered() {
    let preview = Preview::start();
    for host in ["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT"] {
        assert_eq!(preview.asked("GET", "/", &format!("Host: {host}\r\n")).status, 200, "{host}");
    }
    let hosts = [
        "Host: shumar.example:PORT\r\n",
        "Host: shumar.example\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: 127.0.0.1:1\r\n",
        "Host: localhost.shumar.example:PORT\r\n",
        "Host: 127.0.0.1.shumar.example:PORT\r\n",
        "Host: localhost@shumar.example:PORT\r\n",
        "Host: shumar.example@localhost:PORT\r\n",
        "Host: 127.0.0.1:PORT\r\nHost: shumar.example:PORT\r\n",
        "Host: shumar.example:PORT\r\nHost: 127.0.0.1:PORT\r\n",
        "Host:\r\n",
        "",
    ];
    for host in hosts {
        let answer = preview.asked("GET", "/", host);
        assert!([400, 421].contains(&answer.status), "{host}: {}", answer.status);
        assert!(!answer.body.contains("of the site"), "{host}");
    }
    let absolute = |target| preview.asked("GET", target, "Host: 127.0.0.1:PORT\r\n").status;
    assert_eq!(absolute("http://shumar.example:PORT/"), 421);
    assert_eq!(absolute("http://127.0.0.1:PORT/"), 200);
}

#[test]
fn it_listens_on_the_loopback_address_only() {
    let preview = Preview::start();
    let port = format!("{:04X}", preview.port);
    let Ok(table) = std::fs::read_to_string("/proc/net/tcp") else { return };
    let table = table + &std::fs::read_to_string("/proc/net/tcp6").unwrap_or_default();
    let listening = table.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next()?, fields.nth(1)?);
        let (address, at) = local.split_once(':')?;
        (at == port && state == "0A").then_some(address)
    });
    assert_eq!(listening.collect::<Vec<_>>(), ["0100007F"]);
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_ends_well_even_while_somebody_is_connected() {
    for signal in ["-INT", "-TERM"] {
        let mut preview = Preview::start();
        assert_eq!(preview.get("/").status, 200);
        let mut idle = TcpStream::connect(("127.0.0.1", preview.port)).expect("it listens");
        idle.write_all(b"GET / HTTP/1.1\r\nHost: 127").expect("it hears");
        let pid = preview.child.id().to_string();
        let told = Command::new("kill").args([signal, &pid]).status().expect("kill");
        assert!(told.success());
        let since = Instant::now();
        let status = preview.child.wait().expect("it ends");
        assert!(since.elapsed() < Duration::from_secs(10), "{signal}: {:?}", since.elapsed());
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(TcpStream::connect(("127.0.0.1", preview.port)).is_err(), "{signal}");
    }
}

#[test]
fn what_hinders_it_is_told_with_what_to_do() {
    let dir = home(HOME);
    let output = run(&dir.path().join("home"), &["serve", "--port", "0"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("`shumar publish`"), "{}", text(&output));
    let site = dir.path().join("home/site");
    std::fs::create_dir_all(&site).expect("a folder");
    std::fs::write(site.join("index.html"), "").expect("a file");
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = run(&dir.path().join("home"), &["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("--port 0"), "{}", text(&output));
}

//! `shumar serve`: the site on this machine alone, to be looked at before it is put on a server.
//!
//! It listens on the loopback address, answers only who asks for it by that name (a page elsewhere
//! could otherwise point a name of its own here and read the site), and reads nothing but files of
//! the site.

mod folder;

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use folder::Folder;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::services::ServeDir;

use crate::cli::{Format, Serve};
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// How long open connections may finish once it is stopped.
const PATIENCE: Duration = Duration::from_secs(2);
/// The names by which a browser on this machine asks for the loopback address.
const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];
/// Headers of every answer, besides the policy of the pages.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Serves the home's site until it is stopped, and says nothing more then.
pub(super) fn run(
    home: &Home,
    arguments: &Serve,
    format: Format,
    progress: &Progress,
) -> Result<Output, Failure> {
    let site = home.dir.join("site");
    if !site.join("index.html").is_file() {
        return Err(Failure::refused(format!(
            "`{}` is not a site yet\n\nhint: build it with `shumar publish`",
            site.display()
        )));
    }
    let root = site.canonicalize().map_err(at(&site))?;
    super::runtime()?.block_on(async {
        let (listener, port) = listen(arguments.port).await?;
        let stop = stopping()?;
        let address = format!("http://{}:{port}/", Ipv4Addr::LOCALHOST);
        told(&address, &root.display().to_string()).print(format)?;
        progress.remark("Only this machine can reach it. Ctrl-C stops it.");
        let served = serve(listener, pages(Folder::new(root.clone()), &root, port), stop).await;
        served.map_err(|e| Failure::broken(format!("the site can't be served any more: {e}")))
    })?;
    Ok(Output::done())
}

/// The address, as text for people and machines.
fn told(address: &str, site: &str) -> Output {
    let mut rows = Rows::new(&["address", "site"]);
    rows.push([address.to_owned(), site.to_owned()]);
    let text = format!("The site is at {address}");
    Output { text, json: json!({ "address": address, "site": site }), rows, code: 0 }
}

/// Listens on the loopback address, and on no other.
async fn listen(port: u16) -> Result<(TcpListener, u16), Failure> {
    let bound = async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok((listener, port))
    };
    bound.await.map_err(|e: io::Error| {
        Failure::refused(format!(
            "port {port} of this machine can't be used: {e}\n\nhint: name another one with `--port`, or `--port 0` for any free one"
        ))
    })
}

/// Becomes true when the program is told to stop: by Ctrl-C, or by the system.
fn stopping() -> Result<watch::Receiver<bool>, Failure> {
    let broken = |e: io::Error| Failure::broken(format!("signals can't be heard: {e}"));
    let (tell, told) = watch::channel(false);
    #[cfg(unix)]
    let mut ended = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::interrupt()).map_err(broken)?,
            signal(SignalKind::terminate()).map_err(broken)?,
        )
    };
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! { _ = ended.0.recv() => {}, _ = ended.1.recv() => {} }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await.map_err(broken);
        let _ = tell.send(true);
    });
    Ok(told)
}

/// Serves until told to stop; answers that are on their way get a moment to arrive.
async fn serve(
    listener: TcpListener,
    pages: Router,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let stopped = |mut stop: watch::Receiver<bool>| async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let server = axum::serve(listener, pages).with_graceful_shutdown(stopped(stop.clone()));
    tokio::select! {
        served = server.into_future() => served,
        () = async { stopped(stop).await; tokio::time::sleep(PATIENCE).await } => Ok(()),
    }
}

/// The files of the folder, behind the guard.
fn pages(folder: Folder, root: &std::path::Path, port: u16) -> Router {
    let files = ServeDir::with_backend(root, folder);
    Router::new().fallback_service(files).layer(from_fn_with_state(port, guard))
}

/// Refuses who asks under another name; gives every answer its headers.
async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    // A path that begins with two strokes would be sent on to a host of that name.
    let doubled = request.uri().path().contains("//");
    let plain = request.uri().path().rsplit_once('.').is_some_and(|(_, e)| PLAIN.contains(&e));
    let mut response = if !asked_here(&request, port) {
        (StatusCode::MISDIRECTED_REQUEST, "this is a preview for its own machine only\n")
            .into_response()
    } else if doubled {
        StatusCode::NOT_FOUND.into_response()
    } else {
        next.run(request).await
    };
    let ok = response.status().is_success();
    protect(response.headers_mut(), plain && ok);
    response
}

/// Whether a request names this machine, everywhere that it names one.
fn asked_here(request: &Request, port: u16) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let host = Authority::try_from(host.as_bytes()).ok();
    let ours = |authority: &Authority| {
        !authority.as_str().contains('@')
            && NAMES.iter().any(|name| authority.host().eq_ignore_ascii_case(name))
            && authority.port_u16().unwrap_or(80) == port
    };
    host.is_some_and(|host| ours(&host)) && request.uri().authority().is_none_or(ours)
}

/// Texts that the table of media types does not know: keys, signatures and lists of hashes.
const PLAIN: [&str; 3] = ["pub", "minisig", "sha256"];

/// Headers that keep a browser from doing more with a file than the pages do. Texts are UTF-8;
/// keys and signatures are texts, which the table of media types does not know.
fn protect(headers: &mut HeaderMap, plain: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_static(shumar_publish::POLICY);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let media = headers.get(header::CONTENT_TYPE).and_then(|m| m.to_str().ok());
    let media = match media {
        _ if plain => Some("text/plain; charset=utf-8".to_owned()),
        Some(m) if m.starts_with("text/") && !m.contains("charset") => {
            Some(format!("{m}; charset=utf-8"))
        }
        _ => None,
    };
    if let Some(media) = media.and_then(|m| HeaderValue::try_from(m).ok()) {
        headers.insert(header::CONTENT_TYPE, media);
    }
}

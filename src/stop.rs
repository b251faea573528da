//! Being told to stop: by Ctrl-C, by the system, or by the end of what started this program.
//!
//! The first word asks to stop between two steps; a second one ends the program at once, which is
//! safe at any moment.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};

use crate::failure::{BROKEN, Failure};

/// Whether we were told to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Begins to listen to the system.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let stop = Self::default();
        let (tell, hear) = channel();
        let told = stop.clone();
        std::thread::spawn(move || told.signals(&tell));
        let broken = |e| Failure::broken(format!("signals can't be heard: {e}"));
        match hear.recv() {
            Ok(None) => Ok(stop),
            Ok(Some(e)) => Err(broken(e)),
            Err(e) => Err(broken(e.to_string())),
        }
    }

    /// Stops too when standard input ends: whoever started us is gone, or says so by closing it.
    pub(crate) fn with_parent(self) -> Self {
        let told = self.clone();
        std::thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            told.ask();
        });
        self
    }

    /// Whether to stop now.
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn signals(&self, ready: &Sender<Option<String>>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(e) => {
                let _ = ready.send(Some(e.to_string()));
                return;
            }
        };
        let heard = runtime.block_on(async {
            #[cfg(unix)]
            {
                use tokio::signal::unix::{SignalKind, signal};
                let mut interrupt = signal(SignalKind::interrupt())?;
                let mut terminate = signal(SignalKind::terminate())?;
                let _ = ready.send(None);
                loop {
                    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                    self.heard();
                }
            }
            #[cfg(not(unix))]
            {
                let _ = ready.send(None);
                loop {
                    tokio::signal::ctrl_c().await?;
                    self.heard();
                }
            }
            #[expect(unreachable_code, reason = "it says what an error is")]
            Ok::<(), std::io::Error>(())
        });
        if let Err(e) = heard {
            let _ = ready.send(Some(e.to_string()));
        }
    }

    fn heard(&self) {
        if self.asked() {
            std::process::exit(i32::from(BROKEN));
        }
        self.ask();
        crate::say("stopping after this step; a second Ctrl-C ends at once");
    }
}

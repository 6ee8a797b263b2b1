//! A real `patcycle serve` or `patcycle console`.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Patcycle, dev};

const START_LIMIT: Duration = Duration::from_secs(30);

/// A running server; it ends with the test, however that ends.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// What it wrote when it was ready.
    pub urls: Value,
}

impl Server {
    /// Starts `patcycle` with these arguments, and waits until it says that it is ready. Logs go to `NAME.log` below
    /// `directory`.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(patcycle: &Patcycle, directory: &Path, arguments: &[&str]) -> Self {
        let name = arguments[0];
        let (ready, log) = (directory.join(format!("{name}.json")), directory.join(format!("{name}.log")));
        // A killed process leaves it behind.
        let _ = fs::remove_file(&ready);
        let log_file = fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut child = patcycle
            .command(arguments)
            .args(["--ready-file", ready.to_str().unwrap()])
            .env("PATCYCLE_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log_file)
            .spawn()
            .unwrap();
        let deadline = Instant::now() + START_LIMIT;
        while !ready.exists() {
            let said = || fs::read_to_string(&log).unwrap();
            assert!(child.try_wait().unwrap().is_none(), "it ended: {}", said());
            assert!(Instant::now() < deadline, "it did not come up: {}", said());
            std::thread::sleep(Duration::from_millis(5));
        }
        let urls = serde_json::from_slice(&fs::read(ready).unwrap()).unwrap();
        Self { child, urls }
    }

    /// One of the addresses that it is reached at.
    #[track_caller]
    pub fn url(&self, name: &str) -> &str {
        self.urls[name].as_str().unwrap().trim_end_matches('/')
    }

    /// Asks it to stop, and waits for it. Gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        dev::terminate(&self.child);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

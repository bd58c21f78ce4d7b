//! A run of the suite against a testee that takes memory.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A run of the suite.
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) report: Value,
    pub(crate) out: String,
}

impl Run {
    pub(crate) fn new(name: &str, testee: &str, options: &[&str]) -> Self {
        let folder = super::folder(&format!("memory-{name}"));
        let report = folder.join("report.json");
        let small = super::corpus(&folder);
        let corpus = if options.contains(&"--filter") { vec![] } else { vec!["--corpus", small.to_str().unwrap()] };
        let json = format!("json={}", report.display());
        let common = ["--testee", testee, "--depth", "quick", "--jobs", "1", "--seed", "7", "--timeout", "30"];
        let output = super::conformance(&[&common, &corpus[..], &["--report", &json], options].concat());
        let out = super::stdout(&output) + &super::stderr(&output);
        let report = fs::read(report).map_or(Value::Null, |report| serde_json::from_slice(&report).unwrap());
        Self { exit: output.status.code().unwrap(), report, out }
    }

    pub(crate) fn hostile(behaviour: &str) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/hostile.py");
        Self::new(behaviour, &format!("python3 {} {behaviour}", shell_words::quote(program.to_str().unwrap())), &[])
    }

    /// Returns the id of the case, the status and the text of each failure.
    pub(crate) fn failures(&self) -> Vec<[&str; 3]> {
        let failures = self.report["failures"].as_array().unwrap();
        failures.iter().map(|failure| ["id", "status", "got"].map(|key| failure[key].as_str().unwrap())).collect()
    }

    #[track_caller]
    pub(crate) fn fails_once_with(&self, starts: &str, ends: &str) {
        let failures = self.failures();
        let [["v1/record/empty", "memory", got]] = failures[..] else { panic!("{}", self.out) };
        assert!(got.starts_with(starts) && got.ends_with(ends), "{got}");
        assert_eq!((self.exit, &self.report["statuses"]["pass"]), (1, &Value::from(13)));
        assert_eq!((&self.report["restarts"], &self.report["memory"]), (&Value::from(1), &Value::from("enforced")));
    }

    #[track_caller]
    pub(crate) fn passes(&self) {
        assert_eq!(self.exit, 0, "{}", self.out);
    }
}

//! Running the program as a user does.
#![allow(dead_code)] // Each test file uses its own part.

use assert_cmd::Command;
use serde_json::Value;
use std::process::Output;

/// The program, its work kept small: few images, few threads.
pub fn crosscut(args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("crosscut").expect("the program is built");
    command.args(args).output().expect("the program runs")
}

/// Its standard err stream as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Its standard out stream as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs with `--json`, expects success and nothing but JSON on standard output.
pub fn json(args: &[&str]) -> Value {
    let output = crosscut(&[args, &["--json"]].concat());
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args:?}: {}",
        stderr(&output)
    );
    serde_json::from_slice(&output.stdout).expect("standard output is one JSON document")
}

/// Expects text on standard output and exit code 0.
pub fn text(args: &[&str]) -> String {
    let output = crosscut(args);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args:?}: {}",
        stderr(&output)
    );
    stdout(&output)
}

/// Expects one error on standard error, nothing on standard output and exit code 2; gives the error.
pub fn refused(args: &[&str]) -> String {
    let output = crosscut(args);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
    assert!(output.stdout.is_empty(), "{args:?}: {}", stdout(&output));
    let errors = text.lines().filter(|l| l.starts_with("error")).count();
    assert_eq!(errors, 1, "{args:?}: {text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// Every key is there.
pub fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "no `{key}` in {value}");
    }
}

//! What can go wrong outside of the program: nobody reads its messages, several runs share a folder, a file cannot be put
//! in its place.

mod common;

use common::{crosscut, stderr, text};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin("crosscut"))
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |e: std::io::Result<std::fs::DirEntry>| {
        let name = e.expect("an entry").file_name();
        name.to_str().expect("a plain name").to_string()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// The digests say what is there.
fn whole(folder: &Path) {
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("the digests");
    assert!(sums.lines().count() + 1 == names(folder).len(), "{sums}");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a digest and a name");
        let bytes = std::fs::read(folder.join(name)).expect("the file");
        let found: String = Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(sum, found, "{name}");
    }
}

#[test]
fn standard_error_may_be_full() {
    let full = || File::options().write(true).open("/dev/full");
    if full().is_err() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // isaac-8b says on standard error that figures are recalled.
    let out = folder.path().join("out");
    let quiet = program()
        .args(["run", "--arch", "isaac-8b", "--out"])
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(full().expect("opened"))
        .status()
        .expect("the program runs");
    assert_eq!(quiet.code(), Some(0));
    whole(&out);
    // Wrong input stays wrong input.
    let wrong = program()
        .args(["run", "--arch", "nothing"])
        .stderr(full().expect("opened"))
        .status()
        .expect("the program runs");
    assert_eq!(wrong.code(), Some(2));
}

#[test]
fn runs_into_one_folder_leave_the_files_of_one() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..3 {
        let machines = ["reram-64", "isaac-8b", "isaac-ce", "pcm-256"];
        let runs = machines.map(|machine| {
            program()
                .args(["map", "--arch", machine, "--out"])
                .arg(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program runs")
        });
        for mut run in runs {
            assert!(run.wait().expect("it ends").success());
        }
        whole(folder.path());
    }
}

#[test]
fn a_file_without_a_place_leaves_no_digests_and_nothing_temporary() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a plain path");
    text(&["map", "--out", out]);
    whole(folder.path());
    let before = names(folder.path());
    let report = folder.path().join("report.json");
    std::fs::remove_file(&report).expect("removed");
    std::fs::create_dir(&report).expect("made");
    let failed = crosscut(&["map", "--out", out]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(
        stderr(&failed).contains("report.json"),
        "{}",
        stderr(&failed)
    );
    let left = before.into_iter().filter(|n| n != "SHA256SUMS");
    assert_eq!(names(folder.path()), left.collect::<Vec<_>>());
}

/// Sends SIGINT after some milliseconds; gives the exit code and what stands on standard error.
#[cfg(unix)]
fn interrupted(args: &[&str], after_ms: u64) -> (Option<i32>, String) {
    let child = program()
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    std::thread::sleep(std::time::Duration::from_millis(after_ms));
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.expect("kill runs").success(), "{args:?} ended early");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), text)
}

/// Work that lasts for minutes, so that the signal comes in its middle whatever the machine.
#[cfg(unix)]
#[test]
fn the_first_interrupt_ends_long_work_with_what_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let out = out.to_str().expect("a plain path");
    // Six thousand chips, one after the other.
    let long = ["exec", "--arch", "pcm-256", "--seeds", "6000", "--out", out];
    let (code, text) = interrupted(&long, 1500);
    assert_eq!(code, Some(130), "{text}");
    let report = std::fs::read_to_string(format!("{out}/report.json"));
    if let Ok(report) = report {
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["partial"]["reason"], "interrupted");
        assert!(report["partial"]["images_done"].as_u64().expect("a number") > 0);
        assert!(report["chips"].is_null());
        whole(Path::new(out));
    } else {
        // Nothing was done yet: nothing is there.
        assert!(text.contains("nothing was written"), "{text}");
        assert!(!Path::new(out).exists());
    }
    let kept = folder.path().join("kept");
    let kept = kept.to_str().expect("a plain path");
    let epochs = [
        "train",
        "--epochs",
        "100000",
        "--out",
        out,
        "--checkpoint",
        kept,
    ];
    let (code, text) = interrupted(&epochs, 2500);
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("interrupted in epoch"), "{text}");
    assert!(!Path::new(out).join("network.onnx").exists());
}

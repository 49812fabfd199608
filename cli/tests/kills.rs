//! Kills at any moment, disks that are full, places that cannot be written: nothing half-written stays, and a run that goes
//! on ends with the same bytes.
#![cfg(unix)]

mod common;

use common::{crosscut, stderr};
use crosscut::traces::random::Key;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Moments of the kills, fifty for four verbs. Another seed gives others.
const SEED: u64 = 17;

fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("crosscut"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Files of a folder, hidden ones left out: a kill may leave temporary files, which are hidden.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_name()?.to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a file");
        (!name.starts_with('.')).then_some((name, bytes))
    };
    entries.filter_map(file).collect()
}

/// Where digests stand, they are of the files beside them.
fn digests_hold(found: &BTreeMap<String, Vec<u8>>) {
    let Some(sums) = found.get("SHA256SUMS") else {
        return;
    };
    let sums = String::from_utf8_lossy(sums);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a digest and a name");
        let digest = Sha256::digest(found.get(name).expect("it is there"));
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(sum, hex, "{name}");
    }
    assert_eq!(sums.lines().count() + 1, found.len());
}

/// Kills a verb many times over, each time after a part of the time that a whole run takes, then lets it end.
fn survives(verb: &str, kills: u64, args: &[&str], goes_on: &[&str]) {
    let root = tempfile::tempdir().expect("a folder");
    let (clean, out) = (root.path().join("clean"), root.path().join("out"));
    let kept = root.path().join("kept");
    let command = |out: &Path, more: &[&str]| {
        let mut command = program();
        command
            .arg(verb)
            .args(args)
            .args(more)
            .arg("--out")
            .arg(out);
        if !more.is_empty() {
            command.arg("--checkpoint").arg(&kept);
        }
        command
    };
    let began = Instant::now();
    assert!(command(&clean, &[]).status().expect("it runs").success());
    let whole = began.elapsed();
    let clean = files(&clean);
    digests_hold(&clean);
    println!("{verb}: {kills} kills, seed {SEED}");
    let key = Key::new(SEED).named(verb);
    let mut cut = 0;
    for n in 0..kills {
        let share = (key.bits(n) >> 11) as f64 / (1u64 << 53) as f64;
        let mut child = command(&out, goes_on).spawn().expect("it runs");
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        // SIGKILL; a run that is done already is not hurt.
        child.kill().expect("killed");
        let ended = child.wait().expect("it ends").success();
        cut += u64::from(!ended);
        let found = files(&out);
        digests_hold(&found);
        for (name, bytes) in &found {
            assert!(
                clean.get(name) == Some(bytes),
                "{verb}, kill {n}: {name} is not whole"
            );
        }
        for (name, bytes) in files(&kept) {
            assert!(!bytes.is_empty(), "{verb}, kill {n}: {name} is empty");
        }
        if ended {
            // There is nothing left to go on with: from the start again.
            for folder in [&out, &kept].into_iter().filter(|f| f.exists()) {
                std::fs::remove_dir_all(folder).expect("removed");
            }
        }
    }
    println!("{verb}: {cut} of {kills} runs were cut");
    assert!(cut > 0, "no kill of {verb} came before its end");
    assert!(command(&out, goes_on).status().expect("it runs").success());
    assert!(
        files(&out) == clean,
        "{verb} ends with other files: {:?}",
        files(&out).keys()
    );
}

const FEW: [&str; 4] = ["--images", "8", "--calibration-images", "16"];

#[test]
fn exec_survives_kills() {
    survives(
        "exec",
        18,
        &[&["--arch", "pcm-256", "--seeds", "3"], &FEW[..]].concat(),
        &[],
    );
}

#[test]
fn prune_survives_kills() {
    survives("prune", 14, &[&["--ratio", "0.5"], &FEW[..]].concat(), &[]);
}

#[test]
fn compare_survives_kills() {
    let few = "--ratio 0.5 --methods none --images 4 --calibration-images 8 --points 4";
    survives("compare", 6, &few.split(' ').collect::<Vec<_>>(), &[]);
}

/// A training that is killed goes on from its last whole epoch.
#[test]
fn train_survives_kills_and_goes_on() {
    let few = ["--epochs", "4", "--train-images", "256", "--images", "64"];
    survives("train", 12, &few, &["--resume"]);
}

/// A sweep that takes about as long as a kill needs to be felt.
const SWEEP: &str = "sweep --estimate --set crossbar.rows=16..128+16 --set crossbar.columns=32..128+32 --set replicas=one --set cost.dac.energy=1fJ,2fJ";

fn sweep(out: &Path) -> Command {
    let mut command = program();
    command.args(SWEEP.split(' ')).arg("--out").arg(out);
    command
}

/// Whole lines of a log; each is a row, and no point is there twice.
fn points(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |n| &text[..n]);
    let lines: Vec<String> = whole.lines().map(str::to_string).collect();
    let mut seen = std::collections::BTreeSet::new();
    for line in lines.iter().skip(1) {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        assert!(seen.insert(row["index"].as_u64()), "{line} is there twice");
    }
    lines
}

/// A sweep that is killed goes on from its last whole line: nothing is lost and nothing doubled.
#[test]
fn sweep_survives_kills_and_goes_on() {
    let root = tempfile::tempdir().expect("a folder");
    let (clean, out) = (root.path().join("clean"), root.path().join("out"));
    let began = Instant::now();
    assert!(sweep(&clean).status().expect("it runs").success());
    let whole = began.elapsed().as_secs_f64();
    let without_log = |folder: &Path| {
        let mut found = files(folder);
        found.remove("log.jsonl");
        digests_hold(&found);
        found
    };
    let clean = without_log(&clean);
    assert!(clean.contains_key("results.csv") && clean.contains_key("SHA256SUMS"));
    let key = Key::new(SEED).named("sweep");
    let (mut before, mut cut, mut partly) = (Vec::new(), 0, 0);
    for n in 0..50 {
        let share = (key.bits(n) >> 11) as f64 / (1u64 << 53) as f64;
        let mut child = sweep(&out).spawn().expect("it runs");
        std::thread::sleep(Duration::from_secs_f64(whole * share));
        child.kill().expect("killed");
        let ended = child.wait().expect("it ends").success();
        let lines = points(&out.join("log.jsonl"));
        assert!(lines.starts_with(&before), "kill {n} lost a line");
        let results = without_log(&out);
        assert!(
            results
                .iter()
                .all(|(name, bytes)| clean.get(name) == Some(bytes)),
            "kill {n}"
        );
        cut += u32::from(!ended);
        partly += u32::from(!ended && lines.len() > 1 && lines.len() < 65);
        before = lines;
        if ended {
            std::fs::remove_dir_all(&out).expect("removed");
            before.clear();
        }
    }
    println!("sweep: {cut} of 50 runs were cut, {partly} of them between rows");
    assert!(
        partly > 0,
        "no kill came between the first row and the last"
    );
    assert!(sweep(&out).status().expect("it runs").success());
    assert_eq!(points(&out.join("log.jsonl")).len(), 65);
    assert!(without_log(&out) == clean);
}

/// On a disk that fills up a sweep ends with an error, and goes on once there is room.
#[test]
fn a_sweep_goes_on_after_a_full_disk() {
    let root = tempfile::tempdir().expect("a folder");
    let (clean, out) = (root.path().join("clean"), root.path().join("out"));
    let run = |limit: &str, out: &Path| {
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
        Command::new("bash")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin("crosscut"))
            .args(SWEEP.split(' '))
            .arg("--out")
            .arg(out)
            .output()
    };
    let Ok(full) = run("24", &out) else {
        println!("skipped: no bash here");
        return;
    };
    let said = stderr(&full);
    assert_eq!(full.status.code(), Some(2), "{said}");
    assert!(
        said.contains("cannot write") && said.contains("log.jsonl"),
        "{said}"
    );
    let left = points(&out.join("log.jsonl")).len();
    assert!((2..65).contains(&left), "{left} lines");
    assert_eq!(
        run("unlimited", &out).expect("it runs").status.code(),
        Some(0)
    );
    assert!(sweep(&clean).status().expect("it runs").success());
    let [a, b] = [&clean, &out].map(|f| std::fs::read(f.join("results.csv")).expect("results"));
    assert!(a == b);
}

/// A limit on the size of files stands for a disk that fills up: a write ends early with an error.
#[test]
fn a_full_disk_leaves_the_folder_as_it_was() {
    let root = tempfile::tempdir().expect("a folder");
    let out = root.path().join("out");
    let run = |limit: &str| {
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" \"$@\"");
        Command::new("bash")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin("crosscut"))
            .args(["run", "--out"])
            .arg(&out)
            .output()
    };
    let Ok(full) = run("8") else {
        println!("skipped: no bash here");
        return;
    };
    let said = stderr(&full);
    assert_eq!(full.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write"), "{said}");
    assert!(
        !out.exists(),
        "a folder is left of a run that wrote nothing"
    );
    assert_eq!(run("unlimited").expect("it runs").status.code(), Some(0));
    let before = files(&out);
    digests_hold(&before);
    assert_eq!(run("8").expect("it runs").status.code(), Some(2));
    assert!(files(&out) == before);
    let all = std::fs::read_dir(&out).expect("a folder").count();
    assert_eq!(all, before.len(), "temporary files are left");
}

#[test]
fn places_that_cannot_be_written_are_named() {
    let root = tempfile::tempdir().expect("a folder");
    let file = root.path().join("file");
    std::fs::write(&file, "mine").expect("written");
    let dangling = root.path().join("dangling");
    std::os::unix::fs::symlink("/nowhere/at/all", &dangling).expect("a link");
    for out in [&file, &file.join("below"), &dangling.join("below")] {
        let out = out.to_str().expect("a plain path");
        for verb in ["map", "prune", "train"] {
            let failed = crosscut(&[verb, "--out", out]);
            assert_eq!(
                failed.status.code(),
                Some(2),
                "{verb} {out}: {}",
                stderr(&failed)
            );
            assert!(stderr(&failed).contains("cannot"), "{}", stderr(&failed));
        }
    }
    assert_eq!(std::fs::read(&file).expect("still there"), b"mine");
    let locked = root.path().join("locked");
    std::fs::create_dir(&locked).expect("a folder");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o555);
    std::fs::set_permissions(&locked, mode).expect("its mode");
    if std::fs::write(locked.join("probe"), "").is_ok() {
        println!("skipped: this user may write into folders that are read-only");
        return;
    }
    let failed = crosscut(&["map", "--out", locked.to_str().expect("plain")]);
    assert_eq!(failed.status.code(), Some(2), "{}", stderr(&failed));
}

/// Names of files need not be text.
#[test]
fn names_that_are_no_text_are_names() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().expect("a folder");
    let odd = |name: &[u8]| root.path().join(std::ffi::OsStr::from_bytes(name));
    let out = odd(b"\xff out \xfe");
    let made = program().args(["map", "--out"]).arg(&out).status();
    assert_eq!(made.expect("it runs").code(), Some(0));
    digests_hold(&files(&out));
    let mapping = odd(b"\xffm.json");
    std::fs::copy(out.join("mapping.json"), &mapping).expect("copied");
    let mapped = program().args(["map", "--mapping"]).arg(&mapping).status();
    assert_eq!(mapped.expect("it runs").code(), Some(0));
    // Where a name may be a preset or a file it is text: refused, no panic.
    for option in ["--arch", "--network", "--data"] {
        let verb = if option == "--data" { "exec" } else { "map" };
        let refused = program()
            .args([verb, option])
            .arg(odd(b"\xff.toml"))
            .status();
        assert_eq!(refused.expect("it runs").code(), Some(2), "{option}");
    }
}

/// A reader that goes away ends the program quietly; so does a standard output that is closed from the start.
#[test]
fn readers_may_go_away() {
    for args in [
        "run --json",
        "map",
        "arch show isaac-ce",
        "network list",
        "arch list --json",
    ] {
        let script = format!("\"$0\" {args} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}");
        let piped = Command::new("bash")
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin("crosscut"))
            .output();
        let Ok(piped) = piped else {
            println!("skipped: no bash here");
            return;
        };
        assert_eq!(String::from_utf8_lossy(&piped.stdout).trim(), "0", "{args}");
        assert!(!stderr(&piped).contains("panicked"), "{}", stderr(&piped));
    }
}

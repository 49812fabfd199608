//! `sweep --launch`: the script does what one call does, and is submitted as it should be.
#![cfg(unix)]

mod common;

use common::{json, refused, stderr, text};
use std::path::Path;
use std::process::{Command, Output};

const PLAN: [&str; 6] = [
    "sweep",
    "--estimate",
    "--set",
    "crossbar.rows=32,64,128",
    "--set",
    "budget=none,2 chips",
];

fn results(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("results.csv")).expect("results")
}

/// Runs the program with other programs found first in `path`.
fn with_path(path: &Path, args: &[&str]) -> Output {
    let old = std::env::var("PATH").unwrap_or_default();
    Command::new(assert_cmd::cargo::cargo_bin("crosscut"))
        .args(args)
        .env("PATH", format!("{}:{old}", path.display()))
        .output()
        .expect("it runs")
}

#[test]
fn the_shards_of_the_script_are_the_sweep() {
    let root = tempfile::tempdir().expect("a folder");
    let [whole, out] = ["whole", "in parts"].map(|n| root.path().join(n));
    let [w, o] = [&whole, &out].map(|p| p.to_str().expect("plain"));
    json(&[&PLAN[..], &["--out", w]].concat());
    let launch = [
        "--launch", "none", "--shards", "3", "--cpus", "2", "--time", "00:10:00", "--out", o,
    ];
    let said = text(&[&PLAN[..], &launch].concat());
    assert!(!out.exists(), "a printed script writes nothing");
    for line in [
        "#SBATCH --array=1-3",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --time=00:10:00",
        "#SBATCH --requeue",
        "afterany",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let script = root.path().join("script");
    std::fs::write(&script, &said).expect("written");
    for shard in ["1", "2", "3"] {
        let ran = Command::new("bash")
            .arg(&script)
            .env("SLURM_ARRAY_TASK_ID", shard)
            .output();
        let Ok(ran) = ran else {
            println!("skipped: no bash here");
            return;
        };
        assert!(ran.status.success(), "{}", stderr(&ran));
    }
    json(&["sweep", "merge", o, "--out", o]);
    assert!(results(&whole) == results(&out));
}

/// A stand-in for `sbatch` keeps what it is given.
#[test]
fn an_array_and_a_merge_after_it_are_submitted() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().expect("a folder");
    let (bin, out) = (root.path().join("bin"), root.path().join("out"));
    std::fs::create_dir(&bin).expect("a folder");
    let asked = root.path().join("asked");
    let stand_in = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\necho '41;cluster'\n",
        asked.display()
    );
    std::fs::write(bin.join("sbatch"), stand_in).expect("written");
    std::fs::set_permissions(bin.join("sbatch"), std::fs::Permissions::from_mode(0o755))
        .expect("its mode");
    let o = out.to_str().expect("plain");
    let args = [&PLAN[..], &["--launch=slurm", "--shards=2", "--out", o]].concat();
    let done = with_path(&bin, &args);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    let asked = std::fs::read_to_string(&asked).expect("two calls");
    let lines: Vec<&str> = asked.lines().collect();
    assert_eq!(lines.len(), 2, "{asked}");
    assert!(lines[0].ends_with("out/sweep.sbatch"), "{asked}");
    assert!(
        lines[1].contains("--dependency=afterany:41") && lines[1].contains("sweep merge"),
        "{asked}"
    );
    let script = std::fs::read_to_string(out.join("sweep.sbatch")).expect("the script");
    assert!(
        script.contains("--shard \"$SLURM_ARRAY_TASK_ID/2\"") && !script.contains("--launch"),
        "{script}"
    );
    std::fs::write(
        bin.join("sbatch"),
        "#!/bin/sh\necho no partition >&2\nexit 1\n",
    )
    .expect("written");
    let failed = with_path(&bin, &args);
    assert_eq!(failed.status.code(), Some(2));
    assert!(
        stderr(&failed).contains("no partition"),
        "{}",
        stderr(&failed)
    );
}

/// On a real Slurm, where one is running: `sinfo` must answer.
#[test]
fn a_real_slurm_runs_the_array() {
    let up = Command::new("sinfo").args(["-h", "-o", "%T"]).output();
    let idle = |o: &Output| {
        String::from_utf8_lossy(&o.stdout)
            .lines()
            .any(|l| matches!(l, "idle" | "mixed"))
    };
    if !up.as_ref().is_ok_and(|o| o.status.success() && idle(o)) {
        println!(
            "skipped: no Slurm with an idle node answers here (docs/scaling.md says how to start one)"
        );
        return;
    }
    let root = tempfile::tempdir().expect("a folder");
    let [whole, out] = ["whole", "out"].map(|n| root.path().join(n));
    let [w, o] = [&whole, &out].map(|p| p.to_str().expect("plain"));
    json(&[&PLAN[..], &["--out", w]].concat());
    let launch = [
        "--launch", "slurm", "--shards", "2", "--memory", "500M", "--time", "00:05:00", "--out", o,
    ];
    text(&[&PLAN[..], &launch].concat());
    for _ in 0..240 {
        if out.join("results.csv").exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert!(results(&whole) == results(&out));
}

#[test]
fn what_cannot_be_launched_is_refused() {
    for (args, says) in [
        ("--shards 3", "--launch"),
        ("--launch slurm --shards 1001", "1001"),
        (
            "--launch none --search nsga2 --set crossbar.rows=32,64",
            "nsga2",
        ),
        ("--launch none --memory 2G;rm", "must be letters"),
        ("--launch none --shard 1/2", "cannot be used with"),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let said = refused(&[&["sweep", "--estimate"][..], &args].concat());
        assert!(said.contains(says), "{args:?}: {said}");
    }
}

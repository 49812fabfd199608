//! What `run` says about time: estimates, stalls, batches, traces, runs that are stopped.

mod common;

use common::{has, json, refused, stderr, text};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn whole(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[test]
fn layers_say_where_their_time_went() {
    let report = json(&[
        "run",
        "--arch",
        "isaac-8b",
        "--network",
        "lenet5",
        "--replicas",
        "one",
    ]);
    assert_eq!(report["method"], "cycle");
    has(
        &report,
        &[
            "fill_ns",
            "drain_ns",
            "simulated_images",
            "parts",
            "links",
            "buffers",
            "timeline",
        ],
    );
    let cycles = whole(&report["cycles"]);
    for l in list(&report["layers"]) {
        let stalled: u64 = l["stalled_ticks"]
            .as_object()
            .expect("causes")
            .values()
            .map(whole)
            .sum();
        let used = whole(&l["busy_ticks"]) + stalled;
        assert_eq!(used + whole(&l["idle_ticks"]), cycles, "{l}");
        // The profile holds the same ticks.
        let profile = l["profile"].as_object().expect("causes").values();
        assert_eq!(profile.flat_map(list).map(whole).sum::<u64>(), used, "{l}");
        if l["kind"] != "source" && l["kind"] != "results" {
            assert!(number(&l["critical"]["busy_share"]) <= 1.0 + 1e-9, "{l}");
            assert!(l["why"].as_str().expect("words").contains("% busy"), "{l}");
        }
        assert!(list(&l["image_spans_ticks"]).len() > 1, "{l}");
    }
    // The busiest part sets the interval of this machine.
    let shares = list(&report["layers"])
        .iter()
        .filter_map(|l| l["critical"]["busy_share"].as_f64());
    assert!((shares.fold(0.0, f64::max) - 1.0).abs() < 1e-9);
    for p in list(&report["parts"]) {
        let (mean, most) = (
            number(&p["interval_share"]),
            p["busiest_interval_share"].as_f64(),
        );
        assert!(
            mean > 0.0 && most.is_none_or(|m| m >= mean && m <= 1.0 + 1e-9),
            "{p}"
        );
    }
    let text = text(&[
        "run",
        "--arch",
        "isaac-8b",
        "--network",
        "lenet5",
        "--replicas",
        "one",
    ]);
    for part in [
        "critical part",
        "waiting for upstream",
        "busiest in steady state",
        "without contention",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_estimate_answers_alone_and_beside_a_run() {
    let job = ["run", "--arch", "isaac-ce", "--network", "vgg8"];
    let (run, estimate) = (json(&job), json(&[&job[..], &["--estimate"]].concat()));
    assert_eq!(estimate["method"], "estimate");
    assert_eq!(estimate["counts"], run["counts"]);
    // The estimate beside a run leaves contention out; by itself it adds what the busiest part has to do.
    for key in ["cycles", "interval_cycles"] {
        assert!(
            whole(&estimate[key]) >= whole(&run["estimate"][key]),
            "{key}"
        );
    }
    has(
        &estimate["expected_error"],
        &["limit", "designs", "median", "most", "worst", "table"],
    );
    assert!(run.get("expected_error").is_none());
    let (a, b) = (number(&estimate["latency_ns"]), number(&run["latency_ns"]));
    let deviation = number(&run["estimate"]["latency_deviation"]);
    assert!((a / b - 1.0 - deviation).abs() < 1e-9 && deviation <= 0.0);
    assert!(text(&[&job[..], &["--estimate"]].concat()).contains("time without contention"));
    assert!(refused(&["run", "--estimate", "--until", "5"]).contains("--until"));
}

#[test]
fn batches_take_fill_and_intervals() {
    let one = json(&["run", "--replicas", "one"]);
    let many = json(&["run", "--replicas", "one", "--images", "50"]);
    assert!(one.get("batch").is_none());
    let batch = &many["batch"];
    assert_eq!(whole(&batch["images"]), 50);
    let total = number(&batch["total_ns"]);
    let least = number(&one["latency_ns"]) + 49.0 * number(&one["interval_ns"]);
    // Images behind each other are not faster than alone and not slower than a few intervals more.
    assert!(total >= least * (1.0 - 1e-9) && total < least + 3.0 * number(&one["interval_ns"]));
    assert_eq!(many["interval_ns"], one["interval_ns"]);
    assert!(refused(&["run", "--images", "0"]).contains("--images"));
}

#[test]
fn runs_that_are_stopped_are_marked() {
    let report = json(&["run", "--replicas", "one", "--until", "20000"]);
    let partial = &report["partial"];
    assert_eq!(partial["reason"], "until");
    assert_eq!(partial["first_image_done"], false);
    assert_eq!(
        (whole(&partial["cycles"]), whole(&report["cycles"])),
        (20_000, 20_000)
    );
    assert!(whole(&partial["firings_done"]) > 10);
    assert!(report.get("estimate").is_none());
    let output = text(&["run", "--replicas", "one", "--until", "20000"]);
    assert!(
        output.starts_with("PARTIAL: stopped as asked at cycle 20,000"),
        "{output}"
    );
    // A stop beyond the end changes nothing.
    let (whole_run, late) = (json(&["run"]), json(&["run", "--until", "100000000"]));
    assert_eq!(whole_run, late);
    assert!(refused(&["run", "--until", "0"]).contains("--until"));
}

#[test]
fn parts_of_a_network_can_be_timed() {
    let report = json(&[
        "run",
        "--network",
        "vgg8",
        "--layers",
        "conv2..conv4",
        "--replicas",
        "one",
    ]);
    let names: Vec<&str> = list(&report["layers"])
        .iter()
        .filter_map(|l| l["name"].as_str())
        .collect();
    assert!(names.contains(&"conv2") && names.contains(&"conv4") && !names.contains(&"conv5"));
    assert_eq!(report["interval_proven"], true);
}

#[test]
fn traces_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("trace.pftrace");
    let path = file.to_str().expect("a plain path");
    text(&["run", "--replicas", "one", "--timeline", path]);
    let all = std::fs::metadata(&file).expect("written").len();
    text(&[
        "run",
        "--replicas",
        "one",
        "--timeline",
        path,
        "--timeline-window",
        "1000..2000",
    ]);
    let part = std::fs::metadata(&file).expect("written").len();
    assert!(part > 100 && part < all, "{part} {all}");
    text(&[
        "run",
        "--replicas",
        "one",
        "--timeline",
        path,
        "--images",
        "3",
    ]);
    assert!(std::fs::metadata(&file).expect("written").len() > all);
    assert!(refused(&["run", "--timeline", path, "--timeline-window", "9..3"]).contains("A..B"));
    assert!(refused(&["run", "--timeline-window", "1..3"]).contains("--timeline"));
    assert!(refused(&["run", "--timeline", "no/such/folder/t"]).contains("no/such/folder/t"));
}

#[test]
fn pictures_come_from_the_saved_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second] = ["a", "b"].map(|n| folder.path().join(n));
    let arg = |p: &std::path::Path| p.to_str().expect("a plain path").to_string();
    text(&["run", "--out", &arg(&first)]);
    text(&[
        "plot",
        &arg(&first.join("report.json")),
        "--out",
        &arg(&second),
    ]);
    for name in [
        "layers-over-time",
        "images-over-time",
        "stalls-by-layer",
        "use-of-parts",
        "links",
    ] {
        let [a, b] = [&first, &second]
            .map(|f| std::fs::read_to_string(f.join(format!("{name}.svg"))).expect("a picture"));
        assert_eq!(a, b, "{name}");
        assert!(
            a.starts_with("<svg ") && a.trim_end().ends_with("</svg>"),
            "{name}"
        );
    }
}

#[test]
fn weights_are_written_first_if_asked_for() {
    let job = ["run", "--arch", "isaac-ce", "--network", "lenet5"];
    let (plain, mut written) = (json(&job), json(&[&job[..], &["--write-weights"]].concat()));
    let s = written["startup"].clone();
    assert!(plain.get("startup").is_none());
    let sum = |key: &str| {
        list(&s["layers"])
            .iter()
            .map(|l| whole(&l[key]))
            .sum::<u64>()
    };
    assert_eq!(sum("cells"), whole(&s["cells"]));
    assert_eq!(sum("pulses"), whole(&s["pulses"]));
    // Four pulses of 0.6 pJ a cell.
    let cells = whole(&s["cells"]) + whole(&s["unit_cells"]);
    assert_eq!(whole(&s["pulses"]), 4 * cells);
    assert!((number(&s["write_pj"]) / (cells as f64 * 2.4) - 1.0).abs() < 1e-9);
    let parts: f64 = ["write_pj", "bus_pj", "dram_pj", "static_pj"]
        .iter()
        .map(|k| number(&s[*k]))
        .sum();
    assert!((parts / number(&s["energy_pj"]) - 1.0).abs() < 1e-9);
    let first = number(&s["duration_ns"]) + number(&plain["latency_ns"]);
    assert!((first / number(&s["first_result_ns"]) - 1.0).abs() < 1e-9);
    assert_eq!(number(&s["loads_until_worn"]), 25e6);
    let checks = list(&written["checks"]);
    assert_eq!(checks.len(), list(&plain["checks"]).len() + 2);
    assert!(checks.iter().all(|c| c["passed"] == true));
    // Nothing else changes.
    let report = written.as_object_mut().expect("a report");
    report.remove("startup");
    report.insert("checks".to_string(), plain["checks"].clone());
    assert_eq!(written, plain);
    let text = text(&[&job[..], &["--write-weights"]].concat());
    assert!(text.contains("time to the first result"), "{text}");
    let refusal = refused(&[
        "run",
        "--arch",
        "pimsim",
        "--network",
        "lenet5",
        "--write-weights",
    ]);
    assert!(refusal.contains("[device.reram.write]"), "{refusal}");
}

#[test]
#[cfg(unix)]
fn interrupted_runs_report_what_was_done() {
    let output = interrupted(1);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(report["partial"]["reason"], "interrupted");
    let checks = list(&report["checks"]);
    assert!(checks.iter().all(|c| c["passed"] == true), "{checks:?}");
}

#[test]
#[cfg(unix)]
fn a_second_interrupt_ends_the_program() {
    let output = interrupted(2);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
}

/// A run of minutes that gets `times` interrupts after two seconds, one right after the other.
#[cfg(unix)]
fn interrupted(times: usize) -> std::process::Output {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("t");
    // The trace has every image simulated, which takes minutes.
    let child = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args([
            "run",
            "--arch",
            "isaac-ce",
            "--network",
            "vgg16",
            "--replicas",
            "one",
            "--images",
            "20000",
            "--json",
        ])
        .args(["--timeline", trace.to_str().expect("a plain path")])
        .args(["--timeline-window", "0..10"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let id = child.id().to_string();
    for _ in 0..times {
        // The first may have ended the run before the second comes.
        let kill = Command::new("kill").args(["-INT", &id]).status();
        assert!(kill.is_ok());
    }
    child.wait_with_output().expect("it ends")
}

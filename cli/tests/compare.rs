//! The main job: report folder, plots, and the same bytes whatever the number of threads.

mod common;

use common::{crosscut, has, json, refused, stderr, text};
use serde_json::Value;
use std::path::Path;

fn compare(out: &Path, threads: &str, seed: &str) -> Vec<u8> {
    let out_text = out.to_str().expect("a plain path");
    let output = crosscut(&[
        "compare",
        "--images",
        "20",
        "--calibration-images",
        "24",
        "--points",
        "4",
        "--probe-images",
        "16",
        "--methods",
        "ours,paper",
        "--keep",
        "0.3",
        "--threads",
        threads,
        "--seed",
        seed,
        "--out",
        out_text,
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    std::fs::read(out.join("report.json")).expect("the report")
}

#[test]
fn report_folder_is_complete_and_does_not_depend_on_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let report = compare(&one, "1", "7");
    assert_eq!(
        report,
        compare(&two, "2", "7"),
        "1 and 2 threads give the same bytes"
    );
    for file in [
        "energy-by-part.svg",
        "area-by-part.svg",
        "crossbars-by-layer.svg",
        "summary.txt",
    ] {
        let [a, b] = [&one, &two].map(|f| std::fs::read_to_string(f.join(file)).expect("the file"));
        assert_eq!(a, b, "{file}");
    }
    let hidden = std::fs::read_dir(&one)
        .expect("the folder")
        .filter_map(Result::ok);
    let hidden = hidden.filter(|e| e.file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "no temporary file is left");

    let value: Value = serde_json::from_slice(&report).expect("JSON");
    has(
        &value,
        &["before", "after", "change", "provenance", "machine", "seed"],
    );
    assert_eq!(value["seed"], 7);
    let change = &value["change"]["total"];
    let (before, after) = (&value["before"]["run"], &value["after"]["run"]);
    let total = |r: &Value| r["totals"]["total"].as_f64().expect("a count");
    assert!(total(after) < total(before));
    assert_eq!(change["ratio"].as_f64(), Some(total(after) / total(before)));
    has(
        &value["before"]["exec"],
        &["accuracy", "reference_accuracy", "float_accuracy"],
    );

    // The plots come from the saved report: drawn again, they are the same.
    let again = folder.path().join("again");
    let (report, again_text) = (
        one.join("report.json"),
        again.to_str().expect("a plain path"),
    );
    text(&[
        "plot",
        report.to_str().expect("a plain path"),
        "--out",
        again_text,
    ]);
    for file in [
        "energy-by-part.svg",
        "area-by-part.svg",
        "crossbars-by-layer.svg",
    ] {
        let [a, b] =
            [&one, &again].map(|f| std::fs::read_to_string(f.join(file)).expect("the file"));
        assert_eq!(a, b, "{file}");
        assert!(a.starts_with("<svg") && a.trim_end().ends_with("</svg>"));
    }
}

#[test]
fn plots_of_a_run_and_of_no_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a plain path")
            .to_string()
    };
    json(&["run", "--out", &at("run")]);
    text(&["plot", &at("run/report.json"), "--out", &at("plots")]);
    std::fs::write(at("other.json"), "{\"a\": 1}").expect("written");
    assert!(refused(&["plot", &at("other.json")]).contains("not a report"));
    std::fs::write(at("text.json"), "no").expect("written");
    assert!(refused(&["plot", &at("text.json")]).contains("not JSON"));
    assert!(refused(&["plot", &at("missing.json")]).contains("cannot read"));
}

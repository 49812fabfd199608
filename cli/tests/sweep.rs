//! `crosscut sweep`: what it finds is what single runs find, whatever the threads, the shards and the kills.

mod common;

use common::{crosscut, json, refused, stderr, stdout, text};
use serde_json::Value;
use std::path::Path;

/// A small sweep: two crossbar sizes, two budgets.
const SMALL: [&str; 6] = [
    "sweep",
    "--estimate",
    "--set",
    "crossbar.rows=64,128",
    "--set",
    "budget=none,2 chips",
];

fn sweep(args: &[&str], out: &Path) -> Value {
    let out = out.to_str().expect("a plain path");
    json(&[args, &["--out", out]].concat())
}

/// Rows of a log by a key made of its axes.
fn rows(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).expect("a log");
    let lines = text.lines().skip(1);
    lines
        .map(|l| serde_json::from_str(l).expect("a row"))
        .collect()
}

#[test]
fn a_point_has_the_figures_of_a_run() {
    let root = tempfile::tempdir().expect("a folder");
    let done = sweep(&SMALL, root.path());
    assert_eq!(
        (&done["rows"], &done["ok"], &done["failed"]),
        (&4.into(), &4.into(), &0.into())
    );
    let rows = rows(root.path(), "log.jsonl");
    assert_eq!(rows.len(), 4);
    let row = |r: u64, budget: &str| {
        let is = |v: &&Value| v["crossbar.rows"] == r && v["budget"] == budget;
        rows.iter().find(is).expect("the point")
    };
    for (r, budget, more) in [
        (128, "none", vec![]),
        (64, "2 chips", vec!["--budget-chips", "2"]),
    ] {
        let set = format!("crossbar.rows={r}");
        let run = json(&[&["run", "--estimate", "--set", &set][..], &more].concat());
        let row = row(r, budget);
        for key in [
            "latency_ns",
            "interval_ns",
            "energy_pj",
            "static_pj",
            "area_mm2",
            "power_mw",
            "gops",
        ] {
            assert_eq!(row[key].as_f64(), run[key].as_f64(), "{r} {budget} {key}");
        }
        assert_eq!(row["crossbars"], run["totals"]["total"]);
        assert_eq!(row["checks_failed"], 0);
        // Energies of parts add up to that of the whole.
        let parts = row.as_object().expect("an object").iter();
        let parts = parts
            .filter(|(k, _)| k.starts_with("energy_pj."))
            .map(|(_, v)| v.as_f64().expect("a number"));
        let (sum, all) = (
            parts.sum::<f64>(),
            row["energy_pj"].as_f64().expect("a number"),
        );
        assert!((sum - all).abs() <= 1e-9 * all, "{sum} {all}");
    }
}

#[test]
fn cycle_runs_and_costs_that_change_are_those_of_single_runs() {
    let root = tempfile::tempdir().expect("a folder");
    let energies = "cost.dac.energy=1 fJ,2 fJ,3 fJ";
    let done = sweep(
        &["sweep", "--set", "crossbar.rows=64,128", "--set", energies],
        root.path(),
    );
    // Three prices of each machine share one run.
    assert_eq!(
        (&done["rows"], &done["times_shared"]),
        (&6.into(), &4.into())
    );
    let rows = rows(root.path(), "log.jsonl");
    let run = json(&[
        "run",
        "--set",
        "crossbar.rows=128",
        "--set",
        "cost.dac.energy=3 fJ",
    ]);
    let is = |v: &&Value| v["crossbar.rows"] == 128 && v["cost.dac.energy"] == "3 fJ";
    let row = rows.iter().find(is).expect("the point");
    for key in ["latency_ns", "interval_ns", "energy_pj", "area_mm2"] {
        assert_eq!(row[key].as_f64(), run[key].as_f64(), "{key}");
    }
    assert_eq!(row["method"], "cycle");
}

#[test]
fn accuracy_is_that_of_exec_and_shared_between_costs() {
    let root = tempfile::tempdir().expect("a folder");
    let few = ["--images", "20", "--calibration-images", "16"];
    let args = [
        "sweep",
        "--estimate",
        "--accuracy",
        "--set",
        "adc.sar.bits=4,8",
        "--set",
        "cost.dac.energy=1 fJ,2 fJ",
    ];
    let done = sweep(&[&args[..], &few].concat(), root.path());
    assert_eq!(
        (&done["accuracies_measured"], &done["accuracies_shared"]),
        (&2.into(), &2.into())
    );
    let exec = json(&[&["exec", "--set", "adc.sar.bits=4"][..], &few].concat());
    let rows = rows(root.path(), "log.jsonl");
    let four: Vec<&Value> = rows.iter().filter(|r| r["adc.sar.bits"] == 4).collect();
    assert_eq!(four.len(), 2);
    for row in four {
        assert_eq!(row["accuracy"].as_f64(), exec["accuracy"].as_f64());
        assert_eq!(
            row["reference_accuracy"].as_f64(),
            exec["reference_accuracy"].as_f64()
        );
        assert_eq!(
            row["accuracy_low"].as_f64(),
            exec["accuracy_interval"][0].as_f64()
        );
    }
}

/// Results are the same bytes for any number of threads, in one piece or in shards, with a cut line and a second start.
#[test]
fn threads_shards_and_restarts_change_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let at = |name: &str| root.path().join(name);
    let results = |name: &str| {
        let read = |file| std::fs::read(at(name).join(file)).expect("a file");
        (read("results.csv"), read("manifest.json"))
    };
    for threads in ["1", "3"] {
        sweep(
            &[&SMALL[..], &["--threads", threads]].concat(),
            &at(threads),
        );
    }
    assert_eq!(results("1"), results("3"));
    for shard in ["1/2", "2/2"] {
        sweep(&[&SMALL[..], &["--shard", shard]].concat(), &at("shards"));
    }
    assert!(!at("shards").join("results.csv").exists());
    let merge = |from: &str, to: &str| {
        let [from, to] = [from, to].map(|p| at(p).display().to_string());
        crosscut(&["sweep", "merge", &from, "--out", &to, "--json"])
    };
    assert_eq!(merge("shards", "merged").status.code(), Some(0));
    assert_eq!(results("merged"), results("1"));
    // A line cut in its middle is left out by a merge, and made again by a restart.
    let log = at("1").join("log.jsonl");
    let whole = std::fs::read(&log).expect("a log");
    std::fs::write(&log, &whole[..whole.len() - 40]).expect("cut");
    let cut = merge("1", "cut");
    assert_eq!(cut.status.code(), Some(0));
    assert!(
        stderr(&cut).contains("3 of 4 points are there"),
        "{}",
        stderr(&cut)
    );
    let again = sweep(&SMALL, &at("1"));
    assert_eq!(again["made"], 1);
    assert_eq!(std::fs::read(&log).expect("a log"), whole);
    assert_eq!(results("merged"), results("1"));
    // Points that are done are not done again, also in another plan.
    assert_eq!(sweep(&SMALL, &at("1"))["made"], 0);
    let from = log.display().to_string();
    let more = [
        "sweep",
        "--estimate",
        "--set",
        "crossbar.rows=32,64,128",
        "--set",
        "budget=2 chips",
        "--from",
        &from,
    ];
    let more = sweep(&more, &at("more"));
    assert_eq!((&more["made"], &more["taken"]), (&1.into(), &2.into()));
    // One shard alone says what is missing; a shard given twice is counted once.
    let one = at("shards").join("log.1-of-2.jsonl").display().to_string();
    let alone = crosscut(&[
        "sweep",
        "merge",
        &one,
        &one,
        "--out",
        &at("alone").display().to_string(),
    ]);
    assert!(
        stderr(&alone).contains("no log of shard 2"),
        "{}",
        stderr(&alone)
    );
    assert!(stderr(&alone).contains("there twice"), "{}", stderr(&alone));
    // Logs of different plans do not go together.
    let other = at("more").join("log.jsonl").display().to_string();
    let said = refused(&[
        "sweep",
        "merge",
        &from,
        &other,
        "--out",
        &at("no").display().to_string(),
    ]);
    assert!(said.contains("their axes differ"), "{said}");
    let said = refused(&[
        "sweep",
        "--estimate",
        "--set",
        "crossbar.rows=16",
        "--out",
        &at("1").display().to_string(),
    ]);
    assert!(
        said.contains("is of another plan") && said.contains("axes differ"),
        "{said}"
    );
}

#[test]
fn searches_take_as_many_points_as_asked_and_find_the_front() {
    let root = tempfile::tempdir().expect("a folder");
    let axes = [
        "--set",
        "crossbar.rows=32..256*2",
        "--set",
        "crossbar.columns=32..256*2",
        "--set",
        "replicas=one",
    ];
    let grid = sweep(
        &[&["sweep", "--estimate"][..], &axes].concat(),
        &root.path().join("grid"),
    );
    assert_eq!(grid["rows"], 16);
    let index = |done: &Value| -> Vec<u64> {
        let front = done["front"].as_array().expect("a front");
        front
            .iter()
            .map(|p| p["index"].as_u64().expect("an index"))
            .collect()
    };
    for search in ["random", "sobol", "nsga2"] {
        let out = root.path().join(search);
        let args = ["sweep", "--estimate", "--search", search, "--points", "6"];
        let done = sweep(&[&args[..], &axes].concat(), &out);
        assert_eq!(done["rows"], 6, "{search}");
        let again = sweep(&[&args[..], &axes].concat(), &out);
        assert_eq!(
            again["made"], 0,
            "{search} goes another way when it goes on"
        );
    }
    let all = ["sweep", "--estimate", "--search", "nsga2", "--points", "16"];
    let all = sweep(&[&all[..], &axes].concat(), &root.path().join("all"));
    assert_eq!(index(&all), index(&grid));
    // Refining runs the front and its neighbours, and no point beyond them.
    let refined = sweep(
        &[&["sweep", "--refine"][..], &axes].concat(),
        &root.path().join("refined"),
    );
    let rows = rows(&root.path().join("refined"), "log.jsonl");
    let cycle: Vec<u64> = (rows.iter().filter(|r| r["method"] == "cycle"))
        .map(|r| r["index"].as_u64().expect("an index"))
        .collect();
    assert!(index(&grid).iter().all(|i| cycle.contains(i)), "{cycle:?}");
    let near = |i: u64| {
        let [r, c] = [i / 4, i % 4];
        index(&grid)
            .iter()
            .any(|f| (f / 4).abs_diff(r) + (f % 4).abs_diff(c) <= 1)
    };
    assert!(cycle.iter().all(|&i| near(i)), "{cycle:?}");
    assert_eq!(refined["rows"], 16 + cycle.len());
}

#[test]
fn conditions_mark_points_or_leave_them_out() {
    let root = tempfile::tempdir().expect("a folder");
    let axes = [
        "sweep",
        "--estimate",
        "--set",
        "crossbar.rows=32,64,128",
        "--set",
        "crossbar.columns=64,128",
    ];
    let of_axes = [&axes[..], &["--where", "crossbar.rows <= crossbar.columns"]].concat();
    assert_eq!(sweep(&of_axes, &root.path().join("axes"))["rows"], 5);
    let all = sweep(&axes, &root.path().join("all"));
    let areas: Vec<f64> = rows(&root.path().join("all"), "log.jsonl")
        .iter()
        .map(|r| r["area_mm2"].as_f64().expect("an area"))
        .collect();
    let mut sorted = areas.clone();
    sorted.sort_by(f64::total_cmp);
    let limit = format!("area <= {} mm2", sorted[2]);
    let within = sweep(
        &[&axes[..], &["--where", &limit]].concat(),
        &root.path().join("area"),
    );
    let fit = areas.iter().filter(|a| **a <= sorted[2]).count();
    assert_eq!(
        (&within["ok"], &within["infeasible"]),
        (&fit.into(), &(6 - fit).into())
    );
    assert_eq!(all["ok"], 6);
    // Equal area: every design fills what it is given.
    let iso = [
        "sweep",
        "--estimate",
        "--set",
        "crossbar.rows=64,128",
        "--iso-area",
        "3 mm2",
    ];
    sweep(&iso, &root.path().join("iso"));
    let run = json(&[
        "run",
        "--estimate",
        "--set",
        "crossbar.rows=64",
        "--budget-area",
        "3mm2",
    ]);
    let rows = rows(&root.path().join("iso"), "log.jsonl");
    let row = rows
        .iter()
        .find(|r| r["crossbar.rows"] == 64)
        .expect("the point");
    for key in ["area_mm2", "interval_ns"] {
        assert_eq!(row[key].as_f64(), run[key].as_f64(), "{key}");
    }
}

/// The fewest bits found by bisection are those that trying all of them finds.
#[test]
fn equal_accuracy_is_found_by_bisection() {
    let root = tempfile::tempdir().expect("a folder");
    let few = ["--images", "30", "--calibration-images", "16", "--estimate"];
    let all = ["sweep", "--accuracy", "--set", "adc.sar.bits=1..8"];
    sweep(&[&all[..], &few].concat(), &root.path().join("all"));
    let accurate = |r: &Value| {
        let [a, b] = ["accuracy", "reference_accuracy"].map(|k| r[k].as_f64().unwrap_or(-1.0));
        a >= b - 0.05 - 1e-12
    };
    let mut tried = rows(&root.path().join("all"), "log.jsonl");
    tried.sort_by_key(|r| std::cmp::Reverse(r["adc.sar.bits"].as_u64()));
    let fewest = tried
        .iter()
        .take_while(|r| accurate(r))
        .last()
        .expect("8 bits will do");
    let iso = [&["sweep", "--iso-accuracy", "5"][..], &few].concat();
    let done = sweep(&iso, &root.path().join("iso"));
    let row = &rows(&root.path().join("iso"), "log.jsonl")[0];
    assert_eq!(done["ok"], 1, "{done}");
    assert_eq!(row["iso"], fewest["adc.sar.bits"]);
    for key in ["accuracy", "energy_pj", "area_mm2"] {
        assert_eq!(row[key], fewest[key], "{key}");
    }
}

#[test]
fn pruning_is_an_axis() {
    let root = tempfile::tempdir().expect("a folder");
    let few = [
        "--images",
        "20",
        "--calibration-images",
        "32",
        "--estimate",
        "--accuracy",
    ];
    let args = [
        "sweep",
        "--set",
        "prune.keep=1,0.6",
        "--set",
        "prune.method=filter-l1",
    ];
    let done = sweep(&[&args[..], &few].concat(), root.path());
    assert_eq!(done["ok"], 2, "{done}");
    let rows = rows(root.path(), "log.jsonl");
    let of = |keep: f64| {
        rows.iter()
            .find(|r| r["prune.keep"] == keep)
            .expect("the point")
    };
    let [dense, pruned] = [of(1.0), of(0.6)].map(|r| r["crossbars"].as_u64().expect("a count"));
    let run = json(&["run", "--estimate", "--replicas", "one"]);
    assert_eq!(run["totals"]["total"], dense);
    assert!(
        pruned as f64 <= 0.6 * dense as f64 + 1e-9,
        "{pruned} of {dense}"
    );
    assert!(of(0.6)["accuracy"].as_f64() > Some(0.0));
}

#[test]
fn what_is_wrong_with_a_point_stands_in_its_row() {
    let root = tempfile::tempdir().expect("a folder");
    let args = [
        "--estimate",
        "--network",
        "vgg8",
        "--set",
        "budget=none,1 crossbars",
    ];
    let out = root.path().join("some");
    let some = sweep(&[&["sweep"][..], &args].concat(), &out);
    assert_eq!((&some["ok"], &some["failed"]), (&1.into(), &1.into()));
    let csv = std::fs::read_to_string(out.join("results.csv")).expect("results");
    assert!(
        csv.contains("needs") && csv.contains("more than 1 crossbar"),
        "{csv}"
    );
    let out = root.path().join("none").display().to_string();
    let none = crosscut(&[
        "sweep",
        "--estimate",
        "--network",
        "vgg8",
        "--set",
        "budget=1 crossbars",
        "--out",
        &out,
    ]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
    assert!(stdout(&none).contains("1 failed"), "{}", stdout(&none));
}

#[test]
fn wrong_plans_are_refused_before_anything_is_written() {
    let root = tempfile::tempdir().expect("a folder");
    let out = root.path().join("out");
    let o = out.display().to_string();
    let plan = root.path().join("plan.toml");
    let p = plan.display().to_string();
    std::fs::write(
        &plan,
        "[axes]\n\"crossbar.rows\" = [64, 128]\nseed = [0, -1]\n",
    )
    .expect("written");
    for (args, says) in [
        ("--set crossbar.row=64,128", "did you mean `rows`"),
        ("--set netwrok=vgg8", "did you mean `network`"),
        ("--set crossbar.rows=x,y", "whatever its value"),
        ("--set crossbar.rows=128..64", "is empty"),
        ("--set crossbar.rows=", "KEY=VALUES"),
        ("--set crossbar.rows=64,64", "twice"),
        (
            "--set crossbar.rows=64 --set crossbar.rows=128",
            "given twice",
        ),
        ("--set budget=4", "4 chips"),
        ("--set seed=0..99999999", "more than"),
        (
            "--set seed=0..99999 --set crossbar.rows=1..99999",
            "a grid of",
        ),
        ("--set prune.method=our", "did you mean `ours`"),
        (
            "--set crossbar.rows=64,128 --where crossbar.rows<32",
            "no combination of values keeps to",
        ),
        ("--where araa<5", "did you mean `area`"),
        ("--where accuracy>=90", "--accuracy"),
        ("--fields latency", "no figure `latency`"),
        ("--arch isaac-8d", "isaac-8b"),
        ("--network vgg9", "vgg8"),
        ("--network vgg8 --accuracy", "generated"),
        ("--search grid --points 5", "grid"),
        ("--search nsga2 --shard 1/2", "nsga2"),
        ("--estimate --refine", "--refine"),
        ("--iso-by keep", "--iso-accuracy"),
        ("--iso-area 5", "80 mm2"),
        ("--iso-area 5mm2 --set budget=none", "budget"),
        ("--shard 3/2", "I from 1 to N"),
        (&p, "plan.toml:3:1"),
        ("missing.toml", "cannot read `missing.toml`"),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let said = refused(&[&["sweep"][..], &args, &["--out", &o]].concat());
        assert!(said.contains(says), "{args:?}: {said}");
        assert!(!out.exists(), "{args:?} left a folder");
    }
}

#[test]
fn damaged_logs_are_refused_with_their_line_and_files_of_others_are_kept() {
    let root = tempfile::tempdir().expect("a folder");
    let out = root.path().display().to_string();
    let args = [&SMALL[..], &["--out", &out]].concat();
    text(&args);
    let log = root.path().join("log.jsonl");
    let whole = std::fs::read_to_string(&log).expect("a log");
    let merge = |text: &str| {
        std::fs::write(&log, text).expect("written");
        refused(&[
            "sweep",
            "merge",
            &out,
            "--out",
            &root.path().join("m").display().to_string(),
        ])
    };
    let lines: Vec<&str> = whole.lines().collect();
    let damaged = format!("{}\n{}\n{{\"index\":0\n{}\n", lines[0], lines[1], lines[2]);
    assert!(
        merge(&damaged).contains("line 3, column"),
        "{}",
        merge(&damaged)
    );
    assert!(merge("{\"a\":1}\n").contains("line 1 is no header"));
    assert!(merge("").contains("no whole line"));
    let beyond = whole.replace("{\"index\":3", "{\"index\":4");
    assert!(merge(&beyond).contains("index 4 is not below 4"));
    let version = whole.replace("\"report_version\":2", "\"report_version\":1");
    assert!(merge(&version).contains("version 1"));
    // A file of somebody else under the log's name stays as it is.
    std::fs::write(&log, "my notes").expect("written");
    assert!(refused(&args).contains("no whole line"));
    assert_eq!(
        std::fs::read_to_string(&log).expect("still there"),
        "my notes"
    );
}

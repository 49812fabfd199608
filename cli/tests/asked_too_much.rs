//! Files that ask for what no machine has, or hold nothing: each kind is refused in words, or does what it says.

mod common;

use common::{crosscut, json, refused, stderr, text};

#[test]
fn figures_without_a_physical_size_are_refused() {
    for (key, unit, range) in [
        ("basis.cycle", "ns", "1e-6 to 1e18 ns"),
        ("cost.buffer.energy", "pJ", "1e-12 to 1e15 pJ"),
        ("cost.router.static_power", "mW", "1e-15 to 1e12 mW"),
        ("device.reram.read_voltage", "V", "1e-9 to 1e6 V"),
    ] {
        let error = refused(&["run", "--set", &format!("{key}=1e308 {unit}")]);
        let said = format!("must be 0, or a size of {range}");
        assert!(error.contains(&said) && error.contains(key), "{error}");
    }
}

/// A mapping may leave every row out: the layers are constants, and nothing of them acts.
#[test]
fn a_mapping_without_rows_is_a_mapping() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("a plain path").to_string()
    };
    text(&["map", "--out", folder.path().to_str().expect("plain")]);
    let saved = std::fs::read_to_string(at("mapping.json")).expect("a mapping");
    let write = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut mapping: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
        change(&mut mapping["layers"]);
        std::fs::write(at("empty.json"), mapping.to_string()).expect("written");
        at("empty.json")
    };
    let all = write(&|layers| {
        for layer in layers.as_array_mut().expect("layers") {
            layer["row_groups"] = serde_json::json!([]);
        }
    });
    let error = refused(&["run", "--mapping", &all]);
    assert!(error.contains("drops weights"), "{error}");
    let mapped = ["--mapping", &all, "--drop-weights"];
    let run = json(&[&["run"], &mapped[..]].concat());
    let checks = run["checks"].as_array().expect("checks");
    assert!(
        checks.len() > 5 && checks.iter().all(|c| c["passed"] == true),
        "{checks:?}"
    );
    assert_eq!(
        run["counts"]["adc"].as_u64().unwrap_or(0),
        0,
        "{}",
        run["counts"]
    );
    let few = ["--images", "5", "--calibration-images", "5"];
    for verb in ["map", "exec"] {
        let few = if verb == "exec" { &few[..] } else { &[] };
        text(&[&[verb], &mapped[..], few].concat());
    }
    let no_rows = write(&|layers| layers[1]["row_groups"][0]["rows"] = serde_json::json!([]));
    let error = refused(&["run", "--mapping", &no_rows, "--drop-weights"]);
    assert!(error.contains("outputs but no rows"), "{error}");
}

/// A buffer of terabytes has room for blocks that never come: none is kept for them.
#[test]
fn room_without_end_takes_no_memory() {
    for run in [&["run"][..], &["run", "--estimate"]] {
        let small = json(run);
        let large = json(&[run, &["--set", "tile.buffer=\"500000 GiB\""]].concat());
        assert_eq!(large["latency_ns"], small["latency_ns"]);
    }
}

/// Counts of a report that its own drawing loops over or divides by.
#[test]
fn reports_whose_figures_do_not_fit_are_not_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a plain path");
    text(&["map", "--out", out]);
    let file = folder.path().join("report.json");
    let saved = std::fs::read_to_string(&file).expect("a report");
    let file = file.to_str().expect("a plain path");
    let large = serde_json::json!(1u64 << 60);
    for (path, value, words) in [
        ("/machine/chip/tiles", serde_json::json!(0), "`chip.tiles`"),
        ("/totals/tiles", large.clone(), "tiles are on"),
        ("/totals/chips", large.clone(), "tiles are on"),
        ("/layers/0/first_pe", large, "the PEs of layer"),
        ("/totals/utilization", serde_json::json!(1e300), "1e300"),
    ] {
        let mut report: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
        *report
            .pointer_mut(path)
            .unwrap_or_else(|| panic!("no {path}")) = value;
        std::fs::write(file, report.to_string()).expect("written");
        let error = refused(&["plot", file, "--out", out]);
        assert!(
            error.contains("cannot be drawn") && error.contains(words),
            "{error}"
        );
    }
}

#[test]
fn a_machine_may_stand_on_standard_input() {
    let given = |text: &str, args: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("crosscut").expect("the program");
        command
            .args(args)
            .write_stdin(text)
            .output()
            .expect("it runs")
    };
    // `exec` loads the machine more than once.
    let args = [
        "exec",
        "--arch",
        "-",
        "--images",
        "5",
        "--calibration-images",
        "5",
    ];
    let done = given("extends = \"reram-64\"\nname = \"piped\"\n", &args);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    let wrong = given("extends = \"reram-64\"\nnam = \"piped\"\n", &args);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("<standard input>:2:1"),
        "{}",
        stderr(&wrong)
    );
}

/// Reading a pipe would wait for a writer for ever.
#[cfg(unix)]
#[test]
fn pipes_are_refused_wherever_a_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|s| s.success()) {
        println!("skipped: no mkfifo here");
        return;
    }
    let pipe = pipe.to_str().expect("a plain path");
    let out = folder.path().join("out");
    let out = out.to_str().expect("a plain path");
    let named = |name: &str| {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(pipe, &link).expect("a link");
        link.to_str().expect("a plain path").to_string()
    };
    let (toml, npz, onnx) = (named("pipe.toml"), named("set.npz"), named("net.onnx"));
    for args in [
        &["run", "--arch", pipe][..],
        &["arch", "check", pipe],
        &["arch", "show", pipe],
        &["run", "--network", &onnx],
        &["run", "--weights", pipe],
        &["run", "--mapping", pipe],
        &["run", "--mapping", &toml],
        &["exec", "--data", &npz],
        &["exec", "--limits", pipe],
        &["plot", pipe],
        &["train", "--masks", pipe, "--out", out],
        &["train", "--mapping", pipe, "--out", out],
    ] {
        let error = refused(args);
        assert!(error.contains("no regular file"), "{args:?}: {error}");
    }
    let checkpoint = folder.path().join("kept");
    std::fs::create_dir(&checkpoint).expect("a folder");
    std::os::unix::fs::symlink(pipe, checkpoint.join("checkpoint.safetensors")).expect("a link");
    let resumed = crosscut(&[
        "train",
        "--out",
        out,
        "--checkpoint",
        checkpoint.to_str().expect("plain"),
        "--resume",
    ]);
    assert_eq!(resumed.status.code(), Some(2), "{}", stderr(&resumed));
    assert!(
        stderr(&resumed).contains("no regular file"),
        "{}",
        stderr(&resumed)
    );
}

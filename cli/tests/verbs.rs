//! Each verb runs, prints a table, and with --json one document with the agreed keys.

mod common;

use common::{crosscut, has, json, refused, stderr, text};
use serde_json::Value;

const SMALL: [&str; 4] = ["--images", "20", "--calibration-images", "64"];

const MAP_KEYS: [&str; 11] = [
    "compute",
    "reduce",
    "buffer",
    "pool",
    "total",
    "row_groups",
    "column_groups",
    "slices",
    "replicas",
    "utilization",
    "adc_conversions",
];

const RUN_KEYS: [&str; 8] = [
    "latency_ns",
    "interval_ns",
    "throughput_ips",
    "cycles",
    "energy_pj",
    "area_mm2",
    "power_mw",
    "components",
];

fn with<'a>(verb: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [verb, more].concat()
}

#[test]
fn map_has_the_keys_by_layer_and_in_totals() {
    let report = json(&["map", "--arch", "semimap", "--network", "vgg8"]);
    has(&report["totals"], &MAP_KEYS);
    let layers = report["layers"].as_array().expect("a list");
    layers.iter().for_each(|l| has(l, &MAP_KEYS));
    let sum = |key: &str| {
        layers
            .iter()
            .map(|l| l[key].as_u64().expect("a count"))
            .sum::<u64>()
    };
    for key in [
        "compute",
        "reduce",
        "buffer",
        "pool",
        "total",
        "adc_conversions",
    ] {
        assert_eq!(report["totals"][key], sum(key), "{key}");
    }
    assert!(text(&["map"]).contains("conv3"));
}

#[test]
fn map_options_reach_the_mapping() {
    let wide = json(&[
        "map",
        "--arch",
        "isaac-ce",
        "--network",
        "lenet5",
        "--replicas",
        "one",
    ]);
    let copies = json(&[
        "map",
        "--arch",
        "isaac-ce",
        "--network",
        "lenet5",
        "--replicas",
        "conv1=2x3",
    ]);
    let of = |r: &Value| r["layers"][0]["compute"].as_u64().expect("a count");
    assert_eq!(of(&copies), 6 * of(&wide));
    assert_eq!(copies["layers"][0]["replicas"], 6);
    let limited = json(&[
        "map",
        "--arch",
        "isaac-ce",
        "--network",
        "lenet5",
        "--max-firings",
        "100",
    ]);
    for l in limited["layers"].as_array().expect("a list") {
        assert!(l["firings"].as_u64().expect("a count") <= 100, "{l}");
    }
    let sliced = json(&[
        "map",
        "--arch",
        "semimap",
        "--network",
        "vgg8",
        "--slice",
        "conv2=4",
    ]);
    let conv2 = sliced["layers"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|l| l["name"] == "conv2");
    assert_eq!(conv2.expect("the layer")["unroll"], 4);
}

#[test]
fn run_has_the_keys_and_its_checks_pass() {
    let report = json(&["run"]);
    has(&report, &RUN_KEYS);
    has(
        &report,
        &[
            "machine",
            "network_digest",
            "seed",
            "notes",
            "layers",
            "checks",
            "chip_area_mm2",
        ],
    );
    has(&report["totals"], &MAP_KEYS);
    for check in report["checks"].as_array().expect("a list") {
        assert_eq!(check["passed"], true, "{check}");
    }
    let components = report["components"].as_array().expect("a list");
    let keys = [
        "part",
        "instances",
        "actions",
        "energy_per_action_pj",
        "dynamic_pj",
        "static_pj",
        "energy_pj",
        "area_mm2",
        "source",
        "confidence",
    ];
    components.iter().for_each(|c| has(c, &keys));
    assert!(text(&["run"]).contains("latency of one image"));
}

/// Energy and area follow from the counts and the cost table of the report itself.
#[test]
fn run_can_be_recomputed_from_its_own_counts_and_costs() {
    for arch in ["reram-64", "isaac-ce", "semimap"] {
        let r = json(&["run", "--arch", arch, "--network", "lenet5"]);
        let number = |v: &Value| v.as_f64().expect("a number");
        let machine = &r["machine"];
        let tiles = number(&r["totals"]["tiles"]);
        let pes = tiles * number(&machine["tile"]["pes"]);
        let mesh = machine["noc"]
            .as_object()
            .and_then(|o| o.values().next())
            .expect("a mesh");
        let routers = (tiles / number(&mesh["tiles_per_router"])).ceil();
        let (mut energy, mut area) = (0.0, 0.0);
        for part in machine["parts"].as_array().expect("a list") {
            let units = match part["level"].as_str() {
                Some("pe") => pes,
                Some("tile") => tiles,
                Some("router") => routers,
                _ => number(&r["totals"]["chips"]),
            };
            let instances = units * number(&part["count"]);
            let kind = part["kind"].as_str().expect("a name");
            let actions = r["counts"].get(kind).map_or(0.0, number);
            energy += actions * number(&part["energy_pj"]);
            // Links of a chip that talks to no other are off.
            let off = kind == "chip-link" && number(&r["totals"]["chips"]) == 1.0;
            let drawn = if off {
                0.0
            } else {
                number(&part["static_power_mw"])
            };
            energy += instances * drawn * number(&r["interval_ns"]);
            area += instances * number(&part["area_um2"]) / 1e6;
        }
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b;
        assert!(close(energy, number(&r["energy_pj"])), "{arch}: {energy}");
        assert!(close(area, number(&r["area_mm2"])), "{arch}: {area}");
    }
}

#[test]
fn run_takes_a_part_of_the_network() {
    let report = json(&["run", "--network", "vgg8", "--layers", "conv2..conv3"]);
    let layers = report["layers"].as_array().expect("a list");
    let compute: Vec<&str> = layers
        .iter()
        .filter(|l| l["kind"] == "compute")
        .filter_map(|l| l["name"].as_str())
        .collect();
    assert_eq!(compute, ["conv2", "conv3"]);
    let error = refused(&["run", "--network", "vgg8", "--layers", "conv2..conv33"]);
    assert!(error.contains("did you mean"), "{error}");
    assert!(
        refused(&["run", "--network", "vgg8", "--layers", "conv3..conv2"]).contains("comes after")
    );
}

#[test]
fn exec_has_the_keys() {
    let report = json(&with(&["exec"], &SMALL));
    has(
        &report,
        &[
            "accuracy",
            "reference_accuracy",
            "float_accuracy",
            "images",
            "layers",
        ],
    );
    assert_eq!(report["images"], 20);
    for l in report["layers"].as_array().expect("a list") {
        has(l, &["name", "clip_rate", "rms_error", "kernel"]);
    }
    assert!(text(&with(&["exec"], &SMALL)).contains("simulated crossbars"));
}

#[test]
fn exec_without_trained_weights_or_images_is_refused() {
    assert!(refused(&["exec", "--network", "lenet5"]).contains("generated, not trained"));
    let error = refused(&["exec", "--images", "100000"]);
    assert!(error.contains("100000 images"), "{error}");
}

/// The mapping.json that a verb writes.
fn place(verb: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a plain path");
    text(&[verb, &["--out", out]].concat());
    let text = std::fs::read_to_string(folder.path().join("mapping.json")).expect("the file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn prune_writes_weights_mapping_and_provenance() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("pruned");
    let out = out.to_str().expect("a plain path");
    let report = json(&with(&["prune", "--out", out, "--ratio", "0.6"], &SMALL));
    has(&report, &["provenance", "mapping"]);
    let mut names: Vec<String> = std::fs::read_dir(out)
        .expect("the folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "SHA256SUMS",
            "floorplan.svg",
            "mapping.json",
            "provenance.json",
            "report.html",
            "report.json",
            "weights.safetensors"
        ]
    );
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(format!("{out}/{name}")).expect("the file");
        serde_json::from_str(&text).expect("JSON")
    };
    assert_eq!(read("report.json"), report);
    assert!(
        report["mapping"]["totals"]["total"].as_u64() < json(&["map"])["totals"]["total"].as_u64()
    );
    // One layout, whoever writes it.
    let (pruned, dense) = (read("mapping.json"), place(&["map"]));
    let keys = |v: &Value| {
        v.as_object()
            .expect("keys")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&pruned), keys(&dense));
    for key in ["kind", "version", "machine", "network"] {
        assert_eq!(pruned[key], dense[key], "{key}");
    }
}

#[test]
fn what_prune_and_map_wrote_can_be_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let dense = json(&["map", "--max-firings", "10", "--out", &at("mapped")]);
    let again = json(&["map", "--mapping", &at("mapped/mapping.json")]);
    for (report, chosen) in [(&dense, "as given"), (&again, "as saved")] {
        let said = report["chosen"].as_str().expect("how it was chosen");
        assert!(said.starts_with(chosen), "{said}");
    }
    for key in ["layers", "totals", "placement"] {
        assert_eq!(again[key], dense[key], "{key}");
    }

    let job = ["--ratio", "0.6", "--out", &at("pruned")];
    let pruned = json(&with(&[&["prune"], &job[..]].concat(), &SMALL));
    let (weights, mapping) = (at("pruned/weights.safetensors"), at("pruned/mapping.json"));
    let files = ["--weights", &weights, "--mapping", &mapping];
    let map = json(&[&["map"], &files[..]].concat());
    assert_eq!(map["layers"], pruned["mapping"]["layers"]);
    // The figures are those of `compare`, which hands network and mapping over without files.
    let job = ["--ratio", "0.6", "--out", &at("compared")];
    let compared = json(&with(&[&["compare"], &job[..]].concat(), &SMALL));
    let exec = json(&with(&[&["exec"], &files[..]].concat(), &SMALL));
    assert_eq!(exec["accuracy"], compared["after"]["exec"]["accuracy"]);
    let run = json(&[&["run"], &files[..]].concat());
    for key in ["cycles", "energy_pj", "totals", "components"] {
        assert_eq!(run[key], compared["after"]["run"][key], "{key}");
    }
}

#[test]
fn layers_are_mapped_as_files_and_options_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("choices.toml");
    let text = "[mapping.layer.conv2]\nunroll = 4\nreplicas = [8, 2]\n\n[mapping.layer.fc1]\npacking = \"dense\"\n";
    std::fs::write(&file, text).expect("written");
    let file = file.display().to_string();
    let conv2 = |more: &[&str]| {
        let base = ["map", "--arch", "semimap", "--network", "vgg8"];
        let report = json(&[&base[..], more].concat());
        let layers = report["layers"].as_array().expect("layers").clone();
        layers
            .into_iter()
            .find(|l| l["name"] == "conv2")
            .expect("conv2")
    };
    let of = |l: &Value| [&l["unroll"], &l["replicas_x"], &l["replicas_y"]].map(|v| v.as_u64());
    let is = |l, w, rx, ry| assert_eq!(of(&l), [Some(w), Some(rx), Some(ry)]);
    is(conv2(&["--mapping", &file]), 4, 8, 2);
    // An override wins over the file, an option over both.
    let set = ["--mapping", &file, "--set", "mapping.layer.conv2.unroll=2"];
    is(conv2(&set), 2, 8, 2);
    is(
        conv2(&[&set[..], &["--slice", "conv2=8", "--replicas", "conv2=4"]].concat()),
        8,
        4,
        1,
    );
    // Liang et al. 2018, Table II: 176 crossbars of conv2, by the table's own name and by that of the network.
    for table in ["liang-vgg8", "published"] {
        assert_eq!(conv2(&["--slices", table])["total"], 176);
    }
    // A choice for a layer outside the part that is run is no error.
    let base = [
        "run",
        "--arch",
        "semimap",
        "--network",
        "vgg8",
        "--layers",
        "conv4..conv5",
    ];
    json(&[&base[..], &["--mapping", &file, "--slices", "published"]].concat());
}

#[test]
fn budgets_are_kept_and_shown() {
    let base = ["--arch", "isaac-ce", "--network", "vgg16"];
    let map = json(&[&["map"], &base[..], &["--budget-chips", "8"]].concat());
    assert!(map["totals"]["chips"].as_u64() <= Some(8));
    assert_eq!(map["optimised"]["objective"], "interval");
    let run = json(&[&["run"], &base[..], &["--budget-chips", "8"]].concat());
    let (bound, interval) = (
        map["optimised"]["bound"]["interval_ns"].as_f64(),
        run["interval_ns"].as_f64(),
    );
    assert!(
        bound > Some(0.0) && interval >= bound,
        "{bound:?}, {interval:?}"
    );
    let small = ["map", "--arch", "isaac-ce", "--network", "vgg8"];
    let area = json(&[&small[..], &["--budget-area", "80 mm2"]].concat());
    assert!(area["optimised"]["area_mm2"].as_f64() <= Some(80.0));
    let shown = text(&[&small[..], &["--budget-crossbars", "10000"]].concat());
    assert!(
        shown.starts_with("mapping: copies for the objective interval within 10000 crossbars\n"),
        "{shown}"
    );
    // The figures are those of a run of the engine, and the gap is that to the bound.
    let tick_ns = map["optimised"]["bound"]["interval_ns"]
        .as_f64()
        .expect("ns")
        / map["optimised"]["bound"]["ticks"].as_f64().expect("ticks");
    let ticks = map["optimised"]["figures"]["interval_ticks"].as_f64();
    let ratio = ticks.expect("ticks") * tick_ns / interval.expect("ns");
    assert!((ratio - 1.0).abs() < 1e-12, "{ratio}");
    let gap = map["optimised"]["gap"].as_f64().expect("a gap");
    assert!((interval.expect("ns") / bound.expect("ns") - 1.0 - gap).abs() < 1e-12);
    assert!(shown.contains("above its bound of"), "{shown}");
    // One copy, as published (67,576 crossbars, 5 chips).
    let one = json(&[&["map"], &base[..], &["--replicas", "one"]].concat());
    assert_eq!(
        (&one["totals"]["total"], one.get("optimised")),
        (&Value::from(67576), None)
    );
    // The default: what 5 chips have room for.
    let shown = text(&[&["map"], &base[..]].concat());
    let first =
        "mapping: copies for the shortest interval on 5 chips, as many as one copy needs (default";
    assert!(shown.starts_with(first), "{shown}");
    let filled = json(&[&["map"], &base[..]].concat());
    assert_eq!(filled["totals"]["chips"], 5);
    assert!(filled["totals"]["total"].as_u64() > Some(67576));
}

#[test]
fn arch_verbs() {
    for name in ["isaac-ce", "isaac-8b", "semimap", "reram-64"] {
        assert!(text(&["arch", "list"]).contains(name));
        has(&json(&["arch", "check", name]), &["machine", "check"]);
        assert!(text(&["arch", "check", name]).contains("power efficiency"));
    }
    assert!(
        json(&["arch", "list"])
            .as_array()
            .is_some_and(|l| l.len() >= 4)
    );
    let machines = json(&["arch", "list"]);
    let find = |name: &str| {
        machines
            .as_array()
            .unwrap()
            .iter()
            .find(|m| m["name"] == name)
    };
    let truenorth = find("truenorth").expect("a preset");
    assert_eq!(
        [
            &truenorth["device"],
            &truenorth["timing"],
            &truenorth["confidence"]
        ],
        ["sram", "none", "fitted"]
    );
    assert_eq!(truenorth["technology_nm"], 28.0);
    assert!(text(&["arch", "show", "isaac-ce"]).contains("[crossbar]"));
    let shown = json(&["arch", "show", "isaac-ce", "--set", "crossbar.rows=64"]);
    assert_eq!(shown["crossbar"]["rows"], 64);
    let schema: Value = serde_json::from_str(&text(&["arch", "schema"])).expect("JSON");
    has(&schema, &["$schema", "properties"]);
}

#[test]
fn network_verbs() {
    assert!(text(&["network", "list"]).contains("vgg16"));
    assert!(
        json(&["network", "list"])
            .as_array()
            .is_some_and(|l| l.len() > 6)
    );
    let shown = json(&["network", "show", "vgg16"]);
    has(&shown, &["name", "digest", "macs", "parameters", "layers"]);
    // 15.47 GMAC: 15.35 of the convolutions (Simonyan and Zisserman, configuration D) and 0.124 of the full connections.
    let macs = shown["macs"].as_f64().expect("a count");
    assert!((macs / 15.47e9 - 1.0).abs() < 1e-3, "{macs}");
    assert!(text(&["network", "show", "digits"]).contains("conv1"));
}

#[test]
fn help_has_examples_and_completions_are_scripts() {
    for verb in ["compare", "map", "run", "exec", "prune", "plot"] {
        assert!(text(&[verb, "--help"]).contains("Example"), "{verb}");
    }
    assert!(text(&["--help"]).contains("Exit codes"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&["completions", shell]).contains("crosscut"));
    }
}

#[test]
fn machines_say_what_they_rest_on() {
    let run = |arch: &str| crosscut(&["run", "--arch", arch, "--network", "lenet5"]);
    let (puma, prime) = (run("puma"), run("prime"));
    assert_eq!(
        (puma.status.code(), prime.status.code()),
        (Some(0), Some(0))
    );
    let said = stderr(&puma);
    assert!(
        said.contains("of a busy `puma` rest on recalled or assumed figures"),
        "{said}"
    );
    let said = stderr(&prime);
    assert!(
        said.contains("note: machine `prime` gives no costs"),
        "{said}"
    );
    let check = text(&["arch", "check", "prime"]);
    assert!(
        check.contains("not known") && !check.contains("mm2"),
        "{check}"
    );
}

#[test]
fn machines_without_crossbar_timing_are_mapped_and_not_run() {
    for arch in ["truenorth", "loihi", "spinnaker"] {
        let map = json(&["map", "--arch", arch, "--network", "lenet5"]);
        assert!(map["totals"]["compute"].as_u64() > Some(0), "{arch}");
        let said = refused(&["run", "--arch", arch, "--network", "lenet5"]);
        assert!(said.contains("has no crossbar timing"), "{said}");
        assert!(said.contains("crosscut map"), "{said}");
        assert!(text(&["arch", "check", arch]).contains("time is not modelled"));
    }
    // Before the pruning, and before any file is written.
    let folder = std::env::temp_dir().join(format!("crosscut-no-timing-{}", std::process::id()));
    let out = folder.to_str().expect("a path in UTF-8");
    let said = refused(&["compare", "--arch", "loihi", "--out", out]);
    assert!(said.contains("has no crossbar timing"), "{said}");
    assert!(!folder.exists());
}

//! What a user can get wrong: one clear error on standard error, exit code 2, nothing half-written.

mod common;

use common::refused;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn path(folder: &TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    path.to_str().expect("a plain path").to_string()
}

/// The text of ISAAC-CE with one change.
fn machine(folder: &TempDir, change: impl Fn(&str) -> String) -> String {
    let text = common::text(&["arch", "show", "isaac-ce"]);
    let changed = change(&text);
    assert_ne!(text, changed, "the change applies");
    let file = path(folder, "machine.toml");
    std::fs::write(&file, changed).expect("written");
    file
}

/// Replaces the value of a key's first occurrence.
fn set(text: &str, key: &str, value: &str) -> String {
    let mut done = false;
    let lines = text.lines().map(|line| {
        let is_key = line.split('=').next().is_some_and(|k| k.trim() == key);
        if is_key && !done {
            done = true;
            format!("{key} = {value}")
        } else {
            line.to_string()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Leaves a table out.
fn without(text: &str, table: &str) -> String {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        if line.starts_with('[') {
            inside = *line == table;
        }
        !inside
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn machines_with_faults_are_refused_with_the_place() {
    type Edit = fn(&str) -> String;
    let cases: [(&str, Edit, &[&str]); 5] = [
        (
            "wrong unit",
            |t| set(t, "clock", "\"1.2 mW\""),
            &["clock", "1.2 mW"],
        ),
        (
            "unknown key",
            |t| t.replacen("[crossbar]", "[crossbar]\nrwos = 4", 1),
            &["rwos", "rows"],
        ),
        ("missing table", |t| without(t, "[crossbar]"), &["crossbar"]),
        ("0 columns", |t| set(t, "columns", "0"), &["columns"]),
        (
            "800-bit ADC",
            |t| {
                let (head, tail) = t.split_once("[adc.sar]").expect("the table");
                format!("{head}[adc.sar]{}", set(tail, "bits", "800"))
            },
            &["800"],
        ),
    ];
    for (what, edit, words) in cases {
        let folder = folder();
        let file = machine(&folder, edit);
        let out = path(&folder, "out");
        let error = refused(&["run", "--arch", &file, "--out", &out]);
        for word in words {
            assert!(error.contains(word), "{what}: {error}");
        }
        assert!(
            error.contains("machine.toml:"),
            "{what} has file and line: {error}"
        );
        assert!(!Path::new(&out).exists(), "{what}: nothing is written");
    }
}

#[test]
fn machines_that_are_not_there() {
    assert!(refused(&["map", "--arch", "isaac-cd"]).contains("isaac-ce"));
    assert!(refused(&["map", "--arch", "no/such.toml"]).contains("no/such.toml"));
    let error = refused(&["map", "--set", "crossbar.colums=64"]);
    assert!(error.contains("colums"), "{error}");
    assert!(refused(&["map", "--set", "crossbar.rows"]).contains("KEY=VALUE"));
}

#[test]
fn networks_that_are_not_there() {
    assert!(refused(&["map", "--network", "vgg61"]).contains("vgg16"));
    assert!(refused(&["map", "--network", "no/such.onnx"]).contains("no/such.onnx"));
    assert!(refused(&["map", "--slice", "conv9=2", "--arch", "semimap"]).contains("conv9"));
    assert!(refused(&["map", "--replicas", "conv1=0"]).contains("above 0"));
    assert!(refused(&["compare", "--ratio", "1.5"]).contains("below 1"));
    assert!(
        refused(&["exec", "--data", "no/such/folder", "--network", "digits"])
            .contains("no/such/folder")
    );
}

/// Protobuf messages, enough of them for a small ONNX model.
mod onnx {
    /// A field of bytes.
    pub fn bytes(field: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![field << 3 | 2];
        varint(content.len() as u64, &mut out);
        out.extend_from_slice(content);
        out
    }

    /// A field with a number.
    pub fn number(field: u8, value: u64) -> Vec<u8> {
        let mut out = vec![field << 3];
        varint(value, &mut out);
        out
    }

    fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    fn value(name: &str, dims: &[u64]) -> Vec<u8> {
        let shape: Vec<u8> = dims.iter().flat_map(|&d| bytes(1, &number(1, d))).collect();
        let tensor = [number(1, 1), bytes(2, &shape)].concat();
        [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
    }

    /// One node `op` on a 1x2x4x4 input and a weight of the given shape.
    pub fn model(op: &str, weight: &[u64]) -> Vec<u8> {
        let count: u64 = weight.iter().product();
        let node = [
            bytes(1, b"x"),
            bytes(1, b"w"),
            bytes(2, b"y"),
            bytes(3, b"the_node"),
            bytes(4, op.as_bytes()),
        ]
        .concat();
        let dims: Vec<u8> = weight.iter().flat_map(|&d| number(1, d)).collect();
        let zeros = vec![0; 4 * count as usize];
        let tensor = [dims, number(2, 1), bytes(8, b"w"), bytes(9, &zeros)].concat();
        let graph = [
            bytes(1, &node),
            bytes(2, b"graph"),
            bytes(5, &tensor),
            bytes(11, &value("x", &[1, 2, 4, 4])),
            bytes(12, &value("y", &[1, 3, 2, 2])),
        ]
        .concat();
        [number(1, 8), bytes(7, &graph), bytes(8, &number(2, 13))].concat()
    }
}

#[test]
fn models_with_faults_are_refused() {
    let folder = folder();
    let good = onnx::model("Conv", &[3, 2, 3, 3]);
    let file = |name: &str, content: &[u8]| {
        let file = path(&folder, name);
        std::fs::write(&file, content).expect("written");
        file
    };
    let fine = file("good.onnx", &good);
    assert!(common::text(&["map", "--network", &fine]).contains("the_node"));

    let cut = file("cut.onnx", &good[..good.len() / 2]);
    assert!(refused(&["run", "--network", &cut]).contains("truncated"));
    let odd = file("odd.onnx", &onnx::model("QLinearSoftsign", &[3, 2, 3, 3]));
    let error = refused(&["run", "--network", &odd]);
    assert!(
        error.contains("QLinearSoftsign") && error.contains("the_node"),
        "{error}"
    );
    let shape = file("shape.onnx", &onnx::model("Conv", &[3, 5, 3, 3]));
    let error = refused(&["run", "--network", &shape]);
    assert!(
        error.contains("the_node") && error.contains("shape"),
        "{error}"
    );
    let empty = file("empty.onnx", b"");
    refused(&["run", "--network", &empty]);
    // No images are known for a file.
    assert!(refused(&["exec", "--network", &fine]).contains("--data"));
}

#[test]
fn output_folders_that_cannot_be_written() {
    let folder = folder();
    let file = path(&folder, "file");
    std::fs::write(&file, "keep me").expect("written");
    let under = format!("{file}/report");
    for verb in ["compare", "map", "run", "exec", "prune"] {
        let error = refused(&[verb, "--out", &under]);
        assert!(
            error.contains("cannot write to the output folder"),
            "{error}"
        );
    }
    assert_eq!(
        std::fs::read_to_string(&file).expect("still there"),
        "keep me"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(["arch", "schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", common::stderr(&output));
}

#[test]
fn mapping_choices_that_do_not_fit_are_refused() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        let file = path(&folder, name);
        std::fs::write(&file, text).expect("written");
        file
    };
    let refuses = |more: &[&str], words: &[&str]| {
        let base = ["map", "--arch", "semimap", "--network", "vgg8"];
        let e = refused(&[&base[..], more].concat());
        assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
    };
    let set = |kv| ["--set", kv];
    refuses(
        &set("mapping.layer.conv22.unroll=4"),
        &["conv22", "did you mean `conv2`"],
    );
    refuses(
        &set("mapping.layer.conv2.unroll=64"),
        &["conv2", "slice width is 64", "1..=32", "output width 32"],
    );
    refuses(
        &set("mapping.layer.conv2.replicas=[1, 99]"),
        &["conv2", "(ry)", "99", "1..=32"],
    );
    refuses(
        &set("mapping.layer.conv2.replicas=4"),
        &[
            "--set mapping.layer.conv2.replicas=4:1:",
            "mapping.layer.conv2",
        ],
    );
    refuses(
        &set("mapping.layer.conv2.unrol=4"),
        &["unrol", "did you mean `unroll`"],
    );
    let typo = write("typo.toml", "[mapping.layer.conv2]\npacking = \"dens\"\n");
    refuses(
        &["--mapping", &typo],
        &["typo.toml:2:11", "did you mean `dense`"],
    );
    let machine = write("machine.toml", "extends = \"semimap\"\n");
    refuses(
        &["--mapping", &machine],
        &["machine.toml:1:1", "describes no machine", "--arch"],
    );
    refuses(&["--mapping", &path(&folder, "none.toml")], &["none.toml"]);
    refuses(&["--slices", "liang-vgg9"], &["liang-vgg9", "liang-vgg8"]);
    let e = refused(&["map", "--network", "resnet18", "--slices", "published"]);
    assert!(e.contains("resnet18") && e.contains("liang-vgg8"), "{e}");
    let vgg8 = ["--network", "vgg8", "--slices", "semimap-vgg16"];
    assert!(refused(&[&["map"], &vgg8[..]].concat()).contains("conv2_2"));
}

#[test]
fn budgets_that_do_not_suffice_are_refused() {
    let base = ["map", "--arch", "isaac-ce", "--network", "vgg16"];
    let refuses = |more: &[&str], words: &[&str]| {
        let e = refused(&[&base[..], more].concat());
        assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
    };
    // Some layers begin tiles of their own, as their windows do not fit one buffer: a few tiles more than the 704 that follow
    // one another.
    let one_copy = ["one copy of `vgg16`", "in 707 tiles", "5 chips"];
    refuses(
        &["--budget-chips", "4"],
        // The machine says how its cells are written: two groups of layers, since fc6 fills 523 tiles.
        &[
            &one_copy[..],
            &["4 chips", "run --reload", "groups of layers"],
        ]
        .concat(),
    );
    refuses(
        &["--budget-area", "80 mm2"],
        &[&one_copy[..], &["80 mm2"]].concat(),
    );
    refuses(&["--budget-area", "80 mW"], &["80 mW", "mm2"]);
    refuses(&["--budget-area", "0 mm2"], &["above 0"]);
    refuses(&["--budget-chips", "0"], &["budget-chips"]);
    refuses(&["--objective", "interval"], &["needs a budget"]);
    refuses(&["--objective", "speed"], &["speed", "interval", "energy"]);
    let two = ["--budget-chips", "8", "--budget-crossbars", "70000"];
    refuses(&two, &["cannot be used with"]);
    let lenet = ["map", "--arch", "isaac-8b", "--network", "lenet5"];
    let refuses = |more: &[&str], words: &[&str]| {
        let e = refused(&[&lenet[..], more].concat());
        assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
    };
    // What contradicts itself.
    for other in [
        ["--max-firings", "100"],
        ["--budget-chips", "1"],
        ["--objective", "energy"],
        ["--require", "9 images/s"],
    ] {
        let words = ["--replicas one", other[0], "cannot be combined"];
        refuses(&[&["--replicas", "one"], &other[..]].concat(), &words);
    }
    let layer = ["--replicas", "one", "--replicas", "conv1=2"];
    refuses(&layer, &["--replicas one", "single layers"]);
    // What cannot be met, with the best there is.
    let words = [
        "no mapping of `lenet5`",
        "1e15 images/s",
        "the best does",
        "crossbars",
    ];
    let require = |rate| ["--budget-chips", "1", "--require", rate];
    let e = refused(&[&lenet[..], &require("1e15 images/s")].concat());
    let e = e.replace("1000000000000000", "1e15");
    assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
    for rate in ["1000", "0 images/s", "fast", "inf images/s"] {
        refuses(&require(rate), &["images/s", "--require"]);
    }
}

#[test]
fn saved_mappings_that_do_not_fit_are_refused() {
    let folder = folder();
    let out = path(&folder, "mapped");
    common::text(&["map", "--out", &out]);
    let file = format!("{out}/mapping.json");
    let good = std::fs::read_to_string(&file).expect("the file");
    let refuses = |change: &dyn Fn(&mut serde_json::Value), words: &[&str]| {
        let mut saved = serde_json::from_str(&good).expect("JSON");
        change(&mut saved);
        let bad = path(&folder, "bad.json");
        let text = saved.to_string();
        std::fs::write(&bad, &text).expect("written");
        let e = refused(&["run", "--mapping", &bad]);
        assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
        (text, e)
    };
    refuses(&|s| s["layers"] = serde_json::json!([]), &["conv1"]);
    let (text, e) = refuses(&|s| s["layers"] = 4.into(), &["bad.json"]);
    let column = text.find("\"layers\":4").expect("put there") + "\"layers\":4".len();
    assert!(e.contains(&format!("column {column}")), "{column} in {e}");
    refuses(
        &|s| s["layers"][1]["name"] = "conv22".into(),
        &["conv22", "did you mean `conv2`"],
    );
    refuses(&|s| s["layers"][1]["unroll"] = 99.into(), &["conv2", "99"]);
    refuses(
        &|s| s["layers"][1]["replicas"][1] = 0.into(),
        &["conv2", "1..="],
    );
    let rows = |s: &mut serde_json::Value, rows| s["layers"][1]["row_groups"][1]["rows"] = rows;
    refuses(
        &|s| rows(s, serde_json::json!([0, 1, 2])),
        &["conv2", "row group 1", "twice"],
    );
    refuses(
        &|s| {
            rows(
                s,
                serde_json::json!({ "start": 0, "end": 4_000_000_000u32 }),
            )
        },
        &["conv2", "beyond the last"],
    );
    refuses(
        &|s| rows(s, serde_json::json!({ "start": 4, "end": 2 })),
        &["conv2", "end before they start"],
    );
    // Arrays with fewer rows than the mapping was made for.
    let e = refused(&["run", "--mapping", &file, "--set", "crossbar.rows=16"]);
    assert!(e.contains("a crossbar has 16"), "{e}");
    let e = refused(&["run", "--mapping", &file, "--network", "vgg8"]);
    assert!(e.contains("conv"), "{e}");
    let e = refused(&["run", "--mapping", &file, "--budget-chips", "2"]);
    assert!(e.contains("--budget-chips"), "{e}");
    let weights = path(&folder, "w.safetensors");
    std::fs::write(&weights, "no weights").expect("written");
    let e = refused(&["run", "--weights", &weights]);
    assert!(
        e.contains("w.safetensors") && e.contains("safetensors file"),
        "{e}"
    );
}

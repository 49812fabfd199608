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

/// The text of the small machine with one change.
fn machine(folder: &TempDir, change: impl Fn(&str) -> String) -> String {
    let text = common::text(&["arch", "show", "reram-64"]);
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
            |t| t.replacen("rows =", "rwos =", 1),
            &["rwos", "rows"],
        ),
        (
            "missing table",
            |t| t.replacen("[crossbar]", "[pe-crossbar]", 1),
            &["crossbar"],
        ),
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

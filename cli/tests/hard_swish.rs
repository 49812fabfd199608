//! Is a network with HardSwish shown, mapped, timed and computed, from its ONNX file on?

mod common;

use common::{json, text};
use crosscut_traces::export::onnx::save;
use crosscut_traces::net::Builder;
use crosscut_traces::op::HardSwish;
use crosscut_traces::random::Key;
use crosscut_traces::{Op, Shape};
use rand_core::Rng;
use std::path::Path;

/// A NumPy array file (version 1.0) of little-endian values of a type.
fn npy(kind: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    let end = (10 + header.len() + 1).next_multiple_of(64);
    while header.len() + 11 < end {
        header.push(' ');
    }
    header.push('\n');
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), values].concat()
}

/// Eight images of 3x6x6 values around 0.
fn images(folder: &Path) {
    let mut draws = Key::new(1).named("images").rng();
    let values: Vec<u8> = (0..8 * 3 * 6 * 6)
        .flat_map(|_| (draws.next_u32() as i32 as f32 / 2f32.powi(30)).to_le_bytes())
        .collect();
    let labels: Vec<u8> = (0..8).flat_map(|i: i64| (i % 4).to_le_bytes()).collect();
    std::fs::write(folder.join("x.npy"), npy("<f4", "(8, 3, 6, 6)", &values)).expect("written");
    std::fs::write(folder.join("y.npy"), npy("<i8", "(8,)", &labels)).expect("written");
}

fn works(network: &str, data: &str) {
    assert!(text(&["network", "show", network]).contains("HardSwish"));
    let on = [
        "--arch",
        "reram-64",
        "--replicas",
        "one",
        "--network",
        network,
    ];
    let map = json(&[&["map"], &on[..]].concat());
    assert_eq!(map["totals"]["total"], 1);
    let run = json(&[&["run"], &on[..]].concat());
    // The function is done where the convolution's values are made: once a value.
    assert_eq!(run["counts"]["activation"], 4 * 4 * 4);
    let exec = json(
        &[
            &["exec"],
            &on[..],
            &["--data", data, "--images", "4", "--calibration-images", "4"],
        ]
        .concat(),
    );
    assert_eq!(exec["images"], 4, "{exec:#}");
}

#[test]
fn a_network_with_hard_swish_runs_in_every_verb() {
    let folder = tempfile::tempdir().expect("a folder");
    images(folder.path());
    let data = folder.path().display().to_string();
    let (mut b, x) = Builder::new("own", Shape::new(3, 6, 6), 1);
    let x = b.conv("c", x, 4, 3, 1, 0);
    b.push("hs", Op::of(HardSwish), &[x]);
    let own = folder.path().join("own.onnx");
    std::fs::write(&own, save(&b.finish()).expect("has an ONNX form")).expect("written");
    works(&own.display().to_string(), &data);
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/hardswish.onnx");
    if shared.is_file() {
        works(&shared.display().to_string(), &data);
    } else {
        println!("the shared case is left out: no folder ../shared");
    }
}

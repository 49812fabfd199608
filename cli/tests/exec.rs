//! `exec` and `profile`: keys, files that go from one to the other, plots, and input that is wrong.

mod common;

use common::{has, json, refused, text};
use serde_json::Value;
use std::path::Path;

const FEW: [&str; 6] = [
    "--images",
    "12",
    "--calibration-images",
    "32",
    "--set",
    "adc.sar.bits=4",
];

fn exec<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["exec"], &FEW[..], more].concat()
}

fn path(folder: &Path, name: &str) -> String {
    folder
        .join(name)
        .to_str()
        .expect("a plain path")
        .to_string()
}

#[test]
fn exec_explains_itself_in_json_text_and_plots() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(folder.path(), "report");
    let more = [
        "--compare",
        "conv3",
        "--ablate",
        "--seeds",
        "2",
        "--out",
        &out,
    ];
    let r = json(&exec(&more));
    has(
        &r,
        &[
            "preprocessing",
            "divergence",
            "verdict",
            "compare",
            "ablation",
            "chips",
        ],
    );
    has(
        &r["divergence"],
        &["images", "traced", "first_layer", "main_layer"],
    );
    for l in r["layers"].as_array().expect("a list") {
        has(
            l,
            &[
                "rms_error_reference",
                "rms_error_float",
                "range_use",
                "inputs_outside",
                "first_wrong",
                "slices",
            ],
        );
    }
    assert_eq!(r["compare"]["layer"], "conv3");
    assert_eq!(r["ablation"]["parts"][0]["name"], "ADC clipping");
    assert_eq!(
        r["chips"]["accuracies"].as_array().expect("a list").len(),
        2
    );
    let plots = [
        "error-by-layer.svg",
        "values.svg",
        "ablation.svg",
        "yield.svg",
    ];
    // Drawn again from the saved report, the plots are the same.
    let again = path(folder.path(), "again");
    text(&[
        "plot",
        &path(folder.path(), "report/report.json"),
        "--out",
        &again,
    ]);
    for plot in plots {
        let read = |d: &str| std::fs::read(folder.path().join(d).join(plot)).expect(plot);
        assert!(read("report") == read("again"), "{plot}");
    }
    let shown = text(&exec(&["--verbose"]));
    for part in [
        "input = x / 16",
        "conv2 / 3",
        "first wrong",
        "clip",
        "adc.sar.bits=",
    ] {
        assert!(shown.contains(part), "no `{part}` in {shown}");
    }
}

#[test]
fn limits_go_from_profile_to_exec() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(folder.path(), "p");
    let profile = [
        &["profile"],
        &FEW[..],
        &["--profile-images", "8", "--out", &out],
    ]
    .concat();
    let r = json(&profile);
    assert_eq!(r["images"], 8);
    let slice = &r["adc_profile"][1]["slices"][2];
    has(
        slice,
        &[
            "samples",
            "seen",
            "percentiles",
            "chosen",
            "machine",
            "bars",
        ],
    );
    for file in ["report.json", "limits.json", "adc-ranges.svg"] {
        assert!(folder.path().join("p").join(file).exists(), "{file}");
    }
    let limits = path(folder.path(), "p/limits.json");
    let plain = json(&exec(&[]));
    let with = json(&exec(&["--limits", &limits]));
    assert_eq!(
        with["layers"][1]["slices"][2]["range"],
        slice["chosen"]["limits"]
    );
    let error = |r: &Value| r["layers"][1]["rms_error"].as_f64().expect("a number");
    assert!(error(&with) < 0.5 * error(&plain));
    // Without a file a calibrated machine measures its own limits, on 32 images.
    let own = json(&exec(&["--set", "adc.sar.range=calibrated"]));
    assert_eq!(own["limits"], "calibrated on 32 images");
    // A file for another machine, one that is no limits file, and one that is damaged.
    let other = exec(&["--limits", &limits, "--set", "device.reram.cell_bits=1"]);
    assert!(refused(&other).contains("the machine has 8"));
    let report = path(folder.path(), "p/report.json");
    assert!(refused(&exec(&["--limits", &report])).contains("no limits file"));
    assert!(refused(&exec(&["--limits", "gone.json"])).contains("gone.json"));
}

#[test]
fn wrong_questions_are_refused() {
    assert!(refused(&exec(&["--compare", "conv33"])).contains("did you mean `conv3`?"));
    assert!(refused(&exec(&["--seeds", "0"])).contains("--seeds"));
    assert!(refused(&exec(&["--normalise", "mnst"])).contains("one of mnist"));
    let percentile = refused(&["profile", "--percentile", "99"]);
    assert!(percentile.contains("add --rule percentile"), "{percentile}");
    assert!(
        refused(&[
            "profile",
            "--arch",
            "sram-256",
            "--set",
            "format.weight_bits=8"
        ])
        .contains("no ADC")
    );
    let fixed = refused(&exec(&["--set", "adc.sar.range=fixed"]));
    assert!(fixed.contains("adc.sar.lowest"), "{fixed}");
}

/// The bytes of an idx file.
fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    sizes.iter().for_each(|s| bytes.extend(s.to_be_bytes()));
    bytes.extend(data);
    bytes
}

#[test]
fn images_that_do_not_fit_or_are_not_known_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let data = folder.path().to_str().expect("a plain path").to_string();
    let write = |name: &str, bytes: &[u8]| std::fs::write(at(name), bytes).expect("written");
    write("photo.jpg", b"x");
    let unknown = refused(&exec(&["--data", &data]));
    assert!(
        unknown.contains("photo.jpg") && unknown.contains("Known are idx files"),
        "{unknown}"
    );
    write("test-images-idx3-ubyte", &idx(&[60, 4, 4], &[1; 960]));
    write("test-labels-idx1-ubyte", &idx(&[60], &[1; 60]));
    let shape = refused(&exec(&["--data", &data]));
    assert!(
        shape.contains("1x8x8") && shape.contains("1x4x4"),
        "{shape}"
    );
    write("test-images-idx3-ubyte", &idx(&[60, 8, 8], &[1; 3839]));
    assert!(refused(&exec(&["--data", &data])).contains("3839 bytes of data"));
    write("test-images-idx3-ubyte", &idx(&[60, 8, 8], &[1; 3840]));
    let few = refused(&["exec", "--data", &data]);
    assert!(
        few.contains("60") && few.contains("--calibration-images"),
        "{few}"
    );
    write("test-labels-idx1-ubyte", &idx(&[60], &[11; 60]));
    let classes = refused(&exec(&["--data", &data]));
    assert!(
        classes.contains("12 classes") && classes.contains("10 outputs"),
        "{classes}"
    );
    assert!(refused(&exec(&["--data", "digit"])).contains("did you mean `digits`?"));
}

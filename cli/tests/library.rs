//! A user of the library gets the figures of the command line, all of them.

mod common;

use crosscut::workload::{self, DIGITS, ImageChoice};
use crosscut::{Error, Experiment, Setting};
use serde::Serialize;
use serde_json::Value;

fn json(report: &impl Serialize) -> Value {
    let text = serde_json::to_string(report).expect("a report is JSON");
    serde_json::from_str(&text).expect("and back")
}

/// Meshes, trees, phases, arrays without ADCs, machines without published energy.
const MACHINES: [&str; 6] = [
    "reram-64", "isaac-ce", "isaac-8b", "prime", "pimsim", "semimap",
];

#[test]
fn time_is_that_of_the_command() {
    for machine in MACHINES {
        let lenet = Experiment::load(machine, "lenet5").expect("it maps");
        let args = ["run", "--arch", machine, "--network", "lenet5"];
        let said = common::json(&args);
        assert_eq!(json(&lenet.time().expect("it runs")), said, "{machine}");
        // The interval is bounded by what the estimate proves, in both.
        assert_eq!(
            lenet.time().expect("it runs").interval_ns,
            said["interval_ns"].as_f64().expect("a number")
        );
    }
}

#[test]
fn estimate_and_mapping_are_those_of_the_command() {
    for machine in MACHINES {
        let resnet = Experiment::load(machine, "resnet20").expect("it maps");
        let args = ["--arch", machine, "--network", "resnet20"];
        let said = common::json(&[&["run", "--estimate"], &args[..]].concat());
        assert_eq!(
            json(&resnet.estimate().expect("it runs")),
            said,
            "{machine}"
        );
        let said = common::json(&[&["map"], &args[..]].concat());
        assert_eq!(
            json(&resnet.map_report().expect("it fits")),
            said,
            "{machine}"
        );
    }
}

#[test]
fn values_are_those_of_the_command() {
    let set = "adc.sar.bits=5";
    let arch = crosscut::arch::load("reram-64", &[set.to_string()]).expect("a machine");
    let net = workload::network(DIGITS, 0, &mut |w| panic!("{w}")).expect("it is embedded");
    let choice = ImageChoice {
        images: 10,
        calibration_images: 16,
        ..ImageChoice::default()
    };
    let images = workload::images(&net, DIGITS, &choice).expect("they are embedded");
    let digits = Setting::new(arch, net)
        .images(images)
        .map()
        .expect("it maps");
    let args = [
        "exec",
        "--set",
        set,
        "--images",
        "10",
        "--calibration-images",
        "16",
    ];
    let report = digits.values().expect("it runs");
    assert_eq!(json(&report), common::json(&args));
    // Samples taken by the kernels against the closed form; either side broken is seen, and the layer named.
    let checks = |images, counted| {
        let mut result = report.result.clone();
        result.images = images;
        result.layers[1].conversions += counted;
        crosscut::report::exec::checks(&result, &digits.mapping, &digits.arch)
    };
    assert_eq!(checks(10, 0), report.checks);
    assert!(report.checks[0].passed);
    for (images, counted) in [(11, 0), (10, 1)] {
        let broken = &checks(images, counted)[0];
        assert!(!broken.passed && broken.detail.contains(&report.result.layers[1].name));
    }
}

#[test]
fn files_are_named_as_presets_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("my.toml");
    let text = crosscut::arch::preset_text("isaac-8b").expect("a preset");
    std::fs::write(&file, text).expect("written");
    let mine = Experiment::load(&file.display().to_string(), "vgg8").expect("it maps");
    let preset = Experiment::load("isaac-8b", "vgg8").expect("it maps");
    let latency = |e: &Experiment| e.estimate().expect("it runs").latency_ns;
    assert_eq!(latency(&mine), latency(&preset));
}

#[test]
fn errors_are_typed() {
    let error = |machine, network| Experiment::load(machine, network).err().expect("refused");
    assert!(matches!(error("isaac-cd", "vgg8"), Error::Arch(_)));
    assert!(matches!(
        error("isaac-ce", "vgg88"),
        Error::UnknownNetwork(_)
    ));
    let loihi = Experiment::load("loihi", "lenet5").expect("it maps");
    assert!(matches!(loihi.time(), Err(Error::NoTiming { .. })));
    let vgg8 = Experiment::load("isaac-ce", "vgg8").expect("it maps");
    assert!(matches!(vgg8.values(), Err(Error::NoImages(_))));
    assert!(!vgg8.values().expect_err("refused").is_bug());
}

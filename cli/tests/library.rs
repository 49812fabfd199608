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

fn machine(set: &[String]) -> crosscut::arch::Arch {
    crosscut::arch::load("reram-128", set).expect("a machine")
}

/// The embedded network on few of its images.
fn digits(set: &[&str]) -> Experiment {
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    let net = workload::network(DIGITS, 0, &mut |w| panic!("{w}")).expect("it is embedded");
    let choice = ImageChoice {
        images: 8,
        calibration_images: 16,
        ..ImageChoice::default()
    };
    let images = workload::images(&net, DIGITS, &choice).expect("they are embedded");
    let setting = Setting::new(machine(&set), net).images(images);
    setting.map().expect("it maps")
}

#[test]
fn measured_activity_costs_what_a_machine_costs_that_assumes_it() {
    let digits = digits(&[]);
    let (run, exec) = (digits.estimate().expect("it runs"), digits.values());
    let exec = exec.expect("it runs");
    let run = run.with_activity(&exec).expect("it is of this run");
    let measured = run.measured.as_ref().expect("it was measured");
    let mut more = 0.0;
    for layer in &measured.layers {
        // The arrays of this machine are priced by a law, which follows what the machine assumes.
        let assumes = [
            format!("activity.inputs={:?}", layer.seen.inputs),
            format!("activity.cells={:?}", layer.seen.cells),
        ];
        let (net, mapping) = (digits.net.clone(), digits.mapping.clone());
        let other = Experiment::new(machine(&assumes), net, mapping);
        let other = other.estimate().expect("it runs");
        let of = |r: &crosscut::report::RunReport| {
            let layer = r.layers.iter().find(|l| l.name == layer.name);
            layer.and_then(|l| l.dynamic_pj).expect("it has costs")
        };
        let pj = layer.measured_pj.expect("it has costs");
        assert!((pj - of(&other)).abs() < 1e-9 * pj, "{} {pj}", layer.name);
        assert!((pj - of(&run)).abs() > 1e-3 * pj, "{}", layer.name);
        more += pj - of(&run);
    }
    let (assumed, all) = (
        run.energy_pj.expect("costs"),
        measured.energy_pj.expect("costs"),
    );
    assert!((all - assumed - more).abs() < 1e-9 * all);
    let parts: f64 = measured
        .parts
        .iter()
        .map(|p| p.measured_pj - p.assumed_pj)
        .sum();
    assert!((parts - more).abs() < 1e-9 * all);

    // The same of the command, by images and by the report of `exec`.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("exec.json");
    std::fs::write(&file, json(&exec).to_string()).expect("written");
    let by_file = ["run", "--arch", "reram-128", "--estimate", "--activity"];
    let file = file.display().to_string();
    let said = common::json(&[&by_file[..], &[&file]].concat());
    assert_eq!(said, json(&run));
    let by_images =
        "run --arch reram-128 --estimate --data digits --activity-images 8 --calibration-images 16";
    let args: Vec<&str> = by_images.split(' ').collect();
    assert_eq!(common::json(&args), said);
    assert!(common::text(&args).contains("energy by values, 8 images of digits"));
    // Another machine, another network, no report of `exec`.
    let other = common::refused(&[&by_file[..], &[&file, "--set", "dac.bits=2"]].concat());
    assert!(
        other.contains("there a DAC has 1 bits, here a DAC has 2 bits"),
        "{other}"
    );
    let other = common::refused(&[&by_file[..], &[&file, "--network", "lenet5"]].concat());
    assert!(
        other.contains("measured on the network `digits-cnn`"),
        "{other}"
    );
    let other = common::refused(&[&by_file[..], &["Cargo.toml"]].concat());
    assert!(other.contains("is no report of `exec`"), "{other}");
}

/// Steps that are zero in all driven rows, and codes: each by its own formula from what `exec` counted.
#[test]
fn skipped_steps_and_codes_change_what_converters_cost() {
    use crosscut::arch::PartKind::{Adc, Buffer, Dac};
    for (set, by) in [("dac.skip_zeros=true", 0.0), ("cost.adc.by_code=0.4", 0.4)] {
        let digits = digits(&["crossbar.active_rows=8", set]);
        let (run, exec) = (digits.estimate().expect("it runs"), digits.values());
        let exec = exec.expect("it runs");
        let run = run.with_activity(&exec).expect("it is of this run");
        for kind in [Adc, Dac, Buffer] {
            let price = digits.arch.part(kind).expect("a part").energy_pj;
            let mut want = 0.0;
            for layer in &exec.result.layers {
                let run = run.layers.iter().find(|l| l.name == layer.name);
                let pj = run.expect("it ran").counts.get(kind) as f64 * price;
                let a = layer.activity.as_ref().expect("measured");
                let steps = a.needed_steps / 8.0;
                assert!(steps < 0.9, "{}", layer.name);
                let code = a.mean_code.expect("it has converters");
                assert!(code > 0.0 && code < 0.4, "{} {code}", layer.name);
                want += match (kind, by > 0.0) {
                    (Buffer, _) | (Dac, true) => pj,
                    (_, true) => pj * (1.0 - by + by * code / 0.5),
                    (_, false) => pj * steps,
                };
            }
            let own = run.components.iter().find(|c| c.part == kind);
            let all = own.and_then(|c| c.dynamic_pj).expect("costs");
            let measured = &run.measured.as_ref().expect("measured").parts;
            let found = measured.iter().find(|p| p.part == kind);
            // A part that costs what it did is not listed.
            let got = found.map_or(all, |p| p.measured_pj);
            let rest = run
                .layers
                .iter()
                .filter(|l| exec.result.layers.iter().all(|e| e.name != l.name));
            let rest: u64 = rest.map(|l| l.counts.get(kind)).sum();
            let want = want + rest as f64 * price;
            assert!(
                (got - want).abs() < 1e-9 * want,
                "{kind:?} {set}: {got} {want}"
            );
        }
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

/// One converter figure between half and twice: the ends by hand, the median where the factor is 1, the same bytes again.
#[test]
fn uncertainty_prices_the_counts_again() {
    use crosscut::report::{Doubt, DoubtOf};
    use crosscut_arch::PartKind;

    let run = Experiment::load("isaac-ce", "lenet5").expect("maps");
    let run = run.time().expect("runs");
    let doubt = |part, of| Doubt {
        part,
        of,
        low: 0.5,
        high: 2.0,
        why: "a test".to_string(),
    };
    let doubts = vec![
        doubt(PartKind::Adc, DoubtOf::Energy),
        doubt(PartKind::Buffer, DoubtOf::Area),
    ];
    let with = |doubts: &[Doubt]| {
        let run = run.clone().with_uncertainty(doubts.to_vec(), 1000, 7);
        run.uncertainty.expect("asked for")
    };
    let u = with(&doubts);
    assert_eq!(u, with(&doubts));
    let of = |part| {
        run.components
            .iter()
            .find(|c| c.part == part)
            .expect("a part")
    };
    let (all, adc) = (run.energy_pj.unwrap(), of(PartKind::Adc).energy_pj.unwrap());
    let near = |a: f64, b: f64, within: f64| assert!((a / b - 1.0).abs() < within, "{a} {b}");
    near(u.most[0].ends[0], all - adc / 2.0, 1e-12);
    near(u.most[0].ends[1], all + adc, 1e-12);
    assert_eq!(u.most.len(), 1, "areas move no energy");
    let band = u.energy_pj.expect("costs");
    near(band.printed, all, 1e-12);
    near(band.median, all, 0.05);
    // Evenly on a logarithmic scale: a twentieth from either end of 1/2 to 2.
    near(band.low, all + adc * (2f64.powf(-0.9) - 1.0), 0.02);
    near(band.high, all + adc * (2f64.powf(0.9) - 1.0), 0.02);
    let area = u.area_mm2.expect("costs");
    near(area.printed, run.area_mm2.unwrap(), 1e-12);
    assert!(area.low < area.printed && area.printed < area.high);
    let sure = with(&[]).energy_pj.expect("costs");
    near(sure.low, sure.high, 1e-15);
}

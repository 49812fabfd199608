//! Machine descriptions and overrides. An accepted machine is checked, and maps and times a small network.

use crate::reader::{Target, assert_short, text};
use crosscut::Setting;
use crosscut::arch::{self, Arch, ArchError};

const WORDS: &[&str] = &[
    "[",
    "]",
    "=",
    "\"",
    "extends",
    "name",
    "[cost.adc]",
    "law",
    "\"murmann-survey\"",
    "[noc.tree]",
    "radix",
    "[adc.ramp]",
    "[adc.flash]",
    "[adc.none]",
    "range",
    "\"fixed\"",
    "lowest",
    "step",
    "[timing.phased]",
    "[timing.integrated]",
    "[device.pcm]",
    "published_at",
    "tiles_x",
    "active_rows",
    "1e308",
    "inf",
    "nan",
    " ns",
    " pJ",
    " GHz",
    " KiB",
    " kOhm",
    "[mapping.layer.conv1]",
    "unroll",
    "replicas",
    "[1, 1]",
    "[[published]]",
    "value",
    "within",
    "group",
    "\"as-needed\"",
];

/// A description of a machine.
pub fn description() -> Target {
    let presets = ["reram-64", "isaac-ce", "semimap", "hermes-core"];
    let mut corpus: Vec<Vec<u8>> = presets
        .iter()
        .filter_map(|name| arch::preset_text(name))
        .map(|text| text.as_bytes().to_vec())
        .collect();
    for preset in ["reram-64", "isaac-8b", "pcm-256", "sram-256", "timely"] {
        let small = format!(
            "extends = \"{preset}\"\nname = \"m\"\n[crossbar]\nrows = 128\n[tile]\npes = 8\nbuffer = \"64 KiB\"\n[mapping.layer.conv1]\nunroll = 2\nreplicas = [1, 2]\n"
        );
        corpus.push(small.into_bytes());
    }
    Target {
        name: "machine",
        corpus,
        words: WORDS,
        protobuf: false,
        read: Box::new(|bytes| {
            text(bytes).is_some_and(|text| takes(bytes, arch::from_toml(text, "fuzz.toml", &[])))
        }),
    }
}

/// One override of a preset.
pub fn overriding() -> Target {
    let corpus = [
        "crossbar.rows=256",
        "clock=1.2 GHz",
        "cost.adc.energy=1.5 pJ",
        "adc.sar.bits=5",
        "noc.mesh.hop_ticks=3",
        "mapping.layer.conv1.replicas=[2, 1]",
        "device.reram.programming.lognormal.sigma=0.1",
        "timing.bit-serial.fetch=2",
        "system.chips=\"as-needed\"",
        "cost.router.published_at.technology=\"32 nm\"",
    ];
    Target {
        name: "set",
        corpus: corpus.map(|s| s.as_bytes().to_vec()).to_vec(),
        words: WORDS,
        protobuf: false,
        read: Box::new(|bytes| {
            text(bytes).is_some_and(|set| takes(bytes, arch::load("reram-64", &[set.to_string()])))
        }),
    }
}

fn takes(input: &[u8], loaded: Result<Arch, ArchError>) -> bool {
    match loaded {
        Ok(machine) => {
            let check = arch::check(&machine);
            assert!(!check.power_mw.is_infinite() && !check.area_mm2.is_infinite());
            let net = super::network::small();
            // Mapping takes most of the time: one of eight.
            if input.iter().map(|b| usize::from(*b)).sum::<usize>() % 8 == 0
                && let Ok(experiment) = Setting::new(machine, net).map()
                && let Ok(report) = experiment.estimate()
            {
                assert!(report.latency_ns.is_finite(), "{}", report.latency_ns);
                let failed = report.checks.iter().find(|c| !c.passed);
                assert!(failed.is_none(), "{failed:?}");
            }
            true
        }
        Err(error) => {
            // What a user would see.
            let said = error.to_string();
            assert_short(&said, 1 << 20);
            assert!(error.faults().len() <= 20);
            false
        }
    }
}

//! Can machines of the literature that are no presets be described in TOML alone, with their published figures?
//!
//! Their files are in `machines/`; what each shows the schema to hold stands beside its test. The tolerance stands beside
//! each figure.

use crosscut_arch::*;
use std::path::Path;

/// The file of a machine of `machines/`; measured chips come with the crate and load by name.
fn file(name: &str) -> String {
    if chips().iter().any(|c| c.name == name) {
        return name.to_owned();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines");
    let path = folder.join(name).with_extension("toml");
    path.to_str().expect("a plain path").to_owned()
}

fn machine(name: &str, set: &[&str]) -> Arch {
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    load(&file(name), &set).unwrap_or_else(|e| panic!("{e}"))
}

/// Relative distance below `tolerance`.
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        ((value - expected) / expected).abs() <= tolerance,
        "{value} is not within {tolerance} of {expected}"
    );
}

/// Shares of a part in power and area.
fn shares(check: &Check, kind: PartKind) -> (f64, f64) {
    let part = check.parts.iter().find(|p| p.kind == kind).expect("a part");
    (
        part.power_mw / check.power_mw,
        part.area_mm2 / check.area_mm2,
    )
}

/// Part of the rows at a time, a weight's bits joined before the converter, shares of a macro's energy and area.
/// Wang et al., VLSI 2022: a cycle of 6.8 ns x (0.7 V / V)^1.1; at 1.0 V 0.4459 TOPS (measured 0.446), 0.1221 pJ a MAC
/// (ADC 34, DAC 22, MAC 40, the rest 4 %); 0.124 mm2 (13, 30, 46 and 11 %).
#[test]
fn wang_macro() {
    let arch = machine("wang-vlsi22", &[]);
    assert_eq!((arch.row_steps(), arch.timed_steps()), (8, 8));
    let check = check(&arch);
    near(arch.cycle_ns(), 6.8 * 0.7f64.powf(1.1), 2e-4);
    near(check.peak_gops, 445.9, 5e-4);
    near(check.peak_gops, 446.0, 1e-3);
    // pJ per MAC: mW per GMAC/s.
    near(check.power_mw / (check.peak_gops / 2.0), 0.1221, 1e-4);
    near(check.area_mm2, 0.124, 1e-9);
    for (kind, power, area) in [
        (PartKind::Adc, 0.34, 0.13),
        (PartKind::Dac, 0.22, 0.30),
        (PartKind::Crossbar, 0.40, 0.46),
        (PartKind::OutputRegister, 0.04, 0.11),
    ] {
        let (p, a) = shares(&check, kind);
        near(p, power, 1e-3);
        near(a, area, 1e-3);
    }
}

/// The macro at the 0.7 V its cycle is stated for: one product of the active rows in 6.8 ns.
#[test]
fn wang_macro_at_its_own_voltage() {
    let ns = 6.8;
    let set = [
        format!("clock={} Hz", 1e9 / ns),
        format!("crossbar.read={ns} ns"),
        format!("adc.sar.rate={} S/s", 1e9 / ns),
    ];
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let check = check(&machine("wang-vlsi22", &set));
    near(check.peak_gops, 2.0 * 64.0 * 16.0 / 6.8, 1e-9);
}

/// Ternary weights, inputs whole. CICC 2021: 1024 x 512 at 22.5 MHz, 1050 TOPS/W, 1.9425 mm2.
#[test]
fn ternary_analog_macro() {
    let arch = machine("aimc-cicc21", &[]);
    assert_eq!((arch.columns_per_weight(), arch.weight_slices()), (2, 1));
    let check = check(&arch);
    near(check.peak_gops, 2.0 * 1024.0 * 512.0 * 22.5e-3, 1e-9);
    near(check.gops_per_w, 1_050_000.0, 1e-5);
    near(check.area_mm2, 1.9425, 1e-9);
}

/// Two's complement in analog cells of one bit, a few rows at a time, a converter per column. ISSCC 2023 7.8: eight banks
/// of 64 x 256, 8 rows, 8 by 8 bits, 364 MHz, 18.7 TOPS/W, 1.88 mm2.
#[test]
fn few_rows_at_a_time_in_analog_sram() {
    let arch = machine("aimc-isscc23", &[]);
    assert_eq!((arch.row_steps(), arch.timed_steps()), (8, 64));
    assert_eq!((arch.drain_ticks(), arch.cycle_ticks()), (1, 1));
    let check = check(&arch);
    // 64 operations of each bank every cycle.
    near(check.peak_gops, 8.0 * 64.0 * 0.364, 1e-9);
    near(check.gops_per_w, 18_700.0, 1e-5);
    near(check.area_mm2, 1.88, 1e-9);
}

/// No converters at all. ISSCC 2022 15.5: 64 banks of 32 x 48 cells, 8 by 8 bits, 2 input bits a cycle at 195 MHz. 64 x 32
/// x 6 MAC in 4 cycles: 6144 operations a cycle, 1.198 TOPS; 36.63 TOPS/W, 0.9408 mm2.
#[test]
fn digital_macro_without_converters() {
    let arch = machine("dimc-isscc22", &[]);
    assert_eq!((arch.adc, arch.cycle_ticks()), (None, 1));
    let check = check(&arch);
    near(check.peak_gops, 6144.0 * 0.195, 1e-9);
    near(check.peak_gops, 1198.0, 1e-3);
    near(check.gops_per_w, 36_630.0, 1e-5);
    near(check.area_mm2, 0.9408, 1e-9);
}

/// Analog weights of several devices, and a chip whose time is not known. IBM's speech chip: 34 tiles of 512 x 2048, 35
/// million devices; 20.0 TOPS/W at the peak of a tile.
#[test]
fn speech_chip_without_timing() {
    let arch = machine("ibm-speech", &[]);
    assert!(matches!(arch.timing, Timing::None { .. }));
    let devices = arch.crossbars_per_chip() * 512 * 2048;
    assert_eq!(devices, 35_651_584);
    assert_eq!((arch.weight_slices(), arch.columns_per_weight()), (2, 4));
    near(check(&arch).gops_per_w, 20_000.0, 1e-9);
}

/// A preset's parts under another periphery. AtomLayer, recalled: 4.8 W, 6.89 mm2, 682.5 GOPS/W, 475.6 GOPS/mm2. These
/// mean 3276 and 3277 GOPS, which 160 x 8 of ISAAC's arrays of 2.56 GOPS give.
#[test]
fn atomlayer_closes() {
    let arch = machine("atomlayer", &[]);
    assert_eq!(arch.crossbars_per_chip(), 1280);
    let check = check(&arch);
    near(check.peak_gops, 1280.0 * 2.56, 1e-9);
    near(check.peak_gops, 682.5 * 4.8, 1e-3);
    near(check.peak_gops, 475.6 * 6.89, 1e-3);
    near(check.power_mw, 4_800.0, 1e-3);
    near(check.area_mm2, 6.89, 1e-3);
    near(check.gops_per_w, 682.5, 1e-3);
    near(check.gops_per_mm2, 475.6, 1e-3);
}

/// Sums in analog before the converter. CASCADE: 80 x 80 arrays of 64 x 64, 7 ADCs a unit, 10 conversions for an output
/// instead of 256.
#[test]
fn sums_in_analog() {
    let arch = machine("cascade", &[]);
    assert_eq!(arch.crossbars_per_chip(), 6400);
    assert_eq!(arch.weight_slices() * arch.timed_steps(), 256);
    // 80 x 4 x 10 conversions on 7 ADCs: 458 on the busiest, 1526.7 ns at 300 MS/s, 95.4 of them in each of 16 reads.
    assert_eq!((arch.drain_ticks(), arch.cycle_ticks()), (96, 100));
    let half = machine("cascade", &["adc.sar.rate=150 MS/s"]);
    assert_eq!((half.drain_ticks(), half.cycle_ticks()), (191, 191));
}

#[test]
fn sums_in_analog_are_bounded() {
    let refused = |set: &str, words: &[&str]| {
        let error = load(&file("cascade"), &[set.to_owned()]).expect_err("refused");
        let text = error.to_string();
        assert!(
            words.iter().all(|w| text.contains(w)),
            "{words:?} in {text}"
        );
    };
    let key = "adc.sar.conversions_per_output";
    refused(&format!("{key}=0"), &[key, "1 to 256"]);
    refused(&format!("{key}=257"), &[key, "1 to 256"]);
    let phased = "timing={phased={phase_ticks=5040, packets_per_phase=5040}}";
    refused(phased, &[key, "bit-serial"]);
}

/// Every file of the folder loads, says where it comes from, and is mentioned above.
#[test]
fn all_of_them_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines");
    let mut seen = 0;
    for entry in folder.read_dir().expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|s| s.to_str()).expect("a name");
        let arch = machine(name, &[]);
        assert_eq!(arch.name, name);
        assert!(!arch.source.is_empty(), "{name}");
        assert!(arch.parts.iter().all(|p| !p.source.is_empty()), "{name}");
        assert!(include_str!("described.rs").contains(&format!("machine(\"{name}\"")));
        seen += 1;
    }
    assert_eq!(seen, 2);
}

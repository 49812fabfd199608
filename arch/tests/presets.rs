//! Every preset loads, and the published ones add up to their published sums.

use crosscut_arch::*;

fn preset(name: &str, overrides: &[&str]) -> Arch {
    let overrides: Vec<String> = overrides.iter().map(|s| s.to_string()).collect();
    load(name, &overrides).unwrap_or_else(|e| panic!("{e}"))
}

/// Relative distance below `tolerance`.
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        ((value - expected) / expected).abs() <= tolerance,
        "{value} is not within {tolerance} of {expected}"
    );
}

fn level(check: &Check, level: Level) -> (f64, f64) {
    let found = check.levels.iter().find(|l| l.level == level).unwrap();
    (found.own_power_mw, found.own_area_mm2)
}

#[test]
fn every_preset_loads_under_its_name_and_survives_json() {
    for info in presets() {
        let arch = preset(info.name, &[]);
        assert_eq!(arch.name, info.name);
        let json = serde_json::to_string(&arch).unwrap();
        let back: Arch = serde_json::from_str(&json).unwrap();
        assert_eq!(back, arch, "{}", info.name);
        let order: Vec<_> = PartKind::ALL
            .into_iter()
            .filter(|k| arch.part(*k).is_some())
            .collect();
        assert_eq!(arch.parts.iter().map(|p| p.kind).collect::<Vec<_>>(), order);
        assert!(arch.parts.iter().all(|p| !p.source.is_empty()));
    }
}

/// reference: ISAAC Table I summed by hand (periphery, IMA, tile, chip).
#[test]
fn isaac_tile_ima_and_chip_sums() {
    let arch = preset("isaac-ce", &[]);
    let check = check(&arch);
    let (ima_mw, ima_mm2) = level(&check, Level::Pe);
    near(ima_mw, 24.08, 1e-9);
    near(ima_mm2, 0.01312, 1e-9);
    let (tile, router) = (level(&check, Level::Tile), level(&check, Level::Router));
    let periphery = (tile.0 + router.0 / 4.0, tile.1 + router.1 / 4.0);
    near(periphery.0, 40.85, 1e-9);
    near(periphery.1, 0.21485, 1e-9);
    let whole = (periphery.0 + 12.0 * ima_mw, periphery.1 + 12.0 * ima_mm2);
    near(whole.0, 329.81, 1e-9);
    near(whole.1, 0.37229, 1e-9);
    near(whole.0, 330.0, 3e-3);
    near(whole.1, 0.372, 3e-3);
    let tile = check
        .levels
        .iter()
        .find(|l| l.level == Level::Tile)
        .unwrap();
    near(tile.power_mw, 329.81, 1e-9);
    near(tile.area_mm2, 0.37229, 1e-9);
    // 168 tiles and HyperTransport.
    near(check.power_mw, 168.0 * 329.81 + 10400.0, 1e-9);
    near(check.area_mm2, 168.0 * 0.37229 + 22.88, 1e-9);
    near(check.power_mw, 65800.0, 3e-3);
    near(check.area_mm2, 85.4, 3e-3);
    let adc = check
        .parts
        .iter()
        .find(|p| p.kind == PartKind::Adc)
        .unwrap();
    near(adc.power_mw, 32256.0, 1e-9);
    assert_eq!(adc.count, 16128);
}

#[test]
fn isaac_peak_throughput_and_efficiencies() {
    let check = check(&preset("isaac-ce", &[]));
    near(check.peak_gops, 41287.68, 1e-9);
    near(check.gops_per_w, 627.5, 1e-2);
    near(check.gops_per_mm2, 478.95, 1e-2);
    near(check.mib_per_mm2, 0.7375, 1e-4);
    near(check.mib_per_mm2, 0.74, 5e-3);
}

#[test]
fn a_nameplate_adc_stretches_the_cycle() {
    let arch = preset("isaac-ce", &["adc.sar.rate=1.2 GS/s"]);
    assert_eq!(preset("isaac-ce", &[]).cycle_ticks(), 120);
    assert_eq!(arch.cycle_ticks(), 128);
    let check = check(&arch);
    near(check.peak_gops, 41287.68 * 120.0 / 128.0, 1e-9);
    near(check.peak_gops, 38707.0, 1e-4);
    assert!(
        check
            .warnings
            .iter()
            .any(|w| w.contains("128 ticks") && w.contains("stretched")),
        "{:?}",
        check.warnings
    );
}

/// Table I power x 100 ns / actions.
#[test]
fn isaac_energies_per_action() {
    let arch = preset("isaac-ce", &[]);
    let energy = |kind| arch.part(kind).unwrap().energy_pj;
    // 16 mW x 100 ns over the 8 x 129 samples of an IMA, the unit columns among them; likewise S+H and S+A.
    near(energy(PartKind::Adc), 1600.0 / 1032.0, 1e-9);
    near(energy(PartKind::Dac), 400.0 / 1024.0, 1e-9);
    near(energy(PartKind::SampleHold), 1.0 / 1032.0, 1e-9);
    near(arch.full_read_pj(), 30.0, 1e-12);
    near(energy(PartKind::ShiftAdd), 20.0 / 1032.0, 1e-9);
    near(energy(PartKind::InputRegister), 124.0, 1e-9);
    near(energy(PartKind::OutputRegister), 23.0, 1e-9);
    near(energy(PartKind::Buffer), 2070.0 / 1024.0, 1e-9);
    near(energy(PartKind::Bus), 700.0 / 1024.0, 1e-9);
    near(energy(PartKind::Router), 4.375, 1e-9);
    // Everything in an IMA, per array and cycle.
    let samples = 129.0 * (1600.0 + 1.0 + 20.0) / 1032.0;
    let ima: f64 = samples + 128.0 * 0.390625 + 30.0 + 147.0 / 8.0;
    near(ima, 301.0, 1e-9);
}

#[test]
fn isaac_structure() {
    let arch = preset("isaac-ce", &[]);
    assert_eq!(arch.crossbars_per_chip(), 16128);
    assert_eq!((arch.columns_per_weight(), arch.timed_steps()), (8, 16));
    let Timing::BitSerial(t) = arch.timing else {
        panic!("bit-serial")
    };
    let stages = t.fetch + t.adc + t.shift_add + t.reduce + t.activation + t.write;
    assert_eq!(stages + u64::from(arch.timed_steps()), 22);
    assert_eq!(arch.device.on_conductance_us, 500.0);
    assert_eq!(arch.confidence, Confidence::Recalled);
    let small = preset("isaac-8b", &[]);
    assert_eq!((small.columns_per_weight(), small.timed_steps()), (4, 8));
    // Half the input bits, half the register; two weights of half the bits fill the output register as before.
    let ratio = |kind| small.part(kind).unwrap().energy_pj / arch.part(kind).unwrap().energy_pj;
    near(ratio(PartKind::InputRegister), 0.5, 1e-9);
    near(ratio(PartKind::OutputRegister), 1.0, 1e-9);
}

/// 156 functional crossbars, 5040 ticks, 6.29 mW busy: 0.981 W, 1.217 TOPS.
#[test]
fn semimap_chip() {
    let arch = preset("semimap", &[]);
    let check = check(&arch);
    assert_eq!(
        (
            arch.crossbars_per_chip(),
            arch.cycle_ticks(),
            arch.crossbar.read_ticks
        ),
        (156, 5040, 5040)
    );
    near(check.power_mw, 156.0 * 6.29, 1e-9);
    near(check.peak_gops, 156.0 * 2.0 * 65536.0 / 16800.0, 1e-9);
    near(check.peak_gops, 1217.0, 1e-3);
    near(check.area_mm2, 14.44, 1e-9);
    let crossbar = arch.part(PartKind::Crossbar).unwrap();
    near(crossbar.static_power_mw, 1.95, 1e-9);
    near(arch.full_read_pj(), 4.34 * 16800.0, 1e-9);
    near(
        // Each tick of a phase of 5,040 a packet, whose sum is read and written at 1.25 pJ.
        arch.part(PartKind::ReduceMode).unwrap().energy_pj,
        5040.0 * 2.0 * 1.25,
        1e-9,
    );
    near(
        arch.part(PartKind::Router).unwrap().energy_pj,
        0.072 * 42.0,
        1e-9,
    );
    assert_eq!(arch.adc, None);
}

#[test]
fn reram_64_is_isaac_scaled() {
    let arch = preset("reram-64", &[]);
    assert_eq!(
        (
            arch.crossbar.read_ticks,
            arch.drain_ticks(),
            arch.cycle_ticks()
        ),
        (60, 60, 60)
    );
    assert_eq!(arch.crossbars_per_chip(), 1024);
    let part = |kind| arch.part(kind).unwrap();
    near(arch.full_read_pj(), 30.0 / 4.0 / 2.0, 1e-2);
    near(part(PartKind::Crossbar).area_um2, 25.0 / 4.0, 1e-9);
    near(part(PartKind::Adc).energy_pj, 1.20, 1e-9);
    near(part(PartKind::Adc).area_um2, 627.0, 1e-9);
    // 4 x 64 rows x 8 bits against 8 x 128 x 16.
    near(part(PartKind::InputRegister).energy_pj, 124.0 / 8.0, 1e-9);
    // A quarter of the cells, and the periphery of a 256-bit port, which weighs as much as 11.7 KiB.
    let area = 83000.0 * (11.7 + 16.0) / (11.7 + 64.0);
    near(part(PartKind::Buffer).area_um2, area, 1e-9);
    near(
        part(PartKind::Buffer).energy_pj,
        2070.0 / 1024.0 * 0.25f64.powf(0.78),
        1e-9,
    );
    let source = &part(PartKind::Buffer).source;
    let law = "x memory law (buffer bytes 65536 -> 16384)";
    assert!(source.ends_with(law), "{source}");
    assert_eq!(arch.part(PartKind::ChipLink), None);
    let check = check(&arch);
    assert!(
        check.warnings.iter().any(|w| w.contains("clip")),
        "{:?}",
        check.warnings
    );
}

#[test]
fn schema_lists_the_tables() {
    let schema = schema_json();
    let keys = schema["properties"].as_object().unwrap();
    for key in [
        "extends", "clock", "crossbar", "adc", "noc", "timing", "cost",
    ] {
        assert!(keys.contains_key(key), "{key}");
    }
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema.to_string().contains("bit-serial"));
    assert!(schema.to_string().contains("GS/s"));
}

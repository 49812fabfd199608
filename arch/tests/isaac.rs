//! Do the presets add up to the published tables? Expected values are sums of ISAAC's Table I.

use crosscut_arch::{Arch, PartKind, check, load};

fn close(got: f64, want: f64, relative: f64, what: &str) {
    assert!(
        (got / want - 1.0).abs() <= relative,
        "{what}: got {got}, want {want} within {relative}"
    );
}

fn isaac() -> Arch {
    load("isaac-ce", &[]).unwrap()
}

#[test]
fn tile_ima_and_chip_sums() {
    let c = check(&isaac());
    close(
        c.pe_power_mw,
        16.0 + 4.0 + 0.01 + 2.4 + 0.2 + 1.24 + 0.23,
        1e-9,
        "IMA power",
    );
    close(
        c.pe_area_mm2,
        0.0096 + 0.00017 + 0.00004 + 0.0002 + 0.00024 + 0.0021 + 0.00077,
        1e-9,
        "IMA area",
    );
    let tile_power = 12.0 * 24.08 + 20.7 + 7.0 + 42.0 / 4.0 + 0.52 + 0.05 + 0.4 + 1.68;
    let tile_area =
        12.0 * 0.01312 + 0.083 + 0.090 + 0.151 / 4.0 + 0.0006 + 0.00006 + 0.00024 + 0.0032;
    close(c.tile_power_mw, tile_power, 1e-9, "tile power");
    close(c.tile_area_mm2, tile_area, 1e-9, "tile area");
    close(
        c.chip_power_mw,
        168.0 * tile_power + 10.4e3,
        1e-9,
        "chip power",
    );
    close(
        c.chip_area_mm2,
        168.0 * tile_area + 22.88,
        1e-9,
        "chip area",
    );
    for (got, printed, what) in [
        (c.tile_power_mw, 330.0, "tile power"),
        (c.tile_area_mm2, 0.372, "tile area"),
        (c.chip_power_mw, 65.8e3, "chip power"),
        (c.chip_area_mm2, 85.4, "chip area"),
    ] {
        close(got, printed, 3e-3, &format!("printed {what}"));
    }
    let adc = c.parts.iter().find(|p| p.part == PartKind::Adc).unwrap();
    assert_eq!(adc.instances, 16128);
    close(adc.power_mw, 32.256e3, 1e-9, "chip ADC power");
    close(
        c.parts.iter().map(|p| p.power_mw).sum::<f64>(),
        c.chip_power_mw,
        1e-12,
        "parts sum to the chip",
    );
}

#[test]
fn peak_and_efficiencies() {
    let c = check(&isaac());
    close(c.peak_gops, 41287.68, 1e-9, "peak");
    close(c.gops_per_w, 627.5, 1e-3, "PE as printed in the erratum");
    close(c.gops_per_mm2, 478.95, 1e-2, "CE as printed");
    close(c.mib_per_mm2, 0.74, 5e-3, "SE as printed");
}

#[test]
fn nameplate_adc_rate_stretches_the_cycle() {
    let arch = load("isaac-ce", &["adc.sar.rate=1.2 GS/s".into()]).unwrap();
    let c = check(&arch);
    assert_eq!(c.cycle_ticks, 128);
    close(c.peak_gops, 38707.2, 1e-9, "peak at 106.67 ns");
    assert!(
        c.warnings.iter().any(|w| w.contains("stretches")),
        "{:?}",
        c.warnings
    );
    assert_eq!(check(&isaac()).cycle_ticks, 120);
}

#[test]
fn energies_per_action_are_power_over_rate() {
    let arch = isaac();
    for (kind, pj) in [
        (PartKind::Adc, 1.5625),
        (PartKind::Dac, 0.390625),
        (PartKind::Crossbar, 30.0),
        (PartKind::InputRegister, 124.0),
        (PartKind::OutputRegister, 23.0),
        (PartKind::ShiftAdd, 0.01953125),
        (PartKind::SampleHold, 0.0009765625),
        (PartKind::Router, 4.375),
        (PartKind::Buffer, 2070.0 / 1024.0),
    ] {
        close(arch.part(kind).unwrap().energy_pj, pj, 1e-9, kind.name());
    }
}

#[test]
fn semimap_phase_power_and_peak() {
    let arch = load("semimap", &[]).unwrap();
    let c = check(&arch);
    assert_eq!(c.cycle_ticks, 5040);
    close(
        c.chip_power_mw,
        156.0 * 6.29,
        1e-9,
        "156 Funcs, most active mode",
    );
    close(c.peak_gops, 1217.0, 1e-3, "1.217 TOPS");
}

#[test]
fn isaac_8b_inherits_all_but_the_formats() {
    let (a, b) = (isaac(), load("isaac-8b", &[]).unwrap());
    assert_eq!((b.weight_slices(), b.input_steps()), (4, 8));
    assert_eq!(a.parts, b.parts);
    assert_eq!(b.name, "isaac-8b");
}

#[test]
fn resolved_machines_survive_json() {
    for p in crosscut_arch::PRESETS {
        let arch = load(p.name, &[]).unwrap();
        let text = serde_json::to_string(&arch).unwrap();
        assert_eq!(
            serde_json::from_str::<Arch>(&text).unwrap(),
            arch,
            "{}",
            p.name
        );
        assert!(
            arch.parts.windows(2).all(|w| w[0].kind < w[1].kind),
            "parts in order"
        );
    }
}

#[test]
fn schema_lists_the_tables() {
    let schema = crosscut_arch::schema_json();
    for key in ["crossbar", "adc", "noc", "cost"] {
        assert!(schema["properties"].get(key).is_some(), "{key}");
    }
}

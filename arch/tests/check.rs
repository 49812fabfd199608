//! What `arch check` derives: the crossbar cycle and what sets it, the peak, sums over parts.
//!
//! ISAAC-CE's peak is 41287.68 GOPS with reads of 120 ticks (reference: section 9, case B); other timings follow by hand.

use crosscut_arch::*;

const PEAK: f64 = 41287.68;

fn checked(toml: &str) -> Check {
    let text = format!("extends = \"isaac-ce\"\n{toml}");
    check(&from_toml(&text, "test.toml", &[]).unwrap_or_else(|e| panic!("{e}")))
}

/// Within 1e-9.
fn near(value: f64, expected: f64) {
    let off = (value / expected - 1.0).abs();
    assert!(off <= 1e-9, "{value} is not {expected}");
}

#[test]
fn fewer_adcs_than_crossbars_stretch_the_cycle() {
    let c = checked("");
    assert_eq!(c.cycle_set_by, "the read");
    near(c.peak_gops, PEAK);
    // 8 arrays x 128 columns over 4 ADCs of 1.28 GS/s: 200 ns. Over 3: 342 samples, 267.1875 ns, 321 ticks of 1.2 GHz.
    for (adcs, ticks) in [(4, 240.0), (3, 321.0)] {
        let c = checked(&format!("pe.adcs = {adcs}"));
        assert_eq!(c.cycle_set_by, "the ADCs");
        near(c.peak_gops, PEAK * 120.0 / ticks);
    }
}

#[test]
fn weight_slices_that_do_not_come_out_even_are_named() {
    let said = |toml: &str| {
        let warnings = checked(toml).warnings;
        let found = warnings.into_iter().find(|w| w.contains("do not divide"));
        found.unwrap_or_default()
    };
    // 16 bits in cells of 3: six slices, the last holds one bit.
    let text = said("device.reram.cell_bits = 3");
    assert!(
        text.contains("3 bits do not divide the 16 bits of a weight: 6 slices")
            && text.contains("uses 1 bits"),
        "{text}"
    );
    // A pair of cells holds a magnitude of 15 bits.
    assert!(
        said("format.signed.differential = {}").contains("the 15 bits of a weight's magnitude")
    );
    assert_eq!(said(""), "");
    assert_eq!(said("device.reram.cell_bits = 4"), "");
}

#[test]
fn half_the_rows_a_read_is_half_the_peak() {
    near(checked("crossbar.active_rows = 64").peak_gops, PEAK / 2.0);
}

/// Front 1 + 120 + 1 ticks; back 120 + 4 + 1.
#[test]
fn staged_cycles() {
    let staged = |pipelined: bool, dac: u64| {
        checked(&format!(
            "[timing.staged]\npipelined = {pipelined}\nfetch_ticks = 0\ndac_ticks = {dac}\nsample_ticks = 1\n\
             shift_add_ticks = 4\noutput_ticks = 1\nwrite_ticks = 0"
        ))
    };
    for (pipelined, dac, by, ticks) in [
        (true, 1, "conversion and output", 125.0),
        (true, 9, "row drivers, read and sample", 130.0),
        (false, 1, "read and conversion in turn", 247.0),
    ] {
        let c = staged(pipelined, dac);
        assert_eq!(c.cycle_set_by, by);
        near(c.peak_gops, PEAK * 120.0 / ticks);
    }
}

#[test]
fn a_phased_machine_is_set_by_its_phase() {
    let arch = load("semimap", &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(check(&arch).cycle_set_by, "the phase");
}

/// 1e-9; machines whose routers serve as many tiles each as they can.
#[test]
fn tiles_and_their_share_of_routers_sum_to_the_parts_of_a_chip() {
    let mut seen = 0;
    for preset in presets() {
        let arch = load(preset.name, &[]).unwrap_or_else(|e| panic!("{e}"));
        let share = arch.noc.params.tiles_per_router;
        if !arch.chip.tiles.is_multiple_of(share) || arch.parts.is_empty() {
            continue;
        }
        let c = check(&arch);
        let level = |l: Level| c.levels.iter().find(|t| t.level == l).expect("a level");
        let (tile, chip) = (level(Level::Tile), level(Level::Chip));
        let tiles = f64::from(arch.chip.tiles);
        let sum = |f: fn(&PartTotal) -> f64| c.parts.iter().map(f).sum::<f64>();
        for (parts, whole) in [
            (
                sum(|p| p.power_mw),
                tiles * tile.power_mw + chip.own_power_mw,
            ),
            (
                sum(|p| p.area_mm2),
                tiles * tile.area_mm2 + chip.own_area_mm2,
            ),
        ] {
            let off = (parts - whole).abs();
            assert!(off <= 1e-9 * whole, "{}: {parts} of {whole}", preset.name);
        }
        seen += 1;
    }
    assert!(seen >= 3, "only {seen} machines");
}

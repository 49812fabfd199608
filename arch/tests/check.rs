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
            && text.contains("the last with 1 bits in its cell"),
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

/// What is published stands beside what the description comes to, by hand: PUMA's plain latency gives 31.4 of 52.31 TOPS,
/// TIMELY's sharing 97.7 instead of 38.33 TOPS/mm2, RAELLA's parts fill 288.5 of 600 mm2, FORMS comes to 386 GOPS/mm2.
#[test]
fn distances_from_published_figures_are_stated() {
    let off = |machine: &str, figure: Figure| {
        let arch = load(machine, &[]).unwrap();
        let check = check(&arch);
        let found = check.published.iter().find(|d| d.claim.figure == figure);
        let d = found.unwrap_or_else(|| panic!("{machine}")).clone();
        assert!(
            d.source.as_ref().is_some_and(|s| !s.is_empty()),
            "{machine}"
        );
        d.deviation.unwrap()
    };
    for (machine, figure, deviation) in [
        ("puma", Figure::Throughput, 31.4 / 52.31 - 1.0),
        ("timely", Figure::Density, 97.7 / 38.33 - 1.0),
        ("raella", Figure::Area, 288.5 / 600.0 - 1.0),
        ("forms", Figure::Density, 386.0 / 1424.0 - 1.0),
        ("isaac-ce", Figure::Efficiency, 0.0),
        ("isaac-ce", Figure::Area, 0.0),
        ("hermes-core", Figure::Throughput, 0.0),
    ] {
        let got = off(machine, figure);
        assert!(
            (got - deviation).abs() < 5e-3,
            "{machine}: {got} {deviation}"
        );
    }
    // What is published of ISAAC-CE says nothing of a machine that extends it.
    assert!(check(&load("isaac-8b", &[]).unwrap()).published.is_empty());
}

/// ISAAC-CE's chip: 65.808 W, 85.425 mm2; ADCs take 32.256 W, the buffers 168 x 0.083 mm2, HyperTransport 22.88 mm2.
#[test]
fn expected_figures_are_compared_and_the_heaviest_part_is_named() {
    let check = check(&load("isaac-ce", &[]).unwrap());
    let claims = Claim::list("1.2549 TOPS/W, 42.7125 mm2, 41.28768 TOPS").unwrap();
    let all = distances(&check, &claims);
    let near = |d: &Distance, x: f64| assert!((d.deviation.unwrap() - x).abs() < 1e-3, "{d:?}");
    near(&all[0], -0.5);
    near(&all[1], 1.0);
    near(&all[2], 0.0);
    let power = all[0].heaviest.as_ref().unwrap();
    assert_eq!((power.what.as_str(), power.of), ("adc", "power"));
    assert!((power.share.unwrap() - 32.256 / 65.808).abs() < 1e-3);
    let area = all[1].heaviest.as_ref().unwrap();
    assert_eq!((area.what.as_str(), area.of), ("chip-link", "area"));
    assert!((area.share.unwrap() - 22.88 / 85.425).abs() < 1e-3);
    assert_eq!(all[2].heaviest.as_ref().unwrap().share, None);
    // Without costs there is nothing to compare.
    let prime = crosscut_arch::check(&load("prime", &[]).unwrap());
    let none = distances(&prime, &claims);
    assert!(none[0].deviation.is_none() && none[0].ours.is_none());
}

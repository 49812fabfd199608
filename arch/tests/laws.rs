//! Cost laws give their published values, follow the machine's sizes, and say where they come from.

use crosscut_arch::*;

fn machine(overrides: &[&str]) -> Arch {
    let overrides: Vec<String> = overrides.iter().map(|s| s.to_string()).collect();
    load("isaac-ce", &overrides).unwrap_or_else(|e| panic!("{e}"))
}

fn part(kind: PartKind, overrides: &[&str]) -> Part {
    machine(overrides)
        .part(kind)
        .expect("it has a cost")
        .clone()
}

/// Relative distance below `tolerance`.
fn near(value: f64, expected: f64, tolerance: f64) {
    let off = ((value - expected) / expected).abs();
    assert!(
        off <= tolerance,
        "{value} is not within {tolerance} of {expected}"
    );
}

fn adc(law: &str, bits: u32, rate: &str, more: &[&str]) -> Part {
    let texts = [
        format!("cost.adc.law={law}"),
        format!("adc.sar.bits={bits}"),
        format!("adc.sar.rate={rate}"),
    ];
    let mut all: Vec<&str> = texts.iter().map(String::as_str).collect();
    all.extend(more);
    part(PartKind::Adc, &all)
}

/// Published table, 4 to 10 bits: exact.
#[test]
fn isaac_split_is_its_table() {
    for (bits, energy, area) in [
        (4, 0.79, 361.0),
        (5, 0.99, 477.0),
        (6, 1.20, 627.0),
        (7, 1.42, 845.0),
        (8, 1.67, 1200.0),
        (9, 1.97, 1828.0),
        (10, 2.38, 3002.0),
    ] {
        let p = adc("isaac-split", bits, "1.28 GS/s", &[]);
        assert_eq!((p.energy_pj, p.area_um2), (energy, area));
    }
}

/// Values evaluated from the plug-in's model, to the three digits printed (reference: section 8.1, law B).
#[test]
fn murmann_survey() {
    let rates = ["0.1 GS/s", "1 GS/s", "1.28 GS/s", "2 GS/s"];
    for (nm, bits, energies) in [
        (32, 4, [0.924, 0.924, 0.924, 0.924]),
        (32, 8, [1.71, 1.71, 1.93, 2.59]),
        (32, 9, [2.34, 4.70, 5.53, 7.43]),
        (32, 10, [3.31, 13.9, 16.4, 22.1]),
        (65, 8, [6.49, 6.49, 7.31, 9.82]),
        (130, 8, [23.9, 23.9, 26.9, 36.1]),
    ] {
        let node = format!("technology={nm} nm");
        for (rate, energy) in rates.into_iter().zip(energies) {
            let found = adc("murmann-survey", bits, rate, &[&node]);
            near(found.energy_pj, energy, 5e-3);
        }
    }
    // Printed for one rate each.
    for (bits, energy) in [(5, 0.936), (6, 1.07), (7, 1.31)] {
        near(
            adc("murmann-survey", bits, "1 GS/s", &[]).energy_pj,
            energy,
            5e-3,
        );
    }
    for (bits, area) in [(4, 5190.0), (6, 5416.0), (8, 6469.0)] {
        near(
            adc("murmann-survey", bits, "1.28 GS/s", &[]).area_um2,
            area,
            1e-3,
        );
    }
}

/// As the reference's table of laws has them at 8, 6 and 4 bits: pJ a conversion, tinyml at 0.9 V, puma-linear in mW at 1
/// GS/s.
#[test]
fn adc_laws_side_by_side() {
    for (law, node, values) in [
        ("isaac-split", 32, [1.67, 1.20, 0.79]),
        ("murmann-survey", 32, [1.93, 1.07, 0.924]),
        ("tinyml", 28, [0.70, 0.49, 0.32]),
        ("per-bit-doubling", 32, [1.67, 0.42, 0.10]),
    ] {
        let node = format!("technology={node} nm");
        for (bits, value) in [8, 6, 4].into_iter().zip(values) {
            // Two digits printed; 0.104 stands as 0.10, and 0.324 fJ as 0.32.
            near(
                adc(law, bits, "1.28 GS/s", &[&node]).energy_pj,
                value,
                4.5e-2,
            );
        }
    }
}

/// Twice the energy and the area with every bit, from 1.67 pJ and 1200 um2 at 8.
#[test]
fn doubling_per_bit() {
    let p = adc("per-bit-doubling", 8, "1.28 GS/s", &[]);
    assert_eq!((p.energy_pj, p.area_um2), (1.67, 1200.0));
    let p = adc("per-bit-doubling", 10, "1.28 GS/s", &[]);
    assert_eq!((p.energy_pj, p.area_um2), (4.0 * 1.67, 4800.0));
}

/// By hand at 0.9 V: 8 bits (800 + 65.536) x 0.81 = 701.1 fJ; area 10^(1.206 - 0.2952) x 256 = 2085 um2.
#[test]
fn tinyml_and_puma() {
    let tinyml = |bits| adc("tinyml", bits, "1 GS/s", &["technology=28 nm"]);
    for (bits, energy) in [(8, 0.70), (6, 0.49), (4, 0.32)] {
        near(tinyml(bits).energy_pj, energy, 2e-2);
    }
    near(tinyml(8).energy_pj, 0.701084, 1e-5);
    near(tinyml(8).area_um2, 2084.8, 1e-3);
    // 2, 1.5 and 1 mW at one conversion per ns, a tenth of it drawn throughout.
    for (bits, power) in [(8, 2.0), (6, 1.5), (4, 1.0)] {
        let p = adc("puma-linear", bits, "1 GS/s", &[]);
        near(p.energy_pj + p.static_power_mw, power, 1e-12);
        assert_eq!(p.area_um2, 1200.0);
    }
    near(adc("puma-linear", 8, "1 GS/s", &[]).energy_pj, 1.8, 1e-12);
}

#[test]
fn drivers_and_adders() {
    // uW of the table x 100 ns; 0.166 um2 doubling likewise.
    let dac = |bits: &str| part(PartKind::Dac, &["cost.dac.law=mnsim-dac", bits]);
    for (bits, uw) in [(1, 3.9), (2, 7.8), (3, 15.6), (4, 31.2), (6, 124.8)] {
        let p = dac(&format!("dac.bits={bits}"));
        near(p.energy_pj, uw * 0.1, 1e-12);
        near(p.area_um2, 0.166 * uw / 3.9, 1e-12);
    }
    let p = part(
        PartKind::Dac,
        &["cost.dac.law=chen-8b", "dac.bits=8", "technology=40 nm"],
    );
    assert_eq!(
        (p.energy_pj, p.area_um2, p.node_nm),
        (0.291, 438.0, Some(40.0))
    );
    let p = part(
        PartKind::ShiftAdd,
        &["cost.shift-add.law=hisim-shift-add", "technology=28 nm"],
    );
    assert_eq!(
        (p.energy_pj, p.area_um2, p.node_nm),
        (0.85, 1312.0, Some(28.0))
    );
    let p = part(PartKind::ShiftAdd, &["cost.shift-add.law=isaac-shift-add"]);
    near(p.energy_pj, 0.01953125, 1e-12);
    let p = part(
        PartKind::SampleHold,
        &["cost.sample-hold.law=isaac-sample-hold"],
    );
    near(p.energy_pj, 0.9765625e-3, 1e-12);
}

#[test]
fn buffers_follow_their_size() {
    let sram = |size: &str| {
        let size = format!("tile.buffer={size}");
        part(
            PartKind::Buffer,
            &["cost.buffer.law=sram-cacti", &size, "technology=45 nm"],
        )
    };
    // Rows of the table: KiB, pJ of a read and a write of 32 bytes, mW, mm2.
    for (kib, read, write, leak, mm2) in [
        (2, 17.5, 18.3, 4.2, 0.099),
        (4, 19.6, 22.1, 6.9, 0.119),
        (8, 27.2, 29.8, 11.5, 0.177),
        (16, 32.1, 37.5, 21.0, 0.235),
        (32, 41.7, 52.7, 40.1, 0.350),
        (64, 61.8, 67.1, 72.6, 0.572),
        (128, 86.9, 97.8, 142.0, 0.945),
        (256, 138.0, 127.0, 270.0, 1.680),
        (512, 211.0, 199.0, 540.0, 3.763),
    ] {
        let p = sram(&format!("{kib} KiB"));
        near(p.energy_pj, (read + write) / 2.0 / 32.0, 1e-12);
        near(p.static_power_mw, leak, 1e-12);
        near(p.area_um2, mm2 * 1e6, 1e-12);
    }
    // Half-way (geometrically) between 64 and 128 KiB every figure is the geometric mean.
    let between = sram("92682 B");
    near(between.energy_pj, (64.45f64 * 92.35).sqrt() / 32.0, 1e-5);
    near(between.area_um2, (0.572f64 * 0.945).sqrt() * 1e6, 1e-5);
    // Beyond the table: depth to the power 0.78, and in proportion.
    near(
        sram("1 MiB").energy_pj,
        205.0 * 2f64.powf(0.78) / 32.0,
        1e-9,
    );
    near(sram("1 KiB").area_um2, 49_500.0, 1e-9);
    let edram = |size: &str| {
        let size = format!("tile.buffer={size}");
        part(PartKind::Buffer, &["cost.buffer.law=edram-puma", &size])
    };
    near(edram("64 KiB").energy_pj, 17.2 / 32.0, 1e-12);
    near(edram("128 KiB").energy_pj, 25.35 / 32.0, 1e-12);
    near(edram("128 KiB").area_um2, 121_000.0, 1e-12);
}

/// The law of arrays knows no static power; one that is published follows the area.
#[test]
fn arrays_draw_what_is_published_of_them() {
    assert_eq!(
        part(PartKind::Crossbar, &["cost.crossbar.law=array"]).static_power_mw,
        0.0
    );
    for name in presets().iter().map(|p| p.name) {
        let arch = load(name, &[]).expect(name);
        let crossbar = arch.part(PartKind::Crossbar);
        let law = crossbar.filter(|p| p.source.starts_with("law array"));
        assert!(law.is_none_or(|p| p.static_power_mw == 0.0), "{name}");
    }
    let idle = |rows: &str| {
        let set = ["cost.crossbar.static_power=1 mW".to_string()];
        let wide = [rows.to_string(), set[0].clone()];
        let at = ["cost.crossbar.published_at.crossbar.rows=128".to_string()];
        load("isaac-ce", &[&wide[..], &at].concat())
            .expect("a machine")
            .part(PartKind::Crossbar)
            .expect("it has a cost")
            .static_power_mw
    };
    near(
        idle("crossbar.rows=256"),
        2.0 * idle("crossbar.rows=128"),
        1e-12,
    );
}

/// CACTI 6.5 at 45 nm: supply and current of transistors that are off, 300 K.
#[test]
fn transistors_of_buffers_can_be_chosen() {
    let sram = |kind: &str| {
        let kind = format!("cost.buffer.transistors={kind}");
        part(
            PartKind::Buffer,
            &["cost.buffer.law=sram-cacti", &kind, "technology=45 nm"],
        )
    };
    let hp = sram("hp");
    near(hp.static_power_mw, 72.6, 1e-12);
    for (kind, volt, amps) in [("lop", 0.7, 4.03e-9), ("lstp", 1.1, 1.01e-11)] {
        let p = sram(kind);
        near(p.energy_pj, hp.energy_pj * volt * volt, 1e-12);
        near(p.static_power_mw, 72.6 * volt * amps / 2.8e-7, 1e-12);
        near(p.area_um2, hp.area_um2, 1e-12);
    }
    refused(
        &["cost.buffer.transistors=lstp"],
        "is for the law `sram-cacti`",
    );
}

/// ISAAC's converters: 16 mW at full activity, however it is split.
#[test]
fn a_share_of_published_power_is_static() {
    let whole = part(PartKind::Adc, &[]);
    let split = part(PartKind::Adc, &["cost.adc.static_share=0.25"]);
    near(split.energy_pj, 0.75 * whole.energy_pj, 1e-12);
    // Eight of them.
    near(split.static_power_mw, 0.25 * 16.0 / 8.0, 1e-12);
    let busy = |p: &Part| p.static_power_mw + p.energy_pj * p.full_rate / 100.0;
    near(busy(&split), busy(&whole), 1e-12);
    refused(&["cost.bus.static_share=1.5"], "must be 0 to 1");
    refused(
        &["cost.adc.energy=1 pJ", "cost.adc.static_share=0.5"],
        "a share of `full_power`, which is not given",
    );
}

/// Every byte in 127 us. ISAAC's 20.7 mW at 1 KB per 100 ns hold it; PUMAsim's eDRAM draws 0.46 and 0.77 mW at 64 and 128 KiB.
#[test]
fn edram_is_refreshed() {
    let buffer = |set: &[&str]| part(PartKind::Buffer, set);
    let (whole, split) = (buffer(&[]), buffer(&["cost.buffer.retention=127 us"]));
    let (busy, refresh) = (1024.0 / 100.0, 65_536.0 / 127_000.0);
    near(
        split.energy_pj,
        whole.energy_pj * busy / (busy + refresh),
        1e-12,
    );
    near(split.static_power_mw, split.energy_pj * refresh, 1e-12);
    near(split.energy_pj * busy + split.static_power_mw, 20.7, 1e-12);
    assert_eq!(split.area_um2, whole.area_um2);
    // Twice the bytes, each at the energy of the larger buffer.
    let large = buffer(&["cost.buffer.retention=127 us", "tile.buffer=128 KiB"]);
    near(
        large.static_power_mw / split.static_power_mw,
        2.0 * large.energy_pj / split.energy_pj,
        1e-12,
    );
    for (size, access, published, factor) in
        [("64 KiB", 17.2, 0.46, 1.7), ("128 KiB", 25.35, 0.77, 1.1)]
    {
        let set = [
            format!("tile.buffer={size}"),
            format!("cost.buffer.energy={} pJ", access / 32.0),
            "cost.buffer.peak_rate=1024".to_string(),
            "cost.buffer.retention=127 us".to_string(),
        ];
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let mw = buffer(&set).static_power_mw;
        assert!(mw / published < factor && published / mw < factor, "{mw}");
    }
    refused(&["cost.adc.retention=1 us"], "is for `cost.buffer`");
    refused(&["cost.buffer.retention=0 us"], "must be above 0");
    refused(
        &["cost.buffer.law=edram-puma", "cost.buffer.retention=1 us"],
        "the static power of a law holds all that is drawn",
    );
}

#[test]
fn routers_wires_and_links() {
    // Four tiles a router: eight ports.
    let p = part(PartKind::Router, &["cost.router.law=puma-router"]);
    near(p.energy_pj, 51.48, 1e-12);
    near(p.area_um2, 116_000.0, 1e-12);
    near(p.static_power_mw, 1.04, 1e-12);
    let wide = part(
        PartKind::Router,
        &["cost.router.law=puma-router", "noc.mesh.flit_bits=64"],
    );
    near(wide.energy_pj, 2.0 * 51.48, 1e-12);
    // A 32-bit spike takes 2.3 pJ a hop.
    near(
        part(
            PartKind::Router,
            &["cost.router.law=truenorth-hop", "technology=28 nm"],
        )
        .energy_pj,
        2.304,
        1e-12,
    );
    let wire = ["cost.bus.law=truenorth-wire", "cost.bus.length=240 um"];
    // 240 um at 0.3 fJ: 72 fJ a bit.
    near(part(PartKind::Bus, &wire).energy_pj, 0.072 * 8.0, 1e-12);
    let link = part(PartKind::ChipLink, &["cost.chip-link.law=hypertransport"]);
    near(link.static_power_mw * link.count as f64, 10_400.0, 1e-12);
    near(link.area_um2 * link.count as f64, 22.88e6, 1e-12);
    near(
        part(PartKind::ChipLink, &["cost.chip-link.law=truenorth-pad"]).energy_pj,
        208.0,
        1e-12,
    );
}

#[test]
fn sources_and_confidence_follow_the_law() {
    let p = part(PartKind::Adc, &["cost.adc.law=tinyml", "technology=28 nm"]);
    assert_eq!((p.confidence, p.node_nm), (Confidence::Read, Some(28.0)));
    assert!(p.source.starts_with("law tinyml: "), "{}", p.source);
    // At 32 nm by the node terms of the survey: energy by its power 1.88004.
    let moved = part(PartKind::Adc, &["cost.adc.law=tinyml"]);
    near(
        moved.energy_pj / p.energy_pj,
        (32f64 / 28.0).powf(1.88004),
        1e-12,
    );
    let confidence = (moved.confidence, moved.node_nm);
    assert_eq!(confidence, (Confidence::Derived, Some(32.0)));
    assert!(
        moved.source.ends_with(" x tinyml law (nm 28 -> 32)"),
        "{}",
        moved.source
    );
}

/// Logic and SRAM are brought to another node; energy by 0.6593, area by 0.46 (reference: section 8.5).
#[test]
fn logic_is_scaled_to_the_machines_node() {
    let sram = "cost.buffer.law=sram-cacti";
    let here = part(PartKind::Buffer, &[sram]);
    let there = part(PartKind::Buffer, &[sram, "technology=45 nm"]);
    near(here.energy_pj / there.energy_pj, 0.6593, 5e-4);
    near(here.area_um2 / there.area_um2, 0.46, 1e-12);
    assert_eq!(
        (here.confidence, here.node_nm),
        (Confidence::Derived, Some(32.0))
    );
    assert!(here.source.contains("nm 45 -> 32"), "{}", here.source);
    let stated = part(
        PartKind::TileShiftAdd,
        &[
            "cost.tile-shift-add.energy=1 pJ",
            "cost.tile-shift-add.published_at.technology=65 nm",
        ],
    );
    near(stated.energy_pj, 0.5314, 5e-4);
}

fn refused(overrides: &[&str], expected: &str) {
    let overrides: Vec<String> = overrides.iter().map(|s| s.to_string()).collect();
    let error = load("isaac-ce", &overrides)
        .expect_err("refused")
        .to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn what_no_law_covers_is_refused() {
    refused(&["cost.adc.law=sram-cacti"], "a law of `cost.buffer`");
    refused(
        &["cost.adc.law=murmann-survey", "adc.sar.bits=3"],
        "the law covers 4 to 16 bits",
    );
    refused(&["technology=180 nm"], "nodes of 7 to 130 nm");
    refused(
        &["cost.bus.published_at.technolgy=45 nm"],
        "unknown key `technolgy`",
    );
    refused(
        &["cost.bus.law=truenorth-wire"],
        "a wire of a given `length`",
    );
    refused(&["cost.dac.law=mnsim-dac", "dac.bits=8"], "1 to 6 bits");
    refused(
        &["cost.buffer.law=edram-puma", "tile.buffer=1 KiB"],
        "16 to 512 KiB",
    );
}

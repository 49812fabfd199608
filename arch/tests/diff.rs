//! What tells two machines apart.

use crosscut_arch::*;

fn machine(name: &str, overrides: &[&str]) -> Arch {
    let overrides: Vec<String> = overrides.iter().map(|s| s.to_string()).collect();
    load(name, &overrides).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_machine_does_not_differ_from_itself() {
    for info in presets() {
        let arch = machine(info.name, &[]);
        assert!(diff(&arch, &arch.clone()).is_empty(), "{}", info.name);
    }
}

/// Twice the rows on isaac-ce: arrays and input registers double, everything of the column side stays.
#[test]
fn an_override_shows_where_it_acts() {
    let (a, b) = (
        machine("isaac-ce", &[]),
        machine("isaac-ce", &["crossbar.rows=256"]),
    );
    let d = diff(&a, &b);
    let keys: Vec<&str> = d.keys.iter().map(|k| k.key.as_str()).collect();
    assert_eq!(keys, ["crossbar.active_rows", "crossbar.rows"]);
    assert_eq!(
        (d.keys[1].a.clone(), d.keys[1].b.clone()),
        (Some(128.into()), Some(256.into()))
    );
    let cost = |part, figure| {
        let found = d
            .costs
            .iter()
            .find(|c| (c.part, c.figure) == (part, figure));
        found.and_then(|c| c.ratio)
    };
    let read = cost(PartKind::Crossbar, "energy_pj").unwrap();
    assert!((read - 2.0).abs() < 1e-12, "{read}");
    assert_eq!(cost(PartKind::InputRegister, "area_um2"), Some(2.0));
    assert_eq!(cost(PartKind::Dac, "count"), Some(2.0));
    assert_eq!(cost(PartKind::Adc, "energy_pj"), None);
    let peak = d.figures.iter().find(|f| f.figure == "peak_gops");
    assert_eq!(peak.and_then(|f| f.ratio), Some(2.0));
}

#[test]
fn parts_and_kinds_that_one_machine_lacks_are_named() {
    let d = diff(&machine("isaac-ce", &[]), &machine("semimap", &[]));
    let adc = d
        .costs
        .iter()
        .find(|c| (c.part, c.figure) == (PartKind::Adc, "energy_pj"));
    let adc = adc.expect("only one converts");
    assert!(adc.a.is_some() && adc.b.is_none() && adc.ratio.is_none());
    let timing = |k: &&KeyDiff| k.key.starts_with("timing.");
    assert!(d.keys.iter().any(|k| timing(&k) && k.a.is_none()));
    assert!(d.keys.iter().any(|k| timing(&k) && k.b.is_none()));
}

//! Kinds of converter: what they are called, how long they take and what they cost. Figures by hand.

use crosscut_arch::{Arch, ConverterKind, PartKind, check, load, schema_json};

fn try_arch(set: &[&str]) -> Result<Arch, String> {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    load("isaac-ce", &set).map_err(|e| e.to_string())
}

/// ISAAC: 1.2 GHz, eight arrays of 128 columns in a PE, eight ADCs of 8 bits.
fn arch(set: &[&str]) -> Arch {
    try_arch(set).unwrap_or_else(|e| panic!("{e}"))
}

fn drain(set: &[&str]) -> u64 {
    arch(set).drain_ticks()
}

const FLASH: &str = "adc.flash.rate=1.28 GS/s";
const RAMP: &str = "adc.ramp.clock=2.56 GHz";

#[test]
fn every_kind_of_the_schema_is_named_as_in_toml_and_survives_json() {
    let schema = schema_json();
    let kinds = schema["$defs"]["AdcKind"]["oneOf"].as_array().unwrap();
    let names = kinds.iter().map(|k| k["required"][0].as_str().unwrap());
    let names: Vec<&str> = names.filter(|n| *n != "none").collect();
    assert_eq!(names, ["sar", "ramp", "flash"]);
    for name in names {
        let speeds = ["rate=1 GS/s", "clock=1 GHz"];
        let found = speeds
            .iter()
            .find_map(|s| try_arch(&[&format!("adc.{name}.{s}")]).ok());
        let machine = found.unwrap_or_else(|| panic!("no speed of `{name}` is known here"));
        let adc = machine.adc.unwrap();
        assert_eq!(adc.kind.name(), name);
        assert_eq!(adc.key("bits"), format!("adc.{name}.bits"));
        let json = serde_json::to_value(&machine).unwrap();
        assert_eq!(json["adc"][name]["bits"], 8, "{json}");
        assert_eq!(serde_json::from_value::<Arch>(json).unwrap(), machine);
    }
}

#[test]
fn a_new_kind_takes_over_the_shared_keys_and_not_the_cost() {
    let (sar, ramp) = (arch(&[]), arch(&[RAMP]));
    let (old, new) = (sar.adc.unwrap(), ramp.adc.unwrap());
    assert_eq!(
        (new.bits, new.range, new.unused_columns),
        (old.bits, old.range, old.unused_columns)
    );
    assert!(sar.part(PartKind::Adc).is_some());
    assert_eq!(ramp.part(PartKind::Adc), None);
    let warnings = check(&ramp).warnings.join("\n");
    assert!(warnings.contains("no cost is given for adc"), "{warnings}");
}

#[test]
fn a_ramp_takes_two_to_the_bits_steps_whatever_the_columns() {
    // 256 steps at 2.56 GHz: 100 ns, 120 ticks.
    assert_eq!(drain(&[RAMP]), 120);
    assert_eq!(drain(&[RAMP, "crossbar.columns=256"]), 120);
    assert_eq!(drain(&[RAMP, "crossbar.columns=64"]), 120);
    // 16 steps: 6.25 ns, 7.5 ticks.
    assert_eq!(drain(&[RAMP, "adc.ramp.bits=4"]), 8);
    // Three ramps for eight arrays: three turns. More ramps than arrays do not help.
    assert_eq!(drain(&[RAMP, "pe.adcs=3"]), 360);
    assert_eq!(drain(&[RAMP, "pe.adcs=16"]), 120);
    // Two conversions of an output in the 16 reads of a product: 240 ticks over 16.
    let few = [RAMP, "adc.ramp.conversions_per_output=2"];
    assert_eq!(drain(&few), 15);
}

#[test]
fn a_ramp_costs_a_comparator_per_column_and_a_shared_ramp() {
    let cost = |set: &[&str]| {
        let set: Vec<&str> = [RAMP, "cost.adc.law=adc-kind", "technology=130 nm"]
            .iter()
            .chain(set)
            .copied()
            .collect();
        let machine = arch(&set);
        let part = machine.part(PartKind::Adc).unwrap().clone();
        (part.energy_pj, part.area_um2, part)
    };
    let (energy, area, part) = cost(&[]);
    // 256 x (0.3 + 0.35 / 128) pJ; 128 x 400 + 350 + 170 um2.
    assert!((energy - 77.5).abs() < 1e-9, "{energy}");
    assert!((area - 51_720.0).abs() < 1e-9, "{area}");
    assert_eq!((part.count, part.node_nm), (8, Some(130.0)));
    assert_eq!(part.confidence.name(), "derived");
    // One bit less: half the steps; the area stays.
    let (energy, area, _) = cost(&["adc.ramp.bits=7"]);
    assert!((energy - 38.75).abs() < 1e-9, "{energy}");
    assert!((area - 51_720.0).abs() < 1e-9, "{area}");
}

#[test]
fn a_flash_converter_takes_one_step_per_column() {
    // Eight ADCs for eight arrays: 128 columns at 1.28 GS/s are 100 ns, 120 ticks, whatever the bits.
    assert_eq!(drain(&[FLASH]), 120);
    assert_eq!(drain(&[FLASH, "adc.flash.bits=4"]), 120);
    assert_eq!(drain(&[FLASH, "crossbar.columns=256"]), 240);
    assert_eq!(drain(&[FLASH, "pe.adcs=4"]), 240);
    assert_eq!(arch(&[FLASH]).adc.unwrap().kind.steps(8), 1);
}

#[test]
fn a_flash_converter_costs_a_comparator_per_code() {
    let cost = |bits: &str| {
        let bits = format!("adc.flash.bits={bits}");
        // The law holds at 130 nm.
        let machine = arch(&[FLASH, "cost.adc.law=adc-kind", &bits, "technology=130 nm"]);
        let part = machine.part(PartKind::Adc).unwrap();
        (part.energy_pj, part.area_um2)
    };
    let near = |(a, b): (f64, f64), (c, d): (f64, f64)| {
        assert!(
            (a - c).abs() < 1e-9 && (b - d).abs() < 1e-6,
            "{a} pJ, {b} um2"
        );
    };
    // 255 and 15 comparators of 0.3 pJ and 400 um2.
    near(cost("8"), (76.5, 102_000.0));
    near(cost("4"), (4.5, 6_000.0));
}

#[test]
fn figures_published_for_another_resolution_follow_the_law_of_the_kind() {
    let own = [
        RAMP,
        "adc.ramp.bits=6",
        "cost.adc.energy=20 pJ",
        "cost.adc.area=1000 um2",
        "cost.adc.published_at.adc.ramp.bits=8",
        "cost.adc.source=a datasheet",
    ];
    let machine = arch(&own);
    let part = machine.part(PartKind::Adc).unwrap();
    // A quarter of the steps, the same comparators.
    assert!((part.energy_pj - 5.0).abs() < 1e-9, "{}", part.energy_pj);
    assert!((part.area_um2 - 1000.0).abs() < 1e-9, "{}", part.area_um2);
}

#[test]
fn what_does_not_fit_the_kind_is_refused_with_the_reason() {
    for (set, wanted) in [
        (
            vec![FLASH, "cost.adc.law=puma-linear"],
            vec!["`adc` is flash"],
        ),
        (
            vec![RAMP, "cost.adc.law=isaac-split"],
            vec!["`adc` is ramp", "`adc-kind` is the law of this one"],
        ),
        (
            vec!["adc.rmap.clock=1 GHz"],
            vec!["`rmap` is not a known choice", "did you mean `ramp`?"],
        ),
        (vec!["adc=ramp"], vec!["missing key `clock` in `adc"]),
        (
            vec![RAMP, "adc.ramp.rate=1 GS/s"],
            vec!["unknown key `rate`", "known keys: bits, clock, range"],
        ),
        (
            vec![RAMP, "adc.ramp.bits=17"],
            vec!["`adc.ramp.bits` is 17", "1 to 16"],
        ),
        (
            vec!["adc.ramp.clock=0 GHz"],
            vec!["`adc.ramp.clock` is 0", "must be above 0"],
        ),
        (
            vec!["adc.ramp.clock=1 Hz"],
            vec!["at `adc.ramp.clock` of 1e0 Hz a read drains in"],
        ),
        (
            vec![RAMP, "adc.ramp.range=fixed"],
            vec!["`adc.ramp.lowest` and `adc.ramp.step`"],
        ),
    ] {
        let error = try_arch(&set).expect_err(&format!("{set:?}"));
        for w in wanted {
            assert!(error.contains(w), "{set:?} misses {w:?}:\n{error}");
        }
    }
    let trains = load("neurram", &["adc.ramp.clock=1 GHz".into()]).unwrap_err();
    let trains = trains.to_string();
    assert!(
        trains.contains("`[adc.ramp]` takes 64 steps for 6 bits"),
        "{trains}"
    );
}

//! Bad descriptions: each gives one clear error that names place, value, range and remedy.

use crosscut_arch::{from_toml, load, preset};

/// The error for the `reram-64` preset with one piece of text replaced.
fn broken(from: &str, to: &str) -> String {
    let text = preset("reram-64").unwrap().text;
    assert!(text.contains(from), "the preset has `{from}`");
    from_toml("machine.toml", &text.replacen(from, to, 1), &[])
        .unwrap_err()
        .to_string()
}

fn overridden(line: &str) -> String {
    load("isaac-ce", &[line.to_string()])
        .unwrap_err()
        .to_string()
}

#[track_caller]
fn has(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "`{part}` missing in:\n{error}");
    }
}

#[test]
fn wrong_unit_lists_the_right_ones() {
    has(
        &broken("read = \"50 ns\"", "read = \"50 mW\""),
        &[
            "machine.toml:",
            "`mW` is not a unit of time",
            "ns, ps, us, ms, s",
        ],
    );
}

#[test]
fn unknown_key_suggests_the_known_one() {
    has(
        &broken("columns = 64", "colums = 64"),
        &[
            "machine.toml:",
            "unknown field `colums`",
            "did you mean `columns`?",
        ],
    );
}

#[test]
fn missing_table_is_named() {
    let text = preset("reram-64")
        .unwrap()
        .text
        .replace("[chip]\ntiles = [8, 8]\n", "");
    has(
        &from_toml("machine.toml", &text, &[])
            .unwrap_err()
            .to_string(),
        &["machine.toml:", "missing field `chip`"],
    );
}

#[test]
fn zero_columns_states_the_range_and_line() {
    let text = preset("reram-64")
        .unwrap()
        .text
        .replace("columns = 64", "columns = 0");
    let line = text.lines().position(|l| l == "columns = 0").unwrap() + 1;
    let error = from_toml("machine.toml", &text, &[])
        .unwrap_err()
        .to_string();
    has(
        &error,
        &[
            "`crossbar.columns` is 0, out of range",
            "must be 1..=65536",
            &format!("machine.toml:{line}:11"),
        ],
    );
}

#[test]
fn adc_of_800_bits_is_out_of_range() {
    has(
        &broken("bits = 6 ", "bits = 800 "),
        &["machine.toml:", "800"],
    );
    has(
        &broken("bits = 6 ", "bits = 80 "),
        &["`adc.sar.bits` is 80, out of range", "must be 1..=16"],
    );
}

#[test]
fn unknown_kind_lists_the_kinds() {
    has(
        &broken("[device.reram]", "[device.rram]"),
        &["unknown variant `rram`", "did you mean `reram`?", "sram"],
    );
}

#[test]
fn wrong_type_points_at_the_value() {
    has(
        &broken("rows = 64", "rows = \"64\""),
        &[
            "machine.toml:",
            "invalid type: string \"64\"",
            "expected u32",
        ],
    );
}

#[test]
fn all_faults_at_once() {
    let text = preset("reram-64")
        .unwrap()
        .text
        .replace("columns = 64", "columns = 0")
        .replace("pes = 4", "pes = 0");
    let error = from_toml("machine.toml", &text, &[]).unwrap_err();
    assert_eq!(
        error.faults().len(),
        3,
        "columns, pes, and the ADCs that have no column:\n{error}"
    );
    has(
        &error.to_string(),
        &["`crossbar.columns` is 0", "`tile.pes` is 0"],
    );
}

#[test]
fn twos_complement_with_multi_level_cells_is_refused() {
    let text = preset("reram-64").unwrap().text.replace(
        "[format.signed.offset]\nunit_column = true\nflip = false",
        "[format.signed.twos-complement]",
    );
    has(
        &from_toml("m.toml", &text, &[]).unwrap_err().to_string(),
        &["1-bit cells", "`cell_bits` is 2"],
    );
}

#[test]
fn overrides_are_named() {
    has(
        &overridden("crossbar.rows=0"),
        &["--set", "crossbar.rows = 0", "must be 1..=65536"],
    );
    has(
        &overridden("crossbar.rowz=1"),
        &["--set", "did you mean `rows`?"],
    );
    has(&overridden("crossbar.rows"), &["KEY=VALUE"]);
    has(
        &overridden("crossbar.read=3 mW"),
        &["--set", "not a unit of time"],
    );
}

#[test]
fn unknown_machine_suggests_a_preset() {
    has(
        &load("isaac-cf", &[]).unwrap_err().to_string(),
        &["isaac-cf", "did you mean the preset `isaac-ce`?"],
    );
    has(
        &from_toml("m.toml", "extends = \"isaac\"", &[])
            .unwrap_err()
            .to_string(),
        &["not a preset"],
    );
}

#[test]
fn a_law_outside_its_table_is_refused() {
    has(
        &broken("bits = 6 ", "bits = 12 "),
        &["covers 4..=10 bits, not 12"],
    );
}

#[test]
fn a_cost_states_its_energy_once() {
    has(
        &broken(
            "energy = \"7.5 pJ\"",
            "energy = \"7.5 pJ\"\nfull_power = \"1 mW\"",
        ),
        &["states its energy 2 times"],
    );
}

#[test]
fn syntax_errors_have_a_place() {
    has(
        &from_toml("m.toml", "name = \n", &[])
            .unwrap_err()
            .to_string(),
        &["m.toml:1:"],
    );
    has(
        &from_toml("m.toml", "", &[]).unwrap_err().to_string(),
        &["missing field"],
    );
}

#[test]
fn good_overrides_take_effect() {
    let set = |lines: &[&str]| {
        load(
            "isaac-ce",
            &lines.iter().map(|l| l.to_string()).collect::<Vec<_>>(),
        )
        .unwrap()
    };
    assert_eq!(set(&["crossbar.rows=256"]).crossbar.rows, 256);
    assert_eq!(set(&["crossbar.read=50 ns"]).crossbar.read_ticks, 60);
    let ideal = set(&["noc.ideal.hop_ticks=0"]);
    assert!(
        matches!(ideal.noc, crosscut_arch::Noc::Ideal(m) if m.flit_bits == 32 && m.hop_ticks == 0)
    );
    assert!(matches!(set(&["noc.ideal={}"]).noc, crosscut_arch::Noc::Ideal(m) if m.hop_ticks == 3));
    assert!(matches!(
        set(&["adc.none={}", "pe.adcs=0", "cost.adc.full_power=0 mW"]).adc,
        crosscut_arch::Adc::None
    ));
}

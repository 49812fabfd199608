//! Every bad description gives exactly the message written beside it.
//!
//! The `.txt` files are read and judged by a person; `CROSSCUT_BLESS=1` rewrites them after a change of wording.

use crosscut_arch::from_toml;
use std::path::Path;

#[test]
fn bad_descriptions_give_the_written_messages() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let mut seen = 0;
    for toml in files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "toml"))
    {
        let name = toml.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(toml).unwrap();
        let error = from_toml(&text, name, &[]).expect_err(name).to_string() + "\n";
        let expected = toml.with_extension("txt");
        if std::env::var_os("CROSSCUT_BLESS").is_some() {
            std::fs::write(&expected, &error).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(error, expected, "{name}");
        seen += 1;
    }
    assert!(seen >= 20, "only {seen} bad descriptions found");
}

/// Cut off anywhere, or with any byte replaced, a description loads or is refused; it never panics.
#[test]
fn damaged_descriptions_never_panic() {
    let text = crosscut_arch::preset_text("reram-64").unwrap();
    for end in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
        if let Err(error) = from_toml(&text[..end], "cut.toml", &[]) {
            assert!(!error.to_string().is_empty());
        }
        for other in ["0", "-", "=", "[", "\"", "ü", "\n"] {
            if end % 7 == 0 {
                let damaged = format!(
                    "{}{other}{}",
                    &text[..end],
                    text.get(end + 1..).unwrap_or_default()
                );
                if let Err(error) = from_toml(&damaged, "damaged.toml", &[]) {
                    assert!(!error.coloured().is_empty());
                }
            }
        }
    }
}

/// Sizes at and past every bound give a fault or a machine whose sums are finite.
#[test]
fn extreme_sizes_never_panic() {
    let keys = [
        "crossbar.rows",
        "crossbar.columns",
        "pe.crossbars",
        "pe.adcs",
        "tile.pes",
        "chip.tiles_x",
        "chip.tiles_y",
        "format.weight_bits",
        "format.input_bits",
        "dac.bits",
        "adc.sar.bits",
        "device.reram.cell_bits",
        "system.chips",
        "noc.mesh.hop_ticks",
        "noc.mesh.tiles_per_router",
        "timing.bit-serial.fetch",
        "cost.activation.count",
        "cost.adc.group",
        "cost.crossbar.published_at.crossbar.rows",
        "activity.cells",
        "device.reram.cell_f2",
        "tile.bus_bytes_per_tick",
    ];
    for key in keys {
        for value in [
            "0",
            "1",
            "65536",
            "4294967295",
            "9223372036854775807",
            "-1",
            "nan",
            "inf",
            "1e308",
        ] {
            if let Ok(arch) = crosscut_arch::load("isaac-ce", &[format!("{key}={value}")]) {
                let check = crosscut_arch::check(&arch);
                assert!(
                    check.power_mw.is_finite() && check.peak_gops.is_finite(),
                    "{key}={value}"
                );
            }
        }
    }
    for set in [
        "clock=1 Hz",
        "clock=1e300 Hz",
        "adc.sar.rate=1e-300 S/s",
        "crossbar.read=1e-300 ps",
        "tile.buffer=0 B",
    ] {
        if let Ok(arch) = crosscut_arch::load("isaac-ce", &[set.to_owned()]) {
            assert!(crosscut_arch::check(&arch).peak_gops.is_finite(), "{set}");
        }
    }
}

/// What the messages must hold whatever their wording: place, offending value, allowed range, suggestion.
#[test]
fn messages_hold_place_value_range_and_suggestion() {
    // File, line, column, and what must be said.
    let cases: [(&str, usize, usize, &[&str]); 9] = [
        ("wrong-unit", 4, 8, &["100 mW", "ps, ns, us, ms, s"]),
        (
            "unknown-key",
            5,
            1,
            &["colums", "rows, columns, read", "did you mean `columns`?"],
        ),
        (
            "unknown-table",
            3,
            2,
            &["crosbar", "did you mean `crossbar`?"],
        ),
        (
            "zero-columns",
            4,
            11,
            &["`crossbar.columns` is 0", "1 to 65536"],
        ),
        ("adc-800-bits", 4, 8, &["`adc.sar.bits` is 800", "1 to 16"]),
        (
            "bad-kind",
            3,
            6,
            &["sra", "none, sar", "did you mean `sar`?"],
        ),
        ("wrong-type", 4, 13, &["eight", "whole number"]),
        (
            "missing-table",
            1,
            1,
            &[
                "missing tables `[crossbar]`, `[adc]`, `[cost]`",
                "rows = 128",
            ],
        ),
        (
            "two-rules",
            4,
            11,
            &["`crossbar.columns` is 0", "`adc.sar.bits` is 800"],
        ),
    ];
    for (name, line, column, said) in cases {
        let path = format!("{}/tests/bad/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let error = crosscut_arch::load(&path, &[]).unwrap_err();
        let place = error.faults()[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.column), (line, column), "{name}");
        let text = error.to_string();
        assert!(
            text.contains(&format!("{name}.toml:{line}:{column}")),
            "{text}"
        );
        for part in said {
            assert!(text.contains(part), "{name}: no `{part}` in\n{text}");
        }
    }
}

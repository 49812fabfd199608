//! A description has limits: its bytes, its keys, the faults shown, and the size of its figures.

use crosscut_arch::{check, from_toml, load, presets};
use std::fmt::Write;
use toml::{Table, Value};

/// A machine like `reram-64`, with more lines.
fn refused(more: &str) -> String {
    let text = format!("extends = \"reram-64\"\nname = \"m\"\n{more}");
    from_toml(&text, "m.toml", &[]).unwrap_err().to_string()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn the_first_faults_are_shown_and_the_others_counted() {
    let at_root = lines(10_000, |i| format!("x{i} = 1\n"));
    let in_table = format!("[tile]\n{at_root}");
    let in_layer = format!("[mapping.layer.conv1]\n{at_root}");
    for text in [at_root, in_table, in_layer] {
        let error = refused(&text);
        assert!(error.ends_with("and 9980 more"), "{error}");
        assert_eq!(error.matches("unknown key").count(), 20);
        assert!(error.contains("unknown key `x19`"), "{error}");
    }
    let sizes = lines(8_000, |i| format!("[mapping.layer.l{i}]\nunroll = 0\n"));
    assert!(refused(&sizes).ends_with("and 7980 more"));
    // One fault a table: reading stops after some of them.
    let tables = lines(8_000, |i| format!("[mapping.layer.l{i}]\nslice = 1\n"));
    let error = refused(&tables);
    assert!(error.contains("and 1 more"), "{error}");
    // Twenty are all.
    assert!(!refused(&lines(20, |i| format!("x{i} = 1\n"))).contains("more"));
}

#[test]
fn a_key_with_quotes_of_its_own_leaves_the_others_known() {
    let error = refused("[tile]\n\"a`b\" = 1\n\"c`, expected d`e\" = 1\npes = 4\n");
    assert_eq!(error.matches("unknown key").count(), 2, "{error}");
    assert!(!error.contains("unknown key `pes`"), "{error}");
}

#[test]
fn texts_are_bounded() {
    let layers = lines(100_000, |i| format!("[mapping.layer.l{i}]\nunroll = 1\n"));
    assert_eq!(refused(&layers), "error: `m.toml` is longer than 512 KiB");
    let deep = lines(4_000, |i| format!("x{i}{} = 1\n", ".a".repeat(60)));
    let error = refused(&deep);
    assert_eq!(error, "error: `m.toml` has more than 65536 keys and tables");
    // A long value is not repeated in full.
    let error = refused(&format!("[tile]\npes = [{}]\n", "1,".repeat(60_000)));
    assert!(error.len() < 10_000, "{}", error.len());
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = std::env::temp_dir().join(format!("crosscut-pipe-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|s| s.success()) {
        let machine = folder.join("m.toml");
        let own = machine.to_str().expect("a plain path");
        let levels = "[device.reram]\nlevels = \"pipe\"\n";
        for text in [
            "extends = \"pipe\"\n".to_owned(),
            format!("extends = \"reram-64\"\n{levels}"),
        ] {
            std::fs::write(&machine, text).expect("written");
            let error = load(own, &[]).unwrap_err().to_string();
            assert!(error.contains("is no regular file"), "{error}");
        }
        let error = load(pipe.to_str().expect("plain"), &[]).unwrap_err();
        assert!(error.to_string().contains("is no regular file"), "{error}");
    } else {
        println!("skipped: no mkfifo here");
    }
    std::fs::remove_dir_all(&folder).expect("made above");
}

/// Dotted keys of the figures of a description.
fn figures(table: &Table, path: &str, found: &mut Vec<(String, Value)>) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Value::Table(inner) => figures(inner, &path, found),
            Value::String(_) | Value::Integer(_) | Value::Float(_) => {
                found.push((path, value.clone()));
            }
            _ => {}
        }
    }
}

/// Each figure of each preset, far too large and far too small: refused, or a machine whose sums are finite.
#[test]
fn figures_have_a_physical_size() {
    let (mut tried, mut refused) = (0, 0);
    for preset in presets() {
        let text = crosscut_arch::preset_text(preset.name).expect("a preset");
        let preset_costs = check(&load(preset.name, &[]).expect("a machine")).power_mw;
        let mut found = Vec::new();
        figures(&text.parse().expect("TOML"), "", &mut found);
        for (key, value) in found {
            let unit = match &value {
                Value::String(s) if s.starts_with(|c: char| c.is_ascii_digit()) => s
                    .trim_start_matches(|c: char| !c.is_whitespace())
                    .trim()
                    .to_owned(),
                Value::String(_) => continue,
                _ => String::new(),
            };
            // `3 GHz`, not `1 %` or a year.
            if matches!(value, Value::String(_)) && (unit.is_empty() || unit.contains(' ')) {
                continue;
            }
            for size in ["1e308", "-1e308", "1e-308", "9223372036854775807", "0"] {
                let mut set = format!("{key}=");
                match value {
                    Value::String(_) => write!(set, "\"{size} {unit}\""),
                    _ => write!(set, "{size}"),
                }
                .expect("a string");
                match load(preset.name, &[set.clone()]) {
                    Ok(arch) => {
                        let c = check(&arch);
                        // Not a number: the machine gives no costs.
                        for figure in [c.power_mw, c.area_mm2] {
                            let given = !preset_costs.is_nan();
                            assert!(!(figure.is_infinite() || given && figure.is_nan()), "{set}");
                        }
                        assert_eq!(size, "0", "{} takes {set}", preset.name);
                    }
                    Err(error) => {
                        let last = key.split('.').next_back().expect("a key");
                        assert!(error.to_string().contains(last), "{set}: {error}");
                        refused += 1;
                    }
                }
                tried += 1;
            }
        }
    }
    println!("{refused} of {tried} settings refused");
    assert!(refused > tried / 2, "{refused} of {tried}");
}

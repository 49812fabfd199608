//! Descriptions to start from, and what a description lacks.

use crosscut_arch::{Template, check, from_toml};

#[test]
fn new_descriptions_are_accepted_as_they_are() {
    for template in Template::ALL {
        let text = template.text("mine");
        let arch = from_toml(&text, "mine.toml", &[]).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(arch.name, "mine");
        let check = check(&arch);
        assert!(check.peak_gops > 0.0 && check.power_mw > 0.0 && check.area_mm2 > 0.0);
        // All that is to be said of them is that their figures are not read in a text.
        let other = |w: &&String| !w.starts_with("recalled or assumed figures");
        let warnings: Vec<_> = check.warnings.iter().filter(other).collect();
        assert!(warnings.is_empty(), "{}: {warnings:?}", template.name());
        // Every key carries a remark or stands below one.
        assert!(text.lines().filter(|l| l.starts_with('#')).count() > 20);
    }
}

/// Without any one line that gives a needed key, all such keys are named at once, and putting back what the message gives as
/// an example makes the description valid again.
#[test]
fn all_missing_keys_are_named_at_once_with_examples_that_work() {
    let text = Template::Chip.text("mine");
    let gaps = [
        ("[crossbar]", "read"),
        ("[adc.sar]", "rate"),
        ("[pe]", "adcs"),
        ("[tile]", "bus_bytes_per_tick"),
        ("[tile]", "digital_values_per_tick"),
        ("[noc.mesh]", "hop_ticks"),
        ("[noc.mesh]", "tiles_per_router"),
        ("[timing.bit-serial]", "fetch"),
        ("[timing.bit-serial]", "reduce"),
    ];
    let mut table = String::new();
    let kept = text.lines().filter(|line| {
        if line.starts_with('[') {
            table = line.to_string();
        }
        let key = line.split(" =").next().unwrap_or_default();
        !gaps.contains(&(table.as_str(), key))
    });
    let mut damaged = kept.collect::<Vec<_>>().join("\n");
    let error = from_toml(&damaged, "mine.toml", &[])
        .unwrap_err()
        .to_string();
    for (table, key) in gaps {
        let example = error
            .lines()
            .find_map(|l| l.split(&format!("for example `{key} = ")).nth(1))
            .unwrap_or_else(|| panic!("no example of {table} {key} in\n{error}"));
        let value = example.split('`').next().unwrap();
        damaged = damaged.replace(table, &format!("{table}\n{key} = {value}"));
    }
    from_toml(&damaged, "mine.toml", &[]).unwrap_or_else(|e| panic!("{e}"));
}

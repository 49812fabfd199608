//! What the reader of a result should know: that figures are not founded on a text, that a choice is unusual.

use crosscut_arch::{Arch, Confidence, PartTotal};
use crosscut_sim::map::{MapOptions, Mapping};

/// What the figures of a machine rest on, where that is not a text. `given` is what the user called it.
pub fn machine(given: &str, arch: &Arch) -> Vec<String> {
    let name = &arch.name;
    let mut notes = Vec::new();
    if arch.parts.is_empty() {
        notes.push(format!(
            "machine `{name}` gives no costs: its energy and area are not given"
        ));
    }
    for change in &arch.unpriced {
        notes.push(format!("not priced: {change}"));
    }
    if arch.confidence == Confidence::Recalled {
        notes.push(recalled(given, arch));
    }
    let (power, area) = shares(Confidence::Fitted, arch);
    if power > 0.0 || area > 0.0 {
        notes.push(format!(
            "{power:.0} % of the power and {area:.0} % of the area of a busy `{name}` rest on figures fitted to a published total, which is no test of them"
        ));
    }
    notes
}

/// How much of a machine rests on recalled or assumed figures, and where to read which.
fn recalled(given: &str, arch: &Arch) -> String {
    let name = &arch.name;
    let (power, area) = shares(Confidence::Recalled, arch);
    match power > 0.0 || area > 0.0 {
        true => format!(
            "{power:.0} % of the power and {area:.0} % of the area of a busy `{name}` rest on recalled or assumed figures; `crosscut arch check {given}` names them"
        ),
        false => format!(
            "the structure of machine `{name}` rests in part on recalled or assumed figures; its description says which"
        ),
    }
}

/// How much of the power and of the area of a busy machine rests on figures of one confidence, in percent.
fn shares(confidence: Confidence, arch: &Arch) -> (f64, f64) {
    let check = crosscut_arch::check(arch);
    let share = |figure: fn(&PartTotal) -> f64| {
        let own = check.parts.iter().filter(|p| p.confidence == confidence);
        let all: f64 = check.parts.iter().map(figure).sum();
        let resting: f64 = own.map(figure).sum();
        if all > 0.0 {
            100.0 * resting / all
        } else {
            0.0
        }
    };
    (share(|p| p.power_mw), share(|p| p.area_mm2))
}

/// Slice widths chosen for single layers that do not divide the output row: the last slice is narrower, as published
/// mappings have it, but its arrays are not full.
pub fn slices(mapping: &Mapping, options: &MapOptions, arch: &Arch) -> Vec<String> {
    let mut notes = Vec::new();
    for layer in &mapping.layers {
        let by_machine = arch.mapping.layers.get(&layer.name);
        let chosen = options.unroll.contains_key(&layer.name)
            || by_machine.is_some_and(|rules| rules.unroll.is_some());
        let (row, width) = (layer.geometry.output.w, layer.unroll);
        if !chosen || row % width == 0 {
            continue;
        }
        let dividing: Vec<String> = (1..=row)
            .filter(|w| row % w == 0)
            .map(|w| w.to_string())
            .collect();
        notes.push(format!(
            "slice width {width} of `{}` does not divide its output width {row}: {} of {width}, the last of {}; widths that divide it: {}",
            layer.name,
            row / width,
            row % width,
            dividing.join(", ")
        ));
    }
    notes
}

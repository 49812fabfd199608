//! What the reader of a result should know: that figures are not founded on a text, that a choice is unusual.

use crosscut_arch::{Arch, Confidence};
use crosscut_sim::map::{MapOptions, Mapping};

/// What the figures of a machine rest on, where that is not a text. `given` is what the user called it.
pub fn machine(given: &str, arch: &Arch) -> Vec<String> {
    let name = &arch.name;
    let mut notes = Vec::new();
    if arch.parts.is_empty() {
        notes.push(format!(
            "machine `{name}` gives no costs: its energy and area are not known and count as 0"
        ));
    }
    if arch.confidence == Confidence::Recalled {
        notes.push(format!(
            "machine `{name}` rests in part on recalled or assumed figures; `crosscut arch check {given}` names them"
        ));
    }
    notes
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

//! Counts and busy rates that the structure of a machine fixes.

use crate::model::Arch;
use crate::part::PartKind;

/// Instances that the structure fixes.
pub(crate) fn structural_count(kind: PartKind, arch: &Arch) -> Option<u64> {
    let crossbars = u64::from(arch.pe.crossbars);
    let unit = u64::from(arch.has_unit_column());
    match kind {
        PartKind::Crossbar
        | PartKind::CrossbarCells
        | PartKind::CrossbarRows
        | PartKind::CrossbarColumns
        | PartKind::ReduceMode
        | PartKind::BufferMode => Some(crossbars),
        PartKind::Dac => Some(crossbars * u64::from(arch.crossbar.rows)),
        PartKind::SampleHold => Some(crossbars * (u64::from(arch.crossbar.columns) + unit)),
        PartKind::Adc => Some(u64::from(arch.pe.adcs)),
        _ => None,
    }
}

/// Kinds whose count must not be given.
pub(crate) fn count_is_structural(kind: PartKind) -> bool {
    use PartKind::*;
    matches!(
        kind,
        Crossbar
            | CrossbarCells
            | CrossbarRows
            | CrossbarColumns
            | ReduceMode
            | BufferMode
            | Dac
            | SampleHold
            | Adc
    )
}

/// Kinds whose actions are counted; the others cost area and static power alone.
pub(crate) fn acts(kind: PartKind) -> bool {
    !matches!(kind, PartKind::PeControl | PartKind::TileControl)
}

/// Kinds whose rate at full activity follows from the structure.
pub(crate) fn rate_is_structural(kind: PartKind) -> bool {
    use PartKind::*;
    count_is_structural(kind)
        || !acts(kind)
        || matches!(kind, ShiftAdd | InputRegister | OutputRegister)
}

/// Actions of one instance per crossbar cycle with every array of the PE reading.
pub(crate) fn structural_rate(kind: PartKind, count: u64, arch: &Arch) -> Option<f64> {
    let pair = f64::from(arch.columns_per_conversion());
    let steps = f64::from(arch.steps_per_conversion());
    let unit = f64::from(u8::from(arch.has_unit_column()));
    let samples = f64::from(arch.pe.crossbars) * (f64::from(arch.crossbar.columns) / pair + unit);
    let rows = f64::from(arch.crossbar.active_rows);
    let columns = f64::from(arch.crossbar.columns);
    match kind {
        PartKind::Crossbar => Some(1.0),
        // A full read drives as many rows as are active together, and senses all columns.
        PartKind::CrossbarCells => Some(rows * columns),
        PartKind::CrossbarRows => Some(rows),
        PartKind::CrossbarColumns => Some(columns),
        // A read drives the rows that are active together.
        PartKind::Dac => Some(1.0 / f64::from(arch.row_steps())),
        // A differential pair is one sample.
        PartKind::SampleHold => Some(1.0 / pair / steps),
        // An array in a vector mode is not reading; full activity means all of them read.
        PartKind::ReduceMode | PartKind::BufferMode => Some(0.0),
        PartKind::Adc | PartKind::ShiftAdd => {
            let conversions = arch.adc.and_then(|c| c.conversions_per_output);
            let conversions = conversions.map(f64::from);
            // Where sums are added in analog, those of a product over its reads.
            let outputs =
                f64::from(arch.pe.crossbars) * (arch.outputs_per_crossbar() as f64 + unit);
            let per_read = conversions.map(|n| outputs * n / f64::from(arch.timed_steps()));
            Some(per_read.unwrap_or(samples / steps) / count.max(1) as f64)
        }
        PartKind::InputRegister | PartKind::OutputRegister => Some(1.0),
        PartKind::PeControl | PartKind::TileControl => Some(0.0),
        _ => None,
    }
}

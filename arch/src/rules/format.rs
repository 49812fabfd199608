//! Rules on number formats, and on the cells and columns that hold them.

use super::report::Rules;
use crate::error::RawFault;
use crate::model::WeightValues;
use crate::schema::{Machine, SignedKind};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    formats_fit_the_engines(m, rules);
    cell_levels_are_representable(m, rules);
    twos_complement_needs_exact_cells(m, rules);
    weight_values_have_their_bits(m, rules);
    differential_needs_a_magnitude(m, rules);
    a_weight_fits_a_crossbar(m, rules);
}

fn formats_fit_the_engines(m: &Machine, rules: &mut Rules<'_>) {
    rules.within("format.weight_bits", &m.format.weight_bits, 1..=16);
    rules.within("format.input_bits", &m.format.input_bits, 1..=16);
}

fn cell_levels_are_representable(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    rules.within(&format!("device.{kind}.cell_bits"), &cell.cell_bits, 1..=16);
}

fn twos_complement_needs_exact_cells(m: &Machine, rules: &mut Rules<'_>) {
    let (_, cell) = m.device.parts();
    let exact = *cell.cell_bits == 1 || m.adc.shared().is_none();
    if let (SignedKind::TwosComplement(_), false) = (&m.format.signed.value, exact) {
        let message = format!(
            "two's complement weights in analog cells of {} bits",
            *cell.cell_bits
        );
        rules.fault(
            RawFault::new(
                &m.format.signed.span,
                message,
                "needs 1-bit cells or `[adc.none]`",
            )
            .help("use `[format.signed.offset]` or `[format.signed.differential]`"),
        );
    }
}

fn weight_values_have_their_bits(m: &Machine, rules: &mut Rules<'_>) {
    let Some(values) = &m.format.weights else {
        return;
    };
    let (name, bits) = match values.value {
        WeightValues::Integer => return,
        WeightValues::Binary => ("binary", 1),
        WeightValues::Ternary => ("ternary", 2),
    };
    let given = &m.format.weight_bits;
    if given.value != bits {
        let message = format!("{name} weights of {} bits", given.value);
        let label = format!("must be {bits} with `format.weights = \"{name}\"`");
        rules.fault(RawFault::new(&given.span, message, label));
    }
    if values.value == WeightValues::Binary
        && let SignedKind::TwosComplement(_) = m.format.signed.value
    {
        let fault = RawFault::new(
            &m.format.signed.span,
            "binary weights in two's complement",
            "one bit of two's complement has no 1",
        );
        rules.fault(fault.help("use `[format.signed.offset]` or `[format.signed.differential]`"));
    }
}

fn differential_needs_a_magnitude(m: &Machine, rules: &mut Rules<'_>) {
    let binary = matches!(m.format.weights.as_deref(), Some(WeightValues::Binary));
    if let (SignedKind::Differential(_), 1, false) =
        (&m.format.signed.value, *m.format.weight_bits, binary)
    {
        rules.fault(RawFault::new(
            &m.format.weight_bits.span,
            "differential weights of 1 bit have no magnitude",
            "must be 2 or more",
        ));
    }
}

fn a_weight_fits_a_crossbar(m: &Machine, rules: &mut Rules<'_>) {
    let (_, cell) = m.device.parts();
    let (bits, cell_bits) = (*m.format.weight_bits, *cell.cell_bits);
    if !(1..=16).contains(&bits) || !(1..=16).contains(&cell_bits) || *m.crossbar.columns == 0 {
        return; // Reported by the rules above.
    }
    let columns = match m.format.signed.value {
        SignedKind::Differential(_) => 2 * (bits - 1).max(1).div_ceil(cell_bits),
        _ => bits.div_ceil(cell_bits),
    };
    if columns > *m.crossbar.columns {
        let message = format!(
            "a weight takes {columns} columns, the crossbar has {}",
            *m.crossbar.columns
        );
        rules.fault(RawFault::new(
            &m.crossbar.columns.span,
            message,
            format!("must be {columns} or more"),
        ));
    }
}

//! Rules on sums that are added in analog before they are converted.

use super::report::Rules;
use crate::error::RawFault;
use crate::model::PartialSums;
use crate::schema::{Machine, SignedKind, TimingKind};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    sums_in_analog_save_conversions(m, rules);
    one_conversion_needs_an_adc(m, rules);
}

fn sums_in_analog_save_conversions(m: &Machine, rules: &mut Rules<'_>) {
    let Some(adc) = m.adc.shared() else {
        return;
    };
    let Some(n) = adc.conversions_per_output else {
        return;
    };
    let (key, span) = (adc.key("conversions_per_output"), &n.span);
    if !matches!(
        m.timing.value,
        TimingKind::BitSerial(_) | TimingKind::Staged(_)
    ) {
        let message = format!("`{key}` is given, and inputs do not enter bit by bit");
        let label = "needs `[timing.bit-serial]` or `[timing.staged]`";
        rules.fault(RawFault::new(span, message, label));
        return;
    }
    let (_, cell) = m.device.parts();
    let sign = u32::from(matches!(m.format.signed.value, SignedKind::Differential(_)));
    let (bits, inputs) = (
        m.format.weight_bits.saturating_sub(sign),
        *m.format.input_bits,
    );
    let rows = *m.crossbar.rows;
    let active = m.crossbar.active_rows.as_ref().map_or(rows, |a| **a);
    if [*cell.cell_bits, *m.dac.bits, active, bits, inputs, rows].contains(&0) {
        return; // Reported by the rules on these.
    }
    let reads = u64::from(inputs.div_ceil(*m.dac.bits)) * u64::from(rows.div_ceil(active));
    let most = reads * u64::from(bits.div_ceil(*cell.cell_bits));
    rules.within(&key, n, 1..=u32::try_from(most).unwrap_or(u32::MAX));
}

fn one_conversion_needs_an_adc(m: &Machine, rules: &mut Rules<'_>) {
    let Some(sums) = &m.format.partial_sums else {
        return;
    };
    if sums.value == PartialSums::Digital {
        return;
    }
    let message = "partial sums are added in the analog domain";
    let Some(adc) = m.adc.shared() else {
        let label = "needs an ADC to convert them";
        rules.fault(RawFault::new(&sums.span, message, label));
        return;
    };
    if !matches!(m.timing.value, TimingKind::BitSerial(_)) {
        let label = "needs `[timing.bit-serial]`: other timings convert every read";
        rules.fault(RawFault::new(&sums.span, message, label));
    } else if adc.conversions_per_output.is_some() {
        let key = adc.key("conversions_per_output");
        let label = format!("already counts its conversions by `{key}`");
        rules.fault(RawFault::new(&sums.span, message, label));
    }
}

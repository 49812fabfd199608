//! Rules on `[adc.sar]`: which keys belong to which range, and errors that a converter can have.

use super::Rules;
use crate::error::RawFault;
use crate::model::{AdcRange, RangeRule};
use crate::schema::{AdcKind, At, Machine, Sar, SarErrors};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    let AdcKind::Sar(sar) = &m.adc.value else {
        return;
    };
    keys_fit_the_range(sar, rules);
    fixed_range_is_a_grid(sar, rules);
    if let Some(p) = &sar.percentile {
        rules.within("adc.sar.percentile", p, 1.0..=100.0);
    }
    if let Some(errors) = &sar.errors {
        errors_are_finite(errors, rules);
    }
}

fn keys_fit_the_range(sar: &Sar, rules: &mut Rules<'_>) {
    let range = *sar.range;
    let mut alone = |key: &str, span: &std::ops::Range<usize>, needs: &str| {
        let message = format!("`adc.sar.{key}` says nothing with this range");
        rules.fault(RawFault::new(
            span,
            message,
            format!("belongs to `{needs}`"),
        ));
    };
    if let (true, Some(c)) = (range != AdcRange::Calibrated, &sar.calibration) {
        alone("calibration", &c.span, "range = \"calibrated\"");
    }
    let by_share = sar
        .calibration
        .as_ref()
        .is_some_and(|c| **c == RangeRule::Percentile);
    if let (Some(p), false) = (&sar.percentile, by_share && range == AdcRange::Calibrated) {
        alone("percentile", &p.span, "calibration = \"percentile\"");
    }
    for (key, value) in [("lowest", &sar.lowest), ("step", &sar.step)] {
        match value {
            Some(v) if range != AdcRange::Fixed => alone(key, &v.span, "range = \"fixed\""),
            _ => {}
        }
    }
    if range == AdcRange::Fixed && (sar.lowest.is_none() || sar.step.is_none()) {
        let message = "a fixed range needs `adc.sar.lowest` and `adc.sar.step`".to_string();
        rules.fault(
            RawFault::new(&sar.range.span, message, "one of them is missing")
                .help("`lowest` is the column sum of the first code (0 without negative sums), `step` the column sum per code, a power of two"),
        );
    }
}

fn fixed_range_is_a_grid(sar: &Sar, rules: &mut Rules<'_>) {
    let Some(step) = &sar.step else { return };
    if step.value < 1 || step.value > 1 << 40 || step.value & (step.value - 1) != 0 {
        let message = format!("`adc.sar.step` is {}", step.value);
        rules.fault(RawFault::alone(
            &step.span,
            message,
            "must be a power of two from 1 to 2^40",
        ));
        return;
    }
    let Some(lowest) = &sar.lowest else { return };
    if lowest.value.unsigned_abs() > 1 << 50 || lowest.value % step.value != 0 {
        let message = format!("`adc.sar.lowest` is {}", lowest.value);
        let label = format!("must be a multiple of `step` ({}) within 2^50", step.value);
        rules.fault(RawFault::alone(&lowest.span, message, label));
    }
}

fn errors_are_finite(e: &SarErrors, rules: &mut Rules<'_>) {
    let most = 65536.0;
    let mut within = |key: &str, v: &Option<At<f64>>, least: f64, most: f64| {
        if let Some(v) = v {
            rules.within(&format!("adc.sar.errors.{key}"), v, least..=most);
        }
    };
    within("offset", &e.offset, -most, most);
    within("gain", &e.gain, 0.01, 100.0);
    within("offset_spread", &e.offset_spread, 0.0, most);
    within("gain_spread", &e.gain_spread, 0.0, 0.2);
    let Some(inl) = &e.inl else { return };
    if let Some(bad) = inl.iter().find(|v| !v.is_finite() || v.abs() > most) {
        let message = format!("`adc.sar.errors.inl` holds {bad}");
        rules.fault(RawFault::alone(
            &inl.span,
            message,
            "must be numbers of codes",
        ));
    }
    if inl.len() == 1 {
        let message = "`adc.sar.errors.inl` has a single point".to_string();
        let fault = RawFault::alone(&inl.span, message, "needs two or more");
        rules.fault(fault.help("the first point is the first code, the last point the last; a shift of all codes is `offset`"));
    }
}

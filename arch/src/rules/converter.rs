//! Rules on `[adc.*]`: resolution, speed and number of converters, which keys belong to which range, and errors.

use super::report::{MAX_TICKS, Rules};
use crate::adc::{AdcRange, ConverterKind, ErrorTable, RangeRule, Shared, Work};
use crate::error::RawFault;
use crate::schema::{At, Machine};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    adc_resolution_is_buildable(m, rules);
    adcs_are_there_where_something_is_converted(m, rules);
    adcs_drain_in_time(m, rules);
    let Some(adc) = m.adc.shared() else {
        return;
    };
    keys_fit_the_range(&adc, rules);
    fixed_range_is_a_grid(&adc, rules);
    if let Some(p) = adc.percentile {
        rules.within(&adc.key("percentile"), p, 1.0..=100.0);
    }
    if let Some(errors) = adc.errors {
        errors_are_finite(&adc, errors, rules);
    }
}

fn adc_resolution_is_buildable(m: &Machine, rules: &mut Rules<'_>) {
    if let Some(adc) = m.adc.shared() {
        rules.within(&adc.key("bits"), adc.bits, 1..=16);
        let speed = &adc.speed;
        rules.positive(&adc.key(speed.key), speed.span, speed.value);
    }
}

fn adcs_are_there_where_something_is_converted(m: &Machine, rules: &mut Rules<'_>) {
    let adcs = *m.pe.adcs;
    let fault = |message: String, label: &str| RawFault::new(&m.pe.adcs.span, message, label);
    match m.adc.shared() {
        None if adcs > 0 => rules.fault(
            fault(
                format!("`pe.adcs` is {adcs} on a machine with `[adc.none]`"),
                "must be 0",
            )
            .help("digital cells convert nothing; set `pe.adcs = 0`, or describe `[adc.sar]`"),
        ),
        Some(adc) if adcs == 0 => {
            rules.fault(fault(
                format!("`pe.adcs` is 0 on a machine with `[adc.{}]`", adc.kind),
                "must be 1 or more",
            ));
        }
        _ => {}
    }
}

fn adcs_drain_in_time(m: &Machine, rules: &mut Rules<'_>) {
    let Some((adc, kind)) = m.adc.shared().zip(m.adc.kind()) else {
        return;
    };
    if *m.pe.adcs == 0 || adc.speed.value <= 0.0 || !(1..=16).contains(&**adc.bits) {
        return; // Reported by the rules on these.
    }
    let arrays = u64::from(*m.pe.crossbars);
    let rounds = kind.rounds(&Work {
        conversions: u64::from(*m.crossbar.columns) * arrays,
        arrays,
        adcs: u64::from(*m.pe.adcs),
    });
    let ticks = rounds as f64 / kind.rounds_per_s(**adc.bits) * m.clock.0;
    if ticks > MAX_TICKS as f64 {
        let message = format!(
            "at `{}` of {:e} {} a read drains in {ticks:.3e} ticks",
            adc.key(adc.speed.key),
            adc.speed.value,
            adc.speed.unit
        );
        let label = format!("must drain in {MAX_TICKS} ticks or fewer");
        rules.fault(RawFault::new(adc.speed.span, message, label));
    }
}

fn keys_fit_the_range(adc: &Shared<'_>, rules: &mut Rules<'_>) {
    let range = **adc.range;
    let mut alone = |key: &str, span: &std::ops::Range<usize>, needs: &str| {
        let message = format!("`{}` says nothing with this range", adc.key(key));
        rules.fault(RawFault::new(
            span,
            message,
            format!("belongs to `{needs}`"),
        ));
    };
    if let Some(c) = adc.calibration
        && range != AdcRange::Calibrated
    {
        alone("calibration", &c.span, "range = \"calibrated\"");
    }
    let by_share = (adc.calibration).is_some_and(|c| **c == RangeRule::Percentile);
    if let (Some(p), false) = (adc.percentile, by_share && range == AdcRange::Calibrated) {
        alone("percentile", &p.span, "calibration = \"percentile\"");
    }
    for (key, value) in [("lowest", adc.lowest), ("step", adc.step)] {
        match value {
            Some(v) if range != AdcRange::Fixed => alone(key, &v.span, "range = \"fixed\""),
            _ => {}
        }
    }
    if range == AdcRange::Fixed && (adc.lowest.is_none() || adc.step.is_none()) {
        let message = format!(
            "a fixed range needs `{}` and `{}`",
            adc.key("lowest"),
            adc.key("step")
        );
        rules.fault(
            RawFault::new(&adc.range.span, message, "one of them is missing")
                .help("`lowest` is the column sum of the first code (0 without negative sums), `step` the column sum per code, a power of two"),
        );
    }
}

fn fixed_range_is_a_grid(adc: &Shared<'_>, rules: &mut Rules<'_>) {
    let Some(step) = adc.step else { return };
    if step.value < 1 || step.value > 1 << 40 || step.value & (step.value - 1) != 0 {
        let message = format!("`{}` is {}", adc.key("step"), step.value);
        rules.fault(RawFault::alone(
            &step.span,
            message,
            "must be a power of two from 1 to 2^40",
        ));
        return;
    }
    let Some(lowest) = adc.lowest else { return };
    if lowest.value.unsigned_abs() > 1 << 50 || lowest.value % step.value != 0 {
        let message = format!("`{}` is {}", adc.key("lowest"), lowest.value);
        let label = format!("must be a multiple of `step` ({}) within 2^50", step.value);
        rules.fault(RawFault::alone(&lowest.span, message, label));
    }
}

fn errors_are_finite(adc: &Shared<'_>, e: &ErrorTable, rules: &mut Rules<'_>) {
    let most = 65536.0;
    let mut within = |key: &str, v: &Option<At<f64>>, least: f64, most: f64| {
        if let Some(v) = v {
            rules.within(&adc.key(&format!("errors.{key}")), v, least..=most);
        }
    };
    within("offset", &e.offset, -most, most);
    within("gain", &e.gain, 0.01, 100.0);
    within("offset_spread", &e.offset_spread, 0.0, most);
    within("gain_spread", &e.gain_spread, 0.0, 0.2);
    let Some(inl) = &e.inl else { return };
    if let Some(bad) = inl.iter().find(|v| !v.is_finite() || v.abs() > most) {
        let message = format!("`{}` holds {bad}", adc.key("errors.inl"));
        rules.fault(RawFault::alone(
            &inl.span,
            message,
            "must be numbers of codes",
        ));
    }
    if inl.len() == 1 {
        let message = format!("`{}` has a single point", adc.key("errors.inl"));
        let fault = RawFault::alone(&inl.span, message, "needs two or more");
        rules.fault(fault.help("the first point is the first code, the last point the last; a shift of all codes is `offset`"));
    }
}

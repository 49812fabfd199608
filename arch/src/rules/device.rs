//! Rules on what cells and wires do beside holding levels.

use super::report::Rules;
use crate::error::RawFault;
use crate::schema::{At, DriftLaw, Machine, NoiseKind, SpreadKind};
use crate::units::Conductance;

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    physics_needs_conductances(m, rules);
    spreads_are_deviations(m, rules);
    noise_is_a_deviation(m, rules);
    drift_has_times(m, rules);
    stuck_shares_are_shares(m, rules);
    wires_resist(m, rules);
}

/// Digital cells, those without conductances and those summed digitally have no analog physics.
fn physics_needs_conductances(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    let spans = [
        ("levels", cell.levels.as_ref().map(|l| &l.span)),
        ("programming", cell.programming.as_ref().map(|l| &l.span)),
        ("read_noise", cell.read_noise.as_ref().map(|l| &l.span)),
        ("drift", cell.drift.as_ref().map(|l| &l.span)),
        ("stuck_lrs", cell.stuck_lrs.as_ref().map(|l| &l.span)),
        ("stuck_hrs", cell.stuck_hrs.as_ref().map(|l| &l.span)),
    ];
    let wires = m.crossbar.wires.as_ref().map(|w| &w.span);
    let (what, label) = if m.adc.shared().is_none() {
        (
            "on a machine with `[adc.none]`",
            "columns are summed digitally there",
        )
    } else if cell.on.is_none() || cell.off.is_none() {
        ("on cells without conductances", "needs `on` and `off`")
    } else {
        return;
    };
    for (key, span) in spans {
        if let Some(span) = span {
            let message = format!("`device.{kind}.{key}` {what}");
            rules.fault(RawFault::new(span, message, label));
        }
    }
    if let Some(span) = wires {
        let message = format!("`crossbar.wires` {what}");
        rules.fault(RawFault::new(span, message, label));
    }
}

/// A named law holds for the conductances it was fitted on.
fn fitted(
    m: &Machine,
    rules: &mut Rules<'_>,
    (key, span): (&str, &std::ops::Range<usize>),
    fitted: std::ops::RangeInclusive<f64>,
) {
    let (kind, cell) = m.device.parts();
    for (end, c) in [("on", &cell.on), ("off", &cell.off)] {
        if let Some(c) = c
            && c.0 >= 0.0
            && !fitted.contains(&c.0)
        {
            let message = format!(
                "`device.{kind}.{key}` was fitted on {} to {} uS, `{end}` is {} uS",
                fitted.start(),
                fitted.end(),
                c.0
            );
            let fault = RawFault::new(span, message, "does not hold there");
            rules.fault(fault.help("give a law of your own: `polynomial`, `proportional`"));
        }
    }
}

fn spreads_are_deviations(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    if let (Some(_), Some(spread)) = (&cell.levels, &cell.programming) {
        let message = format!("`device.{kind}` has a table of levels and a programming law");
        let label = "the table gives the spread of each level: give one of the two";
        rules.fault(RawFault::new(&spread.span, message, label));
    }
    let Some(spread) = &cell.programming else {
        return;
    };
    let key = format!("device.{kind}.programming");
    match &spread.value {
        SpreadKind::Preset(name) => {
            fitted(m, rules, ("programming", &spread.span), name.fitted_us());
        }
        SpreadKind::Lognormal(r) => {
            rules.within(&format!("{key}.lognormal.sigma"), &r.sigma, 0.0..=3.0)
        }
        SpreadKind::Proportional(r) => {
            rules.within(&format!("{key}.proportional.sigma"), &r.sigma, 0.0..=3.0);
        }
        SpreadKind::Uniform(a) => {
            rules.not_negative(&format!("{key}.uniform.sigma"), &a.sigma.span, a.sigma.0);
        }
        SpreadKind::Polynomial(p) => {
            rules.positive(&format!("{key}.polynomial.scale"), &p.scale.span, p.scale.0);
            let c = &p.coefficients_us;
            if c.is_empty()
                || c.len() > 8
                || c.iter()
                    .any(|v| v.is_nan() || v.abs() > *Conductance::RANGE.end())
            {
                let message = format!("`{key}.polynomial.coefficients_us` has {} values", c.len());
                let label = "must be 1 to 8 numbers of a size that conductances have";
                rules.fault(RawFault::alone(&c.span, message, label));
            }
        }
    }
}

fn noise_is_a_deviation(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    let Some(noise) = &cell.read_noise else {
        return;
    };
    let key = format!("device.{kind}.read_noise");
    match &noise.value {
        NoiseKind::Preset(name) => {
            fitted(m, rules, ("read_noise", &noise.span), 0.0..=name.scale_us());
        }
        NoiseKind::Proportional(r) => {
            rules.within(&format!("{key}.proportional.sigma"), &r.sigma, 0.0..=3.0);
        }
        NoiseKind::Uniform(a) => {
            rules.not_negative(&format!("{key}.uniform.sigma"), &a.sigma.span, a.sigma.0);
        }
    }
}

fn drift_has_times(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    let Some(drift) = &cell.drift else {
        return;
    };
    let key = format!("device.{kind}.drift");
    rules.not_negative(&format!("{key}.time"), &drift.time.span, drift.time.0);
    match &drift.law.value {
        DriftLaw::Preset(name) => fitted(m, rules, ("drift", &drift.span), 0.0..=name.scale_us()),
        DriftLaw::Power(p) => {
            rules.positive(&format!("{key}.law.power.t0"), &p.t0.span, p.t0.0);
            rules.within(&format!("{key}.law.power.nu"), &p.nu, 0.0..=1.0);
            rules.within(&format!("{key}.law.power.nu_sd"), &p.nu_sd, 0.0..=1.0);
        }
    }
}

fn stuck_shares_are_shares(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    let mut sum = 0.0;
    for (key, share) in [
        ("stuck_lrs", &cell.stuck_lrs),
        ("stuck_hrs", &cell.stuck_hrs),
    ] {
        if let Some(share) = share {
            rules.within(&format!("device.{kind}.{key}"), share, 0.0..=1.0);
            sum += share.value;
        }
    }
    if let (Some(lrs), true) = (&cell.stuck_lrs, sum > 1.0) {
        let message = format!("`stuck_lrs` and `stuck_hrs` of `device.{kind}` sum to {sum}");
        rules.fault(RawFault::new(&lrs.span, message, "must sum to 1 or less"));
    }
}

fn wires_resist(m: &Machine, rules: &mut Rules<'_>) {
    let Some(wires) = &m.crossbar.wires else {
        return;
    };
    let each: [(&str, &At<f64>); 2] = [
        ("row_ohm", &wires.row_ohm),
        ("column_ohm", &wires.column_ohm),
    ];
    for (key, ohm) in each {
        rules.within(&format!("crossbar.wires.{key}"), ohm, 0.0..=1e6);
    }
}

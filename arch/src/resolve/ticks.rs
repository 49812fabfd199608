//! Durations as written -> ticks of the clock.

use crate::schema as raw;

/// Ticks of a time in ns that ends on a tick.
pub(crate) fn ticks(ns: f64, clock_hz: f64) -> f64 {
    (ns * clock_hz / 1e9 - 1e-6).ceil().max(0.0)
}

/// Ticks of one read, at least one; a read that ends within a tick waits for its end.
pub(crate) fn read_ticks(m: &raw::Machine) -> f64 {
    (m.crossbar.read.0 * m.clock.0 / 1e9 - 1e-6).ceil().max(1.0)
}

/// Pulses and conversion steps of one product by pulse trains. A signed input of `input_bits` has one bit less of magnitude
/// `b`, so a train is 2^b - 1 pulses long. Two trains split `b` in halves, the larger first, and are converted together in
/// 2 x (output bits) - (larger half) steps (NeuRRAM, Nature 2022, and its published model).
pub(crate) fn trains(t: &raw::IntegratedTable, m: &raw::Machine) -> Trains {
    let magnitude = m.format.input_bits.saturating_sub(1).clamp(1, 15);
    let output = m.adc.shared().map_or(0, |s| **s.bits);
    let train = |bits: u32| ((1u64 << bits) - 1) as f64;
    let (pulses, steps) = match *t.phases {
        1 => (train(magnitude), output),
        _ => {
            let larger = magnitude.div_ceil(2);
            let steps = output.saturating_mul(2).saturating_sub(larger);
            (train(larger) + train(magnitude - larger), steps)
        }
    };
    Trains {
        bits: magnitude.into(),
        pulses,
        steps: steps.into(),
        phases: (*t.phases).into(),
    }
}

/// Pulse trains of one product, and the conversion after them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trains {
    /// Bits of magnitude that enter.
    pub(crate) bits: f64,
    /// Pulses that the converters integrate.
    pub(crate) pulses: f64,
    /// Steps of the conversion.
    pub(crate) steps: f64,
    /// Trains a product is split into.
    pub(crate) phases: f64,
}

/// Nanoseconds of one product by pulse trains. An ADC that serves several columns takes the steps for each.
pub(crate) fn product_ns(t: &raw::IntegratedTable, m: &raw::Machine) -> f64 {
    let trains = trains(t, m);
    let pair = match m.format.signed.value {
        raw::SignedKind::Differential(_) => 2,
        _ => 1,
    };
    let columns = u64::from(*m.crossbar.columns / pair) * u64::from(*m.pe.crossbars);
    let conversions = columns.div_ceil(u64::from((*m.pe.adcs).max(1)));
    t.pulse.0 * trains.pulses
        + t.conversion_step.0 * trains.steps * conversions as f64
        + t.gap.0 * f64::from(*t.phases)
}

//! Rules on the pipeline around a crossbar, and on choices for single layers.

use super::report::{MAX_TICKS, Rules};
use crate::adc::ConverterKind;
use crate::error::RawFault;
use crate::resolve::ticks::product_ns;
use crate::schema::{Machine, TimingKind};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    timing_is_bounded(m, rules);
    layer_choices_are_counts(m, rules);
}

fn timing_is_bounded(m: &Machine, rules: &mut Rules<'_>) {
    match &m.timing.value {
        TimingKind::BitSerial(t) => {
            let stages = [
                ("fetch", &t.fetch),
                ("adc", &t.adc),
                ("shift_add", &t.shift_add),
                ("reduce", &t.reduce),
                ("activation", &t.activation),
                ("write", &t.write),
            ];
            for (name, stage) in stages {
                rules.within(&format!("timing.bit-serial.{name}"), stage, 0..=1_000_000);
            }
        }
        TimingKind::Phased(t) => {
            rules.within("timing.phased.phase_ticks", &t.phase_ticks, 1..=MAX_TICKS);
            rules.within(
                "timing.phased.packets_per_phase",
                &t.packets_per_phase,
                1..=u32::MAX,
            );
        }
        TimingKind::Staged(t) => {
            let stages = [
                ("fetch_ticks", &t.fetch_ticks),
                ("dac_ticks", &t.dac_ticks),
                ("sample_ticks", &t.sample_ticks),
                ("shift_add_ticks", &t.shift_add_ticks),
                ("output_ticks", &t.output_ticks),
                ("write_ticks", &t.write_ticks),
            ];
            for (name, stage) in stages {
                rules.within(&format!("timing.staged.{name}"), stage, 0..=MAX_TICKS);
            }
        }
        TimingKind::Integrated(t) => {
            rules.within("timing.integrated.phases", &t.phases, 1..=2);
            pulse_trains_are_converted_bit_by_bit(m, rules);
            let (dac, input) = (*m.dac.bits, *m.format.input_bits);
            if dac < input {
                let message = format!("`dac.bits` is {dac} with `[timing.integrated]`");
                let label =
                    format!("must be `format.input_bits`, {input}: a train holds all of it");
                rules.fault(RawFault::new(&m.dac.bits.span, message, label));
            }
            for (name, time) in [
                ("pulse", &t.pulse),
                ("conversion_step", &t.conversion_step),
                ("gap", &t.gap),
            ] {
                rules.not_negative(&format!("timing.integrated.{name}"), &time.span, time.0);
            }
            let ticks = product_ns(t, m) * m.clock.0 / 1e9;
            if ticks > MAX_TICKS as f64 {
                let message = format!("a product lasts {ticks:.3e} ticks of the clock");
                let label = format!("must be {MAX_TICKS} ticks or fewer");
                rules.fault(RawFault::new(&t.pulse.span, message, label));
            }
        }
        TimingKind::None(_) => {}
    }
}

/// The conversion of pulse trains is described step by step: one step halves what is left of the range.
fn pulse_trains_are_converted_bit_by_bit(m: &Machine, rules: &mut Rules<'_>) {
    let Some((adc, kind)) = m.adc.shared().zip(m.adc.kind()) else {
        return;
    };
    let bits = **adc.bits;
    if (1..=16).contains(&bits) && kind.steps(bits) != u64::from(bits) {
        let steps = kind.steps(bits);
        let message = format!("`[adc.{}]` takes {steps} steps for {bits} bits", adc.kind);
        let label = "must take one step per bit with `[timing.integrated]`, as `[adc.sar]` does";
        rules.fault(RawFault::new(&m.adc.span, message, label));
    }
}

/// Whether they fit the layer is known only with a network.
fn layer_choices_are_counts(m: &Machine, rules: &mut Rules<'_>) {
    const MOST: u32 = 65536;
    for (name, choice) in &m.mapping.layer {
        if let Some(unroll) = &choice.unroll {
            rules.within(&format!("mapping.layer.{name}.unroll"), unroll, 1..=MOST);
        }
        let Some(replicas) = &choice.replicas else {
            continue;
        };
        if replicas.iter().any(|r| !(1..=MOST).contains(r)) {
            let [rx, ry] = replicas.value;
            rules.fault(RawFault::alone(
                &replicas.span,
                format!("`mapping.layer.{name}.replicas` is [{rx}, {ry}]"),
                format!("must be [rx, ry], each 1 to {MOST}"),
            ));
        }
    }
}

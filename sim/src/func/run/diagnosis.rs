//! What accuracy was lost by, in words.

use crate::func::adc::codes::nearest;
use crate::func::run::model::FuncModel;
use crate::func::run::result::{FuncResult, LayerFidelity};

/// Loss of accuracy that is worth a word: half a point.
const WORTH: f64 = 0.005;

/// Share of clipped samples or outlying inputs that is worth a word.
const OFTEN: f64 = 1e-3;

/// Sentences, the most important first.
pub(super) fn diagnose(r: &FuncResult, model: &FuncModel) -> Vec<String> {
    let mut said = Vec::new();
    let points = |loss: f64| format!("{:.2} points", 100.0 * loss);
    let (quantised, crossbars) = (
        r.float_accuracy - r.reference_accuracy,
        r.reference_accuracy - r.accuracy,
    );
    let main = r.divergence.main_layer.as_ref();
    match main.and_then(|name| r.layers.iter().find(|l| l.name == *name)) {
        None if r.divergence.images == 0 => said.push(
            "crossbars and integer reference choose the same class on every image".to_string(),
        ),
        Some(l) if crossbars > WORTH || r.agreement < 1.0 - 10.0 * WORTH => {
            let what = if crossbars > WORTH {
                format!(
                    "{} of accuracy are lost on the crossbars",
                    points(crossbars)
                )
            } else {
                format!(
                    "crossbars choose another class on {} images",
                    r.divergence.images
                )
            };
            said.push(format!(
                "{what}, mostly in `{}`: there the class first differs for {} of {} traced images; {}",
                l.name,
                l.first_wrong,
                r.divergence.traced,
                cause(l, model)
            ));
        }
        _ => said.push(format!(
            "crossbars choose another class than the integer reference on {} of {} images",
            r.divergence.images, r.images
        )),
    }
    if quantised > WORTH {
        said.push(format!(
            "{} are lost by quantisation, before any crossbar: more `format.weight_bits` or `format.input_bits`, or more --calibration-images, may help",
            points(quantised)
        ));
    }
    // Errors of converters before a layer take inputs out of its range as well; those are said above.
    let outside = |l: &LayerFidelity| l.inputs_outside_reference as f64 / l.inputs.max(1) as f64;
    let most = r
        .layers
        .iter()
        .max_by(|a, b| outside(a).total_cmp(&outside(b)));
    if let Some(l) = most.filter(|l| outside(l) > OFTEN) {
        said.push(format!(
            "{:.2} % of the inputs of `{}` lie outside the calibrated range and are limited to it: calibrate on more images, or on images like these",
            100.0 * outside(l),
            l.name
        ));
    }
    said
}

/// What makes a layer wrong, and what would help.
fn cause(l: &LayerFidelity, model: &FuncModel) -> String {
    let key = |key: &str| format!("adc.{}.{key}", model.adc_kind);
    let rms = format!(
        "its accumulators are off by {:.2} % (rms)",
        100.0 * l.rms_error
    );
    let step = l
        .weight_slices
        .iter()
        .filter_map(|s| s.step)
        .max()
        .unwrap_or(1);
    if l.clip_rate > OFTEN {
        let worst = l
            .weight_slices
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.clip_rate.total_cmp(&b.1.clip_rate));
        let (slice, worst) = worst.expect("clipped samples belong to a slice");
        let calibrate = match model.options.limits {
            None => format!(", or try {}=calibrated", key("range")),
            Some(_) => String::new(),
        };
        let bits = bits_for(l);
        let help = if bits > bits_now(l) {
            format!(
                "{}={bits} would hold every sum seen{calibrate}",
                key("bits")
            )
        } else {
            "its sums lie within the range, so that offset, gain or INL of the converters take them out of it".to_string()
        };
        return format!(
            "{:.2} % of its conversions clip ({:.2} % in weight slice {slice}); {help}",
            100.0 * l.clip_rate,
            100.0 * worst.clip_rate,
        );
    }
    if step > 1 {
        return format!(
            "one code of its ADC stands for {step} units of column sum and {rms}; more {}, or fewer crossbar.active_rows, make the step finer",
            key("bits")
        );
    }
    format!("{rms}; `exec --ablate` tells by what")
}

/// Bits with which no sum seen in a layer would clip at the present step.
fn bits_for(l: &LayerFidelity) -> u32 {
    let needed = |s: &crate::func::run::result::WeightSliceFidelity| {
        let ([lo, _], step) = (s.range?, s.step?);
        let code = |sum: i64| nearest(sum, step);
        let (least, most) = (code(s.sums[0]), code(s.sums[1]));
        // Codes lie on both sides of 0 alike, or go up from the first one.
        let codes = if lo < 0 {
            2 * (most + 1).max(-least)
        } else {
            most - least.min(lo / step) + 1
        };
        Some((codes as u64).next_power_of_two().trailing_zeros())
    };
    l.weight_slices
        .iter()
        .filter_map(needed)
        .max()
        .unwrap_or(0)
        .max(1)
}

/// Bits of the layer's converters.
fn bits_now(l: &LayerFidelity) -> u32 {
    let codes = |s: &crate::func::run::result::WeightSliceFidelity| {
        let ([lo, hi], step) = (s.range?, s.step?);
        Some((((hi - lo) / step + 1) as u64).next_power_of_two())
    };
    let widest = l.weight_slices.iter().filter_map(codes).max();
    widest.map_or(0, u64::trailing_zeros)
}

//! Limits of ADC ranges: measured once, given to later runs.

use crate::func::error::FuncError;
use crate::func::options::FuncOptions;
use crosscut_arch::{AdcRange, Arch};
use crosscut_traces::QuantNetwork;

/// Checks limits against the network, and that a machine whose range is calibrated comes with some.
///
/// # Errors
/// [`FuncError::NotCalibrated`] or [`FuncError::Limits`].
pub fn check(arch: &Arch, qnet: &QuantNetwork, options: &FuncOptions) -> Result<(), FuncError> {
    let Some(c) = arch.adc else { return Ok(()) };
    let Some(limits) = &options.limits else {
        if c.range == AdcRange::Calibrated && options.non_idealities.clipping {
            let key = c.key("range");
            return Err(FuncError::NotCalibrated { key });
        }
        return Ok(());
    };
    let fail = |layer: &str, what: String| {
        Err(FuncError::Limits {
            layer: layer.to_string(),
            what,
        })
    };
    let names: Vec<&str> = (qnet.layers.keys())
        .map(|&id| qnet.network.layer(id).name.as_str())
        .collect();
    for name in &names {
        let Some(weight_slices) = limits.get(*name) else {
            return fail(name, "has no limits".to_string());
        };
        if weight_slices.len() != arch.weight_slices() as usize {
            let what = format!(
                "has limits for {} weight slices, the machine has {}",
                weight_slices.len(),
                arch.weight_slices()
            );
            return fail(name, what);
        }
        for (slice, [lo, hi]) in weight_slices.iter().enumerate() {
            let bound = 1i64 << 50;
            if lo > hi || *lo < -bound || *hi > bound {
                let what =
                    format!("slice {slice}: limits {lo} to {hi} are no range of column sums");
                return fail(name, what);
            }
        }
    }
    match limits.keys().find(|k| !names.contains(&k.as_str())) {
        Some(other) => fail(
            other,
            format!("is no compute layer of `{}`", qnet.network.name),
        ),
        None => Ok(()),
    }
}

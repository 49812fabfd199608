//! From a float network to values on a machine: quantise it for the machine's formats, find the ranges of the ADCs, program
//! the cells.

use crate::func::error::FuncError;
use crate::func::options::{FuncOptions, Limits};
use crate::func::run::model::FuncModel;
use crate::func::run::profile::{Profile, profile};
use crate::map::Mapping;
use crosscut_arch::{AdcRange, Arch, WeightValues};
use crosscut_traces::quant::{Calibration, QuantSpec, WeightRule, quantise_weights};
use crosscut_traces::{Network, QuantNetwork, Tensor};
use std::fmt;

/// Images that ADC ranges are calibrated on, unless said otherwise.
pub const PROFILED: usize = 32;

/// How a machine's format rounds weights. A width of one bit is binary, whatever the format is called.
pub fn weight_rule(arch: &Arch) -> WeightRule {
    match arch.format.weights {
        WeightValues::Integer => WeightRule::of_bits(arch.format.weight_bits),
        WeightValues::Binary => WeightRule::Binary,
        WeightValues::Ternary => WeightRule::Ternary,
    }
}

/// The network in the formats of a machine: weights by its [`weight_rule`], input scales from calibration images.
///
/// # Errors
/// If there are no images, one does not fit the network, or a weight is not finite.
pub fn quantise_for(
    arch: &Arch,
    net: &Network,
    calibration: &[Tensor],
) -> Result<QuantNetwork, FuncError> {
    let spec = QuantSpec {
        weight_bits: arch.format.weight_bits,
        input_bits: arch.format.input_bits,
    };
    let rule = weight_rule(arch);
    Ok(quantise_weights(
        net,
        calibration,
        spec,
        Calibration::Max,
        rule,
    )?)
}

/// Where the ranges of the converters come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeSource {
    /// The machine as described.
    Machine,
    /// Limits measured in an earlier run.
    Measured {
        /// Network they were measured on.
        network: String,
        /// Machine they were measured on.
        machine: String,
    },
    /// Limits measured now, since the machine's range is calibrated.
    Calibrated {
        /// Images they were measured on.
        images: u64,
    },
}

impl fmt::Display for RangeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RangeSource::Machine => write!(f, "the machine as described"),
            RangeSource::Measured { network, machine } => {
                write!(f, "measured on `{network}` and `{machine}`")
            }
            RangeSource::Calibrated { images } => write!(f, "calibrated on {images} images"),
        }
    }
}

/// A network, quantised for a machine, and what its run includes.
pub struct ValueSetup<'a> {
    /// The machine.
    pub arch: &'a Arch,
    /// What sits in which array.
    pub mapping: &'a Mapping,
    /// The network in the machine's formats.
    pub qnet: QuantNetwork,
    /// What a run includes, limits of ADC ranges among it.
    pub options: FuncOptions,
    /// Where the ranges of the converters come from.
    pub ranges: RangeSource,
}

impl<'a> ValueSetup<'a> {
    /// Quantises `net` on calibration images. Ranges are those of the machine, or of limits among the `options`.
    ///
    /// # Errors
    /// As [`quantise_for`].
    pub fn new(
        arch: &'a Arch,
        mapping: &'a Mapping,
        net: &Network,
        calibration: &[Tensor],
        options: FuncOptions,
    ) -> Result<ValueSetup<'a>, FuncError> {
        Ok(ValueSetup {
            arch,
            mapping,
            qnet: quantise_for(arch, net, calibration)?,
            options,
            ranges: RangeSource::Machine,
        })
    }

    /// Takes limits that an earlier run measured with that network on that machine.
    pub fn with_limits(mut self, limits: Limits, network: &str, machine: &str) -> ValueSetup<'a> {
        self.options.limits = Some(limits);
        self.ranges = RangeSource::Measured {
            network: network.to_string(),
            machine: machine.to_string(),
        };
        self
    }

    /// Whether the machine's ranges are calibrated and no limits are given yet.
    pub fn needs_calibration(&self) -> bool {
        let calibrated = |c: crosscut_arch::Converter| c.range == AdcRange::Calibrated;
        self.options.limits.is_none() && self.arch.adc.is_some_and(calibrated)
    }

    /// Measures limits on `images`, by the machine's rule, where [they are needed](ValueSetup::needs_calibration).
    /// `progress` is told of each finished image.
    ///
    /// # Errors
    /// As [`ValueSetup::profile`].
    pub fn calibrated(
        mut self,
        images: &[Tensor],
        progress: &(dyn Fn() + Sync),
    ) -> Result<ValueSetup<'a>, FuncError> {
        if self.needs_calibration()
            && let Some(adc) = self.arch.adc
            && let Some(rule) = adc.calibration
        {
            let seen = self.profile(images, progress)?;
            self.options.limits = Some(seen.limits(adc.bits, rule));
            self.ranges = RangeSource::Calibrated {
                images: seen.images,
            };
        }
        Ok(self)
    }

    /// Column sums over `images`.
    ///
    /// # Errors
    /// If an image does not fit, the machine has no ADCs, or its values cannot be computed.
    pub fn profile(
        &self,
        images: &[Tensor],
        progress: &(dyn Fn() + Sync),
    ) -> Result<Profile, FuncError> {
        let (mapping, options) = (self.mapping, &self.options);
        profile(self.arch, mapping, &self.qnet, options, images, progress)
    }

    /// The programmed machine.
    ///
    /// # Errors
    /// As [`FuncModel::prepare_with`].
    pub fn model(&self) -> Result<FuncModel, FuncError> {
        FuncModel::prepare_with(self.arch, self.mapping, &self.qnet, &self.options)
    }
}

//! Values through simulated crossbars: quantise, calibrate ADC ranges where the machine asks for it, measure.

use crate::limits_file::LimitsFile;
use crate::stages::Setting;
use crate::workload::Images;
use anyhow::Context;
use crosscut_arch::{AdcRange, RangeCalibration, WeightValues};
use crosscut_report::{About, ExecReport, LayerProfile, ProfileReport};
use crosscut_sim::func::run::monte_carlo::{self, Ablation, Bench, ChipStudy};
use crosscut_sim::func::run::profile::{Limits, Profile, profile};
use crosscut_sim::func::run::values::{ValueComparison, compare_values};
use crosscut_sim::func::{self, FuncModel, Physics};
use crosscut_sim::map::Mapping;
use crosscut_traces::quant::{self, Calibration, QuantSpec, WeightRule};
use crosscut_traces::{Network, QuantNetwork};

/// Calibration images that ADC ranges are taken from, unless said otherwise.
pub const PROFILED: usize = 32;

/// Images whose layer outputs `--compare` looks at, at most.
const COMPARED: usize = 64;

/// A quantised network on a programmed machine.
pub struct Job<'a> {
    setting: &'a Setting,
    net: &'a Network,
    mapping: &'a Mapping,
    images: &'a Images,
    qnet: QuantNetwork,
    physics: Physics,
    /// Where the limits come from.
    limits: Option<String>,
}

impl<'a> Job<'a> {
    /// Quantises on the calibration images.
    pub fn new(
        setting: &'a Setting,
        net: &'a Network,
        mapping: &'a Mapping,
        images: &'a Images,
    ) -> anyhow::Result<Job<'a>> {
        let spec = QuantSpec {
            weight_bits: setting.arch.format.weight_bits,
            input_bits: setting.arch.format.input_bits,
        };
        let rule = match setting.arch.format.weights {
            WeightValues::Integer => WeightRule::of_bits(spec.weight_bits),
            WeightValues::Binary => WeightRule::Binary,
            WeightValues::Ternary => WeightRule::Ternary,
        };
        let calibration = &images.calibration.images;
        Ok(Job {
            qnet: quant::quantise_weights(net, calibration, spec, Calibration::Max, rule)?,
            physics: Physics {
                seed: setting.seed,
                ..Physics::default()
            },
            limits: None,
            setting,
            net,
            mapping,
            images,
        })
    }

    /// Takes the limits of ADC ranges from a file, or from calibration images where the machine's range is calibrated.
    pub fn with_limits(mut self, file: Option<&LimitsFile>) -> anyhow::Result<Job<'a>> {
        if let Some(file) = file {
            self.physics.limits = Some(file.layers.clone());
            self.limits = Some(format!(
                "measured on `{}` and `{}`",
                file.network, file.machine
            ));
        } else if let Some(c) = self.setting.arch.adc
            && c.range == AdcRange::Calibrated
            && let Some(rule) = c.calibration
        {
            let seen = self.profile(PROFILED)?;
            self.physics.limits = Some(seen.limits(c.bits, rule));
            self.limits = Some(format!("calibrated on {} images", seen.images));
        }
        Ok(self)
    }

    /// Column sums over the first `count` calibration images (all, if there are fewer).
    pub fn profile(&self, count: usize) -> anyhow::Result<Profile> {
        let images = &self.images.calibration.images;
        let images = &images[..count.min(images.len())];
        let progress = self.setting.progress;
        let bar = progress.bar("profiling column sums", images.len() as u64);
        let (arch, done) = (&self.setting.arch, || bar.step());
        Ok(profile(
            arch,
            self.mapping,
            &self.qnet,
            &self.physics,
            images,
            &done,
        )?)
    }

    /// Profile, limits by a rule, and the report on both.
    pub fn profile_report(
        &self,
        count: usize,
        rule: RangeCalibration,
    ) -> anyhow::Result<(ProfileReport, Limits)> {
        let arch = &self.setting.arch;
        let seen = self.profile(count)?;
        let bits = arch.adc.map_or(0, |c| c.bits);
        let limits = seen.limits(bits, rule);
        let report = ProfileReport {
            about: About::new(self.net, arch, self.setting.seed),
            data: self.images.calibration.name.clone(),
            preprocessing: self.images.preprocessing.clone(),
            images: seen.images,
            rule,
            adc_profile: LayerProfile::all(arch, &seen, &limits),
        };
        Ok((report, limits))
    }

    fn model(&self) -> anyhow::Result<FuncModel> {
        let arch = &self.setting.arch;
        Ok(FuncModel::prepare_with(
            arch,
            self.mapping,
            &self.qnet,
            &self.physics,
        )?)
    }

    /// Accuracy and diagnostics.
    pub fn report(&self) -> anyhow::Result<ExecReport> {
        let model = self.model()?;
        let set = &self.images.evaluation;
        let bar = self
            .setting
            .progress
            .bar("running images", set.images.len() as u64);
        let done = || bar.step();
        let result = func::evaluate(&model, &self.qnet, &set.images, &set.labels, &done)?;
        Ok(ExecReport {
            about: About::new(self.net, &self.setting.arch, self.setting.seed),
            data: set.name.clone(),
            preprocessing: self.images.preprocessing.clone(),
            calibration: self.images.calibration.name.clone(),
            calibration_images: self.images.calibration.images.len() as u64,
            limits: self.limits.clone(),
            result,
            compare: None,
            ablation: None,
            chips: None,
        })
    }

    /// Whether the network has such a compute layer.
    pub fn check_layer(net: &Network, name: &str) -> anyhow::Result<()> {
        let names = net
            .compute_layers()
            .into_iter()
            .map(|id| net.layer(id).name.as_str());
        let names: Vec<&str> = names.collect();
        if names.contains(&name) {
            return Ok(());
        }
        let hint = crosscut_arch::suggest::nearest(name, names.iter().copied());
        let hint = hint.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        anyhow::bail!(
            "the network `{}` has no compute layer `{name}`{hint}",
            net.name
        )
    }

    /// Outputs of one layer, three ways.
    pub fn values(&self, layer: &str) -> anyhow::Result<ValueComparison> {
        let images = &self.images.evaluation.images;
        let id = self.net.find(layer).context("the layer was checked")?;
        let some = &images[..images.len().min(COMPARED)];
        Ok(compare_values(&self.model()?, &self.qnet, id, some)?)
    }

    fn bench(&self) -> anyhow::Result<Bench<'_>> {
        let set = &self.images.evaluation;
        let arch = &self.setting.arch;
        Ok(Bench::new(
            arch,
            self.mapping,
            &self.qnet,
            &set.images,
            &set.labels,
        )?)
    }

    /// Each non-ideality by itself.
    pub fn ablation(&self) -> anyhow::Result<Ablation> {
        let bar = self
            .setting
            .progress
            .bar("switching non-idealities", monte_carlo::VARIANTS);
        let done = || bar.step();
        Ok(monte_carlo::ablate(&self.bench()?, &self.physics, &done)?)
    }

    /// Accuracy of the chips 0 to `count` - 1.
    pub fn chips(&self, count: u64) -> anyhow::Result<ChipStudy> {
        let bench = self.bench()?;
        let bar = self.setting.progress.bar("measuring chips", count);
        let mut accuracies = Vec::new();
        for chip in 0..count {
            let physics = Physics {
                chip,
                ..self.physics.clone()
            };
            accuracies.push(bench.measure(&physics)?.accuracy);
            bar.step();
        }
        Ok(ChipStudy::new(accuracies))
    }
}

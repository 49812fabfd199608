//! Values through simulated crossbars: quantise, calibrate ADC ranges where the machine asks for it, measure.

use crate::error::Error;
use crate::experiment::Experiment;
use crate::workload::Images;
use crosscut_arch::{AdcRange, RangeCalibration, WeightValues};
use crosscut_report::{ExecReport, Kind, LayerProfile, ProfileReport};
use crosscut_sim::func::Limits;
use crosscut_sim::func::run::limits::SavedLimits;
use crosscut_sim::func::run::monte_carlo::{self, Ablation, Bench, ChipStudy};
use crosscut_sim::func::run::profile::{Profile, profile};
use crosscut_sim::func::run::values::{ValueComparison, compare_values};
use crosscut_sim::func::{self, FuncModel, FuncOptions};
use crosscut_traces::quant::{self, Calibration, QuantSpec, WeightRule};
use crosscut_traces::{Network, QuantNetwork};

/// Calibration images that ADC ranges are taken from, unless said otherwise.
pub const PROFILED: usize = 32;

/// Images whose layer outputs `--compare` looks at, at most.
const COMPARED: usize = 64;

/// A quantised network on a programmed machine: accuracy, and where it is lost.
pub struct ValueJob<'a> {
    of: &'a Experiment,
    images: &'a Images,
    qnet: QuantNetwork,
    options: FuncOptions,
    /// Where the limits come from.
    limits: Option<String>,
}

impl Experiment {
    /// Runs the evaluation images through simulated crossbars: accuracy in float, in integers and on the crossbars, and
    /// what clips where. ADC ranges are calibrated where the machine asks for it.
    ///
    /// # Errors
    /// If there are no images, or the machine cannot compute the values of this mapping.
    pub fn values(&self) -> Result<ExecReport, Error> {
        self.value_job()?.with_limits(None)?.report()
    }

    /// The quantised network, for everything else that can be found out about its values.
    ///
    /// # Errors
    /// If there are no images, or the network cannot be quantised to the machine's formats.
    pub fn value_job(&self) -> Result<ValueJob<'_>, Error> {
        let images = self.images()?;
        let format = &self.arch.format;
        let spec = QuantSpec {
            weight_bits: format.weight_bits,
            input_bits: format.input_bits,
        };
        let rule = match format.weights {
            WeightValues::Integer => WeightRule::of_bits(spec.weight_bits),
            WeightValues::Binary => WeightRule::Binary,
            WeightValues::Ternary => WeightRule::Ternary,
        };
        let calibration = &images.calibration.images;
        Ok(ValueJob {
            qnet: quant::quantise_weights(&self.net, calibration, spec, Calibration::Max, rule)?,
            options: FuncOptions {
                seed: self.seed,
                ..FuncOptions::default()
            },
            limits: None,
            of: self,
            images,
        })
    }

    /// Whether the network has such a compute layer.
    ///
    /// # Errors
    /// If not.
    pub fn check_layer(net: &Network, name: &str) -> Result<(), Error> {
        let names = net
            .compute_layers()
            .into_iter()
            .map(|id| net.layer(id).name.as_str());
        let names: Vec<&str> = names.collect();
        if names.contains(&name) {
            return Ok(());
        }
        Err(Error::NoLayer {
            network: net.name.clone(),
            kind: "compute ",
            name: name.to_string(),
            hint: crosscut_traces::suggest::hint(name, names.iter().copied()),
        })
    }
}

impl<'a> ValueJob<'a> {
    /// Takes the limits of ADC ranges from a file, or from calibration images where the machine's range is calibrated.
    ///
    /// # Errors
    /// If the file belongs to another machine or network.
    pub fn with_limits(mut self, file: Option<&SavedLimits>) -> Result<ValueJob<'a>, Error> {
        if let Some(file) = file {
            file.check(&self.of.net, &self.of.arch)?;
            self.options.limits = Some(file.layers.clone());
            self.limits = Some(format!(
                "measured on `{}` and `{}`",
                file.network.name, file.machine.name
            ));
        } else if let Some(c) = self.of.arch.adc
            && c.range == AdcRange::Calibrated
            && let Some(rule) = c.calibration
        {
            let seen = self.profile(PROFILED)?;
            self.options.limits = Some(seen.limits(c.bits, rule));
            self.limits = Some(format!("calibrated on {} images", seen.images));
        }
        Ok(self)
    }

    /// Column sums over the first `count` calibration images (all, if there are fewer).
    pub fn profile(&self, count: usize) -> Result<Profile, Error> {
        let images = &self.images.calibration.images;
        let images = &images[..count.min(images.len())];
        let task = (self.of.progress).begin("profiling column sums", images.len() as u64);
        let (arch, done) = (&self.of.arch, || task.step());
        Ok(profile(
            arch,
            &self.of.mapping,
            &self.qnet,
            &self.options,
            images,
            &done,
        )?)
    }

    /// Profile, limits by a rule, and the report on both.
    pub fn profile_report(
        &self,
        count: usize,
        rule: RangeCalibration,
    ) -> Result<(ProfileReport, Limits), Error> {
        let arch = &self.of.arch;
        let seen = self.profile(count)?;
        let bits = arch.adc.map_or(0, |c| c.bits);
        let limits = seen.limits(bits, rule);
        let report = ProfileReport {
            kind: Kind::Profile,
            about: self.of.about(),
            data: self.images.calibration.name.clone(),
            preprocessing: self.images.preprocessing.clone(),
            images: seen.images,
            rule,
            adc_profile: LayerProfile::all(arch, &seen, &limits),
        };
        Ok((report, limits))
    }

    fn model(&self) -> Result<FuncModel, Error> {
        let arch = &self.of.arch;
        Ok(FuncModel::prepare_with(
            arch,
            &self.of.mapping,
            &self.qnet,
            &self.options,
        )?)
    }

    /// Accuracy and diagnostics.
    pub fn report(&self) -> Result<ExecReport, Error> {
        let model = self.model()?;
        let set = &self.images.evaluation;
        let task = self
            .of
            .progress
            .begin("running images", set.images.len() as u64);
        let done = || task.step();
        let result = func::evaluate(&model, &self.qnet, &set.images, &set.labels, &done)?;
        Ok(ExecReport {
            kind: Kind::Exec,
            about: self.of.about(),
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

    /// Outputs of one layer, three ways.
    pub fn values(&self, layer: &str) -> Result<ValueComparison, Error> {
        let images = &self.images.evaluation.images;
        Experiment::check_layer(&self.of.net, layer)?;
        let unknown = || Error::Bug(format!("layer `{layer}` was checked"));
        let id = self.of.net.find(layer).ok_or_else(unknown)?;
        let some = &images[..images.len().min(COMPARED)];
        Ok(compare_values(&self.model()?, &self.qnet, id, some)?)
    }

    fn bench(&self) -> Result<Bench<'_>, Error> {
        let set = &self.images.evaluation;
        let arch = &self.of.arch;
        Ok(Bench::new(
            arch,
            &self.of.mapping,
            &self.qnet,
            &set.images,
            &set.labels,
        )?)
    }

    /// Each non-ideality by itself.
    pub fn ablation(&self) -> Result<Ablation, Error> {
        let task = self
            .of
            .progress
            .begin("switching non-idealities", monte_carlo::VARIANTS);
        let done = || task.step();
        Ok(monte_carlo::ablate(&self.bench()?, &self.options, &done)?)
    }

    /// Accuracy of the chips 0 to `count` - 1.
    pub fn chips(&self, count: u64) -> Result<ChipStudy, Error> {
        let bench = self.bench()?;
        let task = self.of.progress.begin("measuring chips", count);
        let mut accuracies = Vec::new();
        for chip in 0..count {
            let options = FuncOptions {
                chip,
                ..self.options.clone()
            };
            accuracies.push(bench.measure(&options)?.accuracy);
            task.step();
        }
        Ok(ChipStudy::new(accuracies))
    }
}

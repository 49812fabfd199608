//! Values through simulated crossbars: quantise, calibrate ADC ranges where the machine asks for it, measure.

use crate::error::Error;
use crate::experiment::Experiment;
use crate::workload::Images;
use crosscut_arch::RangeCalibration;
use crosscut_report::{ExecReport, Kind, LayerProfile, PartialValues, ProfileReport, exec};
use crosscut_sim::func::Limits;
use crosscut_sim::func::run::limits::SavedLimits;
use crosscut_sim::func::run::monte_carlo::{self, Ablation, Bench, ChipStudy};
use crosscut_sim::func::run::profile::Profile;
use crosscut_sim::func::run::setup::{PROFILED, RangeSource, ValueSetup};
use crosscut_sim::func::run::values::{ValueComparison, compare_values};
use crosscut_sim::func::{self, FuncModel, FuncOptions};
use crosscut_traces::suggest::hint;
use crosscut_traces::{Network, Tensor};

/// Images whose layer outputs `--compare` looks at, at most.
const COMPARED: usize = 64;

/// A quantised network on a programmed machine: accuracy, and where it is lost.
pub struct ValueJob<'a> {
    of: &'a Experiment,
    images: &'a Images,
    setup: ValueSetup<'a>,
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
        let options = FuncOptions {
            seed: self.seed,
            stop: self.progress.stop(),
            ..FuncOptions::default()
        };
        let calibration = &images.calibration.images;
        Ok(ValueJob {
            setup: ValueSetup::new(&self.arch, &self.mapping, &self.net, calibration, options)?,
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
            hint: hint(name, names.iter().copied()),
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
            let (network, machine) = (&file.network.name, &file.machine.name);
            self.setup = (self.setup).with_limits(file.layers.clone(), network, machine);
        } else if self.setup.needs_calibration() {
            let images = self.profiled(PROFILED);
            let task = (self.of.progress).begin("profiling column sums", images.len() as u64);
            self.setup = self.setup.calibrated(images, &|| task.step())?;
        }
        Ok(self)
    }

    /// The first `count` calibration images (all, if there are fewer).
    fn profiled(&self, count: usize) -> &'a [Tensor] {
        let images = &self.images.calibration.images;
        &images[..count.min(images.len())]
    }

    /// Column sums over the first `count` calibration images (all, if there are fewer).
    pub fn profile(&self, count: usize) -> Result<Profile, Error> {
        let images = self.profiled(count);
        let task = (self.of.progress).begin("profiling column sums", images.len() as u64);
        Ok(self.setup.profile(images, &|| task.step())?)
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

    /// Accuracy and diagnostics.
    pub fn report(&self) -> Result<ExecReport, Error> {
        let options = FuncOptions {
            activity: true,
            ..self.setup.options.clone()
        };
        let setup = &self.setup;
        let model = FuncModel::prepare_with(setup.arch, setup.mapping, &setup.qnet, &options)?;
        let set = &self.images.evaluation;
        let task = self
            .of
            .progress
            .begin("running images", set.images.len() as u64);
        let done = || task.step();
        let result = func::evaluate(&model, &self.setup.qnet, &set.images, &set.labels, &done)?;
        Ok(ExecReport {
            kind: Kind::Exec,
            about: self.of.about(),
            data: set.name.clone(),
            preprocessing: self.images.preprocessing.clone(),
            calibration: self.images.calibration.name.clone(),
            calibration_images: self.images.calibration.images.len() as u64,
            cells: self.of.arch.device.physics.in_words(),
            limits: (self.setup.ranges != RangeSource::Machine)
                .then(|| self.setup.ranges.to_string()),
            checks: exec::checks(&result, &self.of.mapping, &self.of.arch),
            partial: (result.images < set.images.len() as u64).then(|| PartialValues::of(&result)),
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
        Ok(compare_values(
            &self.setup.model()?,
            &self.setup.qnet,
            id,
            some,
        )?)
    }

    fn bench(&self) -> Result<Bench<'_>, Error> {
        let set = &self.images.evaluation;
        let arch = &self.of.arch;
        Ok(Bench::new(
            arch,
            &self.of.mapping,
            &self.setup.qnet,
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
        Ok(monte_carlo::ablate(
            &self.bench()?,
            &self.setup.options,
            &done,
        )?)
    }

    /// Accuracy of the chips 0 to `count` - 1.
    pub fn chips(&self, count: u64) -> Result<ChipStudy, Error> {
        let bench = self.bench()?;
        let task = self.of.progress.begin("measuring chips", count);
        let mut accuracies = Vec::new();
        for chip in 0..count {
            let options = FuncOptions {
                chip,
                ..self.setup.options.clone()
            };
            accuracies.push(bench.measure(&options)?.accuracy);
            task.step();
        }
        Ok(ChipStudy::new(accuracies))
    }
}

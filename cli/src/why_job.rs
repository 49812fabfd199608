//! Where a figure comes from, and what would change it: each figure of the machine doubled and halved, the network mapped and
//! run again.

use crate::error::Error;
use crate::experiment::Experiment;
use crate::progress::Silent;
use crate::setting::Setting;
use crosscut_arch::{Arch, ArchError};
use crosscut_report::why::{self, Asked, Trial};
use crosscut_report::{About, RunReport, WhyReport};
use crosscut_sim::optimise::OptimiseError;
use rayon::prelude::*;
use serde_json::Value;

/// Loads the machine with further changes, each as `key=value`.
pub type Reload<'a> = dyn Fn(&[String]) -> Result<Arch, ArchError> + Sync + 'a;

/// A figure of the machine that can be changed.
#[derive(Clone)]
struct Knob {
    key: String,
    value: f64,
    /// Bits go up and down by one; anything else is doubled and halved.
    bits: bool,
}

impl Knob {
    fn others(&self) -> [f64; 2] {
        match self.bits {
            true => [self.value - 1.0, self.value + 1.0],
            false => [self.value / 2.0, self.value * 2.0],
        }
    }
}

/// What of a machine a person turns. Keys that a machine does not have are refused when they are tried.
fn knobs(arch: &Arch) -> Vec<Knob> {
    let json = serde_json::to_value(arch).unwrap_or_default();
    let converter = match &json["adc"] {
        Value::Object(kinds) => kinds.keys().next().cloned(),
        _ => None,
    };
    let knob = |key: String, value: f64, bits: bool| Knob { key, value, bits };
    let count = |key: &str, n: u32| knob(key.to_string(), f64::from(n), false);
    let mut knobs = vec![
        count("crossbar.rows", arch.crossbar.rows),
        count("crossbar.columns", arch.crossbar.columns),
        count("crossbar.active_rows", arch.crossbar.active_rows),
        knob("dac.bits".into(), f64::from(arch.dac_bits), true),
        knob(
            format!("device.{}.cell_bits", arch.device.kind),
            f64::from(arch.device.cell_bits),
            true,
        ),
        count("pe.crossbars", arch.pe.crossbars),
        count("pe.adcs", arch.pe.adcs),
        count("tile.pes", arch.tile.pes),
        knob("tile.buffer".into(), arch.tile.buffer_bytes as f64, false),
        knob(
            "tile.bus_bytes_per_tick".into(),
            arch.tile.bus_bytes_per_tick,
            false,
        ),
        knob(
            "tile.digital_values_per_tick".into(),
            arch.tile.digital_values_per_tick,
            false,
        ),
        count(
            &format!("noc.{}.flit_bits", arch.noc.kind.name()),
            arch.noc.params.flit_bits,
        ),
        knob("technology".into(), arch.technology_nm, false),
    ];
    if let Some(kind) = converter {
        let bits = json["adc"][&kind]["bits"].as_f64();
        knobs.extend(bits.map(|bits| knob(format!("adc.{kind}.bits"), bits, true)));
    }
    knobs.retain(|k| k.value > 0.0 && k.value.is_finite());
    knobs
}

impl Setting {
    /// Says what a figure comes from, and tries what would change it. `estimate` does without the cycle engine.
    ///
    /// # Errors
    /// If the network cannot be mapped or run as it is. What cannot be run with a change is said in its line.
    pub fn why(
        &self,
        figure: Asked,
        estimate: bool,
        reload: &Reload<'_>,
    ) -> Result<WhyReport, Error> {
        let experiment = self.clone().map()?;
        let (value, contributors) = match figure {
            Asked::Accuracy => {
                let job = experiment.value_job()?;
                let accuracy = job.report()?.result.accuracy;
                (accuracy, why::losses(&job.ablation()?))
            }
            _ => {
                let run = timed(&experiment, estimate)?;
                let value = figure.of(&run).ok_or_else(|| no_costs(&self.arch))?;
                (value, why::contributors(&run, figure))
            }
        };
        let tries: Vec<(Knob, f64)> = knobs(&self.arch)
            .into_iter()
            .flat_map(|k| k.others().map(|to| (k.clone(), to)))
            .collect();
        let task = self.progress.begin("trying changes", tries.len() as u64);
        let trial = |(knob, to): &(Knob, f64)| {
            let tried = self.tried(&knob.key, *to, figure, estimate, reload);
            task.step();
            let mut trial = Trial {
                key: knob.key.clone(),
                from: knob.value,
                to: *to,
                value: None,
                ratio: None,
                refused: None,
                unpriced: Vec::new(),
            };
            match tried {
                Ok((then, unpriced)) => {
                    trial.ratio = (value != 0.0).then(|| then / value);
                    (trial.value, trial.unpriced) = (Some(then), unpriced);
                }
                Err(why) => {
                    let first = why.to_string();
                    trial.refused = first.lines().next().map(ToString::to_string);
                }
            }
            trial
        };
        let trials: Vec<Trial> = tries.par_iter().map(trial).collect();
        let mut about = About::new(&experiment.net, &experiment.arch, self.seed);
        about.chosen = experiment.chosen.as_ref().map(ToString::to_string);
        Ok(WhyReport::new(about, figure, value, contributors, trials))
    }

    /// The figure with one key changed, and what no cost answers then.
    fn tried(
        &self,
        key: &str,
        to: f64,
        figure: Asked,
        estimate: bool,
        reload: &Reload<'_>,
    ) -> Result<(f64, Vec<String>), Error> {
        let mut setting = self.clone().progress(Silent);
        setting.arch = reload(&[format!("{key}={to}")])?;
        let experiment = setting.map()?;
        let unpriced = experiment.arch.unpriced.clone();
        if figure == Asked::Accuracy {
            return Ok((experiment.values()?.result.accuracy, unpriced));
        }
        let run = timed(&experiment, estimate)?;
        let value = figure.of(&run).ok_or_else(|| no_costs(&experiment.arch))?;
        Ok((value, unpriced))
    }
}

fn timed(experiment: &Experiment, estimate: bool) -> Result<RunReport, Error> {
    match estimate {
        true => experiment.estimate(),
        false => experiment.time(),
    }
}

fn no_costs(arch: &Arch) -> Error {
    Error::Optimise(OptimiseError::NoCosts(arch.name.clone()))
}

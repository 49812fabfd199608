//! Machine, network and choices, before they are mapped.

use crate::chosen::{Chosen, Copies, Default, by_default};
use crate::error::Error;
use crate::experiment::{self, Experiment};
use crate::progress::{Progress, Silent};
use crate::warnings;
use crate::workload::{self, ImageChoice, Images};
use crosscut_arch::{Arch, Chips};
use crosscut_sim::map::{MapOptions, PlacementMethod, SavedMapping, check_dropped};
use crosscut_sim::optimise::{Budget, Goal, Objective, OptimiseError, optimise};
use crosscut_sim::place::place;
use crosscut_traces::Network;
use crosscut_traces::net::cut;
use std::sync::Arc;

/// How tiles are placed unless asked otherwise.
pub const PLACEMENT: PlacementMethod = PlacementMethod::Optimised;

/// A machine and a network, and how the one is to be mapped onto the other.
///
/// ```
/// use crosscut::Setting;
/// use crosscut::sim::optimise::{Budget, Objective};
///
/// let setting = Setting::load("isaac-8b", "vgg8")?.optimise(Objective::Interval, Some(Budget::Chips(1)));
/// let experiment = setting.map()?;
/// assert!(experiment.mapping.totals().total() > 0);
/// # Ok::<(), crosscut::Error>(())
/// ```
#[derive(Clone)]
pub struct Setting {
    /// The machine.
    pub arch: Arch,
    /// The network, batch norm folded.
    pub net: Network,
    pub(crate) seed: u64,
    pub(crate) options: MapOptions,
    pub(crate) placement: PlacementMethod,
    pub(crate) goal: Option<Goal>,
    pub(crate) copies: Copies,
    pub(crate) saved: Option<SavedMapping>,
    drop_weights: bool,
    any_chips: bool,
    images: Option<Arc<Images>>,
    pub(crate) progress: Arc<dyn Progress>,
}

impl Setting {
    /// A machine and a network with seed 0 and the default choices: slices with the fewest crossbars, copies of layers
    /// wherever one copy leaves room on its chips ([`Copies::Fill`]), tiles placed for fewer hops ([`PLACEMENT`]).
    pub fn new(arch: Arch, net: Network) -> Setting {
        Setting {
            arch,
            net,
            seed: 0,
            options: MapOptions::default(),
            placement: PLACEMENT,
            goal: None,
            copies: Copies::default(),
            saved: None,
            drop_weights: false,
            any_chips: false,
            images: None,
            progress: Arc::new(Silent),
        }
    }

    /// A machine (preset or TOML file) and a network (built in or ONNX file). The embedded network `digits` brings its
    /// images along. What an import warns of is not kept; [`workload::network`] tells.
    ///
    /// # Errors
    /// If there is no such machine or network, or a file is wrong.
    pub fn load(machine: &str, network: &str) -> Result<Setting, Error> {
        let arch = crosscut_arch::load(machine, &[])?;
        let net = workload::network(network, 0, &mut |_| {})?;
        let setting = Setting::new(arch, net);
        if !workload::is_digits(network) {
            return Ok(setting);
        }
        let images = workload::images(&setting.net, network, &ImageChoice::default())?;
        Ok(setting.images(images))
    }

    /// With a seed of all random numbers. Generated weights keep theirs: see [`workload::network`].
    pub fn seed(mut self, seed: u64) -> Setting {
        self.seed = seed;
        self
    }

    /// With images to calibrate and to measure on.
    pub fn images(mut self, images: Images) -> Setting {
        self.images = Some(Arc::new(images));
        self
    }

    /// With images that others use as well.
    pub fn shared_images(mut self, images: Arc<Images>) -> Setting {
        self.images = Some(images);
        self
    }

    /// With somebody who hears of progress.
    pub fn progress(mut self, progress: impl Progress + 'static) -> Setting {
        self.progress = Arc::new(progress);
        self
    }

    /// With slices and replicas chosen.
    pub fn options(mut self, options: MapOptions) -> Setting {
        self.options = MapOptions {
            part: self.options.part,
            ..options
        };
        self
    }

    /// With tiles put into slots by a method; without, by [`PLACEMENT`].
    pub fn placement(mut self, method: PlacementMethod) -> Setting {
        self.placement = method;
        self
    }

    /// With slices and replicas chosen by an objective, within a budget.
    pub fn optimise(self, objective: Objective, budget: Option<Budget>) -> Setting {
        self.goal(Goal::new(objective, budget))
    }

    /// With slices and replicas chosen for a goal.
    pub fn goal(mut self, goal: Goal) -> Setting {
        self.goal = Some(goal);
        self
    }

    /// With copies by another rule than the default, where neither a goal nor the choices say how many.
    pub fn copies(mut self, copies: Copies) -> Setting {
        self.copies = copies;
        self
    }

    /// With a mapping that was saved. It decides everything but where tiles sit.
    pub fn saved(mut self, mapping: SavedMapping) -> Setting {
        self.saved = Some(mapping);
        self
    }

    /// Whether a saved mapping may leave out weights that are not zero. On the weights it was saved with it leaves out
    /// none; on others the network it computes is another one.
    pub fn drop_weights(mut self, may: bool) -> Setting {
        self.drop_weights = may;
        self
    }

    /// Only the layers from `first` to `last`. Names in the machine and in the options may be those of all layers.
    ///
    /// # Errors
    /// If a name is unknown, the order is wrong, the part needs more than one value from outside, or the mapping was
    /// saved: that is one of the whole network.
    pub fn cut(mut self, first: &str, last: &str) -> Result<Setting, Error> {
        if self.saved.is_some() {
            return Err(Error::SavedMapping("a part of the network"));
        }
        self.options.check_names(&self.net, &self.arch)?;
        self.net = cut(&self.net, first, last)?;
        self.options.part = true;
        Ok(self)
    }

    /// Maps onto as many chips as it takes, however many the machine has: for values, which do not depend on when weights are
    /// written.
    ///
    /// # Errors
    /// If the machine does not say how its cells are written.
    pub fn reloaded(mut self) -> Result<Setting, Error> {
        if self.arch.device.write.is_none() {
            return Err(Error::NoWrite {
                machine: self.arch.name.clone(),
                device: self.arch.device.kind.clone(),
            });
        }
        self.any_chips = true;
        Ok(self)
    }

    /// Refuses a machine whose time does not follow from crossbar reads.
    ///
    /// # Errors
    /// If it is one.
    pub fn has_timing(&self) -> Result<(), Error> {
        experiment::has_timing(&self.arch)
    }

    /// The error of an optimiser without a mapping, with what reloading would take instead if the machine can.
    fn larger(&self, why: OptimiseError) -> Error {
        if !matches!(why, OptimiseError::TooSmall { .. }) || self.arch.device.write.is_none() {
            return why.into();
        }
        match self.clone().reload() {
            Ok(job) => Error::Larger {
                why: Box::new(why),
                groups: job.groups(),
            },
            Err(_) => why.into(),
        }
    }

    /// Maps the network.
    ///
    /// # Errors
    /// If it cannot be mapped as asked.
    pub fn map(self) -> Result<Experiment, Error> {
        let machine = match self.any_chips {
            false => self.arch.clone(),
            true => Arch {
                chips: Chips::AsNeeded,
                ..self.arch.clone()
            },
        };
        let (net, arch, placement) = (&self.net, &machine, self.placement);
        let (mapping, optimised, chosen) = match (&self.saved, self.goal) {
            (Some(saved), _) => {
                let in_order = saved.restore(net, arch)?;
                if !self.drop_weights {
                    check_dropped(net, &in_order)?;
                }
                let mapping = place(net, arch, in_order, placement)?;
                (mapping, None, Chosen::Saved)
            }
            (None, Some(goal)) => {
                let found = optimise(net, arch, &self.options, &goal, placement);
                let found = found.map_err(|why| self.larger(why))?;
                (found.mapping, Some(found.summary), Chosen::Goal(goal))
            }
            (None, None) => match by_default(net, arch, &self.options, self.copies, placement)? {
                (Default::Plain(in_order), chosen) => {
                    (place(net, arch, in_order, placement)?, None, chosen)
                }
                (Default::Found(found), chosen) => (found.mapping, Some(found.summary), chosen),
            },
        };
        let notes = match &self.saved {
            Some(_) => Vec::new(),
            None => warnings::slices(&mapping, &self.options, &self.arch),
        };
        Ok(Experiment {
            arch: self.arch,
            net: self.net,
            mapping,
            seed: self.seed,
            chosen: Some(chosen),
            optimised,
            notes,
            topology: None,
            images: self.images,
            progress: self.progress,
        })
    }
}

impl Experiment {
    /// A machine (preset or TOML file) with a network (built in or ONNX file) mapped onto it by the default choices.
    ///
    /// # Errors
    /// If there is no such machine or network, a file is wrong, or the network cannot be mapped.
    pub fn load(machine: &str, network: &str) -> Result<Experiment, Error> {
        Setting::load(machine, network)?.map()
    }
}

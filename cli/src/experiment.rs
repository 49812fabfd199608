//! A network mapped onto a machine: what everything else is asked of.

use crate::chosen::Chosen;
use crate::error::Error;
use crate::progress::{Progress, Silent};
use crate::workload::Images;
use crosscut_arch::topology::Topology;
use crosscut_arch::{Arch, Timing};
use crosscut_report::{About, MapReport};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::Mapping;
use crosscut_sim::optimise::Summary;
use crosscut_sim::place::{check_topology, place_on};
use crosscut_traces::Network;
use std::sync::Arc;

/// Machine, network and mapping, with the images and the seed of everything that is measured on them.
///
/// Made by [`Experiment::load`] from names or files, by [`Setting::map`](crate::Setting::map) with choices, or by
/// [`Experiment::new`] from parts. Nothing here changes it; the same experiment gives the same results, whatever the
/// number of threads.
#[derive(Clone)]
pub struct Experiment {
    /// The machine.
    pub arch: Arch,
    /// The network, batch norm folded.
    pub net: Network,
    /// Where every weight sits.
    pub mapping: Mapping,
    /// Seed of all random numbers.
    pub seed: u64,
    /// How slices and copies were chosen; nothing is known of a mapping that was handed over.
    pub chosen: Option<Chosen>,
    /// What the optimiser found, if the mapping was chosen by an objective.
    pub optimised: Option<Summary>,
    /// What the reader of results should know of the mapping.
    pub notes: Vec<String>,
    pub(crate) images: Option<Arc<Images>>,
    pub(crate) topology: Option<Arc<dyn Topology>>,
    pub(crate) progress: Arc<dyn Progress>,
}

impl Experiment {
    /// From parts, with seed 0 and without images.
    pub fn new(arch: Arch, net: Network, mapping: Mapping) -> Experiment {
        Experiment {
            arch,
            net,
            mapping,
            seed: 0,
            chosen: None,
            optimised: None,
            notes: Vec::new(),
            images: None,
            topology: None,
            progress: Arc::new(Silent),
        }
    }

    /// Another network (pruned, trained) with its mapping, on the same machine with the same images and seed.
    pub fn with_network(&self, net: Network, mapping: Mapping) -> Experiment {
        Experiment {
            net,
            mapping,
            optimised: None,
            notes: Vec::new(),
            ..self.clone()
        }
    }

    /// On a network between tiles of the caller's own, over the slots of [`Arch::grid`], with the tiles placed for it. It
    /// takes the place of the machine's topology in times, counts and reports; links, routers and flits keep the speed,
    /// the energy and the area that the machine says.
    ///
    /// # Errors
    /// If routes do not lead from source to destination, or packets may wait for each other in a ring.
    pub fn on_topology(&self, topology: impl Topology + 'static) -> Result<Experiment, Error> {
        let slots = self.mapping.chips * self.arch.tiles_per_chip();
        check_topology(&topology, slots).map_err(Error::Topology)?;
        let graph = DataflowGraph::build(&self.net, &self.arch, &self.mapping)?;
        let mapping = place_on(&topology, &graph, &self.arch, self.mapping.clone());
        Ok(Experiment {
            mapping,
            topology: Some(Arc::new(topology)),
            ..self.clone()
        })
    }

    /// The topology of messages: the caller's, or that of the machine.
    pub(crate) fn topology(&self) -> Arc<dyn Topology> {
        match &self.topology {
            Some(own) => own.clone(),
            None => self.arch.topology().into(),
        }
    }

    /// With images to calibrate and to measure on.
    pub fn with_images(mut self, images: Images) -> Experiment {
        self.images = Some(Arc::new(images));
        self
    }

    /// With somebody who hears of progress.
    pub fn with_progress(mut self, progress: impl Progress + 'static) -> Experiment {
        self.progress = Arc::new(progress);
        self
    }

    /// The images.
    ///
    /// # Errors
    /// If it has none.
    pub fn images(&self) -> Result<&Images, Error> {
        let none = || Error::NoImages(self.net.name.clone());
        self.images.as_deref().ok_or_else(none)
    }

    /// Crossbars, tiles and chips by layer and role.
    ///
    /// # Errors
    /// If network and mapping do not belong together.
    pub fn map_report(&self) -> Result<MapReport, Error> {
        Ok(MapReport {
            optimised: self.optimised.clone(),
            ..self.plain_map_report()?
        })
    }

    pub(crate) fn plain_map_report(&self) -> Result<MapReport, Error> {
        let (about, topology) = (self.about(), self.topology());
        let (net, arch, mapping) = (&self.net, &self.arch, &self.mapping);
        Ok(MapReport::on_topology(
            about, net, arch, mapping, &*topology,
        )?)
    }

    /// What reports say they are about.
    pub fn about(&self) -> About {
        About {
            chosen: self.chosen.as_ref().map(Chosen::to_string),
            ..About::new(&self.net, &self.arch, self.seed)
        }
    }

    /// Refuses a machine whose time does not follow from crossbar reads.
    ///
    /// # Errors
    /// If it is one.
    pub fn has_timing(&self) -> Result<(), Error> {
        has_timing(&self.arch)
    }
}

/// Refuses a machine whose time does not follow from crossbar reads.
pub(crate) fn has_timing(arch: &Arch) -> Result<(), Error> {
    let Timing::None { because } = &arch.timing else {
        return Ok(());
    };
    Err(Error::NoTiming {
        machine: arch.name.clone(),
        because: because.clone(),
    })
}

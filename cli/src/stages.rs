//! The steps of every verb, each one library call with progress: map, cycle run, functional run, prune.

use crate::args::{Global, LayerRange, MachineArgs, MapArgs, NetworkArgs, PruneJob};
use crate::fail::Bug;
use crate::finetune::Finetune;
use crate::functional::Job;
use crate::mapping_file::{self, MappingFile};
use crate::notes;
use crate::output;
use crate::progress::Progress;
use crate::timing::Question;
use crate::workload::{self, Images};
use crate::workshop::Workshop;
use crosscut_arch::{Arch, Timing};
use crosscut_prune::Pruned;
use crosscut_report::{About, ExecReport, MapReport, RunReport};
use crosscut_sim::map::{MapOptions, Mapping, SavedMapping};
use crosscut_sim::optimise::{OptimiseError, Summary, optimise};
use crosscut_traces::Network;
use std::path::Path;

/// Machine, network and the rest of the setting.
#[derive(Debug)]
pub struct Setting {
    /// Machine.
    pub arch: Arch,
    /// Network.
    pub net: Network,
    /// Seed.
    pub seed: u64,
    /// Where progress goes.
    pub progress: Progress,
    /// A mapping read from a file.
    saved: Option<SavedMapping>,
    /// Whether the network is a part of the one that was named.
    part: bool,
}

impl Setting {
    /// Resolves machine and network; sets the number of threads.
    pub fn new(
        machine: &MachineArgs,
        network: &NetworkArgs,
        map: &MapArgs,
        global: &Global,
    ) -> anyhow::Result<Setting> {
        let threads = usize::from(global.threads.unwrap_or(0));
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()?;
        let mapping = map.mapping.as_deref().map(mapping_file::read).transpose()?;
        let arch = match &mapping {
            Some(MappingFile::Choices(file)) => {
                crosscut_arch::load_mapped(&machine.arch, Some(file.as_toml()), &machine.set)?
            }
            _ => crosscut_arch::load(&machine.arch, &machine.set)?,
        };
        let saved = match mapping {
            Some(MappingFile::Saved(saved)) => Some(saved),
            _ => None,
        };
        if let (Some(_), Some(option)) = (&saved, map.beside_saved()) {
            anyhow::bail!("a saved mapping says everything; {option} has no place beside it");
        }
        notes::machine(&machine.arch, &arch);
        let mut warn = |text: &str| eprintln!("warning: {text}");
        let mut net = workload::network(&network.network, global.seed, &mut warn)?;
        if let Some(file) = &network.weights {
            workload::weights(&mut net, file)?;
        }
        Ok(Setting {
            arch,
            net,
            seed: global.seed,
            progress: Progress::new(global.json),
            saved,
            part: false,
        })
    }

    /// Keeps only a part of the network. Names in the machine and in the options may be those of all its layers.
    pub fn cut(&mut self, range: &LayerRange, options: &MapArgs) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.saved.is_none(),
            "a saved mapping is one of the whole network; --layers has no place beside it"
        );
        options.options().check_names(&self.net, &self.arch)?;
        self.net = workload::cut(&self.net, &range.first, &range.last)?;
        self.part = true;
        Ok(())
    }

    /// Maps the network.
    pub fn map(&self, options: &MapArgs) -> anyhow::Result<Mapping> {
        Ok(self.map_or_optimise(options)?.0)
    }

    /// Maps the network; with an objective or a budget, also what the optimiser says of it.
    pub fn map_or_optimise(&self, args: &MapArgs) -> anyhow::Result<(Mapping, Option<Summary>)> {
        if let Some(saved) = &self.saved {
            let mapping = saved.restore(&self.net, &self.arch)?;
            let placed = mapping.with_placement(&self.net, &self.arch, args.placement.method())?;
            return Ok((placed, None));
        }
        let options = MapOptions {
            part: self.part,
            ..args.options()
        };
        let Some((objective, budget)) = args.goal() else {
            let mapping = Mapping::build(&self.net, &self.arch, &options)?;
            notes::slices(&mapping, &options, &self.arch);
            return Ok((mapping, None));
        };
        let found = optimise(&self.net, &self.arch, &options, objective, budget);
        let found = found.map_err(|e| match e {
            OptimiseError::Graph(e) => anyhow::Error::from(Bug(e.to_string())),
            e => e.into(),
        })?;
        notes::slices(&found.mapping, &options, &self.arch);
        Ok((found.mapping, Some(found.summary)))
    }

    /// Report of a mapping of `net`.
    pub fn map_report(&self, net: &Network, mapping: &Mapping) -> MapReport {
        let about = About::new(net, &self.arch, self.seed);
        MapReport::new(about, net, &self.arch, mapping)
    }

    /// Refuses a machine whose time does not follow from crossbar reads.
    pub fn has_timing(&self) -> anyhow::Result<()> {
        if let Timing::None { because } = &self.arch.timing {
            anyhow::bail!(
                "machine `{}` has no crossbar timing: {because}\n  `crosscut map` tells what fits and what it counts",
                self.arch.name
            );
        }
        Ok(())
    }

    /// Simulates time and prices the counts.
    pub fn cycle(&self, net: &Network, mapping: &Mapping) -> anyhow::Result<RunReport> {
        self.has_timing()?;
        Ok(self.time(net, mapping, &Question::default())?.report)
    }

    /// Runs images through simulated crossbars.
    pub fn exec(
        &self,
        net: &Network,
        mapping: &Mapping,
        images: &Images,
    ) -> anyhow::Result<ExecReport> {
        Job::new(self, net, mapping, images)?
            .with_limits(None)?
            .report()
    }
}

/// A network before and after pruning.
#[derive(Debug)]
pub struct PruneRun {
    /// Machine and network.
    pub setting: Setting,
    /// Images to calibrate and to evaluate on.
    pub images: Images,
    /// Mapping of the network as it was.
    pub mapping: Mapping,
    /// What pruning (and fine-tuning) made of it.
    pub pruned: Pruned,
    /// Record of fine-tuning.
    pub finetune: Option<serde_json::Value>,
}

impl PruneRun {
    /// Provenance and, if there was any, the record of fine-tuning.
    pub fn provenance(&self) -> anyhow::Result<serde_json::Value> {
        let mut value = serde_json::to_value(&self.pruned.provenance)?;
        if let Some(record) = &self.finetune {
            value["finetune"] = record.clone();
        }
        Ok(value)
    }
}

impl PruneRun {
    /// Resolves the job, asks `suits` whether what follows can be done with it, makes the folder `out` once everything is
    /// known to fit, and prunes.
    pub fn new(
        job: &PruneJob,
        out: &Path,
        suits: fn(&Setting) -> anyhow::Result<()>,
    ) -> anyhow::Result<PruneRun> {
        let setting = Setting::new(&job.machine, &job.network, &job.map, &job.global)?;
        suits(&setting)?;
        let images = workload::images(
            &setting.net,
            &job.network.network,
            &job.data,
            job.other_images(),
        )?;
        // With a budget over all layers, fine-tuning is part of the rounds in which it is approached.
        let finetune = match job.prune.keep_share {
            Some(_) => None,
            None => Finetune::of(job, &setting.net)?,
        };
        let mapping = setting.map(&job.map)?;
        output::prepare_folder(out)?;
        let mut pruned = Workshop::new(&setting, &mapping, &images, job).prune()?;
        let finetune = finetune
            .map(|f| f.run(&mut pruned, setting.progress))
            .transpose()?;
        Ok(PruneRun {
            setting,
            images,
            mapping,
            pruned,
            finetune,
        })
    }
}

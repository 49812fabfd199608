//! From arguments to what the library takes. Notes and warnings go to standard error.

use crate::args::{
    ActivityArgs, DataArgs, Global, MachineArgs, MapArgs, NetworkArgs, PruneJobArgs, ThreadArgs,
    TrainDataArgs,
};
use crate::progress::Bars;
use crate::say::say;
use crosscut::finetune::Finetune;
use crosscut::mapping_file::{self, MappingFile};
use crosscut::workload::{self, ImageChoice, Images, TrainChoice};
use crosscut::{Experiment, PruneChoice, Setting, Way, warnings};
use crosscut_arch::{Arch, ArchError};
use crosscut_sim::func::Isa;
use crosscut_sim::optimise::{Budget, Goal};
use crosscut_traces::{Network, fold};

/// Sets the number of threads, and which instructions they may use.
pub fn threads(args: &ThreadArgs) -> anyhow::Result<()> {
    let threads = usize::from(args.threads.unwrap_or(0));
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    if let Some(set) = &args.instructions {
        Isa::at_most(set);
    }
    Ok(())
}

/// Machine and network with the choices of the mapping.
pub fn setting(
    machine: &MachineArgs,
    network: &NetworkArgs,
    map: &MapArgs,
    global: &Global,
) -> anyhow::Result<Setting> {
    setting_on(machine, network, map, global, crosscut_arch::load_mapped)
}

/// The same for work on values alone: a converter without a cost is as good as any other, unless a mapping is to be chosen
/// by costs.
pub fn setting_of_values(
    machine: &MachineArgs,
    network: &NetworkArgs,
    map: &MapArgs,
    global: &Global,
) -> anyhow::Result<Setting> {
    let by_cost = |goal: Goal| {
        goal.objective.needs_costs() || matches!(goal.budget, Some(Budget::AreaMm2(_)))
    };
    let load = match map.goal().is_some_and(by_cost) {
        true => crosscut_arch::load_mapped,
        false => crosscut_arch::load_uncosted,
    };
    setting_on(machine, network, map, global, load)
}

/// How a machine is loaded.
type Load = fn(&str, Option<crosscut_arch::MappingFile<'_>>, &[String]) -> Result<Arch, ArchError>;

fn setting_on(
    machine: &MachineArgs,
    network: &NetworkArgs,
    map: &MapArgs,
    global: &Global,
    load: Load,
) -> anyhow::Result<Setting> {
    threads(&global.threads)?;
    map.check()?;
    let (arch, saved) = self::machine(machine, map, load)?;
    warnings::machine(&machine.arch, &arch)
        .iter()
        .for_each(note);
    let net = self::network(network, global.seed)?;
    let mut setting = Setting::new(arch, net)
        .seed(global.seed)
        .options(map.options())
        .placement(map.placement)
        .copies(map.copies())
        .progress(Bars::new(global.json));
    if let Some(goal) = map.goal() {
        setting = setting.goal(goal);
    }
    if let Some(saved) = saved {
        setting = setting.saved(saved).drop_weights(map.drop_weights);
    }
    Ok(setting)
}

/// The machine, and a mapping that was saved for it.
fn machine(
    args: &MachineArgs,
    map: &MapArgs,
    load: Load,
) -> anyhow::Result<(Arch, Option<crosscut_sim::map::SavedMapping>)> {
    let load = |choices| load(&args.arch, choices, &args.set);
    match map.mapping.as_deref().map(mapping_file::read).transpose()? {
        None => Ok((load(None)?, None)),
        Some(MappingFile::Choices(file)) => Ok((load(Some(file.as_toml()))?, None)),
        Some(MappingFile::Saved(saved)) => {
            let arch = load(None)?;
            match map.beside_saved() {
                Some(option) => Err(crosscut::Error::SavedMapping(option).into()),
                None => Ok((arch, Some(saved))),
            }
        }
    }
}

/// The network, with the weights laid over it.
pub fn network(args: &NetworkArgs, seed: u64) -> anyhow::Result<Network> {
    let mut net = fold(&workload::declared(
        &args.network,
        seed,
        &args.limits.limits(),
        &mut warn,
    )?);
    if let Some(file) = &args.weights {
        workload::weights(&mut net, file)?;
    }
    Ok(net)
}

/// Maps the network.
pub fn map(setting: Setting) -> anyhow::Result<Experiment> {
    let experiment = setting.map()?;
    experiment.notes.iter().for_each(note);
    Ok(experiment)
}

/// The images to measure on, with at most `rest` training images beside those that calibrate.
pub fn images(
    net: &Network,
    network: &NetworkArgs,
    args: &DataArgs,
    rest: usize,
) -> anyhow::Result<Images> {
    let choice = ImageChoice {
        data: args.data.clone(),
        normalise: args.normalise.clone(),
        images: args.images as usize,
        calibration_images: args.calibration_images as usize,
        per_class: args.calibration_per_class,
        rest,
        most_gib: args.room.most_data,
    };
    Ok(workload::images(net, &network.network, &choice)?)
}

/// The images to measure activity on, if there are to be any.
pub fn activity_images(
    net: &Network,
    network: &NetworkArgs,
    args: &ActivityArgs,
) -> anyhow::Result<Option<Images>> {
    let Some(data) = &args.data else {
        return Ok(None);
    };
    let choice = ImageChoice {
        data: Some(data.clone()),
        normalise: args.normalise.clone(),
        images: args.activity_images as usize,
        calibration_images: args.calibration_images as usize,
        ..ImageChoice::default()
    };
    Ok(Some(workload::images(net, &network.network, &choice)?))
}

/// The images to train on.
pub fn training_images(
    net: &Network,
    network: &NetworkArgs,
    args: &TrainDataArgs,
) -> anyhow::Result<Images> {
    let choice = TrainChoice {
        data: args.data.clone(),
        normalise: args.normalise.clone(),
        train_images: args.train_images.map(|n| n as usize),
        images: args.images.map(|n| n as usize),
        most_gib: args.room.most_data,
    };
    Ok(workload::training_images(net, &network.network, &choice)?)
}

/// What is to be pruned and how.
pub fn prune_choice(job: &PruneJobArgs) -> PruneChoice {
    let args = &job.prune;
    let method = |default: &str| args.method.clone().unwrap_or(default.to_string());
    PruneChoice {
        options: args.options(),
        way: match (args.keep_share, args.case, &args.method) {
            (Some(share), _, _) => Way::Share {
                share,
                method: method("ours"),
            },
            (None, Some(case), _) => Way::Case {
                case,
                method: method("paper"),
            },
            (None, None, Some(method)) => Way::Method(method.clone()),
            (None, None, None) => Way::Ratios,
        },
        objective: args.keep_of,
        rounds: usize::from(args.tune.rounds),
        probe_images: args.tune.probe_images as usize,
        tuning: job.finetune.options(job.global.seed).map(|options| {
            let images = job.finetune.finetune_images.map(|n| n as usize);
            (options, images)
        }),
    }
}

/// Fine-tuning after pruning, if it is asked for. With a share of the whole network it is part of the rounds in which
/// that is approached.
pub fn finetune(job: &PruneJobArgs, net: &Network) -> anyhow::Result<Option<Finetune>> {
    let options = job.finetune.options(job.global.seed);
    let Some(options) = options.filter(|_| job.prune.keep_share.is_none()) else {
        return Ok(None);
    };
    let data = TrainDataArgs {
        data: job.data.data.clone(),
        normalise: job.data.normalise.clone(),
        train_images: job.finetune.finetune_images,
        images: Some(job.data.images),
        room: job.data.room,
    };
    let images = training_images(net, &job.network, &data)?;
    Ok(Some(Finetune::new(options, images, net)?))
}

/// A remark on a result.
pub fn note(text: &String) {
    say!("note: {text}");
}

/// A warning of an import.
pub fn warn(text: &str) {
    say!("warning: {text}");
}

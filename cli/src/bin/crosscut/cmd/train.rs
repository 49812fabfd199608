//! `crosscut train`.

use super::Outcome;
use crate::args::TrainArgs;
use crate::progress::Bars;
use crate::say::say;
use crate::table::Grid;
use crate::{interrupt, output, setup};
use anyhow::Context;
use crosscut::mapping_file::{self, MappingFile};
use crosscut::{Progress, workload};
use crosscut_prune::Masks;
use crosscut_prune::masks::file;
use crosscut_prune::train::{Session, TrainError, Trained, check, with_norms};
use crosscut_report::format::{count, percent};
use crosscut_report::{TrainData, TrainReport};
use crosscut_traces::export::onnx;
use crosscut_traces::import::safetensors;
use crosscut_traces::{Network, fold};
use std::path::Path;

/// File of a checkpoint folder.
const CHECKPOINT: &str = "checkpoint.safetensors";

/// Trains and writes the network.
pub fn run(args: &TrainArgs) -> anyhow::Result<Outcome> {
    setup::threads(&args.global.threads)?;
    let options = args.learn.options(args.global.seed);
    options.check()?;
    let mut net = network(args)?;
    let images = setup::training_images(&net, &args.network, &args.data)?;
    let masks = masks(args, &net)?;
    if args.learn.add_norms {
        net = with_norms(&net);
    }
    let (data, held_back) = (&images.calibration, &images.evaluation);
    check(&net, data, Some(held_back), &options)?;
    output::prepare_folder(&args.out)?;
    if let Some(folder) = &args.checkpoint {
        output::prepare_folder(folder)?;
    }
    let session = Session::new(&net, data, Some(held_back), masks.as_ref(), &options)?;
    interrupt::listen()?;
    let mut session = session.until(interrupt::stop());
    if args.resume {
        resume(&mut session, args.checkpoint.as_deref())?;
    }
    let mut reporter = Bars::new(args.global.json).train("training", session.before());
    let steps = data.images.len() / options.batch;
    while !session.is_done() {
        let record = match session.epoch(&mut |p| reporter.step(p)) {
            Err(e @ TrainError::Interrupted { .. }) => {
                drop(reporter);
                return interrupted(&e, session.epochs().len(), args);
            }
            other => other?,
        };
        if let Some(folder) = &args.checkpoint {
            output::path(&folder.join(CHECKPOINT), &session.checkpoint()?)?;
        }
        reporter.epoch(&record, options.epochs, steps);
    }
    drop(reporter);
    let mut trained = session.finish();
    let memory = trained.memory_bytes / 1_000_000;
    say!("memory of buffers and parameters: {} MB", count(memory));
    if args.learn.add_norms {
        trained.network = fold(&trained.network);
    }
    let record = TrainReport::new(
        &net,
        TrainData {
            data: &data.name,
            images: data.images.len(),
            held_back: &held_back.name,
            preprocessing: &images.preprocessing,
        },
        &options,
        args.learn.add_norms,
        masks.as_ref(),
        &trained,
    );
    write(&args.out, &trained.network, &record)?;
    if args.global.json {
        output::json(&record)?;
    } else {
        let place = args.out.display();
        output::text(&format!(
            "{}\n\nwritten to {place}: network.onnx, weights.safetensors, training.json",
            text(&net, &trained)
        ))?;
    }
    Ok(Outcome::Done)
}

/// What the user can go on with.
fn interrupted(e: &TrainError, epochs: usize, args: &TrainArgs) -> anyhow::Result<Outcome> {
    output::remove_empty_folders();
    match &args.checkpoint {
        Some(folder) if epochs > 0 => say!(
            "{e}; --resume goes on after epoch {epochs}, from `{}`",
            folder.display()
        ),
        Some(_) => say!("{e}; no epoch was done"),
        None => say!("{e}; with --checkpoint FOLDER the epochs before it would have been kept"),
    }
    Ok(Outcome::Interrupted)
}

/// The network to train: as declared, or folded if other weights are laid over it (they are those of the folded one).
fn network(args: &TrainArgs) -> anyhow::Result<Network> {
    let seed = args.global.seed;
    if args.network.weights.is_some() {
        return setup::network(&args.network, seed);
    }
    Ok(workload::declared(
        &args.network.network,
        seed,
        &args.network.limits.limits(),
        &mut setup::warn,
    )?)
}

/// The masks of the options.
fn masks(args: &TrainArgs, net: &Network) -> anyhow::Result<Option<Masks>> {
    if let Some(path) = &args.mapping {
        let MappingFile::Saved(saved) = mapping_file::read(path)? else {
            anyhow::bail!(
                "`{}` has choices for layers, but no masks; give a mapping.json that `prune` wrote",
                path.display()
            );
        };
        let arch = crosscut_arch::load(&args.machine.arch, &args.machine.set)?;
        let mapping = saved.restore(net, &arch)?;
        return Ok(Some(Masks::of_mapping(net, &mapping)));
    }
    match args.masks.as_deref() {
        None => Ok(None),
        Some(path) if path == Path::new("zeros") => Ok(Some(Masks::of_weights(net))),
        Some(path) => read_masks(path, net).map(Some),
    }
}

/// The masks of a file, under the layer names of `net`.
pub fn read_masks(path: &Path, net: &Network) -> anyhow::Result<Masks> {
    let shown = path.display();
    let bytes =
        crosscut_traces::file::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    let (masks, about) = file::load(&bytes).with_context(|| format!("`{shown}`"))?;
    masks.adapt(net).with_context(|| {
        format!(
            "the masks `{shown}` were made for the network `{}`",
            about.network
        )
    })
}

fn resume(session: &mut Session<'_>, folder: Option<&Path>) -> anyhow::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    let path = folder.join(CHECKPOINT);
    if !path.exists() {
        say!("note: there is no checkpoint in `{}` yet", folder.display());
        return Ok(());
    }
    let shown = path.display();
    let bytes =
        crosscut_traces::file::read(&path).with_context(|| format!("cannot read `{shown}`"))?;
    session
        .resume(&bytes)
        .with_context(|| format!("cannot go on from `{shown}`"))?;
    say!("going on after epoch {}", session.epochs().len());
    Ok(())
}

/// The network for other tools, its folded weights for the other verbs, and the record.
fn write(out: &Path, net: &Network, record: &TrainReport) -> anyhow::Result<()> {
    let weights = safetensors::save(&fold(net))?;
    let mut files = output::Set::new(out);
    files.add("network.onnx", onnx::save(net)?)?;
    files.add("weights.safetensors", &weights)?;
    files.add("training.json", output::to_json(record)?)?;
    files.commit()
}

fn text(net: &Network, trained: &Trained) -> String {
    let header = [
        "epoch",
        "rate",
        "loss",
        "accuracy",
        "held back",
        "loss held back",
    ];
    let mut grid = Grid::new(0, &header);
    let held = |e: Option<crosscut_prune::train::Evaluation>| {
        e.map_or(["-".to_string(), "-".to_string()], |e| {
            [percent(e.accuracy), format!("{:.4}", e.loss)]
        })
    };
    let dash = || "-".to_string();
    let [accuracy, loss] = held(trained.before);
    grid.row(["0".to_string(), dash(), dash(), dash(), accuracy, loss]);
    for e in &trained.epochs {
        let [accuracy, loss] = held(e.held_back);
        grid.row([
            e.epoch.to_string(),
            format!("{:.2e}", e.lr),
            format!("{:.4}", e.loss),
            percent(e.accuracy),
            accuracy,
            loss,
        ]);
    }
    let mut text = format!(
        "{} trained: {} parameters",
        net.name,
        count(trained.parameters)
    );
    if trained.masked > 0 {
        text += &format!(", {} weights held at zero", count(trained.masked));
    }
    if trained.zeroed > 0 {
        text += &format!(" ({} of them were not zero)", count(trained.zeroed));
    }
    format!("{text}\n{}", grid.text())
}

//! `crosscut prune`.

use super::Outcome;
use super::pruned::{self, PruneRun};
use crate::args::PruneVerbArgs;
use crate::output;
use crate::table::Grid;
use crosscut::Experiment;
use crosscut_prune::masks::file::{self, About};
use crosscut_prune::{Provenance, Pruned};
use crosscut_report::format::{count, percent};
use crosscut_report::plot;
use crosscut_sim::map::SavedMapping;
use crosscut_traces::export::onnx;
use crosscut_traces::import::safetensors;

/// Prunes and writes weights, mapping and provenance.
pub fn run(args: &PruneVerbArgs) -> anyhow::Result<Outcome> {
    for path in [&args.export_onnx, &args.export_masks]
        .into_iter()
        .flatten()
    {
        output::prepare_path(path)?;
    }
    let PruneRun {
        experiment,
        pruned,
        interrupted,
    } = PruneRun::new(&args.job, &args.out, |_| Ok(()))?;
    let record = &pruned.provenance;
    let weights = safetensors::save(&pruned.network)?;
    let mapping = SavedMapping::of(&pruned.network, &experiment.arch, &pruned.mapping);
    let report = experiment.prune_report(&pruned)?;
    let provenance = output::to_json(record)?;
    let mut files = output::Set::new(&args.out);
    files.add("weights.safetensors", &weights)?;
    files.add("mapping.json", output::to_json(&mapping)?)?;
    files.add("provenance.json", provenance)?;
    files.add("report.json", output::to_json(&report)?)?;
    files.add_page(&report, &plot::of_mapping(&report.mapping))?;
    let names = files.names();
    files.commit()?;
    export(args, &experiment, &pruned)?;
    if args.job.global.json {
        output::json(&report)?;
    } else {
        let place = args.out.display();
        let files = format!("\nwritten to {place}: {names}");
        let tuned =
            (record.finetune.as_ref()).map_or(String::new(), |r| format!("\n{}", pruned::text(r)));
        output::text(&(text(record) + &tuned + &files))?;
    }
    if interrupted {
        return Ok(Outcome::Interrupted);
    }
    Ok(Outcome::Done)
}

/// The files for training elsewhere.
fn export(args: &PruneVerbArgs, before: &Experiment, pruned: &Pruned) -> anyhow::Result<()> {
    if let Some(path) = &args.export_onnx {
        output::path(path, &onnx::save(&pruned.network)?)?;
    }
    if let Some(path) = &args.export_masks {
        let masks = &pruned.masks;
        let about = About::new(masks, &pruned.network, &before.arch.name);
        output::path(path, &file::save(masks, &about)?)?;
    }
    Ok(())
}

/// What became of every layer.
pub fn text(p: &Provenance) -> String {
    let mut grid = Grid::new(
        2,
        &[
            "layer",
            "outcome",
            "pairs",
            "kept",
            "removed",
            "crossbars",
            "after",
            "error masked",
            "error refitted",
        ],
    );
    let share = |x: Option<f64>| x.map_or("-".to_string(), percent);
    for l in &p.layers {
        grid.row([
            l.layer.clone(),
            l.outcome.to_string(),
            count(l.pairs_before as u64),
            count(l.pairs_kept as u64),
            percent(l.ratio_achieved),
            count(l.total_before),
            count(l.total_after),
            share(l.residual_masked),
            share(l.residual_refitted),
        ]);
    }
    format!("{} pruned for {}\n{}", p.network, p.machine, grid.text())
}

//! `crosscut compare`: the main job.

mod text;

use super::Outcome;
use super::run::failed;
use crate::args::CompareArgs;
use crate::finetune;
use crate::output;
use crate::plot;
use crate::stages::{PruneRun, Setting};
use crate::workload::Images;
use crate::workshop::Workshop;
use crosscut_prune::matrix::LayerMatrix;
use crosscut_report::{CompareReport, MethodPoint, State};
use crosscut_sim::map::Mapping;
use crosscut_traces::Network;

/// Dense against pruned, on the same machine and the same images.
pub fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    // Pruning comes first, since it checks its options: the runs can be long.
    let done = PruneRun::new(&args.job, &args.out, Setting::has_timing)?;
    let provenance = done.provenance()?;
    let PruneRun {
        setting,
        images,
        mapping,
        pruned,
        finetune,
    } = done;
    let before = state(&setting, &setting.net, &mapping, &images)?;
    let after = state(&setting, &pruned.network, &pruned.mapping, &images)?;
    let mut report = CompareReport::new(before, after, provenance);
    let digits = crate::workload::network_is_digits(&args.job.network.network);
    let names = args.methods.names(digits);
    let shop = Workshop::new(&setting, &mapping, &images, &args.job);
    let mut points = Vec::new();
    shop.side_by_side(
        &names,
        &args.methods.keep,
        args.methods.ablation,
        &mut |made| {
            let (net, mapping) = (&made.pruned.network, &made.pruned.mapping);
            let state = state(&setting, net, mapping, &images)?;
            failed(&state.run);
            let weights = weights(net);
            points.push(MethodPoint::new(
                &made.method,
                made.keep,
                made.reached,
                &state,
                weights,
            ));
            Ok(())
        },
    )?;
    if !points.is_empty() {
        let dense = MethodPoint::new("dense", 1.0, true, &report.before, weights(&setting.net));
        report.methods.push(dense);
        report.methods.extend(points);
    }

    let mut summary = text::summary(&report, &pruned.provenance);
    if let Some(record) = &finetune {
        summary += &format!("\n{}", finetune::text(record));
    }
    let mut files = vec![
        ("report.json", output::to_json(&report)?),
        ("summary.txt", format!("{summary}\n")),
    ];
    files.extend(plot::of_comparison(&report)?);
    for (name, content) in &files {
        output::file(&args.out, name, content.as_bytes())?;
    }
    if args.job.global.json {
        output::json(&report)?;
    } else {
        let names: Vec<&str> = files.iter().map(|f| f.0).collect();
        let place = args.out.display();
        output::text(&format!(
            "{summary}\n\nwritten to {place}: {}",
            names.join(", ")
        ))?;
    }
    failed(&report.before.run);
    failed(&report.after.run);
    Ok(Outcome::of(report.passed()))
}

/// Weights that are not zero.
fn weights(net: &Network) -> u64 {
    let of =
        |op| LayerMatrix::of(op).map_or(0, |m| m.weights.iter().filter(|w| **w != 0.0).count());
    net.layers().map(|(_, l)| of(&l.op) as u64).sum()
}

fn state(
    setting: &Setting,
    net: &Network,
    mapping: &Mapping,
    images: &Images,
) -> anyhow::Result<State> {
    Ok(State {
        run: setting.cycle(net, mapping)?,
        exec: setting.exec(net, mapping, images)?,
    })
}

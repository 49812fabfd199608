//! `crosscut compare`: the main job.

mod text;

use super::Outcome;
use super::pruned::{self, PruneRun};
use super::run::failed;
use crate::args::CompareArgs;
use crate::say::say;
use crate::{interrupt, output, setup};
use crosscut::{Setting, workload};
use crosscut_report::MethodPoint;
use crosscut_report::plot;

/// Dense against pruned, on the same machine and the same images.
pub fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    // Pruning comes first, since it checks its options: the runs can be long.
    let done = PruneRun::new(&args.job, &args.out, Setting::has_timing)?;
    let PruneRun {
        experiment, pruned, ..
    } = done;
    let mut report = experiment.compare(&pruned)?;
    let names = args
        .methods
        .names(workload::is_digits(&args.job.network.network));
    let job = experiment.prune_job(setup::prune_choice(&args.job))?;
    let mut points = Vec::new();
    job.side_by_side(
        &names,
        &args.methods.keep,
        args.methods.ablation,
        &mut |trial| {
            let (method, keep) = (&trial.method, trial.share);
            let Some(pruned) = trial.pruned else {
                say!("note: {method} cannot come down to a share of {keep}");
                return Ok(());
            };
            let weights = pruned.network.nonzero_weights();
            let after = experiment.with_network(pruned.network, pruned.mapping);
            let state = match after.report() {
                Err(e) if e.is_interrupted() => return Ok(()),
                other => other?,
            };
            failed(&state.run.checks);
            failed(&state.exec.checks);
            points.push(MethodPoint::new(
                method,
                keep,
                trial.reached,
                &state,
                weights,
            ));
            Ok(())
        },
    )?;
    report.partial = interrupt::stop().is_asked();
    if !points.is_empty() {
        let dense = MethodPoint::new(
            "dense",
            1.0,
            true,
            &report.before,
            experiment.net.nonzero_weights(),
        );
        report.methods.push(dense);
        report.methods.extend(points);
    }

    let mut summary = text::summary(&report);
    if report.partial {
        summary += "\n\ninterrupted: methods and shares that are missing were not tried";
    }
    if let Some(record) = &report.provenance.finetune {
        summary += &format!("\n{}", pruned::text(record));
    }
    let mut files = output::Set::new(&args.out);
    files.add("report.json", output::to_json(&report)?)?;
    files.add("summary.txt", format!("{summary}\n"))?;
    files.add_page(&report, &plot::of_comparison(&report)?)?;
    let names = files.names();
    files.commit()?;
    if args.job.global.json {
        output::json(&report)?;
    } else {
        let place = args.out.display();
        output::text(&format!("{summary}\n\nwritten to {place}: {names}"))?;
    }
    for state in [&report.before, &report.after] {
        failed(&state.run.checks);
        failed(&state.exec.checks);
    }
    if report.partial {
        return Ok(Outcome::Interrupted);
    }
    Ok(Outcome::of(report.passed()))
}

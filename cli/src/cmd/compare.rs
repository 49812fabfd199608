//! `crosscut compare`: the main job.

mod text;

use super::Outcome;
use super::run::failed;
use crate::args::CompareArgs;
use crate::output;
use crate::plot;
use crate::stages::Setting;
use crate::workload::{self, Images};
use crosscut_sim::map::Mapping;
use crosscut_sim::report::{CompareReport, State};
use crosscut_traces::Network;

/// Dense against pruned, on the same machine and the same images.
pub fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let setting = Setting::new(&args.machine, &args.network, &args.global)?;
    let images = workload::images(&setting.net, &args.network.network, &args.data)?;
    let mapping = setting.map(&args.map)?;
    output::prepare_folder(&args.out)?;
    let options = args
        .prune
        .options(images.calibration.images.len(), args.global.seed);
    // First, since it checks its options: the runs can be long.
    let pruned = setting.prune(&mapping, &images, &options)?;
    let before = state(&setting, &setting.net, &mapping, &images)?;
    let after = state(&setting, &pruned.network, &pruned.mapping, &images)?;
    let provenance = serde_json::to_value(&pruned.provenance)?;
    let report = CompareReport::new(before, after, provenance);

    let summary = text::summary(&report, &pruned.provenance);
    let mut files = vec![
        ("report.json", output::to_json(&report)?),
        ("summary.txt", format!("{summary}\n")),
    ];
    files.extend(plot::of_comparison(&report)?);
    for (name, content) in &files {
        output::file(&args.out, name, content.as_bytes())?;
    }
    if args.global.json {
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

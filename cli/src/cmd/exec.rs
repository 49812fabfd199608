//! `crosscut exec`.

use super::exec_text::text;
use super::{Outcome, emit};
use crate::args::ExecArgs;
use crate::functional::Job;
use crate::limits_file;
use crate::output;
use crate::plot;
use crate::stages::Setting;
use crate::workload;

/// Runs images through simulated crossbars.
pub fn run(args: &ExecArgs) -> anyhow::Result<Outcome> {
    let setting = Setting::new(&args.machine, &args.network, &args.map, &args.global)?;
    let (out, study) = (args.out.out.as_deref(), &args.study);
    if let Some(layer) = &study.compare {
        Job::check_layer(&setting.net, layer)?;
    }
    let limits = study.limits.as_deref().map(limits_file::read).transpose()?;
    let images = workload::images(&setting.net, &args.network.network, &args.data, 0)?;
    images.note.iter().for_each(|n| eprintln!("note: {n}"));
    let mapping = setting.map(&args.map)?;
    out.map(output::prepare_folder).transpose()?;
    let job = Job::new(&setting, &setting.net, &mapping, &images)?.with_limits(limits.as_ref())?;
    if let Some(file) = &limits
        && file.network_digest != setting.net.digest()
    {
        eprintln!(
            "note: the limits were measured on another network (`{}`, or the same with other weights)",
            file.network
        );
    }
    let mut report = job.report()?;
    report.compare = study
        .compare
        .as_deref()
        .map(|l| job.values(l))
        .transpose()?;
    report.ablation = study.ablate.then(|| job.ablation()).transpose()?;
    report.chips = study.seeds.map(|n| job.chips(n)).transpose()?;
    if let Some(folder) = out {
        for (file, svg) in &plot::of_exec(&report)? {
            output::file(folder, file, svg.as_bytes())?;
        }
    }
    emit(&report, args.global.json, out, || {
        text(&report, study.verbose)
    })?;
    Ok(Outcome::Done)
}

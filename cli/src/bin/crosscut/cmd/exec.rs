//! `crosscut exec`.

use super::exec_text::text;
use super::run::failed;
use super::{Outcome, emit};
use crate::args::{ExecArgs, StudyArgs};
use crate::say::say;
use crate::{interrupt, output, setup};
use crosscut::{Error, Experiment, ValueJob, limits_file};
use crosscut_report::{ExecReport, PartialValues, plot};

/// Runs images through simulated crossbars.
pub fn run(args: &ExecArgs) -> anyhow::Result<Outcome> {
    let setting = setup::setting_of_values(&args.machine, &args.network, &args.map, &args.global)?;
    let (out, study) = (args.out.out.as_deref(), &args.study);
    if let Some(layer) = &study.compare {
        Experiment::check_layer(&setting.net, layer)?;
    }
    let limits = study.limits.as_deref().map(limits_file::read).transpose()?;
    let setting = match study.reload || setting.arch.mapping.reload {
        true => setting.reloaded()?,
        false => setting,
    };
    let images = setup::images(&setting.net, &args.network, &args.data, 0)?;
    interrupt::listen()?;
    images.note.iter().for_each(setup::note);
    let experiment = setup::map(setting.images(images))?;
    out.map(output::prepare_folder).transpose()?;
    let job = experiment.value_job()?.with_limits(limits.as_ref())?;
    if let Some(file) = &limits
        && file.network_digest != experiment.net.digest()
    {
        say!(
            "note: the limits were measured on another network (`{}`, or the same with other weights)",
            file.network.name
        );
    }
    let mut report = job.report()?;
    report.compare = study
        .compare
        .as_deref()
        .map(|l| job.values(l))
        .transpose()?;
    if report.partial.is_none() {
        more(&mut report, &job, study)?;
    }
    let mut files = out.map(output::Set::new);
    if let Some(files) = &mut files {
        files.add_page(&report, &plot::of_exec(&report)?)?;
    }
    emit(&report, args.global.json, files, || {
        text(&report, study.verbose)
    })?;
    failed(&report.checks);
    if report.partial.is_some() {
        return Ok(Outcome::Interrupted);
    }
    Ok(Outcome::of(report.checks.iter().all(|c| c.passed)))
}

/// Studies of many variants; an interrupted one is left out, and the report is partial.
fn more(report: &mut ExecReport, job: &ValueJob<'_>, study: &StudyArgs) -> Result<(), Error> {
    let all = || -> Result<_, Error> {
        let ablation = study.ablate.then(|| job.ablation()).transpose()?;
        Ok((ablation, study.seeds.map(|n| job.chips(n)).transpose()?))
    };
    match all() {
        Ok((ablation, chips)) => (report.ablation, report.chips) = (ablation, chips),
        Err(e) if e.is_interrupted() => report.partial = Some(PartialValues::of(&report.result)),
        Err(e) => return Err(e),
    }
    Ok(())
}

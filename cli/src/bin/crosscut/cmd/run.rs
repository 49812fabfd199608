//! `crosscut run`.

use super::{Outcome, emit, reload_text, run_text};
use crate::args::{RunArgs, TimeArgs};
use crate::say::say;
use crate::{interrupt, output, setup};
use crosscut::{Error, ReloadJob, Setting, TimeOptions, activity_file, uncertainty};
use crosscut_report::format::count;
use crosscut_report::plot;
use crosscut_report::{Check, ExecReport, Stop};
use crosscut_sim::record::TimelineWindow;

/// Simulates time, energy and area.
pub fn run(args: &RunArgs) -> anyhow::Result<Outcome> {
    let mut setting = setup::setting(&args.machine, &args.network, &args.map, &args.global)?;
    setting.has_timing()?;
    let out = args.out.out.as_deref();
    if let Some(range) = &args.layers {
        setting = setting.cut(&range.first, &range.last)?;
    }
    if args.time.reload || setting.arch.mapping.reload {
        let job = reload(setting, args)?;
        if job.groups() > 1 {
            out.map(output::prepare_folder).transpose()?;
            let report = job.time(args.time.batch)?;
            let files = out.map(output::Set::new);
            emit(&report, args.global.json, files, || {
                reload_text::text(&report)
            })?;
            failed(&report.checks);
            return Ok(Outcome::of(report.passed()));
        }
        setup::note(
            &"the whole network fits: its weights are written once, and nothing is reloaded"
                .to_string(),
        );
        setting = job.into_setting();
    } else if args.time.batch.is_some() {
        return Err(crosscut::Error::BatchAlone.into());
    }
    let images = setup::activity_images(&setting.net, &args.network, &args.activity)?;
    let measures = images.is_some();
    if let Some(images) = images {
        images.note.iter().for_each(setup::note);
        setting = setting.images(images);
    }
    let given = args.activity.activity.as_deref();
    let given = given.map(activity_file::read).transpose()?;
    let experiment = setup::map(setting)?;
    out.map(output::prepare_folder).transpose()?;
    if let Some(path) = &args.time.timeline {
        output::prepare_path(path)?;
    }
    interrupt::listen()?;
    let options = options(&args.time);
    let timed = experiment.time_with(&options)?;
    let mut report = timed.report;
    let whole = |exec: &ExecReport| exec.partial.is_none();
    let measured = match measures && report.partial.is_none() {
        true => Some(experiment.values()?).filter(whole),
        false => given,
    };
    if let Some(exec) = &measured {
        report = report.with_activity(exec).map_err(Error::from)?;
    }
    if let Some(samples) = args.uncertainty {
        let doubts = uncertainty::doubts(&experiment.arch, report.measured.is_some(), |law| {
            let set = [args.machine.set.as_slice(), &[law]].concat();
            crosscut_arch::load(&args.machine.arch, &set).ok()
        });
        report = report.with_uncertainty(doubts, samples, args.global.seed);
    }
    if let (Some(path), Some((bytes, cut))) = (&args.time.timeline, timed.timeline) {
        output::path(path, &bytes)?;
        if let Some(tick) = cut {
            say!(
                "warning: the trace is whole up to cycle {} only; choose other cycles with --timeline-window",
                count(tick)
            );
        }
    }
    let mut files = out.map(output::Set::new);
    if let Some(files) = &mut files {
        files.add_page(&report, &plot::of_run(&report)?)?;
    }
    emit(&report, args.global.json, files, || run_text::text(&report))?;
    failed(&report.checks);
    match report.partial.as_ref().map(|p| p.reason) {
        Some(Stop::Interrupted) => Ok(Outcome::Interrupted),
        _ => Ok(Outcome::of(report.passed())),
    }
}

/// The network in groups, unless something is asked of it that a pass does not have.
fn reload(setting: Setting, args: &RunArgs) -> anyhow::Result<ReloadJob> {
    let time = &args.time;
    let given = [
        (time.estimate, "--estimate"),
        (time.until.is_some(), "--until"),
        (time.timeline.is_some(), "--timeline"),
        (time.write_weights, "--write-weights"),
        (time.images.is_some(), "--images"),
        (args.map.objective.is_some(), "--objective"),
        (args.uncertainty.is_some(), "--uncertainty"),
        (args.activity.data.is_some(), "--data"),
        (args.activity.activity.is_some(), "--activity"),
    ];
    if let Some((_, option)) = given.iter().find(|(is, _)| *is) {
        return Err(crosscut::Error::BesideReload(option).into());
    }
    Ok(setting.reload()?)
}

/// What the arguments ask for.
fn options(args: &TimeArgs) -> TimeOptions {
    let (from, until) = args.timeline_window.unwrap_or((0, u64::MAX));
    let window = TimelineWindow {
        from,
        until,
        ..TimelineWindow::default()
    };
    TimeOptions {
        estimate: args.estimate,
        images: args.images,
        until: args.until,
        write_weights: args.write_weights,
        timeline: args.timeline.as_ref().map(|_| window),
        interrupt: Some(interrupt::flag()),
    }
}

/// Names the checks that failed on standard error.
pub fn failed(checks: &[Check]) {
    for c in checks.iter().filter(|c| !c.passed) {
        say!("check failed: {} ({})", c.name, c.detail);
    }
}

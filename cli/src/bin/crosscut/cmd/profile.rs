//! `crosscut profile`.

use super::{Outcome, emit};
use crate::args::ProfileArgs;
use crate::table::Grid;
use crate::{interrupt, output, setup};
use anyhow::ensure;
use crosscut_arch::{Arch, RangeCalibration, RangeRule};
use crosscut_report::ProfileReport;
use crosscut_report::format::{count, number, percent, rate};
use crosscut_report::plot;
use crosscut_sim::func::FuncError;
use crosscut_sim::func::run::limits::SavedLimits;
use std::path::Path;

/// Counts column sums and chooses limits.
pub fn run(args: &ProfileArgs) -> anyhow::Result<Outcome> {
    let setting = setup::setting_of_values(&args.machine, &args.network, &args.map, &args.global)?;
    if setting.arch.adc.is_none() {
        return Err(FuncError::NoAdc.into());
    }
    let rule = rule(args, &setting.arch)?;
    let images = setup::images(&setting.net, &args.network, &args.data, 0)?;
    let (count, have) = (
        args.profile_images as usize,
        images.calibration.images.len(),
    );
    ensure!(
        count <= have,
        "--profile-images asks for {count} images, but only {have} calibrate; raise --calibration-images"
    );
    images.note.iter().for_each(setup::note);
    interrupt::listen()?;
    let experiment = setup::map(setting.images(images))?;
    output::prepare_folder(&args.out)?;
    let (report, limits) = experiment.value_job()?.profile_report(count, rule)?;
    let file = SavedLimits::of(&experiment.net, &experiment.arch, limits);
    let mut files = output::Set::new(&args.out);
    files.add_page(&report, &plot::of_profile(&report)?)?;
    files.add("limits.json", output::to_json(&file)?)?;
    emit(&report, args.global.json, Some(files), || {
        text(&report, &args.out)
    })?;
    Ok(Outcome::Done)
}

/// The rule of the options, or the machine's.
fn rule(args: &ProfileArgs, arch: &Arch) -> anyhow::Result<RangeCalibration> {
    let own = arch.adc.and_then(|c| c.calibration);
    let own = own.unwrap_or(RangeCalibration {
        rule: RangeRule::LeastError,
        percentile: 99.99,
    });
    let chosen = RangeCalibration {
        rule: args.rule.unwrap_or(own.rule),
        percentile: args.percentile.unwrap_or(own.percentile),
    };
    ensure!(
        args.percentile.is_none() || chosen.rule == RangeRule::Percentile,
        "--percentile belongs to the rule `percentile`; add --rule percentile"
    );
    Ok(chosen)
}

fn text(report: &ProfileReport, out: &Path) -> String {
    let mut grid = Grid::new(
        1,
        &[
            "layer / slice",
            "samples",
            "min",
            "median",
            "99 %",
            "99.99 %",
            "max",
            "possible",
            "limits",
            "step",
            "clips",
            "error",
            "machine clips",
            "error",
        ],
    );
    for l in &report.adc_profile {
        for (i, slice) in l.slices.iter().enumerate() {
            let name = format!("{} / {i}", l.name);
            let Some(s) = slice else {
                let nothing = (0..13).map(|_| "-".to_string());
                grid.row(std::iter::once(name).chain(nothing));
                continue;
            };
            let [_, p50, p99, _, p9999] = s.percentiles;
            let machine = s.machine.map_or(["-".to_string(), "-".to_string()], |m| {
                [rate(m.clip_rate), percent(m.relative_error)]
            });
            let [clips, error] = machine;
            grid.row([
                name,
                count(s.samples),
                s.seen[0].to_string(),
                p50.to_string(),
                p99.to_string(),
                p9999.to_string(),
                s.seen[1].to_string(),
                format!("{} to {}", s.possible[0], s.possible[1]),
                format!("{} to {}", s.chosen.limits[0], s.chosen.limits[1]),
                s.chosen.step.to_string(),
                rate(s.chosen.clip_rate),
                percent(s.chosen.relative_error),
                clips,
                error,
            ]);
        }
    }
    let how = match report.rule.rule {
        RangeRule::LeastError => {
            "step and first code with the smallest mean squared error".to_string()
        }
        RangeRule::Percentile => format!(
            "the smallest step that keeps {} % of the samples unclipped",
            number(report.rule.percentile)
        ),
    };
    let bits = report.about.machine.adc.map_or(0, |c| c.bits);
    format!(
        "{} on {}: column sums of {} images of {}, before conversion\ninput = {}\nlimits for {bits} bits: {how}\n\n{}\nerror: rms of a conversion over rms of the sums; machine: with the range of the machine as described\n\nwritten to {}: report.json, report.html, limits.json, adc-ranges.svg",
        report.about.network,
        report.about.machine.name,
        count(report.images),
        report.data,
        report.preprocessing,
        grid.text(),
        out.display()
    )
}

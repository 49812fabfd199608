//! `crosscut why`.

use super::{Outcome, emit};
use crate::args::WhyArgs;
use crate::table::Grid;
use crate::{interrupt, output, setup};
use anyhow::bail;
use crosscut_report::WhyReport;
use crosscut_report::format::{self, number, percent};
use crosscut_report::why::{Asked, Trial};

/// Lines of each table.
const SHOWN: usize = 5;

/// Says what a figure comes from, and what would change it.
pub fn run(args: &WhyArgs) -> anyhow::Result<Outcome> {
    if args.map.mapping.is_some() || args.machine.arch == "-" {
        bail!(
            "`why` maps the network onto changed machines: give neither `--mapping` nor a machine on standard input"
        );
    }
    let values = args.figure == Asked::Accuracy;
    let mut setting = match values {
        true => setup::setting_of_values(&args.machine, &args.network, &args.map, &args.global)?,
        false => setup::setting(&args.machine, &args.network, &args.map, &args.global)?,
    };
    if values {
        let images = setup::images(&setting.net, &args.network, &args.data, 0)?;
        images.note.iter().for_each(setup::note);
        setting = setting.images(images);
    } else {
        setting.has_timing()?;
    }
    let out = args.out.out.as_deref();
    out.map(output::prepare_folder).transpose()?;
    interrupt::listen()?;
    let reload = |more: &[String]| {
        let set = [&args.machine.set[..], more].concat();
        match values {
            true => crosscut_arch::load_uncosted(&args.machine.arch, None, &set),
            false => crosscut_arch::load_mapped(&args.machine.arch, None, &set),
        }
    };
    let report = setting.why(args.figure, args.estimate, &reload)?;
    let files = out.map(output::Set::new);
    emit(&report, args.global.json, files, || text(&report))?;
    Ok(Outcome::Done)
}

fn shown(figure: Asked, value: f64) -> String {
    match figure {
        Asked::Energy => format::energy(value),
        Asked::Area => format::area(value),
        Asked::Latency | Asked::Interval => format::time(value),
        Asked::Accuracy => percent(value),
    }
}

fn text(r: &WhyReport) -> String {
    let (figure, show) = (r.figure, |v| shown(r.figure, v));
    let what = match figure {
        Asked::Energy => "energy of an image",
        Asked::Area => "area in use",
        Asked::Latency => "latency of an image",
        Asked::Interval => "interval between images",
        Asked::Accuracy => "accuracy",
    };
    let (network, machine) = (&r.about.network, &r.about.machine.name);
    let head = format!("{what} of {network} on {machine}: {}", show(r.value));
    let from = match figure {
        Asked::Interval => "busy time of a part within it",
        Asked::Accuracy => "lost by this alone",
        _ => "of it",
    };
    let mut parts = Grid::new(1, &["it comes from", from, "share"]);
    for c in r.contributors.iter().take(SHOWN) {
        parts.row([c.name.clone(), show(c.value), percent(c.share)]);
    }
    let mut parts = parts.text();
    if r.contributors.is_empty() {
        parts = "no part of the machine costs any of it".to_string();
    }
    let better = |t: &&Trial| {
        let change = t.value.map(|v| v - r.value);
        change.is_some_and(|d| {
            if figure.more_is_better() {
                d > 0.0
            } else {
                d < 0.0
            }
        })
    };
    let mut changes = Grid::new(1, &["tried", "from", "to", what, "ratio", "paid for"]);
    let mut found = 0;
    for t in r.trials.iter().filter(better).take(SHOWN) {
        found += 1;
        let paid = if t.unpriced.is_empty() { "yes" } else { "no" };
        changes.row([
            t.key.clone(),
            number(t.from),
            number(t.to),
            t.value.map_or_else(String::new, show),
            t.ratio.map_or_else(String::new, number),
            paid.to_string(),
        ]);
    }
    let tried = r.trials.len();
    let refused = r.trials.iter().filter(|t| t.refused.is_some()).count();
    let changes = match found {
        0 => "no change that was tried makes it better".to_string(),
        _ => changes.text(),
    };
    format!(
        "{head}\n\n{parts}\n\n{changes}\n\n{tried} changes were tried, each alone, the network mapped anew; {refused} are no machine or do not run (--json says why)"
    )
}

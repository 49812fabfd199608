//! `crosscut validate`.

use super::Outcome;
use crate::args::ValidateArgs;
use crate::say::say;
use crate::table::Grid;
use crate::{output, setup};
use crosscut::validate::{self, Row, Summary, Validation, Verdict, liang, page, table};

/// Compares simulated figures with published ones.
pub fn run(args: &ValidateArgs) -> anyhow::Result<Outcome> {
    setup::threads(&args.global.threads)?;
    let out = args.out.out.as_deref();
    out.map(output::prepare_folder).transpose()?;
    let found = match args.chip.as_str() {
        liang::NAME => liang::validate()?,
        name => validate::validate(validate::chips(name)?),
    };
    if let Some(folder) = out {
        let mut files = output::Set::new(folder);
        files.add("validation.json", output::to_json(&found)?)?;
        files.add("validation.csv", table::csv(&found))?;
        files.add("validation.md", page::markdown(&found))?;
        if let Some(plot) = page::plot(&found)? {
            files.add(plot.file, plot.svg)?;
        }
        files.commit()?;
    }
    if args.global.json {
        output::json(&found)?;
    } else {
        output::text(&text(&found))?;
    }
    for r in &found.rows {
        match r.verdict {
            Verdict::Outside => say!("outside its tolerance: {}", name(r)),
            Verdict::Faulty => say!("not compared: {}: {}", name(r), r.note),
            Verdict::Within | Verdict::NotCompared => {}
        }
    }
    Ok(Outcome::of(found.passed()))
}

/// Chip, figure and conditions.
fn name(r: &Row) -> String {
    let words = [&r.chip, &r.figure, &r.conditions].into_iter();
    let words: Vec<&str> = words
        .filter(|w| !w.is_empty())
        .map(String::as_str)
        .collect();
    words.join(", ")
}

fn text(v: &Validation) -> String {
    let header = [
        "chip",
        "figure",
        "conditions",
        "published",
        "simulated",
        "off by",
        "accepted",
        "mark",
    ];
    let mut grid = Grid::with_text(&header, &[0, 1, 2, 7]);
    for r in &v.rows {
        let [published, simulated] = r.shown.clone();
        grid.row([
            r.chip.clone(),
            r.figure.clone(),
            r.conditions.clone(),
            published,
            match r.simulated {
                Some(_) => simulated,
                None => "-".to_string(),
            },
            r.deviation.map_or(String::new(), page::signed),
            page::share(r.tolerance),
            r.mark.name().to_string(),
        ]);
    }
    let mut out = grid.text();
    if !v.summary.is_empty() {
        out += &format!("\n{}", summary(&v.summary));
    }
    for r in v.rows.iter().filter(|r| r.simulated.is_none()) {
        out += &format!("\nnot compared: {}: {}", name(r), r.note);
    }
    if v.chips.len() > 1 {
        return out + "\nsources: one chip alone prints them, so do --json and --out";
    }
    for line in sources(&v.rows) {
        out += &format!("\n{line}");
    }
    out
}

fn summary(all: &[Summary]) -> String {
    let mut grid = Grid::with_text(
        &[
            "predicted",
            "figures",
            "chips",
            "median",
            "aim",
            "worst",
            "which",
        ],
        &[0, 6],
    );
    for s in all {
        grid.row([
            format!("{} of {}", s.class.name(), s.kind.name()),
            s.rows.to_string(),
            s.chips.to_string(),
            page::share(s.median),
            page::share(s.aim),
            page::share(s.worst),
            s.worst_row.clone(),
        ]);
    }
    grid.text()
}

/// Each source once, and what was fitted with it.
fn sources(rows: &[Row]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for r in rows.iter().filter(|r| !r.source.is_empty()) {
        let line = format!("{}: {} ({})", r.chip, r.source, r.confidence.name());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

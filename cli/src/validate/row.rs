//! A published figure beside the simulated one.

use super::chip::{Chip, Kind};
use super::point::{Point, Which};
use super::simulate::Runs;
use super::value::{Class, Value};
use crosscut_arch::{Arch, Confidence, Mark, Published, check};
use serde::Serialize;

/// How a row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Within its tolerance.
    Within,
    /// Beyond its tolerance.
    Outside,
    /// The file says why it cannot be simulated.
    NotCompared,
    /// The point lacks something, or its machine cannot run it.
    Faulty,
}

/// A published figure beside the simulated one.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Chip.
    pub chip: String,
    /// What it is.
    pub kind: Kind,
    /// What is measured.
    pub figure: String,
    /// Under which conditions.
    pub conditions: String,
    /// Unit of the next two.
    pub unit: &'static str,
    /// Published figure.
    pub published: Option<f64>,
    /// Simulated figure.
    pub simulated: Option<f64>,
    /// Simulated over published, less 1.
    pub deviation: Option<f64>,
    /// Largest deviation that is accepted.
    pub tolerance: f64,
    /// What the published figure was used for.
    pub mark: Mark,
    /// The constant that was derived from it.
    pub fitted: String,
    /// Where it is printed.
    pub source: String,
    /// How well it is founded.
    pub confidence: Confidence,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it is missed or could not be compared.
    pub note: String,
    /// Where it counts in the summary.
    pub class: Option<Class>,
    /// Both figures as text.
    #[serde(skip)]
    pub shown: [String; 2],
}

impl Row {
    /// A figure of a machine as it stands.
    pub fn of_published(chip: &Chip, p: &Published, arch: &Arch) -> Row {
        let figures = check(arch);
        let distances = crosscut_arch::distances(&figures, &[p.claim]);
        let ours = distances[0].ours.map(|c| c.value);
        let value = Value::of(p.claim);
        let row = Row {
            mark: p.mark,
            fitted: p.fitted.clone(),
            source: p.source.clone(),
            confidence: p.confidence,
            tolerance: p.tolerance,
            note: p.note.clone(),
            figure: value.quantity.name().to_string(),
            ..Row::empty(chip)
        };
        let none = || "the machine gives no costs for it".to_string();
        row.compared(&value, ours.ok_or_else(none))
    }

    /// A figure under conditions.
    pub fn of_point(chip: &Chip, p: &Point, runs: &mut Runs) -> Row {
        let mut row = Row {
            conditions: p.conditions.clone(),
            mark: p.mark,
            fitted: p.fitted.clone(),
            source: p.source.clone().unwrap_or_default(),
            confidence: p.confidence.unwrap_or(Confidence::Recalled),
            tolerance: p.tolerance.unwrap_or_else(Published::tolerance),
            note: p.note.clone(),
            figure: "a figure".to_string(),
            ..Row::empty(chip)
        };
        let value = match &p.value {
            None => return row.faulty("the point has no `value`, such as `15.95 TOPS/W`"),
            Some(text) => match Value::parse(text) {
                Ok(value) => value,
                Err(why) => return row.faulty(&why),
            },
        };
        row.figure = match &p.part {
            Some(part) => format!("{} of {part}", value.quantity.name()),
            None => figure(&value, p.figure).to_string(),
        };
        if let Some(net) = &p.network {
            row.figure += &format!(", {net}");
        }
        let (unit, published) = (value.unit, value.number());
        (row.unit, row.published) = (unit, Some(published));
        row.shown[0] = value.to_string();
        if p.source.as_ref().is_none_or(|s| s.trim().is_empty()) {
            return row.faulty("the point has no `source`: where is it printed?");
        }
        if p.tolerance.is_some_and(|t| !(0.0..=1e3).contains(&t)) {
            return row.faulty("`tolerance` must be a share of 0 to 1000");
        }
        if p.busy.is_some_and(|b| !(b > 0.0 && b <= 1.0)) {
            return row.faulty("`busy` must be a share above 0, up to 1");
        }
        if let Some(why) = &p.cannot {
            row.note = why.clone();
            row.verdict = Verdict::NotCompared;
            return row;
        }
        let ours = runs.figure(chip, p, value.quantity);
        // A machine of one tick per ns counts cycles in ns.
        row.compared(&value, ours)
    }

    /// A published count beside ours, or why there is none.
    pub fn of_count(
        chip: &Chip,
        (figure, conditions): (String, String),
        published: u64,
        ours: Result<u64, &str>,
    ) -> Row {
        let row = Row {
            figure,
            conditions,
            confidence: Confidence::Read,
            ..Row::empty(chip)
        };
        let value = Value::count(published);
        match ours {
            Ok(ours) => row.compared(&value, Ok(ours as f64)),
            Err(why) => Row {
                shown: [value.to_string(), String::new()],
                published: Some(value.base),
                unit: value.unit,
                verdict: Verdict::NotCompared,
                note: why.to_string(),
                ..row
            },
        }
    }

    /// The same with a tolerance.
    pub fn within(mut self, tolerance: f64) -> Row {
        self.tolerance = tolerance;
        if let Some(deviation) = self.deviation {
            self.verdict = verdict(deviation, tolerance);
        }
        self
    }

    /// A chip whose machine cannot be loaded.
    pub fn no_machine(chip: &Chip, why: &str) -> Row {
        Row::empty(chip).faulty(why)
    }

    fn empty(chip: &Chip) -> Row {
        Row {
            chip: chip.chip.clone(),
            kind: chip.kind,
            figure: String::new(),
            conditions: String::new(),
            unit: "",
            published: None,
            simulated: None,
            deviation: None,
            tolerance: Published::tolerance(),
            mark: Mark::Predicted,
            fitted: String::new(),
            source: String::new(),
            confidence: Confidence::Recalled,
            verdict: Verdict::Faulty,
            note: String::new(),
            class: None,
            shown: [String::new(), String::new()],
        }
    }

    fn faulty(mut self, why: &str) -> Row {
        self.verdict = Verdict::Faulty;
        // One line: the first of a message of several.
        self.note = why.lines().next().unwrap_or_default().to_string();
        self
    }

    fn compared(mut self, value: &Value, ours: Result<f64, String>) -> Row {
        self.class = Some(value.quantity.class());
        (self.unit, self.published) = (value.unit, Some(value.number()));
        self.shown[0] = value.to_string();
        let ours = match ours {
            Ok(ours) => value.with(ours),
            Err(why) => return self.faulty(&why),
        };
        let deviation = ours.base / value.base - 1.0;
        self.simulated = Some(ours.number());
        self.shown[1] = ours.to_string();
        self.deviation = Some(deviation);
        self.verdict = verdict(deviation, self.tolerance);
        self
    }
}

fn verdict(deviation: f64, tolerance: f64) -> Verdict {
    match deviation.abs() <= tolerance {
        true => Verdict::Within,
        false => Verdict::Outside,
    }
}

fn figure(value: &Value, which: Option<Which>) -> &'static str {
    match which {
        Some(Which::Latency) => "latency",
        Some(Which::Interval) => "interval",
        Some(Which::Compute) => "compute crossbars",
        Some(Which::Actions) => "energy of actions",
        Some(Which::Flits) => "router flits",
        None => value.quantity.name(),
    }
}

//! What all pictures look at: feasible rows, their axes and figures.

use crate::format;
use crate::sweep::{Better, Dimension, Field, Table};

/// Most curves or colours of a picture.
pub const MOST_SERIES: usize = 7;

/// A table as pictures see it.
pub struct Data<'a> {
    /// The table.
    pub table: &'a Table,
    /// Feasible rows; where a point was estimated and run, the run.
    pub rows: Vec<usize>,
    /// Axes that change.
    pub axes: Vec<Axis<'a>>,
    /// Figures by which points are compared and that are there, the first being the most important.
    pub figures: Vec<Figure<'a>>,
    /// Network and machine, if there is one of each.
    pub about: String,
}

/// An axis that changes.
#[derive(Clone)]
pub struct Axis<'a> {
    /// Its keys.
    pub name: String,
    /// Its values as text.
    pub labels: Vec<String>,
    /// Its values as numbers with their unit, if they are.
    pub numbers: Option<(Vec<f64>, String)>,
    /// Points of the grid from one value to the next.
    stride: u64,
    of: &'a Dimension,
}

/// A figure of every row.
#[derive(Clone, Copy)]
pub struct Figure<'a> {
    /// What it is.
    pub field: &'a Field,
    /// By row of the table.
    pub values: &'a [f64],
}

impl<'a> Data<'a> {
    /// Of a table.
    pub fn new(table: &'a Table) -> Data<'a> {
        let header = &table.header;
        let rows = table.best_known();
        let mut stride = 1;
        let mut axes = Vec::new();
        for of in header.axes.iter().rev() {
            let levels = of.levels.len() as u64;
            if levels > 1 {
                axes.push(Axis {
                    name: of.names.join(", "),
                    labels: of.levels.iter().map(|l| label(l)).collect(),
                    numbers: of.numbers(0),
                    stride,
                    of,
                });
            }
            stride *= levels;
        }
        axes.reverse();
        let mut data = Data {
            table,
            rows,
            axes,
            figures: Vec::new(),
            about: about(table),
        };
        data.figures = header
            .front
            .iter()
            .filter_map(|name| data.figure(name))
            .collect();
        data
    }

    /// A figure that at least one row has.
    pub fn figure(&self, name: &str) -> Option<Figure<'a>> {
        let f = self.table.header.field(name)?;
        let values = self.table.values[f].as_slice();
        let any = self.rows.iter().any(|&n| values[n].is_finite());
        any.then_some(Figure {
            field: &self.table.header.fields[f],
            values,
        })
    }

    /// The axis that curves and colours are told apart by: the first one that is no number and has few values, else the first
    /// with few values; `but` is taken already.
    pub fn series(&self, but: &[&Axis<'_>]) -> Option<&Axis<'a>> {
        let free =
            |a: &&Axis<'_>| a.labels.len() <= MOST_SERIES && !but.iter().any(|b| b.name == a.name);
        let mut all = self.axes.iter().filter(free);
        let named = all.clone().find(|a| a.numbers.is_none());
        named.or_else(|| all.next())
    }

    /// What the pictures are of, and how many points.
    pub fn subtitle(&self, rest: &str) -> String {
        let points = format::count(self.rows.len() as u64);
        let rest = if rest.is_empty() {
            String::new()
        } else {
            format!(", {rest}")
        };
        format!("{}{points} designs{rest}", self.about)
    }
}

impl Axis<'_> {
    /// The value of the axis at a point.
    pub fn level(&self, index: u64) -> usize {
        (index / self.stride % self.of.levels.len() as u64) as usize
    }

    /// The point with another value of the axis.
    pub fn with(&self, index: u64, level: usize) -> u64 {
        index - self.level(index) as u64 * self.stride + level as u64 * self.stride
    }

    /// Name and unit.
    pub fn title(&self) -> String {
        match &self.numbers {
            Some((_, unit)) if !unit.is_empty() => format!("{} ({unit})", self.name),
            _ => self.name.clone(),
        }
    }
}

impl Figure<'_> {
    /// What the values are divided by to be readable, and the title with that unit.
    pub fn unit(&self, most: f64) -> (f64, String) {
        let field = self.field;
        let (scale, unit) = match field.unit.as_str() {
            "ns" => format::time_unit(most),
            "pJ" => format::energy_unit(most),
            "" if is_share(&field.name) => (0.01, "%"),
            _ => (1.0, field.unit.as_str()),
        };
        let unit = unit
            .replace("uJ", "\u{b5}J")
            .replace("us", "\u{b5}s")
            .replace("mm2", "mm\u{b2}");
        let title = if unit.is_empty() {
            field.title.clone()
        } else {
            format!("{} ({unit})", field.title)
        };
        (scale, title)
    }

    /// Whether `a` is better than `b`.
    pub fn better(&self, a: f64, b: f64) -> bool {
        match self.field.better {
            Better::More => a > b,
            Better::Less | Better::Neither => a < b,
        }
    }
}

fn is_share(name: &str) -> bool {
    name.contains("accuracy") || name == "utilization"
}

/// One text for the values of keys that change together.
fn label(level: &[String]) -> String {
    match level.split_first() {
        Some((first, rest)) if rest.iter().all(|l| l == first) => first.clone(),
        _ => level.join(":"),
    }
}

/// Network and machine, where there is one of each.
fn about(table: &Table) -> String {
    let one = |name: &str| {
        let (_, axis, place) = table.header.axis_names().find(|(n, ..)| *n == name)?;
        let levels = &table.header.axes[axis].levels;
        (levels.len() == 1).then(|| levels[0][place].clone())
    };
    match (one("network"), one("arch")) {
        (Some(network), Some(arch)) => format!("{network} on {arch}: "),
        (Some(network), None) => format!("{network}: "),
        (None, Some(arch)) => format!("{arch}: "),
        (None, None) => String::new(),
    }
}

//! Pictures across designs, made from the table of a sweep: fronts, curves over an axis with their knee, maps over two axes,
//! energy and area by part, roofline, sensitivities. Each comes with the figures that it shows as CSV.

mod curve;
mod data;
mod heat;
mod pareto;
mod plane;
mod roofline;
mod scale;
mod series;
mod stack;
mod tornado;

use super::error::PlotError;
use crate::sweep::Table;
use data::Data;

/// A picture with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Name of its files, without ending.
    pub name: String,
    /// SVG text.
    pub svg: String,
    /// What it shows.
    pub csv: String,
}

impl Picture {
    fn new(name: String, svg: String, csv: String) -> Picture {
        // Keys of machines hold characters that names of files should not.
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '-'
            }
        };
        Picture {
            name: name.chars().map(plain).collect(),
            svg,
            csv,
        }
    }
}

/// All pictures that the table has figures for.
///
/// # Errors
/// If one cannot be drawn.
pub fn of(table: &Table) -> Result<Vec<Picture>, PlotError> {
    let data = Data::new(table);
    if data.rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = pareto::pictures(&data)?;
    all.extend(curve::pictures(&data)?);
    all.extend(heat::pictures(&data));
    all.extend(stack::pictures(&data)?);
    all.extend(roofline::pictures(&data)?);
    all.extend(tornado::pictures(&data)?);
    Ok(all)
}

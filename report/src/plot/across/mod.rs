//! Pictures across designs, made from the table of a sweep: fronts, curves over an axis with their knee, maps over two axes,
//! energy and area by part, roofline, sensitivities. Each comes with the figures that it shows as CSV.

mod curve;
mod data;
mod heat;
mod pareto;
mod picture;
mod plane;
mod roofline;
mod scale;
mod series;
mod stack;
mod tornado;

use super::error::PlotError;
use crate::sweep::Table;
use data::Data;

pub use picture::Picture;

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

//! Column sums before conversion as SVG: a small histogram per layer and weight slice, with the limits of the ADC.

use super::chart::{self, Area, BLUE, CHARACTER, GREY, INK, LINE, RED, rgb, write};
use super::error::PlotError;
use super::words::shorten;
use crate::ProfileReport;
use crate::format::{percent, rate};
use crosscut_arch::RangeRule;
use crosscut_sim::func::adc::sums::WeightSliceProfile;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// One histogram and the room around it.
const CELL: [i32; 2] = [256, 62];
const GAP: [i32; 2] = [30, 50];
const TOP: i32 = 126;
const RANGE: &str = "#e3f1e6";
const EDGE: &str = "#009e73";

/// The page.
pub fn svg(r: &ProfileReport) -> Result<String, PlotError> {
    let slices = r.adc_profile.iter().map(|l| l.slices.len()).max();
    let slices = slices.unwrap_or(1) as i32;
    let longest = r.adc_profile.iter().map(|l| l.name.chars().count()).max();
    let left = 36 + CHARACTER * longest.unwrap_or(0).min(28) as i32;
    let width = (left + (CELL[0] + GAP[0]) * slices + 12).max(820);
    let height = TOP + (CELL[1] + GAP[1]) * r.adc_profile.len() as i32 + 6;
    chart::page([width, height], |area| {
        head(area, r)?;
        for slice in 0..slices {
            let x = left + (CELL[0] + GAP[0]) * slice;
            let end = match slice {
                0 if slices > 1 => " (least significant)",
                s if s > 0 && s + 1 == slices => " (most significant)",
                _ => "",
            };
            let text = format!("weight slice {slice}{end}");
            write(area, &text, (x, TOP - 18), 16, INK, HPos::Left)?;
        }
        for (row, layer) in r.adc_profile.iter().enumerate() {
            let y = TOP + (CELL[1] + GAP[1]) * row as i32;
            let name = shorten(&layer.name, 28);
            let middle = y + CELL[1] / 2;
            write(area, &name, (left - 14, middle), 16, INK, HPos::Right)?;
            for (i, s) in layer.slices.iter().enumerate() {
                let x = left + (CELL[0] + GAP[0]) * i as i32;
                match s {
                    Some(s) => histogram(area, s, (x, y))?,
                    None => write(area, "no sums", (x, middle), 15, GREY, HPos::Left)?,
                }
            }
        }
        Ok(())
    })
}

fn head(area: &Area<'_>, r: &ProfileReport) -> Result<(), PlotError> {
    let rule = match r.rule.rule {
        RangeRule::LeastError => "least squared error".to_string(),
        RangeRule::Percentile => format!("{} % unclipped", r.rule.percentile),
    };
    let about = &r.about;
    let subtitle = format!(
        "{} on {}, {} images, limits: {rule}; across: column sum, up: how often, logarithmic",
        about.network, about.machine.name, r.images
    );
    chart::head(area, "Column sums that the ADCs see", &subtitle)?;
    let entries = [
        ("within the limits", BLUE),
        ("clipped", RED),
        ("range of the ADC", rgb(EDGE)),
    ];
    chart::legend(area, (24, 82), entries)?;
    Ok(())
}

/// One histogram, its upper left corner at `left`, `top`.
fn histogram(
    area: &Area<'_>,
    s: &WeightSliceProfile,
    (left, top): (i32, i32),
) -> Result<(), PlotError> {
    let [w, h] = CELL;
    let [lo, hi] = s.chosen.limits;
    let half = s.chosen.step / 2;
    let ends = [s.seen[0].min(lo), s.seen[1].max(hi)];
    let (right, bottom) = (left + w, top + h);
    let most = s.bars.counts.iter().copied().max().unwrap_or(1).max(2);
    let cell = area.clone().shrink((left, top), (w, h));
    let mut field = ChartBuilder::on(&cell).build_cartesian_2d(
        ends[0] as f64..(ends[1] + 1) as f64,
        0.0..(most as f64).ln() + 1.0,
    )?;
    let full = (most as f64).ln() + 1.0;
    let range = [(lo as f64, 0.0), ((hi + 1) as f64, full)];
    field.draw_series([Rectangle::new(range, rgb(RANGE).filled())])?;
    let filled = s.bars.counts.iter().enumerate().filter(|b| *b.1 > 0);
    field.draw_series(filled.map(|(i, &n)| {
        let first = s.bars.first + s.bars.width * i as i64;
        let end = first + s.bars.width;
        let outside = end - 1 < lo - half || first > hi + half;
        let end = (end as f64).min((ends[1] + 1) as f64);
        let corners = [(first as f64, 0.0), (end, (n as f64).ln() + 1.0)];
        Rectangle::new(corners, if outside { RED } else { BLUE }.filled())
    }))?;
    for edge in [lo as f64, (hi + 1) as f64] {
        let x = field.backend_coord(&(edge, 0.0)).0;
        let line = vec![(x, top - 3), (x, bottom)];
        area.draw(&PathElement::new(line, rgb(EDGE).stroke_width(2)))?;
    }
    let line = vec![(left, bottom), (right, bottom)];
    area.draw(&PathElement::new(line, LINE.stroke_width(1)))?;
    let [from, until] = ends.map(|e| e.to_string());
    write(area, &from, (left, bottom + 11), 14, GREY, HPos::Left)?;
    write(area, &until, (right, bottom + 11), 14, GREY, HPos::Right)?;
    let words = format!(
        "{lo} to {hi}, step {}: clips {}, error {}",
        s.chosen.step,
        rate(s.chosen.clip_rate),
        percent(s.chosen.relative_error)
    );
    let below = (left + w / 2, bottom + 27);
    write(area, &words, below, 14, INK, HPos::Center)
}

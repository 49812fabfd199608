//! Tables of cell levels: a CSV file with the columns `mean_us` and `sd_us`, one line per level, lowest level first.

use super::LevelState;
use crate::error::{MOST_FAULTS, RawFault};
use crate::units::Conductance;
use std::ops::Range;

/// Levels of the widest cell, 16 bits.
const MOST_LEVELS: usize = 1 << 16;

/// Reads a table of `wanted` levels from `text`, which begins at `offset` of all texts.
pub(crate) fn read(
    text: &str,
    offset: usize,
    wanted: usize,
    faults: &mut Vec<RawFault>,
) -> Vec<LevelState> {
    let mut levels: Vec<LevelState> = Vec::new();
    let mut header = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if faults.len() > MOST_FAULTS || levels.len() > MOST_LEVELS {
            break;
        }
        let start = offset + at;
        at += line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        let fields = fields(content, start);
        let whole = start..start + content.len();
        if !header {
            header = true;
            let names: Vec<&str> = fields.iter().map(|f| f.0).collect();
            if names != ["mean_us", "sd_us"] {
                let message = "the table of levels does not begin with its columns";
                faults.push(RawFault::new(&whole, message, "must be `mean_us,sd_us`"));
                return levels;
            }
            continue;
        }
        if fields.len() != 2 {
            let message = format!("{} values in a line of the table of levels", fields.len());
            faults.push(RawFault::new(&whole, message, "must be 2: `mean_us,sd_us`"));
            continue;
        }
        let mut values = [0.0; 2];
        for (value, (field, span)) in values.iter_mut().zip(&fields) {
            match field.parse::<f64>() {
                Ok(v) if v == 0.0 || Conductance::RANGE.contains(&v) => *value = v,
                _ => faults.push(RawFault::new(
                    span,
                    format!("`{field}` is not a conductance in uS"),
                    "must be 0, or a number that conductances have",
                )),
            }
        }
        if levels.last().is_some_and(|l| values[0] <= l.mean_us) {
            let message = format!(
                "level {} conducts no better than the one below",
                levels.len()
            );
            faults.push(RawFault::new(
                &fields[0].1,
                message,
                "must be above the line before",
            ));
        }
        levels.push(LevelState {
            mean_us: values[0],
            sd_us: values[1],
        });
    }
    if levels.len() != wanted && faults.is_empty() {
        let end = offset + text.len();
        faults.push(RawFault::new(
            &(end..end),
            format!("the table has {} levels", levels.len()),
            format!("must be {wanted}, two to the power of `cell_bits`"),
        ));
    }
    levels
}

/// Trimmed fields of a line with their places.
fn fields(line: &str, start: usize) -> Vec<(&str, Range<usize>)> {
    let mut at = start;
    line.split(',')
        .map(|field| {
            let lead = field.len() - field.trim_start().len();
            let text = field.trim();
            let span = at + lead..at + lead + text.len();
            at += field.len() + 1;
            (text, span)
        })
        .collect()
}

//! Colour, number and figures of every layer, and how to read a tile.

use super::palette::{Colour, hex, pale};
use super::sheet::{CHARACTER, MARGIN};
use crate::plot::svg::{Anchor, GREY, INK, Svg};

/// Height of a row.
const ROW: f64 = 18.0;
const FONT: f64 = 12.0;
/// Side of a tile of the legend.
const TILE: f64 = 12.0;

/// One layer.
pub struct Entry {
    /// Name and figures.
    pub text: String,
    /// Colour of its tiles.
    pub colour: Colour,
    /// Share of cells that hold weights.
    pub fill: f64,
}

/// Entries in columns, and a line below them.
pub struct Legend {
    entries: Vec<Entry>,
    note: String,
    column_width: f64,
    per_column: usize,
}

impl Legend {
    /// As many columns as fit the width.
    pub fn new(entries: Vec<Entry>, note: String, width: f64) -> Legend {
        let longest = entries.iter().map(|e| e.text.chars().count()).max();
        let column_width = 34.0 + longest.unwrap_or(0) as f64 * FONT * CHARACTER;
        let most = entries.len().max(1);
        let columns = (((width - 2.0 * MARGIN) / column_width) as usize).clamp(1, most);
        Legend {
            per_column: entries.len().div_ceil(columns),
            entries,
            note,
            column_width,
        }
    }

    /// Room it takes.
    pub fn height(&self) -> f64 {
        self.note_at() + ROW
    }

    /// Baseline of the line below the entries.
    fn note_at(&self) -> f64 {
        14.0 + self.per_column as f64 * ROW + 12.0
    }

    /// Draws it below `top`.
    pub fn draw(&self, svg: &mut Svg, top: f64) {
        for (i, entry) in self.entries.iter().enumerate() {
            let x = MARGIN + (i / self.per_column) as f64 * self.column_width;
            let y = top + 14.0 + (i % self.per_column) as f64 * ROW;
            tile(svg, [x, y - 10.0], entry.colour, entry.fill);
            line(svg, &entry.text, [x + 18.0, y], INK);
        }
        let y = top + self.note_at();
        let mut x = MARGIN;
        for share in [0.0, 0.5, 1.0] {
            tile(svg, [x, y - 10.0], [90, 90, 90], share);
            x += 16.0;
        }
        line(svg, &self.note, [x + 4.0, y], GREY);
    }
}

fn tile(svg: &mut Svg, [x, y]: [f64; 2], colour: Colour, fill: f64) {
    svg.rect([x, y, TILE, TILE], &hex(pale(colour)));
    let full = TILE * fill;
    svg.rect([x, y + TILE - full, TILE, full], &hex(colour));
}

/// Text whose baseline begins at `at`.
fn line(svg: &mut Svg, text: &str, at: [f64; 2], colour: &str) {
    svg.text(
        text,
        [at[0], at[1] - 0.35 * FONT],
        FONT,
        colour,
        Anchor::Start,
    );
}

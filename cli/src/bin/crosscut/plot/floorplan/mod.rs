//! The floor plan of a mapped network as SVG: every tile of every chip, coloured by layer and filled as far as its cells
//! hold weights.
//!
//! A tile that several layers share is cut into stripes, as wide as their shares of its PEs. Tiles of one router stand
//! together.

mod labels;
mod palette;
mod sheet;

use crate::format::{bits, count, percent, plural};
use crosscut_arch::Grid;
use crosscut_report::{LayerMapReport, MapReport};
use palette::{hex, layer as colour, pale};
use sheet::{MARGIN, Sheet};
use std::collections::BTreeMap;
use std::fmt::Write;

const INK: &str = "#222222";
const GREY: &str = "#666666";
/// Mean width of a character over the size of its font.
const CHARACTER: f64 = 0.58;

/// A layer's part of a tile: where it starts and ends, the tile being 1 wide.
struct Stripe {
    layer: usize,
    from: f64,
    to: f64,
}

struct Plan<'a> {
    report: &'a MapReport,
    grid: Grid,
    sheet: Sheet,
    /// Stripes of each tile in use.
    tiles: Vec<Vec<Stripe>>,
}

/// The floor plan as SVG text.
pub fn svg(report: &MapReport) -> String {
    let machine = &report.about.machine;
    let grid = machine.grid();
    let plan = Plan {
        report,
        sheet: Sheet::new(&grid, report.totals.chips),
        grid,
        tiles: stripes(report),
    };
    plan.draw()
}

fn stripes(report: &MapReport) -> Vec<Vec<Stripe>> {
    let per_tile = u64::from(report.about.machine.tile.pes);
    let mut tiles: Vec<Vec<Stripe>> = Vec::new();
    tiles.resize_with(report.totals.tiles as usize, Vec::new);
    for (n, l) in report.layers.iter().enumerate() {
        let (start, end) = (l.first_pe, l.first_pe + l.crossbars.pes);
        for tile in start / per_tile..end.div_ceil(per_tile) {
            let first = tile * per_tile;
            let share =
                |pe: u64| (pe.clamp(first, first + per_tile) - first) as f64 / per_tile as f64;
            let (from, to) = (share(start), share(end));
            tiles[tile as usize].push(Stripe { layer: n, from, to });
        }
    }
    tiles
}

/// Cells with weights over all cells of the PEs a layer occupies.
fn fill(report: &MapReport, l: &LayerMapReport) -> f64 {
    let crossbars = l.crossbars.pes * u64::from(report.about.machine.pe.crossbars);
    if crossbars == 0 {
        return 0.0;
    }
    l.crossbars.compute as f64 * l.crossbars.utilization / crossbars as f64
}

impl Plan<'_> {
    fn draw(&self) -> String {
        let (width, bottom) = self.sheet.size();
        let width = width.max(760.0);
        let legend = self.legend(width, bottom + 8.0);
        let height = bottom + 8.0 + legend.1;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
        self.head(&mut out);
        for chip in 0..self.report.totals.chips {
            self.chip(&mut out, chip);
        }
        for n in 0..self.report.layers.len() {
            self.layer(&mut out, n);
        }
        if self.grid.tiles_of_router() != (1, 1) {
            self.routers(&mut out);
        }
        for chip in 0..self.report.totals.chips {
            self.names(&mut out, chip);
        }
        out += &legend.0;
        out + "</svg>\n"
    }

    fn head(&self, out: &mut String) {
        let (r, t) = (self.report, &self.report.totals);
        let title = format!(
            "{} on {}: floor plan",
            r.about.network, r.about.machine.name
        );
        text(out, &title, (MARGIN, 34.0), 22.0, INK, "start");
        let chips = t.chips * self.grid.tiles_per_chip();
        let mut line = format!(
            "{} of {} on {}",
            count(t.tiles),
            plural(chips, "tile"),
            plural(t.chips, "chip")
        );
        let (across, down) = self.grid.tiles_of_router();
        if across * down > 1 {
            let _ = write!(line, ", one router for {} tiles", across * down);
        }
        if self.sheet.wraps() {
            line += "; chips stand in one row, drawn in several";
        }
        text(out, &line, (MARGIN, 57.0), 14.0, GREY, "start");
        let p = &r.placement;
        let mut line = format!(
            "placement {}: {} x routers an image",
            p.method.name(),
            bits(p.bit_hops_after)
        );
        if p.bit_hops_after != p.bit_hops_before {
            let change = p.bit_hops_after as f64 / p.bit_hops_before as f64 - 1.0;
            let _ = write!(line, ", {:+.1} % against in order", 100.0 * change);
        }
        text(out, &line, (MARGIN, 76.0), 14.0, GREY, "start");
    }

    /// Frame, name and empty tiles of a chip.
    fn chip(&self, out: &mut String, chip: u64) {
        let [x, y, w, h] = self.sheet.chip_frame(chip);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"4\" fill=\"#fafafa\" stroke=\"#999999\"/>"
        );
        let size = if w < 70.0 { 9.0 } else { 12.0 };
        let name = if w < 70.0 {
            chip.to_string()
        } else {
            format!("chip {chip}")
        };
        text(out, &name, (x, y - 5.0), size, GREY, "start");
        let mut path = String::new();
        for slot in 0..self.grid.tiles_per_chip() {
            let (x, y) = self.sheet.at(chip, self.grid.tile_of_slot(slot));
            square(&mut path, [x, y, self.sheet.tile, self.sheet.tile]);
        }
        let _ = writeln!(out, "<path d=\"{path}\" fill=\"#ececec\"/>");
    }

    /// All tiles of a layer, pale, with the share of cells that hold weights in full colour from the bottom.
    fn layer(&self, out: &mut String, n: usize) {
        let l = &self.report.layers[n];
        let fill = fill(self.report, l);
        let (mut empty, mut full) = (String::new(), String::new());
        let side = self.sheet.tile;
        for (tile, stripes) in self.tiles.iter().enumerate() {
            for s in stripes.iter().filter(|s| s.layer == n) {
                let (x, y) = self.tile_at(tile);
                let (x, w) = (x + s.from * side, (s.to - s.from) * side);
                square(&mut empty, [x, y, w, side]);
                if fill > 0.0 {
                    square(&mut full, [x, y + (1.0 - fill) * side, w, fill * side]);
                }
            }
        }
        let about = format!(
            "{}: {} in {}, {} of the cells hold weights",
            l.name,
            plural(l.crossbars.total, "crossbar"),
            plural(l.tiles, "tile"),
            percent(fill)
        );
        let _ = writeln!(
            out,
            "<g><title>{}</title><path d=\"{empty}\" fill=\"{}\"/><path d=\"{full}\" fill=\"{}\"/></g>",
            escape(&about),
            hex(pale(colour(n))),
            hex(colour(n))
        );
    }

    fn slot(&self, tile: usize) -> u64 {
        u64::from(self.report.placement.slots[tile])
    }

    fn tile_at(&self, tile: usize) -> (f64, f64) {
        let slot = self.slot(tile);
        self.sheet
            .at(self.grid.chip_of_slot(slot), self.grid.tile_of_slot(slot))
    }

    /// A dot between the tiles of each router.
    fn routers(&self, out: &mut String) {
        let (across, down) = self.grid.tiles_of_router();
        let radius = (self.sheet.tile * 0.13).max(0.7);
        let span = |n: u64| (n as f64 * (self.sheet.tile + self.sheet.gap) - self.sheet.gap) / 2.0;
        let _ = writeln!(
            out,
            "<g fill=\"{INK}\" stroke=\"#ffffff\" stroke-width=\"0.7\">"
        );
        for chip in 0..self.report.totals.chips {
            let slots = (0..self.grid.tiles_per_chip()).step_by((across * down) as usize);
            for slot in slots {
                let (x, y) = self.sheet.at(chip, self.grid.tile_of_slot(slot));
                let (x, y) = (x + span(across), y + span(down));
                let _ = writeln!(
                    out,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>"
                );
            }
        }
        *out += "</g>\n";
    }

    /// Names of the layers on a chip, or their numbers where there is little room.
    fn names(&self, out: &mut String, chip: u64) {
        let mut tiles = BTreeMap::new();
        for (tile, stripes) in self.tiles.iter().enumerate() {
            let slot = self.slot(tile);
            let widest = stripes
                .iter()
                .max_by(|a, b| (a.to - a.from).total_cmp(&(b.to - b.from)));
            if let (true, Some(s)) = (self.grid.chip_of_slot(slot) == chip, widest) {
                tiles.insert(self.grid.tile_of_slot(slot), s.layer);
            }
        }
        for (n, spot) in labels::spots(&tiles) {
            let (left, top) = self.sheet.at(chip, (spot.x, spot.y));
            let (right, _) = self.sheet.at(chip, (spot.x + spot.width - 1, spot.y));
            let room = right + self.sheet.tile - left;
            let name = self.report.layers[n].name.as_str();
            let number = (n + 1).to_string();
            let fits = |text: &str| (room / (CHARACTER * text.chars().count() as f64)).min(12.0);
            let (label, size) = match (fits(name), fits(&number).min(self.sheet.tile * 1.1)) {
                (size, _) if size >= 8.0 => (name, size),
                (_, size) if size >= 6.5 => (number.as_str(), size),
                _ => continue,
            };
            let at = (
                (left + right + self.sheet.tile) / 2.0,
                top + self.sheet.tile / 2.0 + size * 0.36,
            );
            halo(out, label, at, size);
        }
    }

    /// Colour, number and figures of every layer, and how to read a tile; with the height it takes.
    fn legend(&self, width: f64, top: f64) -> (String, f64) {
        let mut out = String::new();
        let mut rows: Vec<(usize, String)> = Vec::new();
        for (n, l) in self
            .report
            .layers
            .iter()
            .enumerate()
            .filter(|(_, l)| l.tiles > 0)
        {
            let share = format!("{:.0} % used", 100.0 * fill(self.report, l));
            rows.push((
                n,
                format!(
                    "{}  {}: {}, {share}",
                    n + 1,
                    l.name,
                    plural(l.tiles, "tile")
                ),
            ));
        }
        let longest = rows
            .iter()
            .map(|(_, t)| t.chars().count())
            .max()
            .unwrap_or(0);
        let column = 34.0 + longest as f64 * 12.0 * CHARACTER;
        let columns = (((width - 2.0 * MARGIN) / column) as usize).clamp(1, rows.len().max(1));
        let per_column = rows.len().div_ceil(columns);
        for (i, (n, line)) in rows.iter().enumerate() {
            let x = MARGIN + (i / per_column) as f64 * column;
            let y = top + 14.0 + (i % per_column) as f64 * 18.0;
            swatch(
                &mut out,
                (x, y - 10.0),
                colour(*n),
                fill(self.report, &self.report.layers[*n]),
            );
            text(&mut out, line, (x + 18.0, y), 12.0, INK, "start");
        }
        let y = top + 14.0 + per_column as f64 * 18.0 + 12.0;
        let mut x = MARGIN;
        for share in [0.0, 0.5, 1.0] {
            swatch(&mut out, (x, y - 10.0), [90, 90, 90], share);
            x += 16.0;
        }
        let mut note = "none, half, all of the cells hold weights".to_string();
        if self.tiles.iter().any(|t| t.len() > 1) {
            note += "; stripes: layers that share a tile";
        }
        if self.grid.tiles_of_router() != (1, 1) {
            note += "; dots: routers";
        }
        text(&mut out, &note, (x + 4.0, y), 12.0, GREY, "start");
        (out, y - top + 18.0)
    }
}

/// A tile of the legend.
fn swatch(out: &mut String, (x, y): (f64, f64), colour: palette::Colour, share: f64) {
    let (empty, full) = (hex(pale(colour)), hex(colour));
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"12\" height=\"12\" fill=\"{empty}\"/><rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"{:.1}\" fill=\"{full}\"/>",
        y + 12.0 * (1.0 - share),
        12.0 * share
    );
}

fn square(path: &mut String, [x, y, w, h]: [f64; 4]) {
    let _ = write!(path, "M{x:.1} {y:.1}h{w:.1}v{h:.1}h{:.1}z", -w);
}

fn text(out: &mut String, text: &str, (x, y): (f64, f64), size: f64, colour: &str, anchor: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" fill=\"{colour}\" text-anchor=\"{anchor}\">{}</text>",
        escape(text)
    );
}

/// Text that stays readable on any colour.
fn halo(out: &mut String, text: &str, (x, y): (f64, f64), size: f64) {
    let text = escape(text);
    for style in [
        "stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" fill=\"#ffffff\" stroke-opacity=\"0.85\"",
        "fill=\"#111111\"",
    ] {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" font-weight=\"bold\" text-anchor=\"middle\" pointer-events=\"none\" {style}>{text}</text>"
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

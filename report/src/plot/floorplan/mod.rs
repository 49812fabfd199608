//! The floor plan of a mapped network as SVG: every tile of every chip, coloured by layer and filled as far as its cells
//! hold weights.
//!
//! A tile that several layers share is cut into stripes, as wide as their shares of its PEs. Tiles of one router stand
//! together.

mod labels;
mod legend;
mod palette;
mod sheet;

use super::svg::{Anchor, GREY, INK, Squares, Svg};
use crate::format::{bits, count, percent, plural};
use crate::{LayerMapReport, MapReport};
use crosscut_arch::Grid;
use legend::{Entry, Legend};
use palette::{hex, layer as colour, pale};
use sheet::{CHARACTER, MARGIN, Sheet};
use std::collections::BTreeMap;
use std::fmt::Write;

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
        let legend = self.legend(width);
        let mut svg = Svg::new(width.round(), (bottom + 8.0 + legend.height()).round());
        self.head(&mut svg);
        for chip in 0..self.report.totals.chips {
            self.chip(&mut svg, chip);
        }
        for n in 0..self.report.layers.len() {
            self.layer(&mut svg, n);
        }
        if self.grid.tiles_of_router() != (1, 1) {
            self.routers(&mut svg);
        }
        for chip in 0..self.report.totals.chips {
            self.names(&mut svg, chip);
        }
        legend.draw(&mut svg, bottom + 8.0);
        svg.finish()
    }

    fn head(&self, svg: &mut Svg) {
        let (r, t) = (self.report, &self.report.totals);
        let title = format!(
            "{} on {}: floor plan",
            r.about.network, r.about.machine.name
        );
        write(svg, &title, [MARGIN, 34.0], 22.0, INK);
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
        write(svg, &line, [MARGIN, 57.0], 14.0, GREY);
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
        write(svg, &line, [MARGIN, 76.0], 14.0, GREY);
    }

    /// Frame, name and empty tiles of a chip.
    fn chip(&self, svg: &mut Svg, chip: u64) {
        let [x, y, w, h] = self.sheet.chip_frame(chip);
        svg.card([x, y, w, h], "#fafafa", "#999999");
        let size = if w < 70.0 { 9.0 } else { 12.0 };
        let name = if w < 70.0 {
            chip.to_string()
        } else {
            format!("chip {chip}")
        };
        write(svg, &name, [x, y - 5.0], size, GREY);
        let mut empty = Squares::default();
        for slot in 0..self.grid.tiles_per_chip() {
            let (x, y) = self.sheet.at(chip, self.grid.tile_of_slot(slot));
            empty.add([x, y, self.sheet.tile, self.sheet.tile]);
        }
        svg.squares(&empty, "#ececec");
    }

    /// All tiles of a layer, pale, with the share of cells that hold weights in full colour from the bottom.
    fn layer(&self, svg: &mut Svg, n: usize) {
        let l = &self.report.layers[n];
        let fill = fill(self.report, l);
        let (mut empty, mut full) = (Squares::default(), Squares::default());
        let side = self.sheet.tile;
        for (tile, stripes) in self.tiles.iter().enumerate() {
            for s in stripes.iter().filter(|s| s.layer == n) {
                let (x, y) = self.tile_at(tile);
                let (x, w) = (x + s.from * side, (s.to - s.from) * side);
                empty.add([x, y, w, side]);
                if fill > 0.0 {
                    full.add([x, y + (1.0 - fill) * side, w, fill * side]);
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
        let (pale, strong) = (hex(pale(colour(n))), hex(colour(n)));
        svg.squares_with_title([(&empty, &pale), (&full, &strong)], &about);
    }

    fn slot(&self, tile: usize) -> u64 {
        let slot = self.report.placement.slots.get(tile).copied();
        u64::from(slot.unwrap_or(0))
    }

    fn tile_at(&self, tile: usize) -> (f64, f64) {
        let slot = self.slot(tile);
        self.sheet
            .at(self.grid.chip_of_slot(slot), self.grid.tile_of_slot(slot))
    }

    /// A dot between the tiles of each router.
    fn routers(&self, svg: &mut Svg) {
        let (across, down) = self.grid.tiles_of_router();
        let radius = (self.sheet.tile * 0.13).max(0.7);
        let span = |n: u64| (n as f64 * (self.sheet.tile + self.sheet.gap) - self.sheet.gap) / 2.0;
        for chip in 0..self.report.totals.chips {
            let slots = (0..self.grid.tiles_per_chip()).step_by((across * down) as usize);
            for slot in slots {
                let (x, y) = self.sheet.at(chip, self.grid.tile_of_slot(slot));
                svg.dot([x + span(across), y + span(down)], radius, INK);
            }
        }
    }

    /// Names of the layers on a chip, or their numbers where there is little room.
    fn names(&self, svg: &mut Svg, chip: u64) {
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
            let at = [
                (left + right + self.sheet.tile) / 2.0,
                top + self.sheet.tile / 2.0,
            ];
            svg.text_on_colour(label, at, size);
        }
    }
}

impl Plan<'_> {
    fn legend(&self, width: f64) -> Legend {
        let layers = self.report.layers.iter().enumerate();
        let entry = |(n, l): (usize, &LayerMapReport)| {
            let fill = fill(self.report, l);
            let (tiles, share) = (plural(l.tiles, "tile"), 100.0 * fill);
            Entry {
                text: format!("{}  {}: {tiles}, {share:.0} % used", n + 1, l.name),
                colour: colour(n),
                fill,
            }
        };
        let entries = layers.filter(|(_, l)| l.tiles > 0).map(entry).collect();
        let mut note = "none, half, all of the cells hold weights".to_string();
        if self.tiles.iter().any(|t| t.len() > 1) {
            note += "; stripes: layers that share a tile";
        }
        if self.grid.tiles_of_router() != (1, 1) {
            note += "; dots: routers";
        }
        Legend::new(entries, note, width)
    }
}

/// Text whose baseline begins at `at`.
fn write(svg: &mut Svg, text: &str, at: [f64; 2], size: f64, colour: &str) {
    svg.text(
        text,
        [at[0], at[1] - 0.35 * size],
        size,
        colour,
        Anchor::Start,
    );
}

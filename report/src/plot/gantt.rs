//! Layers over time as SVG: one row per station, bars from the first firing to the last.

use super::axis;
use super::cause;
use super::svg::{Anchor, GREY, INK, LINE, Svg};
use super::words::shorten;
use crate::format::{self, Unit};
use crosscut_sim::record::Cause;

const WIDTH: f64 = 1180.0;
const TOP: f64 = 112.0;
const BOTTOM: f64 = 60.0;
const RIGHT: f64 = 30.0;
/// Mean width of a character of a label.
const CHARACTER: f64 = 7.0;
/// Distance between the lines that show where a value skips layers.
const RAIL: f64 = 7.0;

/// Colours of images that follow each other.
const IMAGES: [&str; 4] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];

/// What fills a row.
pub enum Fill {
    /// Ticks by cause, in equal bins from tick 0 on.
    Profile(Vec<(Cause, Vec<u64>)>),
    /// Begin and end of each image.
    Spans(Vec<[u64; 2]>),
}

/// One row.
pub struct Row {
    /// Layer.
    pub label: String,
    /// First begin and last end in ticks.
    pub span: [u64; 2],
    /// Content.
    pub fill: Fill,
    /// Shown when pointed at.
    pub title: String,
}

/// A chart.
pub struct Gantt {
    /// Title.
    pub title: String,
    /// What it is about.
    pub subtitle: String,
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
    /// Rows that exchange values, from and to.
    pub edges: Vec<[usize; 2]>,
    /// Last tick of the axis.
    pub end: u64,
    /// Ticks of one bin.
    pub bin: u64,
    /// Nanoseconds of a tick.
    pub tick_ns: f64,
    /// Ticks at which images are done.
    pub images: Vec<u64>,
}

impl Gantt {
    /// The chart as SVG text.
    pub fn svg(&self) -> String {
        let height = match self.rows.len() {
            0..=30 => 24.0,
            31..=60 => 18.0,
            _ => 13.0,
        };
        let rails = self.rails();
        let lanes = rails.iter().map(|r| r.1 + 1).max().unwrap_or(0);
        let longest = self
            .rows
            .iter()
            .map(|r| r.label.chars().count().min(34))
            .max();
        let labels = 34.0 + CHARACTER * longest.unwrap_or(0) as f64;
        let left = labels + 10.0 + RAIL * lanes as f64;
        let bottom = TOP + height * self.rows.len() as f64;
        let mut svg = Svg::new(WIDTH, bottom + BOTTOM);
        svg.head(&self.title, &self.subtitle);
        self.legend(&mut svg);
        let unit = format::time_unit(self.end as f64 * self.tick_ns);
        let at = |tick: u64| left + (WIDTH - RIGHT - left) * tick as f64 / self.end.max(1) as f64;
        self.grid(&mut svg, unit, bottom, [left, WIDTH - RIGHT]);
        for (i, row) in self.rows.iter().enumerate() {
            let top = TOP + height * i as f64;
            let middle = top + height / 2.0;
            let size = (height - 3.0).min(12.5);
            svg.text(
                &shorten(&row.label, 34),
                [labels, middle],
                size,
                INK,
                Anchor::End,
            );
            svg.line(
                [left, top + height],
                [WIDTH - RIGHT, top + height],
                "#f0f0f0",
                1.0,
            );
            let bar = [top + 2.0, height - 4.0];
            let area = [
                at(row.span[0]),
                bar[0],
                at(row.span[1]) - at(row.span[0]),
                bar[1],
            ];
            match &row.fill {
                Fill::Profile(series) => {
                    // Pale ground, so that a bar is seen where its share of a bin is small.
                    svg.rect_with_title(area, "#f4f4f4", &row.title);
                    self.profile(&mut svg, series, row.span, bar, at);
                }
                Fill::Spans(images) => images.iter().enumerate().for_each(|(n, span)| {
                    let share = bar[1] / images.len().clamp(1, 2) as f64;
                    // Images that follow each other alternate between the halves, as they overlap in time.
                    let y = bar[0] + share * (n % 2) as f64;
                    let width = (at(span[1]) - at(span[0])).max(1.0);
                    let title = format!("{}, image {n}", row.title);
                    let area = [at(span[0]), y, width, share];
                    svg.rect_with_title(area, IMAGES[n % IMAGES.len()], &title);
                }),
            }
        }
        for ([from, to], lane) in rails {
            let y = |row: usize| TOP + height * (row as f64 + 0.5);
            let x = left - 6.0 - RAIL * lane as f64;
            svg.line([left - 3.0, y(from) + 3.0], [x, y(from) + 3.0], GREY, 1.0);
            svg.line([x, y(from) + 3.0], [x, y(to) - 3.0], GREY, 1.0);
            svg.line([x, y(to) - 3.0], [left - 5.0, y(to) - 3.0], GREY, 1.0);
            let tip = [
                [left - 1.0, y(to) - 3.0],
                [left - 6.0, y(to) - 6.0],
                [left - 6.0, y(to)],
            ];
            svg.polygon(&tip, GREY);
        }
        for &tick in self.images.iter().filter(|&&t| t <= self.end) {
            svg.line([at(tick), TOP - 4.0], [at(tick), bottom], INK, 1.0);
        }
        svg.finish()
    }

    fn legend(&self, svg: &mut Svg) {
        let used = |c: &Cause| {
            self.rows.iter().any(|r| match &r.fill {
                Fill::Profile(series) => series.iter().any(|s| s.0 == *c),
                Fill::Spans(_) => false,
            })
        };
        let causes = Cause::ALL.iter().filter(|c| used(c));
        let mut entries: Vec<(String, &str)> = causes
            .map(|&c| (cause::name(c).to_string(), cause::colour(c)))
            .collect();
        let images = self.rows.iter().map(|r| match &r.fill {
            Fill::Spans(images) => images.len(),
            Fill::Profile(_) => 0,
        });
        let shown = IMAGES.iter().take(images.max().unwrap_or(0));
        entries.extend((shown.enumerate()).map(|(n, &colour)| (format!("image {n}"), colour)));
        let entries: Vec<(&str, &str)> = entries.iter().map(|e| (e.0.as_str(), e.1)).collect();
        let x = svg.legend(24.0, 82.0, &entries);
        if !self.images.is_empty() {
            svg.line([x + 6.0, 75.0], [x + 6.0, 89.0], INK, 1.0);
            svg.text("image done", [x + 14.0, 82.0], 13.0, INK, Anchor::Start);
        }
    }

    fn grid(&self, svg: &mut Svg, (scale, unit): Unit, bottom: f64, [left, right]: [f64; 2]) {
        let end = self.end as f64 * self.tick_ns / scale;
        let ticks = axis::ticks(end, false);
        let shown = ticks.iter().filter(|&&t| t <= end * (1.0 + 1e-9));
        for &t in shown {
            let x = left + (right - left) * t / end.max(f64::MIN_POSITIVE);
            svg.line([x, TOP - 4.0], [x, bottom], LINE, 1.0);
            svg.text(
                &axis::label(t, ticks[1]),
                [x, bottom + 15.0],
                12.5,
                GREY,
                Anchor::Middle,
            );
        }
        let title = format!("Time ({})", unit.replace("us", "\u{b5}s"));
        svg.text(
            &title,
            [(left + right) / 2.0, bottom + 39.0],
            13.0,
            INK,
            Anchor::Middle,
        );
    }

    /// The causes of each bin on top of each other, work at the bottom.
    fn profile(
        &self,
        svg: &mut Svg,
        series: &[(Cause, Vec<u64>)],
        span: [u64; 2],
        [top, height]: [f64; 2],
        at: impl Fn(u64) -> f64,
    ) {
        let bins = series.iter().map(|s| s.1.len()).max().unwrap_or(0);
        let mut below = vec![0.0; bins];
        for (cause, ticks) in series {
            // Steps along the upper border, then back along the lower.
            let (mut upper, mut lower) = (Vec::new(), Vec::new());
            for (i, &t) in ticks.iter().enumerate() {
                let begin = (i as u64).saturating_mul(self.bin).clamp(span[0], span[1]);
                let end = (i as u64 + 1)
                    .saturating_mul(self.bin)
                    .clamp(span[0], span[1]);
                if end == begin {
                    continue;
                }
                let low = below[i];
                let high = (low + t as f64 / (end - begin) as f64).min(1.0);
                below[i] = high;
                for x in [at(begin), at(end)] {
                    upper.push([x, top + height * (1.0 - high)]);
                    lower.push([x, top + height * (1.0 - low)]);
                }
            }
            lower.reverse();
            upper.extend(lower);
            if !upper.is_empty() {
                svg.polygon(&upper, cause::colour(*cause));
            }
        }
    }

    /// Edges that skip rows, each on a rail of its own as far as they overlap.
    fn rails(&self) -> Vec<([usize; 2], usize)> {
        let mut edges: Vec<[usize; 2]> = self.edges.clone();
        edges.retain(|e| e[1] > e[0] + 1);
        edges.sort_by_key(|e| (e[1] - e[0], e[0]));
        let mut rails: Vec<([usize; 2], usize)> = Vec::new();
        for edge in edges {
            let taken = |lane: usize| {
                rails
                    .iter()
                    .any(|(e, l)| *l == lane && e[0] < edge[1] && edge[0] < e[1])
            };
            let lane = (0..).find(|&l| !taken(l)).unwrap_or(0);
            rails.push((edge, lane));
        }
        rails
    }
}

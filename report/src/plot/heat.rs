//! Links of the network as SVG: routers on their grid, links coloured by the share of time they are busy.

use super::axis;
use super::svg::{Anchor, GREY, INK, Svg};

const TOP: f64 = 92.0;
const LEFT: f64 = 40.0;
/// Room for the colour bar.
const RIGHT: f64 = 110.0;
const BOTTOM: f64 = 48.0;

/// Sequential colours from light to dark (ColorBrewer YlOrRd).
const SCALE: [[u8; 3]; 7] = [
    [255, 237, 160],
    [254, 217, 118],
    [254, 178, 76],
    [253, 141, 60],
    [252, 78, 42],
    [227, 26, 28],
    [128, 0, 38],
];

/// One link.
pub struct HeatLink {
    /// Router before.
    pub from: [u64; 2],
    /// Router behind.
    pub to: [u64; 2],
    /// Busy share of time, 0 to 1.
    pub share: f64,
    /// Shown when pointed at.
    pub title: String,
}

/// A map.
pub struct HeatMap {
    /// Title.
    pub title: String,
    /// What it is about.
    pub subtitle: String,
    /// Links in use.
    pub links: Vec<HeatLink>,
    /// Routers in x and y, all chips side by side.
    pub size: [u64; 2],
    /// Routers of one chip in x.
    pub chip: u64,
}

fn colour(share: f64) -> String {
    let at = share.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    let low = (at as usize).min(SCALE.len() - 2);
    let mix = |i: usize| {
        let [a, b] = [SCALE[low][i], SCALE[low + 1][i]].map(f64::from);
        (a + (b - a) * (at - low as f64)).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

impl HeatMap {
    /// The map as SVG text.
    pub fn svg(&self) -> String {
        // Routers stand so far apart that the page stays on a screen.
        let step = (1500.0 / self.size[0].max(1) as f64).clamp(22.0, 96.0);
        let half = step * 0.19;
        let [width, height] = [0, 1].map(|a| step * self.size[a] as f64);
        let page = (LEFT + width + RIGHT).max(640.0);
        let mut svg = Svg::new(page, TOP + height.max(180.0) + BOTTOM);
        svg.head(&self.title, &self.subtitle);
        let centre = |r: [u64; 2]| {
            [
                LEFT + step * (r[0] as f64 + 0.5),
                TOP + step * (r[1] as f64 + 0.5),
            ]
        };
        let chips = self.size[0].div_ceil(self.chip.max(1));
        for chip in 0..chips {
            let columns = self.chip.min(self.size[0] - chip * self.chip);
            let x = LEFT + step * (chip * self.chip) as f64;
            let area = [
                x + 2.0,
                TOP + 2.0,
                step * columns as f64 - 4.0,
                height - 4.0,
            ];
            svg.rect(area, "#fafafa");
            svg.frame(area, "#c8c8c8");
            let at = [x + step * columns as f64 / 2.0, TOP + height + 16.0];
            svg.text(&format!("chip {chip}"), at, 12.5, GREY, Anchor::Middle);
        }
        let most = self.links.iter().map(|l| l.share).fold(0.0, f64::max);
        let ticks = axis::ticks(100.0 * most, false);
        let end = ticks[ticks.len() - 1] / 100.0;
        // Busy links are drawn last, on top.
        let mut order: Vec<&HeatLink> = self.links.iter().collect();
        order.sort_by(|a, b| {
            a.share
                .total_cmp(&b.share)
                .then((a.from, a.to).cmp(&(b.from, b.to)))
        });
        for link in order {
            let fill = colour(link.share / end);
            arrow(
                &mut svg,
                link,
                [centre(link.from), centre(link.to)],
                half,
                &fill,
            );
        }
        for y in 0..self.size[1] {
            for x in 0..self.size[0] {
                let [cx, cy] = centre([x, y]);
                let area = [cx - half, cy - half, 2.0 * half, 2.0 * half];
                svg.rect_with_title(area, "#ffffff", &format!("router ({x}, {y})"));
                svg.frame(area, "#9a9a9a");
            }
        }
        self.bar(
            &mut svg,
            LEFT + width.max(page - LEFT - RIGHT) + 26.0,
            &ticks,
        );
        svg.finish()
    }

    fn bar(&self, svg: &mut Svg, x: f64, ticks: &[f64]) {
        let (height, steps) = (160.0, 80);
        let end = ticks[ticks.len() - 1];
        for i in 0..steps {
            let y = TOP + height * (1.0 - f64::from(i + 1) / f64::from(steps));
            let fill = colour((f64::from(i) + 0.5) / f64::from(steps));
            svg.rect([x, y, 16.0, height / f64::from(steps) + 0.3], &fill);
        }
        for &t in ticks {
            let y = TOP + height * (1.0 - t / end);
            svg.line([x + 16.0, y], [x + 20.0, y], INK, 1.0);
            let text = format!("{} %", axis::label(t, ticks[1]));
            svg.text(&text, [x + 24.0, y], 12.0, INK, Anchor::Start);
        }
        svg.text("busy", [x, TOP - 14.0], 12.5, INK, Anchor::Start);
    }
}

/// The two directions between routers run side by side, each with its tip; a link round the border of a torus is drawn as
/// a stub at both its ends.
fn arrow(svg: &mut Svg, link: &HeatLink, [a, b]: [[f64; 2]; 2], half: f64, fill: &str) {
    let length = (b[0] - a[0]).hypot(b[1] - a[1]).max(1.0);
    let [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
    let side = half * 0.5;
    let shift =
        |p: [f64; 2], along: f64| [p[0] + ux * along - uy * side, p[1] + uy * along + ux * side];
    let width = half * 0.7;
    let far = link.from[0].abs_diff(link.to[0]) + link.from[1].abs_diff(link.to[1]) > 1;
    let mut draw = |from: [f64; 2], to: [f64; 2]| {
        let tip = 1.1 * width;
        let neck = [to[0] - ux * tip, to[1] - uy * tip];
        svg.line_with_title(from, neck, fill, width, Some(&link.title));
        let wing = |s: f64| [neck[0] - uy * s * width, neck[1] + ux * s * width];
        svg.polygon(&[to, wing(0.9), wing(-0.9)], fill);
    };
    if far {
        // Outwards at the source, inwards at the goal.
        let out = |p: [f64; 2], s: f64| {
            shift(
                [p[0] - ux * s * half * 2.4, p[1] - uy * s * half * 2.4],
                0.0,
            )
        };
        draw(
            shift([a[0] - ux * half, a[1] - uy * half], 0.0),
            out(a, 1.0),
        );
        draw(
            out(b, -1.0),
            shift([b[0] + ux * half, b[1] + uy * half], 0.0),
        );
    } else {
        draw(shift(a, half), shift(b, -half));
    }
}

//! Column sums before conversion as SVG: a small histogram per layer and weight slice, with the limits of the ADC.

use super::svg::{Anchor, GREY, INK, LINE, Svg};
use super::words::shorten;
use crate::ProfileReport;
use crate::format::{count, percent, rate};
use crosscut_arch::RangeRule;
use crosscut_sim::func::adc::sums::WeightSliceProfile;

/// One histogram and the room around it.
const CELL: [f64; 2] = [236.0, 62.0];
const GAP: [f64; 2] = [26.0, 46.0];
const TOP: f64 = 122.0;
const CHARACTER: f64 = 7.2;
const BARS: &str = "#0072b2";
const CLIPPED: &str = "#d55e00";
const RANGE: &str = "#e3f1e6";
const EDGE: &str = "#009e73";

/// The page.
pub fn svg(r: &ProfileReport) -> String {
    let slices = r
        .adc_profile
        .iter()
        .map(|l| l.slices.len())
        .max()
        .unwrap_or(1);
    let longest = r.adc_profile.iter().map(|l| l.name.chars().count()).max();
    let left = 36.0 + CHARACTER * longest.unwrap_or(0).min(28) as f64;
    let width = (left + (CELL[0] + GAP[0]) * slices as f64 + 12.0).max(700.0);
    let height = TOP + (CELL[1] + GAP[1]) * r.adc_profile.len() as f64 + 6.0;
    let mut svg = Svg::new(width, height);
    let rule = match r.rule.rule {
        RangeRule::LeastError => "least squared error".to_string(),
        RangeRule::Percentile => format!("{} % unclipped", r.rule.percentile),
    };
    let about = &r.about;
    let subtitle = format!(
        "{} on {}, {} images; limits: {rule}; heights are logarithmic",
        about.network, about.machine.name, r.images
    );
    svg.head("Column sums that the ADCs see", &subtitle);
    svg.legend(
        24.0,
        80.0,
        &[
            ("within the limits", BARS),
            ("clipped", CLIPPED),
            ("range of the ADC", EDGE),
        ],
    );
    for slice in 0..slices {
        let x = left + (CELL[0] + GAP[0]) * slice as f64;
        let end = match slice {
            0 if slices > 1 => " (least significant)",
            s if s > 0 && s + 1 == slices => " (most significant)",
            _ => "",
        };
        svg.text(
            &format!("weight slice {slice}{end}"),
            [x, TOP - 16.0],
            13.0,
            INK,
            Anchor::Start,
        );
    }
    for (row, layer) in r.adc_profile.iter().enumerate() {
        let y = TOP + (CELL[1] + GAP[1]) * row as f64;
        let name = shorten(&layer.name, 28);
        svg.text(
            &name,
            [left - 14.0, y + CELL[1] / 2.0],
            13.5,
            INK,
            Anchor::End,
        );
        for (i, s) in layer.slices.iter().enumerate() {
            let x = left + (CELL[0] + GAP[0]) * i as f64;
            match s {
                Some(s) => cell(&mut svg, s, [x, y]),
                None => svg.text("no sums", [x, y + CELL[1] / 2.0], 12.0, GREY, Anchor::Start),
            }
        }
    }
    svg.finish()
}

/// One histogram, its upper left corner at `at`.
fn cell(svg: &mut Svg, s: &WeightSliceProfile, [left, top]: [f64; 2]) {
    let [w, h] = CELL;
    let [lo, hi] = s.chosen.limits;
    let half = s.chosen.step / 2;
    let (from, until) = (s.seen[0].min(lo) as f64, (s.seen[1].max(hi) + 1) as f64);
    let x = |sum: f64| left + w * (sum - from) / (until - from);
    let bottom = top + h;
    svg.rect(
        [x(lo as f64), top, x((hi + 1) as f64) - x(lo as f64), h],
        RANGE,
    );
    let most = s.bars.counts.iter().copied().max().unwrap_or(1).max(2);
    let scale = h / ((most as f64).ln() + 1.0);
    for (i, &n) in s.bars.counts.iter().enumerate().filter(|b| *b.1 > 0) {
        let first = s.bars.first + s.bars.width * i as i64;
        let last = first + s.bars.width - 1;
        let outside = last < lo - half || first > hi + half;
        let bar = ((n as f64).ln() + 1.0) * scale;
        let (a, b) = (x(first as f64), x((last + 1) as f64).min(left + w));
        let area = [a, bottom - bar, (b - a).max(0.8), bar];
        let title = format!("sums {first} to {last}: {}", count(n));
        svg.rect_with_title(area, if outside { CLIPPED } else { BARS }, &title);
    }
    for edge in [lo as f64, (hi + 1) as f64] {
        svg.line([x(edge), top - 3.0], [x(edge), bottom], EDGE, 1.5);
    }
    svg.line([left, bottom], [left + w, bottom], LINE, 1.0);
    svg.text(
        &s.seen[0].min(lo).to_string(),
        [left, bottom + 11.0],
        11.0,
        GREY,
        Anchor::Start,
    );
    let end = s.seen[1].max(hi).to_string();
    svg.text(&end, [left + w, bottom + 11.0], 11.0, GREY, Anchor::End);
    let words = format!(
        "{lo} to {hi}, step {}: clips {}, error {}",
        s.chosen.step,
        rate(s.chosen.clip_rate),
        percent(s.chosen.relative_error)
    );
    svg.text(
        &words,
        [left + w / 2.0, bottom + 25.0],
        11.0,
        INK,
        Anchor::Middle,
    );
}

//! Does the cost of a cycle run grow linearly with the firings?
//!
//! Chains of four convolutions and a pool on images of 16x16 to 768x768, one image alone, fastest of several runs. Prints a
//! table; with `-- --svg FILE` it also draws `docs/images/cycle-scaling.svg`.

use crosscut_sim::cycle::{Limits, Plan, Silent, simulate};
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::net::Builder;
use crosscut_traces::{Network, Shape};
use std::fmt::Write;
use std::time::Instant;

/// One size of image.
struct Point {
    size: usize,
    firings: u64,
    events: u64,
    seconds: f64,
}

fn chain(size: usize) -> Network {
    let (mut b, x) = Builder::new("chain", Shape::new(3, size, size), 0);
    let x = b.conv("conv1", x, 16, 3, 1, 1);
    let x = b.conv("conv2", x, 16, 3, 1, 1);
    let x = b.max_pool("pool", x, 2, 2, 0);
    let x = b.conv("conv3", x, 32, 3, 1, 1);
    b.conv("conv4", x, 32, 3, 1, 1);
    b.finish()
}

fn measure(size: usize) -> Point {
    // Buffers large enough for the rows of the largest image.
    let set = ["tile.buffer=1 MiB".to_string()];
    let arch = crosscut_arch::load("isaac-ce", &set).expect("a preset");
    let net = chain(size);
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
    let graph = DataflowGraph::build(&net, &arch, &mapping).expect("a graph");
    let plan = Plan::new(&graph, &arch, &mapping).expect("a plan");
    let mut seconds = f64::MAX;
    let mut events = 0;
    for _ in 0..7 {
        let begin = Instant::now();
        let run = simulate(&plan, &Limits::default(), &mut Silent, &mut |_, _| {});
        seconds = seconds.min(begin.elapsed().as_secs_f64());
        events = run.expect("a run").events;
    }
    Point {
        size,
        firings: plan.firings(),
        events,
        seconds,
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let sizes = [16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768];
    let points: Vec<Point> = sizes.into_iter().map(measure).collect();
    println!("image        firings      events          ms   ns/firing   events/s");
    for p in &points {
        println!(
            "{:>4} x {:<4} {:>9} {:>11} {:>11.3} {:>11.1} {:>10.3e}",
            p.size,
            p.size,
            p.firings,
            p.events,
            1e3 * p.seconds,
            1e9 * p.seconds / p.firings as f64,
            p.events as f64 / p.seconds
        );
    }
    println!("time grows as firings^{:.3}", slope(&points));
    let file = args.iter().position(|a| a == "--svg");
    if let Some(path) = file.and_then(|at| args.get(at + 1)) {
        std::fs::write(path, svg(&points)).expect("the picture can be written");
    }
}

/// Exponent of the power law that fits best.
fn slope(points: &[Point]) -> f64 {
    let at = |p: &Point| ((p.firings as f64).ln(), p.seconds.ln());
    let n = points.len() as f64;
    let (x, y) = points
        .iter()
        .map(at)
        .fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let (x, y) = (x / n, y / n);
    let of = |f: fn(f64, f64) -> f64| {
        points
            .iter()
            .map(|p| f(at(p).0 - x, at(p).1 - y))
            .sum::<f64>()
    };
    of(|dx, dy| dx * dy) / of(|dx, _| dx * dx)
}

/// Time over firings, both by powers of ten, with the line of the mean cost per firing.
fn svg(points: &[Point]) -> String {
    const LEFT: f64 = 70.0;
    const TOP: f64 = 64.0;
    const WIDTH: f64 = 560.0;
    const HEIGHT: f64 = 300.0;
    let firings = |p: &Point| p.firings as f64;
    let ms = |p: &Point| 1e3 * p.seconds;
    let range = |of: &dyn Fn(&Point) -> f64| {
        let all = points.iter().map(of);
        let (low, high) = all.fold((f64::MAX, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
        (low.log10().floor(), high.log10().ceil())
    };
    let ((x0, x1), (y0, y1)) = (range(&firings), range(&ms));
    let x = |v: f64| LEFT + WIDTH * (v.log10() - x0) / (x1 - x0);
    let y = |v: f64| TOP + HEIGHT * (1.0 - (v.log10() - y0) / (y1 - y0));
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"660\" height=\"430\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"660\" height=\"430\" fill=\"white\"/>\n",
    );
    let mut add = |text: String| {
        out += &text;
        out.push('\n');
    };
    add(format!(
        "<text x=\"{LEFT}\" y=\"26\" font-size=\"16\" font-weight=\"bold\">Time of a cycle run</text>"
    ));
    add(format!(
        "<text x=\"{LEFT}\" y=\"46\" fill=\"#555\">four convolutions and a pool on isaac-ce, 16 x 16 to 768 x 768, one core; exponent {:.2}</text>",
        slope(points)
    ));
    let power = |e: f64| match e as i32 {
        e @ -3..=3 => format!("{}", 10f64.powi(e)),
        e => format!("10<tspan dy=\"-5\" font-size=\"9\">{e}</tspan>"),
    };
    for e in x0 as i32..=x1 as i32 {
        let at = x(10f64.powi(e));
        add(format!(
            "<path d=\"M{at:.1} {TOP}v{HEIGHT}\" stroke=\"#ddd\"/>"
        ));
        let below = TOP + HEIGHT + 18.0;
        add(format!(
            "<text x=\"{at:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
            power(f64::from(e))
        ));
    }
    for e in y0 as i32..=y1 as i32 {
        let at = y(10f64.powi(e));
        add(format!(
            "<path d=\"M{LEFT} {at:.1}h{WIDTH}\" stroke=\"#ddd\"/>"
        ));
        add(format!(
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            at + 4.0,
            power(f64::from(e))
        ));
    }
    let total = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>();
    let each = total(|p| 1e3 * p.seconds) / total(|p| p.firings as f64);
    let ends = [points.first(), points.last()].map(|p| p.map_or(1.0, firings));
    let mut line = String::new();
    for (step, v) in ends.into_iter().enumerate() {
        let command = if step == 0 { "M" } else { "L" };
        let _ = write!(line, "{command}{:.1} {:.1}", x(v), y(v * each));
    }
    add(format!(
        "<path d=\"{line}\" stroke=\"#888\" stroke-dasharray=\"6 4\" fill=\"none\"/>"
    ));
    let (lx, ly) = (x(ends[1]) - 14.0, y(ends[1] * each) - 8.0);
    add(format!(
        "<text x=\"{lx:.1}\" y=\"{ly:.1}\" fill=\"#555\" text-anchor=\"end\">{:.0} ns a firing</text>",
        1e6 * each
    ));
    for p in points {
        add(format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#1f77b4\"/>",
            x(firings(p)),
            y(ms(p))
        ));
    }
    add(format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">Firings of one image, all layers</text>",
        LEFT + WIDTH / 2.0,
        TOP + HEIGHT + 44.0
    ));
    add(format!(
        "<text transform=\"translate(22 {}) rotate(-90)\" text-anchor=\"middle\">Time of the engine (ms)</text>",
        TOP + HEIGHT / 2.0
    ));
    out += "</svg>\n";
    out
}

//! What a row of a sweep can hold.

use crate::schema::RunReport;
use crosscut_arch::PartKind;
use serde::{Deserialize, Serialize};

/// Which way a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// Less is better.
    Less,
    /// More is better.
    More,
    /// It is a fact, no merit.
    Neither,
}

/// A figure of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its key, with the unit where reports have one in theirs.
    pub name: String,
    /// What it measures, for the title of an axis.
    pub title: String,
    /// Its unit; empty for counts and shares.
    pub unit: String,
    /// Which way it is better.
    pub better: Better,
}

/// Accuracy of a point, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// On simulated crossbars.
    pub crossbars: f64,
    /// 95 % interval of it.
    pub interval: [f64; 2],
    /// Of the integer reference.
    pub reference: f64,
    /// Of the float network.
    pub float: f64,
}

/// What a point is known by.
pub struct Measured<'a> {
    /// Its run.
    pub run: &'a RunReport,
    /// Its accuracy, if it was measured.
    pub accuracy: Option<Accuracy>,
    /// What a question by bisection (`--iso-accuracy`) found.
    pub iso: Option<f64>,
}

/// How a figure is got.
type Get = fn(&Measured<'_>) -> Option<f64>;

struct Known {
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    better: Better,
    get: Get,
}

const fn known(
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    better: Better,
    get: Get,
) -> Known {
    Known {
        name,
        title,
        unit,
        better,
        get,
    }
}

use Better::{Less, More, Neither};

const KNOWN: [Known; 33] = [
    known("latency_ns", "Latency of one image", "ns", Less, |m| {
        Some(m.run.latency_ns)
    }),
    known("interval_ns", "Interval between images", "ns", Less, |m| {
        Some(m.run.interval_ns)
    }),
    known("throughput_ips", "Throughput", "images/s", More, |m| {
        Some(m.run.throughput_ips)
    }),
    known("energy_pj", "Energy per image", "pJ", Less, |m| {
        m.run.energy_pj
    }),
    known(
        "dynamic_pj",
        "Energy of actions per image",
        "pJ",
        Less,
        |m| m.run.dynamic_pj,
    ),
    known(
        "static_pj",
        "Energy of static power per image",
        "pJ",
        Less,
        |m| m.run.static_pj,
    ),
    known("edp_pj_ns", "Energy x latency", "pJ ns", Less, |m| {
        m.run.energy_pj.map(|e| e * m.run.latency_ns)
    }),
    known("area_mm2", "Area in use", "mm2", Less, |m| m.run.area_mm2),
    known("chip_area_mm2", "Area of whole chips", "mm2", Less, |m| {
        m.run.chip_area_mm2
    }),
    known("power_mw", "Mean power", "mW", Less, |m| m.run.power_mw),
    known("gops", "Achieved operations", "GOPS", More, |m| {
        Some(m.run.gops)
    }),
    known(
        "gops_per_w",
        "Achieved operations per watt",
        "GOPS/W",
        More,
        |m| m.run.gops_per_w,
    ),
    known(
        "gops_per_mm2",
        "Achieved operations per area",
        "GOPS/mm2",
        More,
        |m| m.run.area_mm2.map(|a| m.run.gops / a),
    ),
    known("crossbars", "Crossbars of all roles", "", Less, |m| {
        Some(m.run.totals.total as f64)
    }),
    known(
        "crossbars_compute",
        "Crossbars that hold weights",
        "",
        Less,
        |m| Some(m.run.totals.compute as f64),
    ),
    known(
        "crossbars_reduce",
        "Crossbars that add partial sums",
        "",
        Less,
        |m| Some(m.run.totals.reduce as f64),
    ),
    known(
        "crossbars_buffer",
        "Crossbars that hold inputs",
        "",
        Less,
        |m| Some(m.run.totals.buffer as f64),
    ),
    known("crossbars_pool", "Crossbars that pool", "", Less, |m| {
        Some(m.run.totals.pool as f64)
    }),
    known("utilization", "Cells in use", "", More, |m| {
        Some(m.run.totals.utilization)
    }),
    known("tiles", "Tiles in use", "", Less, |m| {
        Some(m.run.totals.tiles as f64)
    }),
    known("chips", "Chips in use", "", Less, |m| {
        Some(m.run.totals.chips as f64)
    }),
    known(
        "adc_conversions",
        "ADC conversions per image",
        "",
        Less,
        |m| Some(m.run.totals.adc_conversions as f64),
    ),
    known(
        "dram_bytes",
        "Bytes in and out of the machine per image",
        "B",
        Less,
        dram_bytes,
    ),
    known(
        "dram_gbps",
        "Bandwidth to the memory outside",
        "GB/s",
        Neither,
        dram_gbps,
    ),
    known(
        "peak_gops",
        "Operations if its crossbars never waited",
        "GOPS",
        Neither,
        peak_gops,
    ),
    known(
        "expected_error",
        "Expected error of the interval, nine of ten",
        "",
        Neither,
        |m| m.run.expected_error.as_ref().map(|e| e.most),
    ),
    known("checks_failed", "Checks that failed", "", Less, |m| {
        Some(m.run.checks.iter().filter(|c| !c.passed).count() as f64)
    }),
    known("accuracy", "Top-1 accuracy on crossbars", "", More, |m| {
        m.accuracy.map(|a| a.crossbars)
    }),
    known("accuracy_low", "Its 95 % interval from", "", More, |m| {
        m.accuracy.map(|a| a.interval[0])
    }),
    known("accuracy_high", "Its 95 % interval to", "", More, |m| {
        m.accuracy.map(|a| a.interval[1])
    }),
    known(
        "reference_accuracy",
        "Top-1 accuracy in integers",
        "",
        Neither,
        |m| m.accuracy.map(|a| a.reference),
    ),
    known(
        "float_accuracy",
        "Top-1 accuracy in float",
        "",
        Neither,
        |m| m.accuracy.map(|a| a.float),
    ),
    known("iso", "What --iso-accuracy found", "", Less, |m| m.iso),
];

fn dram_bytes(m: &Measured<'_>) -> Option<f64> {
    let dram = m.run.components.iter().find(|c| c.part == PartKind::Dram);
    dram.map(|c| c.actions as f64).filter(|&b| b > 0.0)
}

fn dram_gbps(m: &Measured<'_>) -> Option<f64> {
    let machine = &m.run.about.machine;
    // Bytes per nanosecond are gigabytes per second.
    machine
        .dram_bytes_per_tick()
        .map(|bytes| bytes / machine.tick_ns())
}

/// Operations a second if every crossbar in use were at work all the time.
fn peak_gops(m: &Measured<'_>) -> Option<f64> {
    let parts = m.run.parts.iter();
    let crossbars = parts.clone().find(|p| p.part == "crossbars")?;
    let mean = crossbars.interval_share;
    (mean > 0.0).then(|| m.run.gops / mean)
}

/// Prefixes of the figures that each part has.
const BY_PART: [(&str, &str, &str); 2] = [
    ("energy_pj.", "Energy per image of", "pJ"),
    ("area_mm2.", "Area of", "mm2"),
];

/// Every figure that there is.
pub fn all() -> Vec<Field> {
    let plain = KNOWN.iter().map(|k| Field {
        name: k.name.to_string(),
        title: k.title.to_string(),
        unit: k.unit.to_string(),
        better: k.better,
    });
    let parts = BY_PART.iter().flat_map(|(prefix, title, unit)| {
        PartKind::ALL.iter().map(move |kind| Field {
            name: format!("{prefix}{}", kind.name()),
            title: format!("{title} {}", kind.name()),
            unit: (*unit).to_string(),
            better: Less,
        })
    });
    plain.chain(parts).collect()
}

/// Whether a figure is one of accuracy.
pub fn is_accuracy(name: &str) -> bool {
    name.ends_with("accuracy") || name.starts_with("accuracy")
}

/// The figures of a point, in the order of `fields`; NaN where there is none.
pub fn values(fields: &[Field], of: &Measured<'_>) -> Vec<f64> {
    fields
        .iter()
        .map(|f| value(&f.name, of).unwrap_or(f64::NAN))
        .collect()
}

fn value(name: &str, of: &Measured<'_>) -> Option<f64> {
    if let Some(known) = KNOWN.iter().find(|k| k.name == name) {
        return (known.get)(of);
    }
    let (figure, part) = name.split_once('.')?;
    let component = of.run.components.iter().find(|c| c.part.name() == part)?;
    match figure {
        "energy_pj" => component.energy_pj,
        "area_mm2" => component.area_mm2,
        _ => None,
    }
}

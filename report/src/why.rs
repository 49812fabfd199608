//! Where a figure comes from, and what would change it.

use super::about::About;
use super::kind::Kind;
use super::schema::RunReport;
use crosscut_sim::func::run::monte_carlo::Ablation;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, IntoStaticStr};

/// A figure that is asked about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumIter, EnumMessage, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Asked {
    /// Energy of an image, in picojoules.
    Energy,
    /// Area in use, in square millimetres.
    Area,
    /// Latency of one image, in nanoseconds.
    Latency,
    /// Time between images, in nanoseconds.
    Interval,
    /// Share of images classified as they should be.
    Accuracy,
}

impl Asked {
    /// Whether more of it is better.
    pub fn more_is_better(self) -> bool {
        self == Asked::Accuracy
    }

    /// The figure of a run; nothing for accuracy, and where the machine gives no costs.
    pub fn of(self, r: &RunReport) -> Option<f64> {
        match self {
            Asked::Energy => r.energy_pj,
            Asked::Area => r.area_mm2,
            Asked::Latency => Some(r.latency_ns),
            Asked::Interval => Some(r.interval_ns),
            Asked::Accuracy => None,
        }
    }
}

/// Something the figure comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contributor {
    /// A part, a layer or a non-ideality.
    pub name: String,
    /// In the unit of the figure.
    pub value: f64,
    /// Of the figure; of an accuracy, what is lost by it alone.
    pub share: f64,
}

/// One change of the machine, tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Key of the description.
    pub key: String,
    /// What it is.
    pub from: f64,
    /// What was tried.
    pub to: f64,
    /// The figure then; absent if it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The figure then over what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// Why it was refused, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Changes that no cost answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpriced: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WhyReport {
    /// [`Kind::Why`].
    pub kind: Kind,
    /// Network, machine and seed.
    #[serde(flatten)]
    pub about: About,
    /// The figure.
    pub figure: Asked,
    /// What it is.
    pub value: f64,
    /// What it comes from, the largest first.
    pub contributors: Vec<Contributor>,
    /// What would change it, the best first; changes that were refused last.
    pub trials: Vec<Trial>,
}

impl WhyReport {
    /// Puts contributors and trials in order.
    pub fn new(
        about: About,
        figure: Asked,
        value: f64,
        mut contributors: Vec<Contributor>,
        mut trials: Vec<Trial>,
    ) -> WhyReport {
        contributors.retain(|c| c.value != 0.0);
        contributors.sort_by(|a, b| b.value.total_cmp(&a.value));
        let sign = if figure.more_is_better() { -1.0 } else { 1.0 };
        let rank = |t: &Trial| t.value.map_or(f64::INFINITY, |v| sign * v);
        trials.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        WhyReport {
            kind: Kind::Why,
            about,
            figure,
            value,
            contributors,
            trials,
        }
    }
}

/// What a figure of a run comes from. Energies and areas of parts, and the latency that each layer adds after all before it are
/// done, sum to the figure; the busy times behind an interval overlap.
pub fn contributors(r: &RunReport, figure: Asked) -> Vec<Contributor> {
    let whole = figure.of(r).unwrap_or(0.0);
    let of = |name: &str, value: f64| Contributor {
        name: name.to_string(),
        value,
        share: if whole == 0.0 { 0.0 } else { value / whole },
    };
    let part = |figure: fn(&super::Component) -> Option<f64>| {
        let parts = r.components.iter();
        parts
            .map(|c| of(c.part.name(), figure(c).unwrap_or(0.0)))
            .collect()
    };
    match figure {
        Asked::Energy => part(|c| c.energy_pj),
        Asked::Area => part(|c| c.area_mm2),
        Asked::Latency => {
            let mut done = 0.0;
            let layers = r.layers.iter().map(|l| {
                let added = (l.end_ns - done).max(0.0);
                done += added;
                of(&l.name, added)
            });
            layers.collect()
        }
        Asked::Interval => {
            let layers = r.layers.iter().filter_map(|l| {
                let c = l.critical.as_ref()?;
                let name = format!("{}: {}", l.name, c.part.name());
                Some(of(&name, c.busy_share * r.interval_ns))
            });
            layers.collect()
        }
        Asked::Accuracy => Vec::new(),
    }
}

/// What each non-ideality costs by itself.
pub fn losses(ablation: &Ablation) -> Vec<Contributor> {
    let none = ablation.none.accuracy;
    let parts = ablation.parts.iter().map(|p| Contributor {
        name: p.name.clone(),
        value: none - p.alone.accuracy,
        share: none - p.alone.accuracy,
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_arch::load;
    use crosscut_sim::cycle::{Plan, Silent};
    use crosscut_sim::estimate;
    use crosscut_sim::graph::DataflowGraph;
    use crosscut_sim::map::{MapOptions, Mapping};
    use crosscut_traces::zoo;

    #[test]
    fn contributors_sum_to_the_figure() {
        let net = zoo::build("vgg8", 0).unwrap();
        let arch = load("isaac-8b", &[]).unwrap();
        let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
        let graph = DataflowGraph::build(&net, &arch, &mapping).unwrap();
        let plan = Plan::new(&graph, &arch, &mapping).unwrap();
        let result = estimate::run(&plan, &mut Silent, &mut Silent).unwrap();
        let about = About::new(&net, &arch, 0);
        let map = crate::MapReport::new(about, &net, &arch, &mapping).unwrap();
        let seen = crate::Observed::nothing(&plan);
        let run = RunReport::new(&map, &arch, &result, &seen);
        for figure in [Asked::Energy, Asked::Area, Asked::Latency] {
            let whole = figure.of(&run).unwrap();
            let sum: f64 = contributors(&run, figure).iter().map(|c| c.value).sum();
            assert!(
                (sum / whole - 1.0).abs() < 1e-9,
                "{figure:?}: {sum} {whole}"
            );
        }
        let busiest = contributors(&run, Asked::Interval);
        let most = busiest.iter().map(|c| c.share).fold(0.0, f64::max);
        assert!((0.9..=1.0 + 1e-9).contains(&most), "{most}");
    }
}

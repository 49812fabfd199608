//! How far energy and area of a run may be off: its fixed counts, priced again with figures drawn from what is known of them.
//!
//! A [`Doubt`] is a range of factors of one figure: energy or area of a part, or the assumed share of rows that carry a one.
//! Factors of a figure are drawn evenly on a logarithmic scale, independent of those of other figures, and hold for all actions
//! of its part. Counts and times stay: they follow from structure.

use crate::energy::Component;
use crosscut_arch::PartKind;
use crosscut_traces::random::Key;
use serde::{Deserialize, Serialize};

/// What a doubt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtOf {
    /// Energy of an action and static power.
    Energy,
    /// Area.
    Area,
    /// Share of driven rows that carry a one: energy of cells and rows of a read.
    Inputs,
}

/// A figure that may be another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// The part; of arrays, with cells, rows and columns of a read.
    pub part: PartKind,
    /// Which figure.
    pub of: DoubtOf,
    /// Smallest factor.
    pub low: f64,
    /// Largest factor.
    pub high: f64,
    /// Where the range comes from.
    pub why: String,
}

/// A figure of the run over all samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// As the report prints it: every factor 1.
    pub printed: f64,
    /// Below it are 5 % of the samples.
    pub low: f64,
    /// Below it is half of them.
    pub median: f64,
    /// Below it are 95 % of them.
    pub high: f64,
}

/// What one doubt does, all others at 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The doubt.
    #[serde(flatten)]
    pub doubt: Doubt,
    /// Energy per image at its smallest and largest factor; area, of doubts about area.
    pub ends: [f64; 2],
}

/// How far energy and area may be off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// Samples drawn.
    pub samples: u64,
    /// Energy per image, pJ; absent where the machine gives no costs.
    pub energy_pj: Option<Band>,
    /// Area in use, mm2.
    pub area_mm2: Option<Band>,
    /// The three figures that move the energy most.
    pub most: Vec<Weight>,
    /// All figures in doubt.
    pub doubts: Vec<Doubt>,
}

impl Uncertainty {
    /// Of the parts of a run. The same seed gives the same bands.
    pub(crate) fn new(
        components: &[Component],
        doubts: Vec<Doubt>,
        samples: u64,
        seed: u64,
    ) -> Uncertainty {
        let terms = Terms::new(components, &doubts);
        let key = Key::new(seed).named("uncertainty");
        let (mut energies, mut areas) = (Vec::new(), Vec::new());
        let mut factors = vec![1.0; doubts.len()];
        for sample in 0..samples {
            for (i, d) in doubts.iter().enumerate() {
                let bits = key.child(i as u64).bits(sample);
                // 53 bits: a share of 0 to 1.
                let share = (bits >> 11) as f64 / (1u64 << 53) as f64;
                factors[i] = d.low * (d.high / d.low).powf(share);
            }
            energies.push(terms.energy(&factors));
            areas.push(terms.area(&factors));
        }
        let printed = vec![1.0; doubts.len()];
        let has = |f: fn(&Component) -> Option<f64>| components.iter().any(|c| f(c).is_some());
        let band = |values, of: f64, there: bool| there.then(|| Band::of(values, of));
        Uncertainty {
            samples,
            energy_pj: band(energies, terms.energy(&printed), has(|c| c.energy_pj)),
            area_mm2: band(areas, terms.area(&printed), has(|c| c.area_mm2)),
            most: terms.most(&doubts),
            doubts,
        }
    }
}

impl Band {
    fn of(mut values: Vec<f64>, printed: f64) -> Band {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let last = values.len().saturating_sub(1);
            let i = (share * last as f64).round() as usize;
            values.get(i).copied().unwrap_or(printed)
        };
        Band {
            printed,
            low: at(0.05),
            median: at(0.5),
            high: at(0.95),
        }
    }
}

/// Energies and areas with the doubts that multiply them.
struct Terms {
    /// Energy, and the doubts about it.
    energies: Vec<(f64, Vec<usize>)>,
    /// Area, and the doubts about it.
    areas: Vec<(f64, Vec<usize>)>,
}

impl Terms {
    fn new(components: &[Component], doubts: &[Doubt]) -> Terms {
        let about = |kind: PartKind, of: &[DoubtOf]| -> Vec<usize> {
            let array = kind == PartKind::Crossbar || kind.is_share_of_a_read();
            let part = if array { PartKind::Crossbar } else { kind };
            let all = doubts.iter().enumerate();
            let own = all.filter(|(_, d)| d.part == part && of.contains(&d.of));
            own.map(|(i, _)| i).collect()
        };
        let mut terms = Terms {
            energies: Vec::new(),
            areas: Vec::new(),
        };
        for c in components {
            let driven = matches!(c.part, PartKind::CrossbarCells | PartKind::CrossbarRows);
            let actions: &[DoubtOf] = match driven {
                true => &[DoubtOf::Energy, DoubtOf::Inputs],
                false => &[DoubtOf::Energy],
            };
            let energies = [
                (c.dynamic_pj, about(c.part, actions)),
                (c.static_pj, about(c.part, &[DoubtOf::Energy])),
            ];
            let there = energies.into_iter().filter_map(|(e, d)| Some((e?, d)));
            terms.energies.extend(there);
            let area = c.area_mm2.map(|a| (a, about(c.part, &[DoubtOf::Area])));
            terms.areas.extend(area);
        }
        terms
    }

    fn energy(&self, factors: &[f64]) -> f64 {
        sum(&self.energies, factors)
    }

    fn area(&self, factors: &[f64]) -> f64 {
        sum(&self.areas, factors)
    }

    /// The three doubts with the widest range of energy.
    fn most(&self, doubts: &[Doubt]) -> Vec<Weight> {
        let ends = |i: usize| {
            let mut factors = vec![1.0; doubts.len()];
            [doubts[i].low, doubts[i].high].map(|f| {
                factors[i] = f;
                self.energy(&factors)
            })
        };
        let mut all: Vec<Weight> = (0..doubts.len())
            .map(|i| Weight {
                doubt: doubts[i].clone(),
                ends: ends(i),
            })
            .filter(|w| w.ends[1] > w.ends[0])
            .collect();
        let width = |w: &Weight| w.ends[1] - w.ends[0];
        all.sort_by(|a, b| width(b).total_cmp(&width(a)));
        all.truncate(3);
        all
    }
}

fn sum(terms: &[(f64, Vec<usize>)], factors: &[f64]) -> f64 {
    let product = |doubts: &[usize]| doubts.iter().map(|&i| factors[i]).product::<f64>();
    terms.iter().map(|(x, doubts)| x * product(doubts)).sum()
}

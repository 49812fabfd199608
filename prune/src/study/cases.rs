//! The published choice of ratios per layer, from single-layer sweeps (Liang et al. 2018, section V).
//!
//! A layer starts at the ratio whose accuracy drop is closest to, and not below, `initial`; `opt` goes on from there
//! until the drop exceeds Td, the ratio Tp, or fewer than Tc crossbars are left, and takes the last ratio before. Where
//! no drop reaches `initial`, the highest ratio of the sweep is taken.

use super::candidate::Candidate;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, IntoStaticStr};

/// Ratios of the sweep: 20 % to 70 % in steps of 5 %; `opt` may look further.
pub const RATIOS: [f64; 16] = [
    0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
];

/// Highest ratio of the first part of the sweep.
const SWEPT: f64 = 0.7;

/// Named choices.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// Largest drop of accuracy by a single layer: 1 %.
    #[serde(rename = "1")]
    #[strum(serialize = "1")]
    One,
    /// Largest drop of accuracy by a single layer: 3 %.
    #[serde(rename = "2")]
    #[strum(serialize = "2")]
    Two,
    /// From case 1 on, until drop, ratio or crossbars meet a threshold.
    #[serde(rename = "opt")]
    #[strum(serialize = "opt")]
    Opt,
}

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Accuracy drop a layer starts from.
    pub initial: f64,
    /// Highest accuracy drop (Td).
    pub drop: f64,
    /// Highest ratio (Tp).
    pub ratio: f64,
    /// Fewest compute crossbars (Tc).
    pub crossbars: u64,
}

impl Case {
    /// As published for CIFAR-10 and VGG8: Td 4 %, Tp 75 %, no Tc; Td_initial 1 % and 3 %.
    pub fn thresholds(self) -> Thresholds {
        Thresholds {
            initial: if self == Case::Two { 0.03 } else { 0.01 },
            drop: 0.04,
            ratio: 0.75,
            crossbars: 0,
        }
    }

    /// The ratio of a layer, from its candidates by ascending ratio; `None` if it has none.
    pub fn ratio(self, sweep: &[Candidate], t: &Thresholds) -> Option<f64> {
        let swept = sweep.iter().filter(|c| c.ratio <= SWEPT + 1e-9).count();
        let above = |c: &Candidate| c.drop >= t.initial;
        let start = (0..swept)
            .filter(|&i| above(&sweep[i]))
            .min_by(|&a, &b| sweep[a].drop.total_cmp(&sweep[b].drop).then(a.cmp(&b)))
            .or(swept.checked_sub(1))?;
        if self != Case::Opt {
            return Some(sweep[start].ratio);
        }
        let fits = |c: &Candidate| {
            c.drop <= t.drop && c.ratio <= t.ratio + 1e-9 && c.compute >= t.crossbars
        };
        let further = sweep[start + 1..].iter().take_while(|c| fits(c));
        Some(further.last().unwrap_or(&sweep[start]).ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(drops: &[f64]) -> Vec<Candidate> {
        let at = |(i, &drop): (usize, &f64)| Candidate {
            by: 0,
            ratio: RATIOS[i],
            total: 0,
            compute: 100 - i as u64,
            price: None,
            residual: 0.0,
            output_error: 0.0,
            drop,
        };
        drops.iter().enumerate().map(at).collect()
    }

    /// Worked by hand from the rule.
    #[test]
    fn ratios_follow_the_published_rule() {
        let s = sweep(&[0.0, 0.005, 0.012, 0.02, 0.031, 0.035, 0.045, 0.05]);
        let ratio = |case: Case| case.ratio(&s, &case.thresholds());
        // 0.012 is the smallest drop of at least 1 %, 0.031 of at least 3 %; 0.035 is the last of at most 4 %.
        assert_eq!(ratio(Case::One), Some(0.3));
        assert_eq!(ratio(Case::Two), Some(0.4));
        assert_eq!(ratio(Case::Opt), Some(0.45));
        let few = Thresholds {
            crossbars: 97,
            ..Case::Opt.thresholds()
        };
        assert_eq!(Case::Opt.ratio(&s, &few), Some(0.35));
        // No drop reaches 1 %: the end of the sweep; opt goes on to Tp.
        let flat = sweep(&[0.0; 16]);
        assert_eq!(Case::One.ratio(&flat, &Case::One.thresholds()), Some(0.7));
        assert_eq!(Case::Opt.ratio(&flat, &Case::Opt.thresholds()), Some(0.75));
        assert_eq!(Case::One.ratio(&[], &Case::One.thresholds()), None);
    }
}

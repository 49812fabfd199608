//! How far a machine is from a figure that is published or expected, and what weighs most in it.

use super::beside::{Distance, Heaviest};
use super::figures::{Check, PartTotal};
use crate::claim::{Claim, Figure};
use crate::model::{Arch, Published};

/// The distance of a checked machine from each claim.
pub fn distances(check: &Check, claims: &[Claim]) -> Vec<Distance> {
    claims.iter().map(|&claim| distance(check, claim)).collect()
}

/// The distance from every published figure of the machine.
pub(super) fn published(arch: &Arch, check: &Check) -> Vec<Distance> {
    let of = |p: &Published| Distance {
        source: Some(p.source.clone()),
        confidence: Some(p.confidence),
        note: match p.fitted.is_empty() {
            true => p.note.clone(),
            false => format!("{}: {}", p.mark.name(), p.fitted),
        },
        ..distance(check, p.claim)
    };
    arch.published.iter().map(of).collect()
}

fn distance(check: &Check, claim: Claim) -> Distance {
    let ours = match claim.figure {
        Figure::Throughput => check.peak_gops,
        Figure::Efficiency => check.gops_per_w,
        Figure::Density => check.gops_per_mm2,
        Figure::Area => check.area_mm2,
        Figure::Power => check.power_mw,
    };
    // A machine without costs has no such figure.
    let known = ours > 0.0;
    Distance {
        claim,
        ours: known.then_some(Claim {
            value: ours,
            ..claim
        }),
        deviation: known.then(|| ours / claim.value - 1.0),
        heaviest: if known {
            heaviest(check, claim.figure)
        } else {
            None
        },
        source: None,
        confidence: None,
        note: String::new(),
    }
}

fn heaviest(check: &Check, figure: Figure) -> Option<Heaviest> {
    type Of = fn(&PartTotal) -> f64;
    let (of, value, whole): (_, Of, _) = match figure {
        Figure::Efficiency | Figure::Power => ("power", |p| p.power_mw, check.power_mw),
        Figure::Area | Figure::Density => ("area", |p| p.area_mm2, check.area_mm2),
        Figure::Throughput => {
            return Some(Heaviest {
                what: check.cycle_set_by.to_owned(),
                share: None,
                of: "cycle",
            });
        }
    };
    let most = |a: &&PartTotal, b: &&PartTotal| value(a).total_cmp(&value(b));
    let part = check.parts.iter().max_by(most)?;
    Some(Heaviest {
        what: part.kind.name().to_owned(),
        share: (whole > 0.0).then(|| value(part) / whole),
        of,
    })
}

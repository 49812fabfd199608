//! What cells do beside holding their level.

use crate::device::{
    CellPhysics, Curve, Drift, LevelState, NoiseLaw, Programming, ReadNoise, SpreadLaw,
};
use crate::part::Confidence;
use crate::schema as raw;

pub(super) fn physics(cell: &raw::CellTable, levels: Vec<LevelState>) -> CellPhysics {
    let share = |s: &Option<raw::At<f64>>| s.as_deref().copied().unwrap_or(0.0);
    CellPhysics {
        levels,
        programming: cell.programming.as_deref().map(programming),
        read_noise: cell.read_noise.as_deref().map(read_noise),
        drift: cell.drift.as_deref().map(drift),
        stuck_lrs: share(&cell.stuck_lrs),
        stuck_hrs: share(&cell.stuck_hrs),
        off_compensation: cell.off_compensation.unwrap_or_default(),
    }
}

/// Where a law comes from.
struct Origin {
    source: String,
    confidence: Confidence,
}

impl Origin {
    fn of(source: &Option<String>, confidence: Option<Confidence>) -> Origin {
        let own = || "the user's own figure, no source given".to_owned();
        Origin {
            source: source.clone().unwrap_or_else(own),
            confidence: confidence.unwrap_or(Confidence::unstated()),
        }
    }
}

fn programming(s: &raw::SpreadKind) -> Programming {
    let (law, origin) = match s {
        raw::SpreadKind::Preset(name) => return name.law(),
        raw::SpreadKind::Lognormal(r) => {
            let law = SpreadLaw::Lognormal { sigma: *r.sigma };
            (law, Origin::of(&r.source, r.confidence))
        }
        raw::SpreadKind::Proportional(r) => {
            let law = SpreadLaw::Proportional { sigma: *r.sigma };
            (law, Origin::of(&r.source, r.confidence))
        }
        raw::SpreadKind::Uniform(a) => {
            let sigma_us = a.sigma.0;
            let law = SpreadLaw::Uniform { sigma_us };
            (law, Origin::of(&a.source, a.confidence))
        }
        raw::SpreadKind::Polynomial(p) => {
            let law = SpreadLaw::Polynomial {
                coefficients_us: p.coefficients_us.value.clone(),
                scale_us: p.scale.0,
            };
            (law, Origin::of(&p.source, p.confidence))
        }
    };
    Programming {
        law,
        source: origin.source,
        confidence: origin.confidence,
    }
}

fn read_noise(n: &raw::NoiseKind) -> ReadNoise {
    let (law, origin) = match n {
        raw::NoiseKind::Preset(name) => return name.read_noise(),
        raw::NoiseKind::Proportional(r) => {
            let law = NoiseLaw::Proportional { sigma: *r.sigma };
            (law, Origin::of(&r.source, r.confidence))
        }
        raw::NoiseKind::Uniform(a) => {
            let sigma_us = a.sigma.0;
            let law = NoiseLaw::Uniform { sigma_us };
            (law, Origin::of(&a.source, a.confidence))
        }
    };
    ReadNoise {
        law,
        source: origin.source,
        confidence: origin.confidence,
    }
}

fn drift(d: &raw::DriftTable) -> Drift {
    let compensation = d.compensation.unwrap_or_default();
    match &d.law.value {
        raw::DriftLaw::Preset(name) => name.drift(d.time.0, compensation),
        raw::DriftLaw::Power(p) => {
            let origin = Origin::of(&p.source, p.confidence);
            Drift {
                t0_s: p.t0.0,
                scale_us: 1.0,
                mean: Curve::constant(*p.nu),
                sd: Curve::constant(*p.nu_sd),
                time_s: d.time.0,
                compensation,
                source: origin.source,
                confidence: origin.confidence,
            }
        }
    }
}

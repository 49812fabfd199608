//! What cells do beside holding their level.

use crate::device::{
    CellPhysics, Curve, Drift, LevelState, NoiseLaw, Programming, ReadNoise, SpreadLaw,
};
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

fn programming(s: &raw::SpreadKind) -> Programming {
    let (law, source) = match s {
        raw::SpreadKind::Preset(name) => return name.law(),
        raw::SpreadKind::Lognormal(r) => (SpreadLaw::Lognormal { sigma: *r.sigma }, &r.source),
        raw::SpreadKind::Proportional(r) => {
            (SpreadLaw::Proportional { sigma: *r.sigma }, &r.source)
        }
        raw::SpreadKind::Uniform(a) => {
            let sigma_us = a.sigma.0;
            (SpreadLaw::Uniform { sigma_us }, &a.source)
        }
        raw::SpreadKind::Polynomial(p) => {
            let law = SpreadLaw::Polynomial {
                coefficients_us: p.coefficients_us.value.clone(),
                scale_us: p.scale.0,
            };
            (law, &p.source)
        }
    };
    let source = source.clone();
    Programming { law, source }
}

fn read_noise(n: &raw::NoiseKind) -> ReadNoise {
    let (law, source) = match n {
        raw::NoiseKind::Preset(name) => return name.read_noise(),
        raw::NoiseKind::Proportional(r) => (NoiseLaw::Proportional { sigma: *r.sigma }, &r.source),
        raw::NoiseKind::Uniform(a) => {
            let sigma_us = a.sigma.0;
            (NoiseLaw::Uniform { sigma_us }, &a.source)
        }
    };
    let source = source.clone();
    ReadNoise { law, source }
}

fn drift(d: &raw::DriftTable) -> Drift {
    let compensation = d.compensation.unwrap_or_default();
    match &d.law.value {
        raw::DriftLaw::Preset(name) => name.drift(d.time.0, compensation),
        raw::DriftLaw::Power(p) => Drift {
            t0_s: p.t0.0,
            scale_us: 1.0,
            mean: Curve::constant(*p.nu),
            sd: Curve::constant(*p.nu_sd),
            time_s: d.time.0,
            compensation,
            source: p.source.clone(),
        },
    }
}

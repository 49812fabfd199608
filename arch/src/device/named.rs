//! Laws known by name: fits to measured devices, with the range of conductances they were fitted on.

use super::{Curve, Drift, DriftCompensation, Form, NoiseLaw, Programming, ReadNoise, SpreadLaw};
use crate::part::Confidence;
use schemars::JsonSchema;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// A programming law known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProgrammingName {
    /// Phase-change memory, quadratic fit to the data of Joshi et al.
    PcmJoshi,
    /// Phase-change memory, aihwkit.
    PcmAihwkit,
    /// HERMES project chip, one device per weight.
    #[serde(rename = "hermes-1")]
    Hermes1,
    /// HERMES project chip, two devices per weight.
    #[serde(rename = "hermes-2")]
    Hermes2,
    /// RRAM of Wan et al., 1 s after programming.
    #[serde(rename = "rram-wan-1s")]
    RramWan1s,
    /// RRAM of Wan et al., 1 day after programming.
    #[serde(rename = "rram-wan-1day")]
    RramWan1day,
    /// RRAM of Wan et al., 2 days after programming.
    #[serde(rename = "rram-wan-2days")]
    RramWan2days,
    /// RRAM of Wan et al. at 1 s, the cubic fit of CrossSim.
    RramWanCrosssim,
    /// RRAM of Milo et al.
    RramMilo,
}

/// A drift or read-noise law known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PcmName {
    /// Phase-change memory, aihwkit.
    PcmAihwkit,
    /// HERMES project chip, one device per weight.
    #[serde(rename = "hermes-1")]
    Hermes1,
    /// HERMES project chip, two devices per weight.
    #[serde(rename = "hermes-2")]
    Hermes2,
}

impl ProgrammingName {
    /// The law with its coefficients.
    pub fn law(self) -> Programming {
        let fit = |c: &[f64], scale_us: f64, source: &str| Programming {
            law: SpreadLaw::Polynomial {
                coefficients_us: c.to_vec(),
                scale_us,
            },
            source: source.to_owned(),
            confidence: Confidence::Read,
        };
        let wan = "RRAM of Wan et al. (Nature 2022) as fitted in aihwkit, g = G / 40 uS";
        match self {
            ProgrammingName::PcmJoshi => fit(
                &[0.286_385_99, 0.075_857_24, -0.001_787_67],
                1.0,
                "PCM of Joshi et al. (2020) as fitted in CrossSim, up to 25 uS",
            ),
            ProgrammingName::PcmAihwkit => fit(
                &[0.263_48, 1.965_0, -1.173_1],
                25.0,
                "aihwkit's PCM model, g = G / 25 uS",
            ),
            ProgrammingName::Hermes1 => fit(
                &[0.157_818_17, 2.324_439_16, -2.163_108_39, 0.688_418_18],
                10.35,
                "HERMES project chip as fitted in aihwkit, one device, g = G / 10.35 uS",
            ),
            ProgrammingName::Hermes2 => fit(
                &[0.166_032_22, 4.718_064_68, -8.481_012_52, 4.689_614_19],
                20.7,
                "HERMES project chip as fitted in aihwkit, two devices, g = G / 20.7 uS",
            ),
            ProgrammingName::RramWan1s => fit(&[0.348, 16.03, -43.853, 45.393, -16.815], 40.0, wan),
            ProgrammingName::RramWan1day => {
                fit(&[0.701, 22.086, -50.773, 47.095, -16.458], 40.0, wan)
            }
            ProgrammingName::RramWan2days => {
                fit(&[0.782, 20.274, -43.507, 37.062, -11.934], 40.0, wan)
            }
            ProgrammingName::RramWanCrosssim => fit(
                &[1.053, 0.237_4, -0.011_67, 1.536e-4],
                1.0,
                "RRAM of Wan et al. (Nature 2022) at 1 s as fitted in CrossSim, up to 39 uS",
            ),
            ProgrammingName::RramMilo => fit(
                &[4.782_321, -0.009_107],
                1.0,
                "RRAM of Milo et al. as fitted in CrossSim, 50 to 225 uS",
            ),
        }
    }

    /// Conductances the law was fitted on.
    pub fn fitted_us(self) -> RangeInclusive<f64> {
        match self {
            ProgrammingName::PcmJoshi | ProgrammingName::PcmAihwkit => 0.0..=25.0,
            ProgrammingName::Hermes1 => 0.0..=10.35,
            ProgrammingName::Hermes2 => 0.0..=20.7,
            ProgrammingName::RramWan1s
            | ProgrammingName::RramWan1day
            | ProgrammingName::RramWan2days => 0.0..=40.0,
            ProgrammingName::RramWanCrosssim => 0.0..=39.0,
            ProgrammingName::RramMilo => 50.0..=225.0,
        }
    }
}

fn log(a: f64, b: f64, min: f64, max: f64) -> Form {
    Form::Log { a, b, min, max }
}

fn poly(c: &[f64]) -> Form {
    Form::Polynomial(c.to_vec())
}

impl PcmName {
    fn source(self) -> &'static str {
        match self {
            PcmName::PcmAihwkit => "aihwkit's PCM model (Nandakumar et al. 2019)",
            PcmName::Hermes1 => "HERMES project chip as fitted in aihwkit, one device per weight",
            PcmName::Hermes2 => "HERMES project chip as fitted in aihwkit, two devices per weight",
        }
    }

    /// Conductance of `g = 1`, which is also the highest the law was fitted on.
    pub fn scale_us(self) -> f64 {
        match self {
            PcmName::PcmAihwkit => 25.0,
            PcmName::Hermes1 => 10.35,
            PcmName::Hermes2 => 20.7,
        }
    }

    /// Seconds from programming to the first read.
    pub fn t0_s(self) -> f64 {
        match self {
            PcmName::PcmAihwkit => 20.0,
            PcmName::Hermes1 => 200.0,
            PcmName::Hermes2 => 300.0,
        }
    }

    /// The drift law.
    pub fn drift(self, time_s: f64, compensation: DriftCompensation) -> Drift {
        let hermes_mean = || {
            Curve::split(
                0.0945,
                log(-0.0387, -0.0182, 0.072, 0.13),
                poly(&[0.0736, -0.0126, -0.0436]),
            )
        };
        let (mean, sd) = match self {
            PcmName::PcmAihwkit => (
                Curve::whole(log(-0.0155, 0.0244, 0.049, 0.1)),
                Curve::whole(log(-0.0125, -0.0059, 0.008, 0.045)),
            ),
            PcmName::Hermes1 => (
                hermes_mean(),
                Curve::split(
                    0.3039,
                    log(-0.0120, -0.0023, 0.0124, 0.04),
                    poly(&[0.0104, 0.0116, -0.0165]),
                ),
            ),
            PcmName::Hermes2 => (
                hermes_mean(),
                Curve::split(
                    0.3055,
                    log(-0.0117, -0.0057, 0.0091, 0.04),
                    poly(&[0.0073, 0.0093, -0.0118]),
                ),
            ),
        };
        Drift {
            t0_s: self.t0_s(),
            scale_us: self.scale_us(),
            mean,
            sd,
            time_s,
            compensation,
            source: self.source().to_owned(),
            confidence: Confidence::Read,
        }
    }

    /// The 1/f read noise.
    pub fn read_noise(self) -> ReadNoise {
        let (q, t_read_s) = match self {
            PcmName::PcmAihwkit => (
                Curve::whole(Form::Power {
                    a: 0.0088,
                    exponent: -0.65,
                    max: 0.2,
                }),
                250e-9,
            ),
            PcmName::Hermes1 => (
                Curve::split(
                    0.1591,
                    log(-0.0078, 0.0038, 0.0179, 0.04),
                    poly(&[0.0088, 0.0768, -0.1352, 0.0664]),
                ),
                512e-9,
            ),
            PcmName::Hermes2 => (
                Curve::split(
                    0.16,
                    log(-0.0117, -0.0069, 0.015, 0.04),
                    poly(&[0.0123, 0.0211, -0.0280, 0.0069]),
                ),
                512e-9,
            ),
        };
        ReadNoise {
            law: NoiseLaw::Flicker {
                scale_us: self.scale_us(),
                q,
                t_read_s,
                time_s: self.t0_s(),
            },
            source: self.source().to_owned(),
            confidence: Confidence::Read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values worked by hand from the published formulas.
    #[test]
    fn laws_give_their_formulas() {
        let sd = |name: ProgrammingName, g: f64| name.law().law.sd_us(g).unwrap();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
        // -0.00178767 x 400 + 0.07585724 x 20 + 0.28638599.
        near(sd(ProgrammingName::PcmJoshi, 20.0), 1.088_462_79);
        // 0.26348 + 1.9650 / 2 - 1.1731 / 4.
        near(sd(ProgrammingName::PcmAihwkit, 12.5), 0.952_705);
        near(sd(ProgrammingName::Hermes2, 20.7), 1.092_698_57);
        near(sd(ProgrammingName::Hermes1, 10.35), 1.007_567_12);
        near(sd(ProgrammingName::RramWan1s, 40.0), 1.103);
        near(sd(ProgrammingName::RramMilo, 100.0), 3.871_621);
        // 1.536e-4 x 8000 - 0.01167 x 400 + 0.2374 x 20 + 1.053.
        near(sd(ProgrammingName::RramWanCrosssim, 20.0), 2.361_8);
        let drift = PcmName::PcmAihwkit.drift(2000.0, DriftCompensation::None);
        // ln 0.04 = -3.218876: mean 0.0743, sd 0.0343; at g = 1: mean 0.049 (limit), sd 0.008 (limit).
        let left = |target: f64, g: f64, z: f64| drift.draw_us(target, g, 2000.0, z);
        near(left(25.0, 25.0, 0.0), 25.0 * 100f64.powf(-0.049));
        near(left(25.0, 25.0, 1.0), 25.0 * 100f64.powf(-0.057));
        let nu = -0.0155 * 0.04f64.ln() + 0.0244;
        near(left(1.0, 1.0, 0.0), 100f64.powf(-nu));
        // The exponent is that of the target, whatever was programmed.
        near(left(1.0, 25.0, 0.0), 25.0 * 100f64.powf(-nu));
        assert_eq!(drift.draw_us(25.0, 25.0, 20.0, 3.0), 25.0);
        // Q = min(0.0088, 0.2) at g = 1, sqrt(ln((t + t_r) / 2 t_r)) at t = t_r is 0.
        let noise = PcmName::PcmAihwkit.read_noise().law;
        near(noise.sd_us(25.0, 25.0, Some(250e-9)), 0.0);
        let t = 1.0;
        let decades = ((t + 250e-9) / 500e-9f64).ln().sqrt();
        near(noise.sd_us(25.0, 20.0, Some(t)), 20.0 * 0.0088 * decades);
        // 0.0088 / 0.002^0.65 = 0.5 is limited to 0.2.
        near(noise.sd_us(0.05, 0.05, Some(t)), 0.05 * 0.2 * decades);
    }

    #[test]
    fn fitted_curves_join_within_their_precision() {
        for name in [PcmName::Hermes1, PcmName::Hermes2] {
            let drift = name.drift(1.0, DriftCompensation::None);
            for (curve, border) in [(&drift.mean, 0.0945), (&drift.sd, 0.304)] {
                let step = (curve.at(border - 1e-3) - curve.at(border + 2e-3)).abs();
                assert!(step < 2e-3, "{name:?}: {step}");
            }
        }
    }

    #[test]
    fn draws_never_conduct_negatively() {
        let law = ProgrammingName::PcmAihwkit.law().law;
        assert_eq!(law.draw_us(0.5, -10.0), 0.0);
        let lognormal = SpreadLaw::Lognormal { sigma: 0.1 };
        assert!((lognormal.draw_us(10.0, 1.0) - 10.0 * 0.1f64.exp()).abs() < 1e-12);
    }
}

//! What cells do beside holding their level: spread of programming, read noise, drift, faults. All formulas give
//! conductances in microsiemens; a cell of level `l` of `L` aims at `off + l (on - off) / (L - 1)` unless a table of
//! levels says otherwise. Every law names its source; `docs/devices.md` compares them.

mod curve;
pub(crate) mod levels;
pub(crate) mod named;
mod words;

pub use curve::{Curve, Form, Segment};

use crate::part::Confidence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Non-idealities of a cell. The default has none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CellPhysics {
    /// Conductance of each level, lowest first; empty where levels are evenly spaced and exact.
    pub levels: Vec<LevelState>,
    /// Spread of programmed conductances.
    pub programming: Option<Programming>,
    /// Noise of reads: fresh on every read, or drawn once for the time of the reads, as its law says.
    pub read_noise: Option<ReadNoise>,
    /// Decay after programming.
    pub drift: Option<Drift>,
    /// Share of cells stuck at the highest conductance (low resistance).
    pub stuck_lrs: f64,
    /// Share of cells stuck at the lowest conductance (high resistance).
    pub stuck_hrs: f64,
    /// What becomes of the current of cells at the lowest level.
    pub off_compensation: OffCompensation,
}

impl CellPhysics {
    /// Whether every cell conducts exactly what its level asks for.
    pub fn is_ideal(&self) -> bool {
        self.levels.is_empty()
            && self.programming.is_none()
            && self.read_noise.is_none()
            && self.drift.is_none()
            && self.stuck_lrs == 0.0
            && self.stuck_hrs == 0.0
            && self.off_compensation == OffCompensation::Reference
    }
}

/// One level of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelState {
    /// Mean conductance.
    pub mean_us: f64,
    /// Standard deviation over cells.
    pub sd_us: f64,
}

/// What becomes of the current of cells at the lowest level, `off x sum of inputs` in every column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OffCompensation {
    /// A reference column of cells at the nominal lowest level is subtracted before the converter.
    #[default]
    Reference,
    /// It adds to every sum. In differential pairs both columns have it, so that it cancels.
    None,
}

/// Spread of programmed conductances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Programming {
    /// The law.
    pub law: SpreadLaw,
    /// Where it comes from.
    pub source: String,
    /// How well it is founded.
    #[serde(default = "Confidence::unstated")]
    pub confidence: Confidence,
}

/// How far programmed conductances scatter around the target. Never below 0: conductances are cut there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpreadLaw {
    /// `G exp(theta)`, `theta ~ N(0, sigma^2)`.
    Lognormal {
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// `N(G, (sigma G)^2)`.
    Proportional {
        /// Relative standard deviation.
        sigma: f64,
    },
    /// `N(G, sigma^2)`, the same at every level.
    Uniform {
        /// Standard deviation.
        sigma_us: f64,
    },
    /// `N(G, s^2)` with `s = max(c0 + c1 g + c2 g^2 + ..., 0)` microsiemens, `g = G / scale`.
    Polynomial {
        /// Coefficients, constant first.
        coefficients_us: Vec<f64>,
        /// Conductance of `g = 1`.
        scale_us: f64,
    },
}

impl SpreadLaw {
    /// Standard deviation of a normal law at target `g_us`; `None` for the lognormal one.
    pub fn sd_us(&self, g_us: f64) -> Option<f64> {
        match self {
            SpreadLaw::Lognormal { .. } => None,
            SpreadLaw::Proportional { sigma } => Some(sigma * g_us),
            SpreadLaw::Uniform { sigma_us } => Some(*sigma_us),
            SpreadLaw::Polynomial {
                coefficients_us,
                scale_us,
            } => Some(curve::polynomial(coefficients_us, g_us / scale_us).max(0.0)),
        }
    }

    /// The conductance programmed for target `g_us` with standard normal draw `z`.
    pub fn draw_us(&self, g_us: f64, z: f64) -> f64 {
        match self {
            SpreadLaw::Lognormal { sigma } => g_us * (sigma * z).exp(),
            law => (g_us + law.sd_us(g_us).unwrap_or(0.0) * z).max(0.0),
        }
    }
}

/// Normal noise of what cells conduct when they are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadNoise {
    /// The law.
    pub law: NoiseLaw,
    /// Where it comes from.
    pub source: String,
    /// How well it is founded.
    #[serde(default = "Confidence::unstated")]
    pub confidence: Confidence,
}

/// Standard deviation of the noise of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseLaw {
    /// `sigma G`, fresh on every read.
    Proportional {
        /// Relative standard deviation.
        sigma: f64,
    },
    /// The same at every level, fresh on every read.
    Uniform {
        /// Standard deviation.
        sigma_us: f64,
    },
    /// 1/f noise gathered since programming: `G Q(g) sqrt(ln((t + t_read) / (2 t_read)))`, `g = G_programmed / scale`. Nearly all
    /// of it is slower than a run of images: each cell draws it once for the time of the reads.
    Flicker {
        /// Conductance of `g = 1`.
        scale_us: f64,
        /// Q.
        q: Curve,
        /// Duration of a read.
        t_read_s: f64,
        /// Time of the read after programming where nothing else gives it.
        time_s: f64,
    },
}

impl NoiseLaw {
    /// Whether a cell keeps its noise over all reads of one time after programming.
    pub fn is_kept(&self) -> bool {
        matches!(self, NoiseLaw::Flicker { .. })
    }

    /// Standard deviation for a cell programmed to `programmed_us` that conducts `g_us` now, `time_s` after programming.
    pub fn sd_us(&self, programmed_us: f64, g_us: f64, time_s: Option<f64>) -> f64 {
        match self {
            NoiseLaw::Proportional { sigma } => sigma * g_us,
            NoiseLaw::Uniform { sigma_us } => *sigma_us,
            NoiseLaw::Flicker {
                scale_us,
                q,
                t_read_s,
                time_s: own,
            } => {
                let t = time_s.unwrap_or(*own);
                let decades = ((t + t_read_s) / (2.0 * t_read_s)).ln().max(0.0);
                g_us * q.at(programmed_us / scale_us) * decades.sqrt()
            }
        }
    }
}

/// Decay of conductances: `G(t) = G (t / t0)^-nu` for `t` after `t0`, each cell with its own
/// `nu = |N(mean(g), sd(g)^2)|`, `g = G_target / scale`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Time of the first read, to which programmed conductances belong.
    pub t0_s: f64,
    /// Conductance of `g = 1`.
    pub scale_us: f64,
    /// Mean of nu.
    pub mean: Curve,
    /// Standard deviation of nu.
    pub sd: Curve,
    /// Time of the reads after programming.
    pub time_s: f64,
    /// Whether anything makes up for it.
    pub compensation: DriftCompensation,
    /// Where it comes from.
    pub source: String,
    /// How well it is founded.
    #[serde(default = "Confidence::unstated")]
    pub confidence: Confidence,
}

impl Drift {
    /// What is left, at `time_s`, of a cell that aimed at `target_us` and was programmed to `g_us`, with standard normal draw
    /// `z`. The exponent belongs to the target, as in the cited models: a cell that missed it drifts like its level.
    pub fn draw_us(&self, target_us: f64, g_us: f64, time_s: f64, z: f64) -> f64 {
        if time_s <= self.t0_s || g_us <= 0.0 {
            return g_us;
        }
        let g = target_us / self.scale_us;
        let nu = (self.mean.at(g) + self.sd.at(g) * z).abs();
        g_us * (time_s / self.t0_s).powf(-nu)
    }
}

/// What makes up for drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftCompensation {
    /// One factor per layer, the conductance of all its cells when programmed over what is left, taken as a gain before
    /// the converters.
    Global,
    /// Nothing.
    #[default]
    None,
}

/// Resistance of the wires of an array, one segment between neighbouring cells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WireResistance {
    /// Word lines.
    pub row_ohm: f64,
    /// Bit lines.
    pub column_ohm: f64,
    /// What an input does to its row.
    pub drive: RowDrive,
}

/// What an input does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowDrive {
    /// It sets the voltage of the word line; a row at 0 V is driven too. Currents are then linear in the inputs.
    #[default]
    Voltage,
    /// It switches the cells' transistors; cells of a row without input are cut off.
    Gate,
}

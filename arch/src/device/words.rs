//! What cells do, in words.

use super::{CellPhysics, Drift, NoiseLaw, OffCompensation, SpreadLaw};
use crate::part::Confidence;

impl CellPhysics {
    /// Everything in which cells depart from their levels, one phrase each with its source; empty for ideal cells.
    pub fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !self.levels.is_empty() {
            words.push(format!("{} levels from a table", self.levels.len()));
        }
        if let Some(p) = &self.programming {
            words.push(founded(&spread(&p.law), p.confidence, &p.source));
        }
        if let Some(n) = &self.read_noise {
            words.push(founded(&noise(&n.law), n.confidence, &n.source));
        }
        if let Some(d) = &self.drift {
            words.push(founded(&drift(d), d.confidence, &d.source));
        }
        if self.stuck_lrs + self.stuck_hrs > 0.0 {
            let (lrs, hrs) = (100.0 * self.stuck_lrs, 100.0 * self.stuck_hrs);
            let stuck = "of the cells stuck at low and high resistance";
            words.push(format!("{lrs} % and {hrs} % {stuck}"));
        }
        if self.off_compensation == OffCompensation::None {
            words.push("the current of the lowest level stays in the sums".to_owned());
        }
        words
    }
}

fn founded(what: &str, confidence: Confidence, source: &str) -> String {
    format!("{what} ({}: {source})", confidence.name())
}

fn spread(law: &SpreadLaw) -> String {
    match law {
        SpreadLaw::Lognormal { sigma } => format!("lognormal spread, sigma {sigma}"),
        SpreadLaw::Proportional { sigma } => format!("spread of {} %", 100.0 * sigma),
        SpreadLaw::Uniform { sigma_us } => format!("spread of {sigma_us} uS"),
        SpreadLaw::Polynomial { .. } => "spread by level".to_owned(),
    }
}

fn noise(law: &NoiseLaw) -> String {
    match law {
        NoiseLaw::Proportional { sigma } => format!("read noise of {} %", 100.0 * sigma),
        NoiseLaw::Uniform { sigma_us } => format!("read noise of {sigma_us} uS"),
        NoiseLaw::Flicker { .. } => "1/f noise, drawn once for the time of the reads".to_owned(),
    }
}

fn drift(d: &Drift) -> String {
    format!("drift until {} s after programming", d.time_s)
}

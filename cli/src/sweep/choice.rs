//! What a point chooses beside the keys of its machine.

use crosscut_arch::units::Area;
use crosscut_prune::select::methods::METHODS;
use crosscut_sim::optimise::{Budget, Goal, Objective};
use crosscut_traces::suggest::hint;
use strum::IntoEnumIterator;

/// A point in full.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Machine, by name.
    pub arch: String,
    /// Network, by name.
    pub network: String,
    /// Keys of the machine, as `--set` takes them.
    pub set: Vec<String>,
    /// Seed.
    pub seed: u64,
    /// Hardware to fill.
    pub budget: Option<Budget>,
    /// What the mapping makes as small as possible.
    pub objective: Option<Objective>,
    /// One copy of each layer, whatever room there is.
    pub one_copy: bool,
    /// Share of the crossbars to keep.
    pub keep: f64,
    /// How pruning chooses.
    pub method: String,
}

impl Choice {
    /// What is chosen unless an axis says otherwise.
    pub fn new(seed: u64) -> Choice {
        Choice {
            arch: String::new(),
            network: String::new(),
            set: Vec::new(),
            seed,
            budget: None,
            objective: None,
            one_copy: false,
            keep: 1.0,
            method: "ours".to_string(),
        }
    }

    /// With one value of an axis; [`check`] was asked before.
    pub fn with(mut self, name: &str, value: &str) -> Choice {
        match name {
            "arch" => self.arch = value.to_string(),
            "network" => self.network = value.to_string(),
            "seed" => self.seed = value.parse().unwrap_or(self.seed),
            "budget" => self.budget = budget(value).ok().flatten(),
            "objective" => self.objective = objective(value),
            "replicas" => self.one_copy = value == "one",
            "prune.keep" => self.keep = value.parse().unwrap_or(1.0),
            "prune.method" => self.method = value.to_string(),
            key => self.set.push(format!("{key}={value}")),
        }
        self
    }

    /// Objective and budget, if the mapping is to be optimised.
    pub fn goal(&self) -> Option<Goal> {
        match (self.objective, self.budget) {
            (None, None) => None,
            (objective, budget) => Some(Goal::new(objective.unwrap_or_default(), budget)),
        }
    }
}

/// Refuses values of the sweep's own axes that are not allowed; what keys of machines may be, the machine knows.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let wrong = |allowed: String| Err(format!("`{value}` is no value of `{name}`: {allowed}"));
    match name {
        "seed" if value.parse::<u64>().is_err() => wrong("it must be a whole number from 0".into()),
        "budget" => match budget(value) {
            Ok(_) => Ok(()),
            Err(what) => wrong(what),
        },
        "objective" if objective(value).is_none() => {
            let names: Vec<&str> = Objective::iter().map(Objective::name).collect();
            wrong(format!(
                "it must be one of {}{}",
                names.join(", "),
                hint(value, names.iter().copied())
            ))
        }
        "replicas" if !matches!(value, "one" | "fill") => {
            wrong("it must be `fill` or `one`".into())
        }
        "prune.keep" => match value.parse::<f64>() {
            Ok(share) if share > 0.0 && share <= 1.0 => Ok(()),
            _ => wrong("it must be a number above 0 and at most 1".into()),
        },
        "prune.method" if METHODS.iter().all(|m| m.name != value) => {
            let names: Vec<&str> = METHODS.iter().map(|m| m.name).collect();
            wrong(format!(
                "it must be one of {}{}",
                names.join(", "),
                hint(value, names.iter().copied())
            ))
        }
        _ => Ok(()),
    }
}

/// `4 chips`, `200 crossbars`, `80 mm2` or `none`.
pub fn budget(text: &str) -> Result<Option<Budget>, String> {
    let text = text.trim();
    if text == "none" {
        return Ok(None);
    }
    let count = |unit: &[&str]| {
        let number = unit.iter().find_map(|u| text.strip_suffix(u))?;
        number.trim().parse::<u64>().ok().filter(|&n| n > 0)
    };
    if let Some(n) = count(&["chips", "chip"]) {
        return Ok(Some(Budget::Chips(n)));
    }
    if let Some(n) = count(&["crossbars", "crossbar"]) {
        return Ok(Some(Budget::Crossbars(n)));
    }
    match area_mm2(text) {
        Some(area) => Ok(Some(Budget::AreaMm2(area))),
        None => Err(
            "it must be `4 chips`, `200 crossbars`, an area such as `80 mm2`, or `none`"
                .to_string(),
        ),
    }
}

/// An area above 0, in square millimetres.
pub fn area_mm2(text: &str) -> Option<f64> {
    let Area(um2) = text.parse().ok()?;
    (um2 > 0.0 && um2.is_finite()).then_some(um2 / 1e6)
}

fn objective(text: &str) -> Option<Objective> {
    Objective::iter().find(|o| o.name() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_have_units() {
        assert_eq!(budget("4 chips"), Ok(Some(Budget::Chips(4))));
        assert_eq!(budget("1 chip"), Ok(Some(Budget::Chips(1))));
        assert_eq!(budget("200crossbars"), Ok(Some(Budget::Crossbars(200))));
        assert_eq!(budget("80 mm2"), Ok(Some(Budget::AreaMm2(80.0))));
        assert_eq!(budget("none"), Ok(None));
        for wrong in ["50", "0 chips", "-1 mm2", "4 chops"] {
            assert!(budget(wrong).is_err(), "{wrong}");
        }
    }
}

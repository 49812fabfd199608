//! A figure with its unit: `15.95 TOPS/W`, `263 images/s`, `3176 crossbars`.

use crosscut_arch::{Claim, Figure};
use serde::Serialize;
use std::fmt;

/// What a figure measures; its unit tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// GOPS.
    Throughput,
    /// GOPS/W.
    Efficiency,
    /// GOPS/mm2.
    Density,
    /// mm2.
    Area,
    /// mW.
    Power,
    /// ns.
    Time,
    /// pJ.
    Energy,
    /// Images per second.
    Rate,
    /// Images per joule.
    RatePerPower,
    /// Number of crossbars.
    Crossbars,
    /// Number of weights.
    Weights,
    /// Number of cells.
    Cells,
    /// Number of ADC conversions.
    Conversions,
    /// Number of chips.
    Chips,
}

/// What deviations are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Throughput and time.
    Throughput,
    /// Energy, power, efficiency.
    Energy,
    /// Area, throughput per area.
    Area,
    /// Whole numbers.
    Counts,
}

impl Class {
    /// All, in the order of lists.
    pub const ALL: [Class; 4] = [Class::Throughput, Class::Energy, Class::Area, Class::Counts];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Class::Throughput => "throughput",
            Class::Energy => "energy",
            Class::Area => "area",
            Class::Counts => "counts",
        }
    }

    /// How near the median of predicted figures ought to be.
    pub fn aim(self) -> f64 {
        match self {
            Class::Throughput => 0.05,
            Class::Energy | Class::Area => 0.2,
            Class::Counts => 0.0,
        }
    }
}

impl Quantity {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Throughput => "throughput",
            Quantity::Efficiency => "efficiency",
            Quantity::Density => "throughput per area",
            Quantity::Area => "area",
            Quantity::Power => "power",
            Quantity::Time => "time",
            Quantity::Energy => "energy",
            Quantity::Rate => "images per second",
            Quantity::RatePerPower => "images per joule",
            Quantity::Crossbars => "crossbars",
            Quantity::Weights => "weights",
            Quantity::Cells => "cells",
            Quantity::Conversions => "conversions",
            Quantity::Chips => "chips",
        }
    }

    /// Where it counts in the summary.
    pub fn class(self) -> Class {
        match self {
            Quantity::Throughput | Quantity::Time | Quantity::Rate => Class::Throughput,
            Quantity::Efficiency | Quantity::Power | Quantity::Energy | Quantity::RatePerPower => {
                Class::Energy
            }
            Quantity::Density | Quantity::Area => Class::Area,
            _ => Class::Counts,
        }
    }
}

/// Units, what they measure, and how many of the stored unit one is. GSOPS are synaptic operations, two operations each.
const UNITS: [(&str, Quantity, f64); 33] = [
    ("GOPS", Quantity::Throughput, 1.0),
    ("TOPS", Quantity::Throughput, 1e3),
    ("POPS", Quantity::Throughput, 1e6),
    ("GOPS/W", Quantity::Efficiency, 1.0),
    ("TOPS/W", Quantity::Efficiency, 1e3),
    ("POPS/W", Quantity::Efficiency, 1e6),
    ("GSOPS/W", Quantity::Efficiency, 2.0),
    ("GOPS/mm2", Quantity::Density, 1.0),
    ("TOPS/mm2", Quantity::Density, 1e3),
    ("um2", Quantity::Area, 1e-6),
    ("mm2", Quantity::Area, 1.0),
    ("uW", Quantity::Power, 1e-3),
    ("mW", Quantity::Power, 1.0),
    ("W", Quantity::Power, 1e3),
    ("ns", Quantity::Time, 1.0),
    ("us", Quantity::Time, 1e3),
    ("ms", Quantity::Time, 1e6),
    ("s", Quantity::Time, 1e9),
    ("cycles", Quantity::Time, 1.0),
    ("fJ", Quantity::Energy, 1e-3),
    ("pJ", Quantity::Energy, 1.0),
    ("nJ", Quantity::Energy, 1e3),
    ("uJ", Quantity::Energy, 1e6),
    ("mJ", Quantity::Energy, 1e9),
    ("J", Quantity::Energy, 1e12),
    ("images/s", Quantity::Rate, 1.0),
    ("images/s/W", Quantity::RatePerPower, 1.0),
    ("images/J", Quantity::RatePerPower, 1.0),
    ("crossbars", Quantity::Crossbars, 1.0),
    ("weights", Quantity::Weights, 1.0),
    ("cells", Quantity::Cells, 1.0),
    ("conversions", Quantity::Conversions, 1.0),
    ("chips", Quantity::Chips, 1.0),
];

/// A figure with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it measures.
    pub quantity: Quantity,
    /// In the stored unit.
    pub base: f64,
    /// Unit as written.
    pub unit: &'static str,
    factor: f64,
}

impl Value {
    /// Reads a number and a unit.
    ///
    /// # Errors
    /// What is wrong, and the units there are.
    pub fn parse(text: &str) -> Result<Value, String> {
        let plain = text.trim().replace("OPS/s", "OPS");
        let at = plain.find(char::is_whitespace);
        let Some((number, unit)) = at.map(|at| plain.split_at(at)) else {
            return Err(format!("`{text}` has no unit: {}", known()));
        };
        let unit = unit.trim();
        let Some(&(unit, quantity, factor)) = UNITS.iter().find(|u| u.0 == unit) else {
            return Err(format!("`{unit}` is no unit of a figure: {}", known()));
        };
        let value = number.replace(',', "").parse::<f64>().ok();
        let value = value.filter(|v| v.is_finite() && *v > 0.0);
        let value = value.ok_or_else(|| format!("`{number}` is no number above 0"))?;
        Ok(Value {
            quantity,
            base: value * factor,
            unit,
            factor,
        })
    }

    /// The figure of a machine's own `[[published]]`, in the unit in which it is shown.
    pub fn of(claim: Claim) -> Value {
        let shown = claim.to_string();
        let unit = shown.split_whitespace().nth(1).unwrap_or_default();
        let quantity = match claim.figure {
            Figure::Throughput => Quantity::Throughput,
            Figure::Efficiency => Quantity::Efficiency,
            Figure::Density => Quantity::Density,
            Figure::Area => Quantity::Area,
            Figure::Power => Quantity::Power,
        };
        let found = UNITS.iter().find(|u| u.0 == unit && u.1 == quantity);
        let (unit, _, factor) = found.copied().unwrap_or(("", quantity, 1.0));
        Value {
            quantity,
            base: claim.value,
            unit,
            factor,
        }
    }

    /// A number of crossbars.
    pub fn count(crossbars: u64) -> Value {
        Value {
            quantity: Quantity::Crossbars,
            base: crossbars as f64,
            unit: "crossbars",
            factor: 1.0,
        }
    }

    /// Another figure of the same kind, in the same unit.
    pub fn with(&self, base: f64) -> Value {
        Value {
            base,
            ..self.clone()
        }
    }

    /// In the unit as written.
    pub fn number(&self) -> f64 {
        self.base / self.factor
    }
}

fn known() -> String {
    let names: Vec<_> = UNITS.iter().map(|u| u.0).collect();
    format!("expected a number and one of {}", names.join(", "))
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        if self.quantity.class() == Class::Counts || self.unit == "cycles" {
            return write!(
                f,
                "{} {}",
                crosscut_report::format::count(number.round() as u64),
                self.unit
            );
        }
        let shown = crosscut_report::format::number(number);
        write!(f, "{shown} {}", self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_tell_what_is_measured() {
        for (text, quantity, base) in [
            ("15.95 TOPS/W", Quantity::Efficiency, 15_950.0),
            ("38.33 TOPS/s/mm2", Quantity::Density, 38_330.0),
            ("46 GSOPS/W", Quantity::Efficiency, 92.0),
            ("263 images/s", Quantity::Rate, 263.0),
            (
                "157,288,960 conversions",
                Quantity::Conversions,
                157_288_960.0,
            ),
        ] {
            let value = Value::parse(text).expect("a figure");
            assert_eq!((value.quantity, value.base), (quantity, base), "{text}");
        }
        for (text, says) in [
            ("36.6", "has no unit"),
            ("3 GB", "is no unit"),
            ("-1 W", "above 0"),
            ("x W", "above 0"),
        ] {
            let error = Value::parse(text).expect_err("refused");
            assert!(error.contains(says), "{error}");
        }
    }
}

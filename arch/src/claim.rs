//! A figure of a whole chip with its unit, such as `36.6 TOPS/W`: what is published, or what a user expects.

use crate::units::{Area, Density, Efficiency, Power, Throughput};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// What a claim is about; its unit tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// Peak throughput of a chip, GOPS.
    Throughput,
    /// Peak throughput over power at full activity, GOPS/W.
    Efficiency,
    /// Peak throughput over area, GOPS/mm2.
    Density,
    /// Area of a chip, mm2.
    Area,
    /// Power of a chip at full activity, mW.
    Power,
}

impl Figure {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Throughput => "throughput",
            Figure::Efficiency => "power efficiency",
            Figure::Density => "throughput per area",
            Figure::Area => "area",
            Figure::Power => "power",
        }
    }
}

/// A figure with its value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// What it is about.
    pub figure: Figure,
    /// In the unit of the figure.
    pub value: f64,
}

impl Claim {
    /// Several claims, separated by commas.
    ///
    /// # Errors
    /// The claim that cannot be read, and the units there are.
    pub fn list(text: &str) -> Result<Vec<Claim>, String> {
        text.split(',').map(str::parse).collect()
    }
}

impl FromStr for Claim {
    type Err = String;

    fn from_str(text: &str) -> Result<Claim, String> {
        let text = text.trim();
        // `TOPS/s/mm2` says the second twice.
        let plain = text.replace("OPS/s", "OPS");
        let claim = |figure, value| Claim { figure, value };
        let readings = [
            plain
                .parse()
                .map(|v: Throughput| claim(Figure::Throughput, v.0)),
            plain
                .parse()
                .map(|v: Efficiency| claim(Figure::Efficiency, v.0)),
            plain.parse().map(|v: Density| claim(Figure::Density, v.0)),
            plain.parse().map(|v: Area| claim(Figure::Area, v.0 / 1e6)),
            plain.parse().map(|v: Power| claim(Figure::Power, v.0)),
        ];
        let found = readings.into_iter().find_map(Result::ok);
        found.filter(|c| c.value > 0.0).ok_or_else(|| {
            format!(
                "`{text}` is not a figure of a chip: expected a number above 0 with one of the units MOPS, GOPS, TOPS, POPS, GOPS/W, TOPS/W, POPS/W, GOPS/mm2, TOPS/mm2, POPS/mm2, um2, mm2, mW, W"
            )
        })
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.value;
        let (value, unit) = match self.figure {
            Figure::Throughput if v >= 1e3 => (v / 1e3, "TOPS"),
            Figure::Throughput => (v, "GOPS"),
            Figure::Efficiency if v >= 1e3 => (v / 1e3, "TOPS/W"),
            Figure::Efficiency => (v, "GOPS/W"),
            Figure::Density if v >= 1e3 => (v / 1e3, "TOPS/mm2"),
            Figure::Density => (v, "GOPS/mm2"),
            Figure::Area => (v, "mm2"),
            Figure::Power if v >= 1e3 => (v / 1e3, "W"),
            Figure::Power => (v, "mW"),
        };
        // Four digits, as everywhere in the reports.
        let digits = if value > 0.0 {
            3 - value.log10().floor() as i32
        } else {
            0
        };
        write!(f, "{value:.*} {unit}", digits.clamp(0, 6) as usize)
    }
}

/// A claim as written in a description: text with a unit.
#[derive(Debug, Clone, Copy)]
pub struct ClaimText(pub Claim);

impl<'de> Deserialize<'de> for ClaimText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ClaimText, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(ClaimText).map_err(de::Error::custom)
    }
}

impl JsonSchema for ClaimText {
    fn schema_name() -> Cow<'static, str> {
        "Claim".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "a throughput (GOPS, TOPS), an efficiency (TOPS/W), a throughput per area (TOPS/mm2), an area (mm2) or a power (W)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_say_what_a_claim_is_about() {
        for (text, figure, value, shown) in [
            ("36.6 TOPS/W", Figure::Efficiency, 36_600.0, "36.60 TOPS/W"),
            ("0.5 mm2", Figure::Area, 0.5, "0.5000 mm2"),
            ("52.31 TOPS", Figure::Throughput, 52_310.0, "52.31 TOPS"),
            (
                "38.33 TOPS/s/mm2",
                Figure::Density,
                38_330.0,
                "38.33 TOPS/mm2",
            ),
            ("62.5 W", Figure::Power, 62_500.0, "62.50 W"),
            ("1485 GOPS/mm2", Figure::Density, 1485.0, "1.485 TOPS/mm2"),
        ] {
            let claim: Claim = text.parse().unwrap();
            assert_eq!((claim.figure, claim.value), (figure, value), "{text}");
            assert_eq!(claim.to_string(), shown);
        }
        assert_eq!(Claim::list("36.6 TOPS/W, 0.5 mm2").unwrap().len(), 2);
        for bad in ["36.6", "TOPS/W", "3 GB", "0 mm2", "-1 W", ""] {
            let error = bad.parse::<Claim>().unwrap_err();
            assert!(error.contains("TOPS/W, POPS/W"), "{error}");
        }
    }
}

//! Quantities as they are written (`"100 ns"`, `"0.0096 mm2"`) and as the model holds them.
//!
//! Each type has one model unit. A written unit is a ratio of two exact integers to it, so that
//! `"100 ns"` is exactly 100 and not 100.00000000000001.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A written unit and its size in model units, as numerator and denominator.
type Unit = (&'static str, f64, f64);

fn parse(text: &str, what: &str, units: &[Unit]) -> Result<f64, String> {
    let text = text.trim();
    let split = text
        .char_indices()
        .find(|&(i, c)| {
            c.is_alphabetic() && !(matches!(c, 'e' | 'E') && exponent_follows(&text[i + 1..]))
        })
        .map_or(text.len(), |(i, _)| i);
    let (number, unit) = (text[..split].trim(), text[split..].trim());
    let names = || units.iter().map(|u| u.0).collect::<Vec<_>>().join(", ");
    let value: f64 = number.parse().map_err(|_| {
        format!(
            "`{text}` is not a {what}: expected a number and a unit, such as `1 {}`",
            units[0].0
        )
    })?;
    if unit.is_empty() {
        return Err(format!(
            "`{text}` has no unit: a {what} is written in {}",
            names()
        ));
    }
    let &(_, numerator, denominator) = units.iter().find(|u| u.0 == unit).ok_or_else(|| {
        format!(
            "`{unit}` is not a unit of {what}: expected one of {}",
            names()
        )
    })?;
    if !value.is_finite() || value < 0.0 {
        return Err(format!(
            "`{text}` is out of range: a {what} must be finite and not negative"
        ));
    }
    Ok(value * numerator / denominator)
}

fn exponent_follows(rest: &str) -> bool {
    rest.trim_start_matches(['+', '-'])
        .starts_with(|c: char| c.is_ascii_digit())
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $what:literal, $units:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                parse(&text, $what, $units).map($name).map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let units: Vec<&str> = $units.iter().map(|u: &Unit| u.0).collect();
                json_schema!({
                    "type": "string",
                    "description": format!("A {}, written with one of the units {}", $what, units.join(", ")),
                    "pattern": format!("^ *[0-9.eE+-]+ *({})$", units.join("|")),
                })
            }
        }
    };
}

quantity!(
    /// Time in nanoseconds.
    Time, "time", &[("ns", 1., 1.), ("ps", 1., 1e3), ("us", 1e3, 1.), ("ms", 1e6, 1.), ("s", 1e9, 1.)]
);
quantity!(
    /// Frequency in hertz.
    Frequency, "frequency", &[("GHz", 1e9, 1.), ("MHz", 1e6, 1.), ("kHz", 1e3, 1.), ("Hz", 1., 1.)]
);
quantity!(
    /// Conversions per second.
    SampleRate, "sample rate", &[("GS/s", 1e9, 1.), ("MS/s", 1e6, 1.), ("kS/s", 1e3, 1.), ("S/s", 1., 1.)]
);
quantity!(
    /// Power in milliwatts.
    Power, "power", &[("mW", 1., 1.), ("uW", 1., 1e3), ("nW", 1., 1e6), ("W", 1e3, 1.)]
);
quantity!(
    /// Energy in picojoules.
    Energy, "energy", &[("pJ", 1., 1.), ("fJ", 1., 1e3), ("aJ", 1., 1e6), ("nJ", 1e3, 1.), ("uJ", 1e6, 1.)]
);
quantity!(
    /// Area in square micrometres.
    Area, "area", &[("um2", 1., 1.), ("mm2", 1e6, 1.), ("nm2", 1., 1e6)]
);
quantity!(
    /// Capacity in bytes.
    Capacity, "capacity", &[("KiB", 1024., 1.), ("B", 1., 1.), ("MiB", 1048576., 1.), ("kB", 1e3, 1.), ("MB", 1e6, 1.)]
);
quantity!(
    /// Feature size in nanometres.
    Length, "length", &[("nm", 1., 1.), ("um", 1e3, 1.)]
);
quantity!(
    /// Conductance in microsiemens.
    Conductance, "conductance", &[("uS", 1., 1.), ("nS", 1., 1e3), ("mS", 1e3, 1.), ("S", 1e6, 1.)]
);

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Result<f64, String> {
        parse(
            text,
            "time",
            &[("ns", 1., 1.), ("ps", 1., 1e3), ("us", 1e3, 1.)],
        )
    }

    #[test]
    fn units_are_exact() {
        assert_eq!(time("100 ns"), Ok(100.0));
        assert_eq!(time("16.8us"), Ok(16800.0));
        assert_eq!(time("1e2 ns"), Ok(100.0));
        assert_eq!(time("500 ps"), Ok(0.5));
    }

    #[test]
    fn wrong_units_list_the_right_ones() {
        assert_eq!(
            time("3 mW").unwrap_err(),
            "`mW` is not a unit of time: expected one of ns, ps, us"
        );
        assert!(time("3").unwrap_err().contains("no unit"));
        assert!(time("fast").unwrap_err().contains("expected a number"));
        assert!(time("-1 ns").unwrap_err().contains("not negative"));
    }
}

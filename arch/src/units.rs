//! Quantities with units, as written in machine descriptions: `"100 ns"`, `"16 mW"`, `"64 KiB"`.
//!
//! Each quantity is stored in the unit the resolved model uses (ns, mW, um2, pJ, bytes, ...).
//! Decimal prefixes are applied to the decimal text, not to the binary number, so `"0.0096 mm2"` is
//! exactly 9600 um2 and `"100 ns"` exactly 100.
//!
//! Each quantity has a range: zero, or a size that a circuit, a board or a building can have. Within these ranges a
//! product of quantities and counts is finite and no float is too small for it. [`NUMBER`] is the range of numbers without a unit.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// Sizes of a number without a unit that is not zero: rates per cycle, shares, factors.
pub const NUMBER: RangeInclusive<f64> = 1e-18..=1e18;

/// One unit a quantity may be written in.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// As written after the number.
    name: &'static str,
    /// Power of ten towards the stored unit.
    exponent: i32,
    /// How the scaled number becomes the stored one.
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    /// The number itself.
    Decimal,
    /// Times a factor (`KiB`, `h`).
    Binary(f64),
    /// One over the number (a resistance stored as a conductance).
    Inverse,
}

const fn unit(name: &'static str, exponent: i32) -> Unit {
    Unit {
        name,
        exponent,
        form: Form::Decimal,
    }
}

const fn binary(name: &'static str, factor: f64) -> Unit {
    Unit {
        name,
        exponent: 0,
        form: Form::Binary(factor),
    }
}

const fn inverse(name: &'static str, exponent: i32) -> Unit {
    Unit {
        name,
        exponent,
        form: Form::Inverse,
    }
}

/// Reads `number unit`; the error names the valid units.
fn parse(
    text: &str,
    what: &str,
    units: &[Unit],
    range: RangeInclusive<f64>,
) -> Result<f64, String> {
    let list = || {
        let names: Vec<&str> = units.iter().map(|u| u.name).collect();
        names.join(", ")
    };
    let trimmed = text.trim();
    let split = trimmed
        .find(|c: char| c.is_whitespace())
        .or_else(|| unit_start(trimmed));
    let Some(at) = split else {
        return Err(format!(
            "`{text}` has no unit: expected {what} in {}",
            list()
        ));
    };
    let (number, name) = (
        trimmed[..at].trim(),
        trimmed[at..].trim().replace(['µ', 'μ'], "u"),
    );
    let Some(unit) = units.iter().find(|u| u.name == name) else {
        return Err(format!(
            "`{name}` is not a unit of {what}: expected one of {}",
            list()
        ));
    };
    let value = scaled(number, unit.exponent)
        .filter(|x| x.is_finite())
        .map(|x| match unit.form {
            Form::Decimal => x,
            Form::Binary(factor) => x * factor,
            Form::Inverse => 1.0 / x,
        })
        .filter(|x| x.is_finite());
    let value = value.ok_or_else(|| {
        format!("`{number}` is not a usable number: expected {what} such as `1.5 {name}`")
    })?;
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let written_zero = || !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if (value == 0.0 && written_zero()) || range.contains(&value.abs()) {
        return Ok(value);
    }
    let stored = |u: &&Unit| u.exponent == 0 && matches!(u.form, Form::Decimal);
    let unit = units.iter().find(stored).map_or("", |u| u.name);
    let (least, most) = range.into_inner();
    Err(format!(
        "must be 0, or a size of {least:e} to {most:e} {unit}"
    ))
}

/// Where the unit starts when no space stands before it (`100ns`); `e` followed by a digit belongs to the number.
fn unit_start(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.char_indices().map(|(i, _)| i).find(|&i| {
        let exponent = matches!(bytes[i], b'e' | b'E')
            && matches!(bytes.get(i + 1), Some(b'0'..=b'9' | b'-' | b'+'));
        !(matches!(bytes[i], b'0'..=b'9' | b'.' | b'-' | b'+' | b'_') || exponent)
    })
}

/// `number` x 10^`exponent`, rounded once: the exponent is joined to the decimal text before it is read.
fn scaled(number: &str, exponent: i32) -> Option<f64> {
    let plain = number.replace('_', "");
    let (mantissa, own) = match plain.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i32>().ok()?),
        None => (plain.as_str(), 0),
    };
    // `inf` and `nan` would parse as floats.
    if !mantissa
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+'))
    {
        return None;
    }
    format!("{mantissa}e{}", own.checked_add(exponent)?)
        .parse()
        .ok()
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $what:literal, $range:expr, [$($unit:expr),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl $name {
            /// The units it can be written in.
            pub const UNITS: &'static [Unit] = &[$($unit),+];

            /// Sizes it can have when it is not zero, in the stored unit.
            pub const RANGE: RangeInclusive<f64> = $range;
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                parse(text, $what, Self::UNITS, Self::RANGE).map($name)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text_with_unit(deserializer, $what, Self::UNITS, Self::RANGE).map($name)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                text_schema($what, Self::UNITS)
            }
        }
    };
}

quantity!(
    /// A duration in nanoseconds.
    Time, "a time", 1e-6..=1e18,
    [unit("ps", -3), unit("ns", 0), unit("us", 3), unit("ms", 6), unit("s", 9)]
);
quantity!(
    /// A time span in seconds.
    Span, "a time span", 1e-15..=1e12,
    [
        unit("ns", -9), unit("us", -6), unit("ms", -3), unit("s", 0), binary("min", 60.0), binary("h", 3600.0),
        binary("day", 86_400.0), binary("days", 86_400.0), binary("year", 31_557_600.0)
    ]
);
quantity!(
    /// A power in milliwatts.
    Power, "a power", 1e-15..=1e12,
    [unit("nW", -6), unit("uW", -3), unit("mW", 0), unit("W", 3)]
);
quantity!(
    /// A voltage in volts.
    Voltage, "a voltage", 1e-9..=1e6,
    [unit("mV", -3), unit("V", 0)]
);
quantity!(
    /// An energy in picojoules.
    Energy, "an energy", 1e-12..=1e15,
    [unit("aJ", -6), unit("fJ", -3), unit("pJ", 0), unit("nJ", 3), unit("uJ", 6)]
);
quantity!(
    /// An area in square micrometres.
    Area, "an area", 1e-9..=1e12,
    [unit("nm2", -6), unit("um2", 0), unit("mm2", 6)]
);
quantity!(
    /// A length in nanometres.
    Length, "a length", 1e-6..=1e12,
    [unit("nm", 0), unit("um", 3), unit("mm", 6)]
);
quantity!(
    /// A frequency in hertz. Outside of its range times in nanoseconds lose their meaning.
    Frequency, "a frequency", 1.0..=1e12,
    [unit("Hz", 0), unit("kHz", 3), unit("MHz", 6), unit("GHz", 9)]
);
quantity!(
    /// A conversion rate in samples per second.
    SampleRate, "a sample rate", 1e-6..=1e18,
    [unit("S/s", 0), unit("kS/s", 3), unit("MS/s", 6), unit("GS/s", 9)]
);
quantity!(
    /// A conductance in microsiemens; it may be written as a resistance.
    Conductance, "a conductance or a resistance", 1e-12..=1e12,
    [
        unit("nS", -3), unit("uS", 0), unit("mS", 3),
        // 1 / (r in MOhm) is in uS.
        inverse("Ohm", -6), inverse("kOhm", -3), inverse("MOhm", 0), inverse("GOhm", 3),
    ]
);
quantity!(
    /// Bytes per second.
    Bandwidth, "a bandwidth", 1e-3..=1e18,
    [
        unit("B/s", 0), unit("kB/s", 3), unit("MB/s", 6), unit("GB/s", 9), unit("TB/s", 12),
        binary("MiB/s", 1_048_576.0), binary("GiB/s", 1_073_741_824.0),
    ]
);
quantity!(
    /// A memory size in bytes.
    Capacity, "a memory size", 1.0..=1e18,
    [unit("B", 0), binary("KiB", 1024.0), binary("MiB", 1_048_576.0), binary("GiB", 1_073_741_824.0), unit("kB", 3), unit("MB", 6), unit("GB", 9)]
);
quantity!(
    /// Operations per second, in GOPS (1 MAC = 2 operations).
    Throughput, "a throughput", 1e-12..=1e18,
    [unit("MOPS", -3), unit("GOPS", 0), unit("TOPS", 3), unit("POPS", 6)]
);
quantity!(
    /// Operations per joule, in GOPS/W.
    Efficiency, "an efficiency", 1e-12..=1e18,
    [unit("GOPS/W", 0), unit("TOPS/W", 3), unit("POPS/W", 6)]
);
quantity!(
    /// Operations per second and area, in GOPS/mm2.
    Density, "a throughput per area", 1e-12..=1e18,
    [unit("GOPS/mm2", 0), unit("TOPS/mm2", 3), unit("POPS/mm2", 6)]
);

/// Reads a string with a unit; a bare number is refused with the units named.
fn text_with_unit<'de, D: Deserializer<'de>>(
    deserializer: D,
    what: &'static str,
    units: &'static [Unit],
    range: RangeInclusive<f64>,
) -> Result<f64, D::Error> {
    struct Text(&'static str, &'static [Unit], RangeInclusive<f64>);

    impl Visitor<'_> for Text {
        type Value = f64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let names: Vec<&str> = self.1.iter().map(|u| u.name).collect();
            write!(
                f,
                "{} as a string with its unit ({})",
                self.0,
                names.join(", ")
            )
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
            parse(text, self.0, self.1, self.2).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(what, units, range))
}

fn text_schema(what: &str, units: &[Unit]) -> Schema {
    let names: Vec<&str> = units.iter().map(|u| u.name).collect();
    json_schema!({
        "type": "string",
        "description": format!("{what}, in {}", names.join(", ")),
        "pattern": format!("^[-+0-9._eE]+ *({})$", names.join("|")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_exact() {
        let area = |s: &str| s.parse::<Area>().unwrap().0;
        assert_eq!(area("0.0096 mm2"), 9600.0);
        assert_eq!(area("0.00004 mm2"), 40.0);
        assert_eq!("100 ns".parse::<Time>().unwrap().0, 100.0);
        assert_eq!("16.8us".parse::<Time>().unwrap().0, 16800.0);
        assert_eq!("1.5625 pJ".parse::<Energy>().unwrap().0, 1.5625);
        assert_eq!("0.977 fJ".parse::<Energy>().unwrap().0, 0.000977);
        assert_eq!("1.28 GS/s".parse::<SampleRate>().unwrap().0, 1.28e9);
        assert_eq!("1.2 GHz".parse::<Frequency>().unwrap().0, 1.2e9);
        assert_eq!("64 KiB".parse::<Capacity>().unwrap().0, 65536.0);
        assert_eq!("2 kOhm".parse::<Conductance>().unwrap().0, 500.0);
        assert_eq!("25 uS".parse::<Conductance>().unwrap().0, 25.0);
        assert_eq!("1e-1 µW".parse::<Power>().unwrap().0, 1e-4);
    }

    #[test]
    fn sizes_are_those_of_things() {
        for big in ["1e308 pJ", "-1e16 pJ", "1e-13 pJ", "1e10 uJ", "1e-999 pJ"] {
            let error = big.parse::<Energy>().unwrap_err();
            assert_eq!(error, "must be 0, or a size of 1e-12 to 1e15 pJ", "{big}");
        }
        assert_eq!("0 pJ".parse::<Energy>().unwrap().0, 0.0);
        assert_eq!("0.0e5 pJ".parse::<Energy>().unwrap().0, 0.0);
        assert_eq!("1e9 uJ".parse::<Energy>().unwrap().0, 1e15);
        // The largest counts (2^64) and the largest powers times times stay finite and exact enough.
        assert!((*Energy::RANGE.end() * *NUMBER.end() * u64::MAX as f64).is_finite());
        assert!((*Power::RANGE.end() * *Time::RANGE.end() * u64::MAX as f64).is_finite());
    }

    #[test]
    fn errors_list_the_units() {
        let error = "100 mW".parse::<Time>().unwrap_err();
        assert!(error.contains("`mW` is not a unit of a time"), "{error}");
        assert!(error.contains("ps, ns, us, ms, s"), "{error}");
        for bad in [
            "100",
            "",
            "ns",
            "x ns",
            "inf ns",
            "nan ns",
            "1e999999999999 ns",
            "1e400 s",
            "- ns",
            "ü",
        ] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
        assert!("0 Ohm".parse::<Conductance>().is_err());
        assert!("1e308 GOhm".parse::<Conductance>().is_err());
    }
}

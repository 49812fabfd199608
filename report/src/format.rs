//! Numbers for people: thousands apart, quantities in the unit that keeps them short.

/// `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A figure that a machine may not give.
pub fn given(x: Option<f64>, show: fn(f64) -> String) -> String {
    x.map_or_else(|| "not given".to_string(), show)
}

/// `1 tile`, `2 tiles`.
pub fn plural(n: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(n), if n == 1 { "" } else { "s" })
}

/// Four significant digits.
pub fn number(x: f64) -> String {
    if x == 0.0 {
        return "0".to_string();
    }
    if !x.is_finite() {
        return x.to_string();
    }
    // A value that rounds up to the next power of ten has one decimal less.
    let magnitude = format!("{:.3e}", x.abs());
    let exponent: i32 = magnitude
        .split_once('e')
        .and_then(|(_, e)| e.parse().ok())
        .unwrap_or(0);
    if (3..15).contains(&exponent) && x.abs() >= 1000.0 {
        let sign = if x < 0.0 { "-" } else { "" };
        return sign.to_string() + &count(x.abs().round() as u64);
    }
    if !(-4..15).contains(&exponent) {
        return format!("{x:.3e}");
    }
    format!("{x:.*}", (3 - exponent).max(0) as usize)
}

/// A scale: how many base units one of it holds, and its name.
pub type Unit = (f64, &'static str);

const TIME: [Unit; 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")];
const ENERGY: [Unit; 5] = [
    (1e12, "J"),
    (1e9, "mJ"),
    (1e6, "uJ"),
    (1e3, "nJ"),
    (1.0, "pJ"),
];
const POWER: [Unit; 3] = [(1e3, "W"), (1.0, "mW"), (1e-3, "uW")];

const BITS: [Unit; 5] = [
    (1e12, "Tbit"),
    (1e9, "Gbit"),
    (1e6, "Mbit"),
    (1e3, "kbit"),
    (1.0, "bit"),
];

fn choose(units: &[Unit], x: f64) -> Unit {
    let fits = |u: &&Unit| x.abs() >= u.0;
    *units.iter().find(fits).unwrap_or(&units[units.len() - 1])
}

/// Unit for energies up to `max` pJ.
pub fn energy_unit(max: f64) -> Unit {
    choose(&ENERGY, max)
}

/// Unit for times up to `max` ns.
pub fn time_unit(max: f64) -> Unit {
    choose(&TIME, max)
}

fn with_unit(units: &[Unit], x: f64) -> String {
    let (scale, name) = choose(units, x);
    format!("{} {name}", number(x / scale))
}

/// A time in nanoseconds.
pub fn time(ns: f64) -> String {
    with_unit(&TIME, ns)
}

/// An energy in picojoules.
pub fn energy(pj: f64) -> String {
    with_unit(&ENERGY, pj)
}

/// An area in square millimetres, always in that unit: columns of areas are compared with each other.
pub fn area(mm2: f64) -> String {
    format!("{} mm2", number(mm2))
}

/// A power in milliwatts.
pub fn power(mw: f64) -> String {
    with_unit(&POWER, mw)
}

/// A number of bits.
pub fn bits(bits: u64) -> String {
    with_unit(&BITS, bits as f64)
}

/// A share as per cent.
pub fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// A share as per cent, with as many digits as it takes to be told from 0.
pub fn rate(share: f64) -> String {
    match 100.0 * share {
        0.0 => "0 %".to_string(),
        p if p < 0.001 => format!("{p:.1e} %"),
        p if p < 0.1 => format!("{p:.4} %"),
        p => format!("{p:.2} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_rounded_right() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(number(9.9996), "10.00");
        assert_eq!(number(0.012345), "0.01235");
        assert_eq!(number(123456.7), "123,457");
        assert_eq!(time(1500.0), "1.500 us");
        assert_eq!(energy(2.5e7), "25.00 uJ");
        assert_eq!(area(0.5), "0.5000 mm2");
        assert_eq!(area(0.00025), "0.0002500 mm2");
        assert_eq!(percent(0.97), "97.00 %");
        assert_eq!(
            [0.0, 2e-7, 2e-4, 0.02].map(rate),
            ["0 %", "2.0e-5 %", "0.0200 %", "2.00 %"]
        );
        assert_eq!(bits(1_311_795_408), "1.312 Gbit");
        assert_eq!(bits(0), "0 bit");
    }
}

//! Values of an axis as text, and the numbers that they stand for.

/// The number that a value begins with, and what follows it: the unit of a quantity, or nothing.
pub fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    // An `e` is part of the number only where digits follow.
    let ends = (1..=text.len()).rev().filter(|&n| text.is_char_boundary(n));
    let (number, rest) = ends
        .filter(|&n| text.as_bytes()[n - 1].is_ascii_digit())
        .find_map(|n| Some((text[..n].parse::<f64>().ok()?, &text[n..])))?;
    let rest = rest.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '%' | 'µ' | '^');
    (number.is_finite() && rest.chars().all(plain)).then_some((number, rest))
}

/// The numbers of all values and their common unit, if each is a number or a quantity in the same unit.
pub fn numbers<'a>(levels: impl IntoIterator<Item = &'a str>) -> Option<(Vec<f64>, String)> {
    let mut unit: Option<String> = None;
    let mut numbers = Vec::new();
    for level in levels {
        let (number, own) = split(level)?;
        match &unit {
            Some(unit) if unit != own => return None,
            _ => unit = Some(own.to_string()),
        }
        numbers.push(number);
    }
    Some((numbers, unit?))
}

/// As a JSON value: a number where the text is one, else a string.
pub fn json(level: &str) -> serde_json::Value {
    match serde_json::from_str::<serde_json::Value>(level) {
        Ok(v @ serde_json::Value::Number(_)) => v,
        _ => serde_json::Value::String(level.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_numbers_with_a_unit() {
        assert_eq!(split("100 ns"), Some((100.0, "ns")));
        assert_eq!(split("1e3"), Some((1000.0, "")));
        assert_eq!(split("64KiB"), Some((64.0, "KiB")));
        assert_eq!(split("80 mm2"), Some((80.0, "mm2")));
        assert_eq!(split("isaac-ce"), None);
        assert_eq!(split("1e999"), None);
        assert_eq!(
            numbers(["1 ns", "2 ns"]),
            Some((vec![1.0, 2.0], "ns".into()))
        );
        assert_eq!(numbers(["1 ns", "2 us"]), None);
        assert_eq!(numbers(["fill", "1"]), None);
    }
}

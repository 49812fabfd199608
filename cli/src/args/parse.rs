//! Parsers of single values; their errors are shown by clap beside the option's name.

/// `LAYER=W`.
pub fn layer_number(text: &str) -> Result<(String, usize), String> {
    let (layer, value) = split(text, "LAYER=W")?;
    Ok((layer, number(value)?))
}

/// `LAYER=RX` or `LAYER=RXxRY`.
pub fn layer_replicas(text: &str) -> Result<(String, [usize; 2]), String> {
    let (layer, value) = split(text, "LAYER=RX or LAYER=RXxRY")?;
    let (rx, ry) = value.split_once('x').unwrap_or((value, "1"));
    Ok((layer, [number(rx)?, number(ry)?]))
}

/// `LAYER=RATIO`.
pub fn layer_ratio(text: &str) -> Result<(String, f64), String> {
    let (layer, value) = split(text, "LAYER=RATIO")?;
    Ok((layer, ratio(value)?))
}

/// A share in 0..1.
pub fn ratio(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(r) if (0.0..1.0).contains(&r) => Ok(r),
        _ => Err("must be a number of at least 0 and below 1".to_string()),
    }
}

/// `KEY=VALUE`.
pub fn override_text(text: &str) -> Result<String, String> {
    split(text, "KEY=VALUE, for example crossbar.rows=128").map(|_| text.to_string())
}

/// `A..B`, a range of cycles.
pub fn window(text: &str) -> Result<(u64, u64), String> {
    let form = || "must have the form A..B with whole numbers, A below B".to_string();
    let (from, until) = text.split_once("..").ok_or_else(form)?;
    match (from.parse(), until.parse()) {
        (Ok(from), Ok(until)) if from < until => Ok((from, until)),
        _ => Err(form()),
    }
}

fn split<'a>(text: &'a str, form: &str) -> Result<(String, &'a str), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_string(), value)),
        _ => Err(format!("must have the form {form}")),
    }
}

fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("`{text}` must be a whole number above 0")),
    }
}

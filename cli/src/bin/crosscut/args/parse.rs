//! Parsers of single values; their errors are shown by clap beside the option's name.

use super::shared::Replicas;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use crosscut_arch::Template;
use crosscut_arch::units::Area;
use crosscut_prune::select::methods::{METHODS, NamedMethod};
use crosscut_sim::map::SliceChoice;
use crosscut_sim::map::tables::{TABLES, named};
use crosscut_traces::data::Preprocess;

/// Rule or published table of slice widths.
pub fn slices() -> impl TypedValueParser<Value = SliceChoice> {
    let rules = [
        PossibleValue::new("fewest").help(
            "Semi-folded machines: per layer, the width with the fewest crossbars; folded ones: 1",
        ),
        PossibleValue::new("published").help("The table published for this network"),
    ];
    let table = |t: &crosscut_sim::map::SliceTable| {
        PossibleValue::new(t.name).help(format!("Of {}: {}", t.network, t.source))
    };
    let values: Vec<PossibleValue> = rules.into_iter().chain(TABLES.iter().map(table)).collect();
    PossibleValuesParser::new(values).map(|name| match name.as_str() {
        "published" => SliceChoice::Published,
        name => named(name).map_or(SliceChoice::Fewest, SliceChoice::Table),
    })
}

/// What a new description is of.
pub fn template() -> impl TypedValueParser<Value = Template> {
    let names = Template::ALL.map(|t| {
        PossibleValue::new(t.name()).help(match t {
            Template::Chip => "Tiles on a mesh",
            Template::Macro => "One array with its periphery",
        })
    });
    PossibleValuesParser::new(names).map(|name| match name.as_str() {
        "macro" => Template::Macro,
        _ => Template::Chip,
    })
}

/// Name of a machine, which is also that of its file.
pub fn machine_name(text: &str) -> Result<String, String> {
    let name = text.strip_suffix(".toml").unwrap_or(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with(['-', '.']) || !name.chars().all(plain) {
        return Err(format!(
            "`{name}` must be letters, digits, `-`, `_` and `.`"
        ));
    }
    Ok(name.to_string())
}

/// `80 mm2`, in square millimetres.
pub fn area_mm2(text: &str) -> Result<f64, String> {
    let Area(um2) = text.parse()?;
    if um2 > 0.0 && um2.is_finite() {
        Ok(um2 / 1e6)
    } else {
        Err("must be above 0".to_string())
    }
}

/// `LAYER=W`.
pub fn layer_number(text: &str) -> Result<(String, usize), String> {
    let (layer, value) = split(text, "LAYER=W")?;
    Ok((layer, number(value)?))
}

/// `one`, `LAYER=RX` or `LAYER=RXxRY`.
pub fn replicas(text: &str) -> Result<Replicas, String> {
    if text == "one" {
        return Ok(Replicas::One);
    }
    let (layer, value) = split(text, "LAYER=RX or LAYER=RXxRY, or be `one`")?;
    let (rx, ry) = value.split_once('x').unwrap_or((value, "1"));
    Ok(Replicas::Layer(layer, [number(rx)?, number(ry)?]))
}

/// `1000 images/s`.
pub fn throughput(text: &str) -> Result<f64, String> {
    let rate = text.trim().strip_suffix("images/s").map(str::trim);
    match rate.map(str::parse::<f64>) {
        Some(Ok(rate)) if rate > 0.0 && rate.is_finite() => Ok(rate),
        _ => Err("must be a number above 0 and `images/s`, as in \"1000 images/s\"".to_string()),
    }
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

/// How stored values become inputs.
pub fn normalise(text: &str) -> Result<Preprocess, String> {
    Preprocess::parse(text)
}

/// A share to keep, above 0 and at most 1.
pub fn keep(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if s > 0.0 && s <= 1.0 => Ok(s),
        _ => Err("must be a number above 0 and at most 1".to_string()),
    }
}

fn named_method(method: &NamedMethod) -> PossibleValue {
    PossibleValue::new(method.name).help(method.about)
}

/// A way to prune.
pub fn method() -> PossibleValuesParser {
    PossibleValuesParser::new(METHODS.iter().map(named_method).collect::<Vec<_>>())
}

/// A way to prune, or `all` or `none`.
pub fn methods() -> PossibleValuesParser {
    let mut values: Vec<PossibleValue> = METHODS.iter().map(named_method).collect();
    values.push(PossibleValue::new("all").help("Every one of these"));
    values.push(PossibleValue::new("none").help("Only before and after"));
    PossibleValuesParser::new(values)
}

/// `KEY=VALUE`.
pub fn override_text(text: &str) -> Result<String, String> {
    split(text, "KEY=VALUE, for example crossbar.rows=128").map(|_| text.to_string())
}

/// A size or a time of Slurm, which stands in a script as it is.
pub fn slurm_word(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '.');
    if text.is_empty() || !text.chars().all(plain) {
        return Err(format!(
            "`{text}` must be letters, digits, `:`, `-` and `.`, such as 2G or 04:00:00"
        ));
    }
    Ok(text.to_string())
}

/// `I/N`, a part of a plan.
pub fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text
        .split_once('/')
        .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((i, n)) if (1..=n).contains(&i) => Ok((i, n)),
        _ => Err("must have the form I/N with I from 1 to N, such as 2/8".to_string()),
    }
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

/// A whole number above 0.
pub fn positive<T: std::str::FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    match text.parse() {
        Ok(n) if n >= T::from(1) => Ok(n),
        _ => Err(format!("`{text}` must be a whole number above 0")),
    }
}

/// A whole number from 1 to `MOST`.
pub fn at_most<const MOST: u32, T>(text: &str) -> Result<T, String>
where
    T: TryFrom<u32>,
{
    let number = text.parse().ok().filter(|n| (1..=MOST).contains(n));
    let number = number.and_then(|n| T::try_from(n).ok());
    number.ok_or_else(|| format!("`{text}` must be a whole number from 1 to {MOST}"))
}

fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("`{text}` must be a whole number above 0")),
    }
}

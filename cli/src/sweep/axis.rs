//! Axes as a user gives them.

use super::choice;
use super::error::SweepError;
use super::range;
use crosscut_report::sweep::Dimension;

/// Axes that are no keys of a machine.
pub const OWN: [(&str, &str); 8] = [
    ("arch", "machines: presets or files"),
    ("network", "networks: built in, or ONNX files"),
    ("seed", "seeds of all random numbers"),
    (
        "budget",
        "hardware to fill: `4 chips`, `200 crossbars`, `80 mm2` or `none`",
    ),
    ("objective", "what the mapping makes as small as possible"),
    (
        "replicas",
        "`fill` the chips of one copy, or `one` copy of each layer",
    ),
    (
        "prune.keep",
        "share of the crossbars to keep; 1 prunes nothing",
    ),
    ("prune.method", "how pruning chooses"),
];

/// An axis, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Names and values.
    pub axis: Dimension,
    /// Where it stands, for messages.
    pub place: String,
}

impl Axis {
    /// From names and values.
    ///
    /// # Errors
    /// If there are no values, one is there twice, or one is not allowed.
    pub fn new(
        names: Vec<String>,
        levels: Vec<Vec<String>>,
        place: &str,
    ) -> Result<Axis, SweepError> {
        let shown = names.join(",");
        if levels.is_empty() || levels.iter().flatten().any(String::is_empty) {
            return Err(SweepError::value(
                place,
                format!("the axis `{shown}` has no value, or an empty one"),
            ));
        }
        if levels.len() > range::MOST {
            let what = format!(
                "the axis `{shown}` has {} values, more than {}",
                levels.len(),
                range::MOST
            );
            return Err(SweepError::value(place, what));
        }
        let mut sorted: Vec<&Vec<String>> = levels.iter().collect();
        sorted.sort();
        if let Some(pair) = sorted.windows(2).find(|p| p[0] == p[1]) {
            let what = format!(
                "the axis `{shown}` has the value `{}` twice",
                pair[0].join(":")
            );
            return Err(SweepError::value(place, what));
        }
        for level in &levels {
            for (name, value) in names.iter().zip(level) {
                choice::check(name, value).map_err(|what| SweepError::value(place, what))?;
            }
        }
        let axis = Dimension { names, levels };
        Ok(Axis {
            axis,
            place: place.to_string(),
        })
    }

    /// From `NAME=LIST`; `A,B=LIST` changes several together, each to the same value, or to the parts of `1:2`.
    ///
    /// # Errors
    /// If it has another form, or as [`Axis::new`].
    pub fn parse(text: &str) -> Result<Axis, SweepError> {
        let place = format!("--set {text}");
        let wrong = |what: String| SweepError::value(&place, what);
        let form = || {
            wrong("must have the form KEY=VALUES, for example crossbar.rows=64,128,256".to_string())
        };
        let (names, values) = text.split_once('=').ok_or_else(form)?;
        let names: Vec<String> = names.split(',').map(|n| n.trim().to_string()).collect();
        if names.iter().any(String::is_empty) || values.trim().is_empty() {
            return Err(form());
        }
        let mut levels = Vec::new();
        for item in range::list(values) {
            for value in range::values(item).map_err(wrong)? {
                levels.push(linked(&names, &value).map_err(wrong)?);
            }
        }
        Axis::new(names, levels, &place)
    }

    /// One that holds a single name.
    pub fn single(name: &str, values: &[String], place: &str) -> Result<Axis, SweepError> {
        let levels = values.iter().map(|v| vec![v.clone()]).collect();
        Axis::new(vec![name.to_string()], levels, place)
    }
}

/// The value of each name.
fn linked(names: &[String], value: &str) -> Result<Vec<String>, String> {
    if names.len() == 1 {
        return Ok(vec![value.to_string()]);
    }
    let parts: Vec<String> = value.split(':').map(|p| p.trim().to_string()).collect();
    match parts.len() {
        1 => Ok(vec![value.to_string(); names.len()]),
        n if n == names.len() => Ok(parts),
        n => Err(format!(
            "`{value}` has {n} parts, but {} keys change together: give one value for all, or one for each, as in 64:6",
            names.len()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_change_together() {
        let axis = Axis::parse("crossbar.rows,crossbar.columns=64,128")
            .expect("an axis")
            .axis;
        assert_eq!(axis.levels, [["64", "64"], ["128", "128"]]);
        let axis = Axis::parse("crossbar.rows,adc.sar.bits=64:6,128:7")
            .expect("an axis")
            .axis;
        assert_eq!(axis.levels, [["64", "6"], ["128", "7"]]);
        for wrong in [
            "crossbar.rows",
            "a,b=1:2:3",
            "a=",
            "=1",
            "a=1,1",
            "a=1,,2",
            "seed=x",
            "prune.keep=0",
        ] {
            assert!(Axis::parse(wrong).is_err(), "{wrong}");
        }
    }
}

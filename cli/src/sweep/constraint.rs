//! What points must keep to: `area <= 100 mm2`, `accuracy >= reference - 0.5`, `crossbar.rows <= crossbar.columns`.
//!
//! Names are those of figures or axes, or short ones for the most used figures. Accuracies count in per cent here, so
//! that `- 0.5` is half a point.

use crosscut_arch::units::{Area, Energy, Power, Time};
use crosscut_report::sweep::{Dimension, Field, fields, levels, quantity};
use crosscut_traces::suggest::hint;

/// Short names of figures.
const SHORT: [(&str, &str); 8] = [
    ("latency", "latency_ns"),
    ("interval", "interval_ns"),
    ("throughput", "throughput_ips"),
    ("energy", "energy_pj"),
    ("area", "area_mm2"),
    ("power", "power_mw"),
    ("reference", "reference_accuracy"),
    ("float", "float_accuracy"),
];

/// A comparison of two terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// As given.
    pub text: String,
    left: Term,
    less: bool,
    or_equal: bool,
    right: Term,
    plus: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Number(f64),
    Figure(String),
    Axis { axis: usize, place: usize },
}

impl Constraint {
    /// Reads a constraint on the axes of a plan.
    ///
    /// # Errors
    /// If it has another form or names nothing that there is.
    pub fn parse(text: &str, axes: &[Dimension]) -> Result<Constraint, String> {
        let form = || {
            format!(
                "`{text}` must compare two things by <=, <, >= or >, as in \"area <= 100 mm2\" or \"accuracy >= reference - 0.5\""
            )
        };
        let at = text.find(['<', '>']).ok_or_else(form)?;
        let (left, rest) = text.split_at(at);
        let less = rest.starts_with('<');
        let or_equal = rest[1..].starts_with('=');
        let right = rest[1..].strip_prefix('=').unwrap_or(&rest[1..]);
        if right.contains(['<', '>', '=']) {
            return Err(form());
        }
        let (right, plus) = offset(right);
        let left = term(left.trim(), None, axes)?;
        let figure = match &left {
            Term::Figure(name) => Some(name.as_str()),
            _ => None,
        };
        let right = term(right.trim(), figure, axes)?;
        if matches!((&left, &right), (Term::Number(_), Term::Number(_))) {
            return Err(form());
        }
        Ok(Constraint {
            text: text.to_string(),
            left,
            less,
            or_equal,
            right,
            plus,
        })
    }

    /// Whether axes alone decide it.
    pub fn is_of_axes(&self) -> bool {
        ![&self.left, &self.right]
            .iter()
            .any(|t| matches!(t, Term::Figure(_)))
    }

    /// Figures that it looks at.
    pub fn figures(&self) -> impl Iterator<Item = &str> {
        [&self.left, &self.right]
            .into_iter()
            .filter_map(|t| match t {
                Term::Figure(name) => Some(name.as_str()),
                _ => None,
            })
    }

    /// Whether a point keeps to it; one without the figure does not.
    pub fn holds(&self, axes: &[Dimension], index: u64, fields: &[Field], values: &[f64]) -> bool {
        let at = levels(axes, index);
        let value = |t: &Term| match t {
            Term::Number(x) => *x,
            Term::Axis { axis, place } => {
                let text = &axes[*axis].levels[at[*axis]][*place];
                quantity(text).map_or(f64::NAN, |(x, _)| x)
            }
            Term::Figure(name) => {
                let value = fields.iter().zip(values).find(|(f, _)| f.name == *name);
                let scale = if fields::is_accuracy(name) {
                    100.0
                } else {
                    1.0
                };
                value.map_or(f64::NAN, |(_, v)| v * scale)
            }
        };
        let (a, b) = (value(&self.left), value(&self.right) + self.plus);
        match (self.less, self.or_equal) {
            (true, true) => a <= b,
            (true, false) => a < b,
            (false, true) => a >= b,
            (false, false) => a > b,
        }
    }
}

/// Cuts `reference - 0.5` into the term and what is added.
fn offset(text: &str) -> (&str, f64) {
    for (sign, by) in [(" - ", -1.0), (" + ", 1.0)] {
        if let Some((term, number)) = text.rsplit_once(sign)
            && let Ok(x) = number.trim().parse::<f64>()
        {
            return (term, by * x);
        }
    }
    (text, 0.0)
}

fn term(text: &str, beside: Option<&str>, axes: &[Dimension]) -> Result<Term, String> {
    if let Ok(x) = text.parse::<f64>() {
        return Ok(Term::Number(x));
    }
    for (axis, d) in axes.iter().enumerate() {
        if let Some(place) = d.names.iter().position(|n| n == text) {
            let number = d.levels.iter().all(|l| quantity(&l[place]).is_some());
            if !number {
                return Err(format!(
                    "the axis `{text}` has values that are no numbers: they cannot be compared"
                ));
            }
            return Ok(Term::Axis { axis, place });
        }
    }
    let long = SHORT
        .iter()
        .find(|(short, _)| *short == text)
        .map_or(text, |&(_, long)| long);
    let all = fields::all();
    if all.iter().any(|f| f.name == long) {
        return Ok(Term::Figure(long.to_string()));
    }
    if quantity(text).is_some() {
        return match beside.and_then(|name| all.iter().find(|f| f.name == name)) {
            Some(field) => in_unit(text, &field.unit).map(Term::Number),
            None => Err(format!(
                "`{text}` has a unit, but nothing with a unit stands on the other side"
            )),
        };
    }
    let names = all.iter().map(|f| f.name.as_str());
    let names = names.chain(SHORT.iter().map(|s| s.0));
    let names = names.chain(axes.iter().flat_map(|d| &d.names).map(String::as_str));
    Err(format!(
        "`{text}` is neither a figure, nor an axis of the plan, nor a number{}",
        hint(text, names)
    ))
}

/// A quantity in the unit of a figure.
fn in_unit(text: &str, unit: &str) -> Result<f64, String> {
    match unit {
        "ns" => text.parse().map(|Time(x)| x),
        "pJ" => text.parse().map(|Energy(x)| x),
        "mm2" => text.parse().map(|Area(x)| x / 1e6),
        "mW" => text.parse().map(|Power(x)| x),
        unit => match quantity(text) {
            Some((x, own)) if own == unit || (own == "%" && unit.is_empty()) => Ok(x),
            _ if unit.is_empty() => Err(format!("`{text}` must be a number without a unit")),
            _ => Err(format!("`{text}` must be a number in {unit}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes() -> Vec<Dimension> {
        let axis = |name: &str, levels: &[&str]| Dimension {
            names: vec![name.to_string()],
            levels: levels.iter().map(|l| vec![l.to_string()]).collect(),
        };
        vec![
            axis("crossbar.rows", &["64", "128"]),
            axis("crossbar.columns", &["64", "128"]),
        ]
    }

    fn figure(name: &str) -> Field {
        fields::all()
            .into_iter()
            .find(|f| f.name == name)
            .expect("a figure")
    }

    #[test]
    fn figures_are_compared_in_their_units() {
        let holds = |text: &str, name: &str, value: f64| {
            let c = Constraint::parse(text, &axes()).expect("a constraint");
            c.holds(&axes(), 0, &[figure(name)], &[value])
        };
        assert!(holds("area <= 100 mm2", "area_mm2", 100.0));
        assert!(!holds("area < 100 mm2", "area_mm2", 100.0));
        assert!(holds("energy_pj <= 2 uJ", "energy_pj", 1.9e6));
        assert!(!holds("latency <= 1 us", "latency_ns", 1001.0));
        assert!(holds("accuracy >= 97.5", "accuracy", 0.976));
        assert!(
            !holds("accuracy >= 97.5", "energy_pj", 1.0),
            "a figure that is not there"
        );
    }

    #[test]
    fn accuracy_is_compared_in_points_and_axes_with_each_other() {
        let c = Constraint::parse("accuracy >= reference - 0.5", &axes()).expect("a constraint");
        let both = [figure("accuracy"), figure("reference_accuracy")];
        assert!(c.holds(&axes(), 0, &both, &[0.975, 0.98]));
        assert!(!c.holds(&axes(), 0, &both, &[0.974, 0.98]));
        let c =
            Constraint::parse("crossbar.rows <= crossbar.columns", &axes()).expect("a constraint");
        assert!(c.is_of_axes());
        let hold: Vec<bool> = (0..4).map(|i| c.holds(&axes(), i, &[], &[])).collect();
        assert_eq!(hold, [true, true, false, true]);
    }

    #[test]
    fn what_is_no_constraint_is_refused() {
        for (text, says) in [
            ("area = 5", "must compare"),
            ("araa <= 100 mm2", "did you mean `area`"),
            ("area <= 100 ns", "not a unit of"),
            ("1 <= 2", "must compare"),
            ("crossbars <= 5 mm2", "without a unit"),
        ] {
            let said = Constraint::parse(text, &axes()).expect_err(text);
            assert!(said.contains(says), "{text}: {said}");
        }
    }
}

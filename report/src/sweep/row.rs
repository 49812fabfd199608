//! One design point.

use super::header::{Header, levels};
use super::level;
use super::number::Numbers;
use crate::schema::Method;
use serde::{Deserialize, Serialize};

/// How a point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It keeps to every constraint.
    Ok,
    /// It has figures, but breaks a constraint.
    Infeasible,
    /// It has no figures: the machine is refused, the network does not fit.
    Failed,
}

impl Status {
    /// Name in logs and tables.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Infeasible => "infeasible",
            Status::Failed => "failed",
        }
    }
}

/// One design point.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its place in the full grid of the plan.
    pub index: u64,
    /// Hash of all that its figures follow from; equal where machine, network and choices are.
    pub point: u64,
    /// Where its times come from.
    pub method: Method,
    /// How it ended.
    pub status: Status,
    /// Why it has no figures.
    pub error: Option<String>,
    /// Figures in the order of the header; not finite where there is none.
    pub values: Vec<f64>,
}

/// Name of a method in logs and tables.
pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::Cycle => "cycle",
        Method::Estimate => "estimate",
    }
}

impl Row {
    /// The line of the log, with its end.
    pub fn line(&self, header: &Header) -> String {
        use std::fmt::Write;
        let mut line = String::with_capacity(512);
        let mut numbers = Numbers::default();
        // Writing to a string cannot fail.
        let _ = write!(
            line,
            "{{\"index\":{},\"plan\":\"{}\",\"point\":\"{:016x}\",\"method\":\"{}\",\"status\":\"{}\"",
            self.index,
            header.plan,
            self.point,
            method(self.method),
            self.status.name()
        );
        let at = levels(&header.axes, self.index);
        for (name, axis, place) in header.axis_names() {
            let value = level::json(&header.axes[axis].levels[at[axis]][place]);
            let _ = write!(line, ",{}:{value}", serde_json::Value::from(name));
        }
        for (field, &value) in header.fields.iter().zip(&self.values) {
            if value.is_finite() {
                let _ = write!(line, ",\"{}\":{}", field.name, numbers.text(value));
            }
        }
        if let Some(error) = &self.error {
            let _ = write!(
                line,
                ",\"error\":{}",
                serde_json::Value::from(error.as_str())
            );
        }
        line += "}\n";
        line
    }
}

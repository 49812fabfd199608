//! `crosscut arch diff`.

use crate::output;
use crate::table::Grid;
use crosscut_arch::{Arch, Diff, diff};
use crosscut_report::format::{count, number};
use serde_json::{Value, json};

/// Prints what tells two machines apart.
pub fn run(a: &Arch, b: &Arch, json: bool) -> anyhow::Result<()> {
    let found = diff(a, b);
    if json {
        return output::json(&json!({ "a": a.name, "b": b.name, "diff": found }));
    }
    output::text(&text(a, b, &found))
}

fn text(a: &Arch, b: &Arch, d: &Diff) -> String {
    if d.is_empty() {
        return format!("{} and {} are the same machine", a.name, b.name);
    }
    // Two variants of one preset have one name.
    let (a, b) = match a.name == b.name {
        true => (format!("{} (A)", a.name), format!("{} (B)", b.name)),
        false => (a.name.clone(), b.name.clone()),
    };
    let grid = |first: &str| Grid::new(1, &[first, &a, &b, "B / A"]);
    let mut out = Vec::new();
    if !d.keys.is_empty() {
        let mut keys = Grid::new(1, &["structure", &a, &b]);
        for k in &d.keys {
            keys.row([k.key.clone(), value(&k.a), value(&k.b)]);
        }
        out.push(keys.text());
    }
    let ratio = |r: Option<f64>| r.map_or("-".to_string(), number);
    let figure = |name: &str, x: Option<f64>| match x {
        None => "-".to_string(),
        Some(x) if name == "count" => count(x as u64),
        Some(x) => number(x),
    };
    if !d.costs.is_empty() {
        let mut costs = grid("costs of one instance");
        for c in &d.costs {
            let name = format!("{}.{}", c.part.name(), c.figure);
            costs.row([
                name,
                figure(c.figure, c.a),
                figure(c.figure, c.b),
                ratio(c.ratio),
            ]);
        }
        out.push(costs.text());
    }
    if !d.figures.is_empty() {
        let mut figures = grid("one chip, fully busy");
        for f in &d.figures {
            let name = f.figure.to_string();
            figures.row([name, figure("", f.a), figure("", f.b), ratio(f.ratio)]);
        }
        out.push(figures.text());
    }
    out.join("\n\n")
}

fn value(v: &Option<Value>) -> String {
    match v {
        None => "-".to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(v) => v.to_string(),
    }
}

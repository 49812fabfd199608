//! Rows as CSV.

use super::validation::Validation;

/// A line for each row, under a header.
pub fn csv(v: &Validation) -> String {
    let header = "chip,kind,figure,conditions,published,simulated,unit,deviation,tolerance,mark,fitted,verdict,confidence,source,note";
    let mut out = format!("{header}\n");
    let number = |x: Option<f64>| x.map_or(String::new(), |x| format!("{x:.6e}"));
    for r in &v.rows {
        let verdict = serde_json::to_value(r.verdict).unwrap_or_default();
        let cells = [
            r.chip.clone(),
            r.kind.name().to_string(),
            r.figure.clone(),
            r.conditions.clone(),
            number(r.published),
            number(r.simulated),
            r.unit.to_string(),
            r.deviation.map_or(String::new(), |d| format!("{d:.4}")),
            r.tolerance.to_string(),
            r.mark.name().to_string(),
            r.fitted.clone(),
            verdict.as_str().unwrap_or_default().to_string(),
            r.confidence.name().to_string(),
            r.source.clone(),
            r.note.clone(),
        ];
        out += &(cells.map(|c| quoted(&c)).join(",") + "\n");
    }
    out
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"").replace('\n', " ")),
        false => cell.to_string(),
    }
}

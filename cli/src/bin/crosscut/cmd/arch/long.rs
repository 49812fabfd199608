//! `crosscut arch list --long`: a page for each machine with published figures.

use crate::output;
use crate::table::Grid;
use crosscut::validate::{self, page};

/// What is modelled, what is not, and the distance from each published figure.
pub fn list() -> anyhow::Result<()> {
    let mut out = String::new();
    let found = validate::validate(validate::chips("all")?);
    for chip in &found.chips {
        let machine = chip.machine.as_deref().unwrap_or("no machine");
        out += &format!("{} ({machine}, {})\n", chip.chip, chip.kind.name());
        for (title, words) in [("modelled", &chip.about), ("not modelled", &chip.missing)] {
            if !words.is_empty() {
                out += &format!("  {title}: {words}\n");
            }
        }
        let mut grid = Grid::with_text(
            &["figure", "conditions", "published", "off by", "mark"],
            &[0, 1, 4],
        );
        for r in found.rows.iter().filter(|r| r.chip == chip.chip) {
            grid.row([
                r.figure.clone(),
                r.conditions.clone(),
                r.shown[0].clone(),
                r.deviation.map_or("not compared".to_string(), page::signed),
                r.mark.name().to_string(),
            ]);
        }
        out += &format!("{}\n\n", grid.text());
    }
    output::text(out.trim_end())
}

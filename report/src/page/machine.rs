//! The machine, every default written out, and how to make the report again.

use super::table::{Table, count, facts, number, text};
use crate::about::About;
use crate::format;
use crate::kind::Kind;
use crosscut_arch::Arch;
use maud::{Markup, html};

/// What the machine is, and its table of costs.
pub fn machine(arch: &Arch) -> Markup {
    let rows = arch.parts.iter().map(|p| {
        vec![
            text(p.kind.name()),
            text(p.level.name()),
            count(p.count),
            number(p.energy_pj, format!("{} pJ", format::number(p.energy_pj))),
            number(
                p.static_power_mw,
                format!("{} mW", format::number(p.static_power_mw)),
            ),
            number(p.area_um2, format!("{} um2", format::number(p.area_um2))),
            text(p.confidence.name()),
            text(&p.source),
        ]
    });
    let heads = [
        "part",
        "per",
        "instances",
        "energy per action",
        "static power",
        "area of one",
        "confidence",
        "source",
    ];
    let described = serde_json::to_string_pretty(arch).unwrap_or_default();
    html! {
        p { (arch.description) }
        p { "Source: " (arch.source) }
        (Table::new("Costs of the parts, as the machine has them", &heads).rows(rows).html())
        details {
            summary { "The machine with every default written out, as in the report's JSON" }
            pre { (described) }
        }
    }
}

/// Version, network, machine, seed and choices.
pub fn repeat(about: &About, kind: Kind) -> Markup {
    let verb = kind.name();
    let (network, machine) = (&about.network, &about.machine.name);
    let mut lines = vec![
        ("program", format!("crosscut {}", about.program_version)),
        (
            "network",
            format!("{network}, digest {}", about.network_digest),
        ),
        ("multiply-accumulates", format::count(about.macs)),
        ("weights and biases", format::count(about.parameters)),
        ("machine", machine.clone()),
        ("seed", about.seed.to_string()),
    ];
    if let Some(chosen) = &about.chosen {
        lines.push(("mapping", chosen.clone()));
    }
    html! {
        p {
            "The same program, network, machine and seed give the same bytes, whatever the number of threads. Options that were given
            beside them are not in the report: what they changed of the machine stands in its description above."
        }
        (facts("What the report is of", &lines))
        pre { "crosscut " (verb) " --arch " (machine) " --network " (network) " --seed " (about.seed) " --out report/\ncrosscut plot report/report.json   # this page and the pictures again" }
    }
}

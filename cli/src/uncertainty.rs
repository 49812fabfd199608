//! What is in doubt of a machine's figures: recalled and derived ones, laws that disagree, assumed activity.

use crosscut_arch::{Arch, Confidence, Part, PartKind, laws};
use crosscut_report::{Doubt, DoubtOf};

/// A recalled figure may be this much smaller or larger: an assumption.
pub const RECALLED: f64 = 2.0;
/// A figure that a rule or a law derived from a read one, or that a published total was split for, may be this much smaller or larger: an assumption.
pub const DERIVED: f64 = 1.25;
/// Shares of driven rows that carry a one, of networks with rectified inputs: an assumption.
pub const INPUTS: [f64; 2] = [0.1, 0.9];

/// The figures in doubt. `with` gives the same machine with one override more, if it can be had: figures that were not read
/// are priced by every law there is for their part. Figures that were read are taken as they are. `measured`: activity is known.
pub fn doubts(arch: &Arch, measured: bool, with: impl Fn(String) -> Option<Arch>) -> Vec<Doubt> {
    let own = |p: &&Part| !p.kind.is_share_of_a_read();
    let mut all: Vec<Doubt> = arch
        .parts
        .iter()
        .filter(own)
        .flat_map(|p| of_part(arch, p, &with))
        .collect();
    if !measured && arch.parts.iter().any(|p| p.kind.is_share_of_a_read()) {
        let assumed = arch.activity.inputs;
        all.push(Doubt {
            part: PartKind::Crossbar,
            of: DoubtOf::Inputs,
            low: (INPUTS[0] / assumed).min(1.0),
            high: (INPUTS[1] / assumed).max(1.0),
            why: format!(
                "`[activity]` assumes that {} of the driven rows carry a one; {} to {} are likely",
                assumed, INPUTS[0], INPUTS[1]
            ),
        });
    }
    all
}

fn of_part(arch: &Arch, part: &Part, with: &impl Fn(String) -> Option<Arch>) -> Vec<Doubt> {
    let factor = match part.confidence {
        Confidence::Read => return Vec::new(),
        Confidence::Derived | Confidence::Fitted => DERIVED,
        Confidence::Recalled => RECALLED,
    };
    let array = part.kind == PartKind::Crossbar;
    let energy = |a: &Arch, p: &Part| if array { a.full_read_pj() } else { p.energy_pj };
    let figures = [
        (
            DoubtOf::Energy,
            energy(arch, part).max(part.static_power_mw),
        ),
        (DoubtOf::Area, part.area_um2),
    ];
    let name = part.kind.name();
    let priced: Vec<(&str, Arch)> = laws(part.kind)
        .into_iter()
        .filter_map(|law| Some((law, with(format!("cost.{name}.law={law}"))?)))
        .collect();
    figures
        .into_iter()
        .filter(|(_, figure)| *figure > 0.0)
        .map(|(of, _)| {
            let (mut low, mut high) = (1.0 / factor, factor);
            let mut widest = None;
            for (law, other) in &priced {
                let Some(there) = other.part(part.kind) else {
                    continue;
                };
                let (here, there) = match of {
                    DoubtOf::Area => (part.area_um2, there.area_um2),
                    _ => (energy(arch, part), energy(other, there)),
                };
                let ratio = there / here;
                if ratio.is_finite() && ratio > 0.0 && (ratio < low || ratio > high) {
                    widest = Some(*law);
                    (low, high) = (low.min(ratio), high.max(ratio));
                }
            }
            let founded = format!("{}: {}", part.confidence.name(), part.source);
            Doubt {
                part: part.kind,
                of,
                low,
                high,
                why: match widest {
                    Some(law) => format!("law `{law}` gives another figure; {founded}"),
                    None => founded,
                },
            }
        })
        .collect()
}

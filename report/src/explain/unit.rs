//! Layers without weights on machines whose pools and additions occupy crossbars.

use super::terms::{Steps, bracketed, sum, tally};
use crosscut_arch::Arch;
use crosscut_sim::kind;
use crosscut_sim::map::{Mapping, roles, units};
use crosscut_traces::Network;
use crosscut_traces::op::{Dataflow, DigitalWork, Reach};

pub(super) fn explain(
    steps: &mut Steps,
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
    unit: usize,
) {
    let unit = &mapping.units[unit];
    let columns = arch.crossbar.columns;
    let layer = net.layer(unit.layer);
    let inputs = net.inputs(unit.layer);
    let roles = unit.roles;
    let Dataflow::Digital(digital) = net.dataflow(unit.layer) else {
        return;
    };
    if digital.work == DigitalWork::Add {
        let (c, w, branches) = (layer.shape.c, layer.shape.w, inputs.len());
        let most = match kind::of(arch).packets_per_adder() {
            Some(packets) => format!("min({columns}, floor({packets} / {branches}))"),
            None => columns.to_string(),
        };
        steps.add(
            "reduce",
            "ceil(C x W / max(1, min(M, floor(packets per phase / branches))))",
            format!("ceil({c} x {w} / max(1, {most}))"),
            roles.reduce,
            format!("crossbars that add one output row of {branches} branches"),
        );
    } else {
        let input = inputs.first().map_or(layer.shape, |&i| net.layer(i).shape);
        let window = units::window(&digital).unwrap_or(1);
        let what = if digital.reach == Reach::Whole {
            "one row at a time"
        } else {
            "window"
        };
        let feeder = units::feeder(net, unit.layer).and_then(|id| mapping.layer(id));
        let unroll = units::unroll(net, &mapping.layers, unit.layer);
        let numbers = sum(&tally(roles::slice_widths(input.w, unroll)), |w| {
            format!(
                "ceil({} / max(1, floor({columns} / ({window} x {w}))))",
                input.c
            )
        });
        let formula = "slices x ceil(C / max(1, floor(M / (window x w))))";
        let from = feeder.map_or(String::new(), |l| {
            format!(", as `{}` delivers them", l.name)
        });
        for (name, count, verb) in [
            ("buffer", roles.buffer, "hold the inputs of"),
            ("pool", roles.pool, "pool"),
        ] {
            let numbers = if count == 0 {
                "0".to_string()
            } else {
                bracketed(numbers.clone())
            };
            let reason = if count == 0 {
                "done by digital units on this machine".to_string()
            } else {
                format!(
                    "crossbars that {verb} slices of {unroll} columns{from}; {what} {window} wide"
                )
            };
            steps.add(name, formula, numbers, count, reason);
        }
    }
    steps.add(
        "total",
        "reduce + buffer + pool",
        format!("{} + {} + {}", roles.reduce, roles.buffer, roles.pool),
        roles.total(),
        "crossbars of all roles".to_string(),
    );
}

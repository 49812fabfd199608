//! The fault of a part whose law has no figures for the machine.

use crate::adc::Shared;
use crate::cost::point::Point;
use crate::cost::{Gap, law};
use crate::error::RawFault;
use crate::schema::{Law, Machine};
use std::ops::Range;

pub(super) fn fault(gap: &Gap, m: &Machine, p: &Point) -> RawFault {
    let (name, no) = (format!("cost.{}", gap.kind.name()), &gap.why);
    let message = format!(
        "`{}` is {}, for which the law of `{name}` has no figures",
        no.key, no.value
    );
    let label = format!("the law covers {}", no.covers);
    let others: Vec<String> = Law::ALL
        .iter()
        .map(|&named| law::of(named))
        .filter(|l| l.parts().contains(&gap.kind) && law::at(*l, gap.kind, p).is_ok())
        .map(|l| format!("`{}`", l.name()))
        .collect();
    let fault = RawFault::new(&place(&no.key, &gap.span, m), message, label);
    let fault = match others.is_empty() {
        true => fault,
        false => fault.help(format!(
            "laws that have: {} (`{name}.law`)",
            others.join(", ")
        )),
    };
    fault.help(format!(
        "or give `{name}.area` and `{name}.energy` for this machine"
    ))
}

/// Where the figure stands that a law does not cover; the law itself for figures of the cost.
fn place(key: &str, law: &Range<usize>, m: &Machine) -> Range<usize> {
    let noc = format!("noc.{}.tiles_per_router", m.noc.value.kind().name());
    let adc = |s: Shared<'_>| key == s.key("bits");
    let span = match key {
        "adc" => &m.adc.span,
        "dac.bits" => &m.dac.bits.span,
        "tile.buffer" => &m.tile.buffer.span,
        "technology" => &m.technology.span,
        key if key == noc => &m.noc.value.table().tiles_per_router.span,
        _ => match m.adc.shared() {
            Some(shared) if adc(shared.clone()) => &shared.bits.span,
            _ => law,
        },
    };
    span.clone()
}

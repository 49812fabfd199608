//! The rules of a machine description, one named function each. All of them run; every fault is reported.

mod analog;
mod converter;
mod costs;
mod device;
mod dram;
mod format;
mod report;
mod structure;
mod timing;
mod write;

use crate::error::RawFault;
use crate::schema::Machine;
use report::Rules;

/// Runs every rule.
pub(crate) fn check(machine: &Machine, faults: &mut Vec<RawFault>) {
    let complete = faults.is_empty();
    structure(machine, complete, faults);
    costs(machine, complete, faults);
}

/// Runs every rule but those on costs. Where keys could not be read, only rules on single values count: a rule on several
/// might blame one that is right.
pub(crate) fn structure(machine: &Machine, complete: bool, faults: &mut Vec<RawFault>) {
    let mut found = Vec::new();
    let mut rules = Rules::new(&mut found);
    structure::check(machine, &mut rules);
    format::check(machine, &mut rules);
    converter::check(machine, &mut rules);
    analog::check(machine, &mut rules);
    timing::check(machine, &mut rules);
    write::check(machine, &mut rules);
    device::check(machine, &mut rules);
    dram::check(machine, &mut rules);
    found.retain(|f| complete || f.alone);
    faults.append(&mut found);
}

/// Runs the rules on costs, likewise.
pub(crate) fn costs(machine: &Machine, complete: bool, faults: &mut Vec<RawFault>) {
    let mut found = Vec::new();
    self::costs::check(machine, &mut Rules::new(&mut found));
    found.retain(|f| complete || f.alone);
    faults.append(&mut found);
}

//! Rules on the memory outside the chips.

use super::report::Rules;
use crate::error::RawFault;
use crate::schema::{LinkRate, Machine};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    let Some(dram) = &m.dram else {
        return;
    };
    if let LinkRate::Bounded(rate) = *dram.bandwidth
        && !(1e3..=1e15).contains(&rate.0)
    {
        let message = format!("`dram.bandwidth` is {} B/s", rate.0);
        let label = "must be from 1 kB/s to 1000 TB/s, or \"unbounded\"";
        rules.fault(RawFault::new(&dram.bandwidth.span, message, label));
    }
    if let Some(capacity) = &dram.capacity {
        rules.positive("dram.capacity", &capacity.span, capacity.0);
    }
    if dram.source.trim().is_empty() {
        let label = "name the paper and table, or the assumption";
        rules.fault(RawFault::new(&dram.span, "`dram.source` is empty", label));
    }
}

//! The memory outside the chips, in plain numbers.

use crate::model::Dram;
use crate::schema::{DramTable, LinkRate};

pub(crate) fn resolve(d: &DramTable) -> Dram {
    Dram {
        bytes_per_s: match *d.bandwidth {
            LinkRate::Bounded(rate) => Some(rate.0),
            LinkRate::Unbounded => None,
        },
        capacity_bytes: d.capacity.as_ref().map(|c| c.0 as u64),
        source: d.source.clone(),
        confidence: d.confidence,
    }
}

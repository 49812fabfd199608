//! How many images go through a group before the next one is written, and what the memory outside holds meanwhile.

use super::error::ReloadError;
use super::partition::Group;
use crosscut_arch::Arch;
use crosscut_traces::{LayerId, Network};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where the size of a batch comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchRule {
    /// It was asked for.
    Given,
    /// As many images as the memory outside holds.
    Capacity,
    /// One image: the machine does not say how much the memory outside holds.
    One,
}

/// What the memory outside holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dram {
    /// Bytes of all weights, once each.
    pub weight_bytes: u64,
    /// Bytes of values per image while the group runs that needs and makes most.
    pub image_bytes: u64,
    /// Bytes there are; absent where the machine does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_bytes: Option<u64>,
}

impl Dram {
    /// For a network in groups.
    pub fn of(net: &Network, arch: &Arch, groups: &[Group]) -> Dram {
        let bytes = |bits: u64| bits.div_ceil(8);
        let value = |id: &LayerId| {
            let values = net.layer(*id).shape.len() as u64;
            bytes(values * u64::from(arch.format.input_bits))
        };
        let layers = groups.iter().flat_map(|g| &g.mapping.layers);
        let weights: usize = layers
            .flat_map(|l| &l.row_groups)
            .map(|g| g.rows.len() * g.outputs.len())
            .sum();
        let held = (0..groups.len()).map(|g| live(groups, g).iter().map(value).sum::<u64>());
        Dram {
            weight_bytes: bytes(weights as u64 * u64::from(arch.format.weight_bits)),
            image_bytes: held.max().unwrap_or(0),
            capacity_bytes: arch.dram.as_ref().and_then(|d| d.capacity_bytes),
        }
    }

    /// The batch asked for, or as large as it can be.
    ///
    /// # Errors
    /// If the memory does not hold it.
    pub fn batch(&self, asked: Option<u64>) -> Result<(u64, BatchRule), ReloadError> {
        let Some(capacity) = self.capacity_bytes else {
            return Ok(asked.map_or((1, BatchRule::One), |n| (n, BatchRule::Given)));
        };
        let room = capacity.saturating_sub(self.weight_bytes);
        let most = (room / self.image_bytes.max(1)).min(MOST);
        match asked {
            Some(n) if n <= most => Ok((n, BatchRule::Given)),
            None if most > 0 => Ok((most, BatchRule::Capacity)),
            asked => {
                let n = asked.unwrap_or(1);
                Err(ReloadError::DramTooSmall {
                    capacity,
                    weights: self.weight_bytes,
                    images: match n {
                        1 => "one image".to_string(),
                        n => format!("{n} images"),
                    },
                    values: self.image_bytes * n,
                    hint: match most {
                        0 => String::new(),
                        most => format!(", or take a batch of {most} or fewer"),
                    },
                })
            }
        }
    }
}

/// Largest batch chosen: far beyond what hides the writing.
const MOST: u64 = 1_000_000;

/// Values that the memory holds while a group runs: what it needs and makes, and what later groups need of earlier ones.
fn live(groups: &[Group], at: usize) -> BTreeSet<LayerId> {
    let there = |g: &Group| {
        let values = g.crossing.inputs.iter().chain(&g.crossing.outputs);
        values.copied().collect::<Vec<LayerId>>()
    };
    let made: Vec<LayerId> = groups[..=at].iter().flat_map(there).collect();
    let needed: BTreeSet<LayerId> = groups[at..]
        .iter()
        .flat_map(|g| g.crossing.inputs.iter().copied())
        .collect();
    let mut live: BTreeSet<LayerId> = there(&groups[at]).into_iter().collect();
    live.extend(made.into_iter().filter(|id| needed.contains(id)));
    live
}

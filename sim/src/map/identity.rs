//! What a saved file belongs to: the machine and the network it was made for.
//!
//! A saved mapping depends on a few facts of its machine (the size of an array, who adds partial sums) and on the shapes
//! of the network's compute layers, but on no converter, no clock and no weights. Only what it depends on is kept and
//! compared, so that the same machine with another ADC takes the file, and another machine does not.

use super::geometry::Geometry;
use crate::kind;
use crosscut_arch::{Arch, ChannelGroups, Worker};
use crosscut_traces::Network;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One fact of a machine that a saved file depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Name in the file.
    pub key: &'static str,
    /// A sentence with `{}` for the value: `a crossbar has {} rows`.
    pub sentence: &'static str,
    /// Value.
    pub value: String,
}

impl Fact {
    /// A fact.
    pub fn new(key: &'static str, sentence: &'static str, value: impl ToString) -> Fact {
        Fact {
            key,
            sentence,
            value: value.to_string(),
        }
    }

    fn says(&self, value: &str) -> String {
        self.sentence.replace("{}", value)
    }
}

/// What a mapping depends on. Packing, slices and copies are not among it: a saved mapping lists them itself.
pub fn mapping_facts(arch: &Arch) -> Vec<Fact> {
    let unit_column = arch.has_unit_column();
    let groups = match arch.mapping.channel_groups {
        ChannelGroups::Share => "share",
        ChannelGroups::Apart => "apart",
    };
    let worker = |w| match w {
        Worker::Digital => "digital units",
        Worker::Crossbar => "crossbars",
    };
    let packets = kind::of(arch)
        .packets_per_adder()
        .map_or("any number of".to_string(), |n| n.to_string());
    vec![
        Fact::new("rows", "a crossbar has {} rows", arch.crossbar.rows),
        Fact::new(
            "columns",
            "a crossbar has {} columns",
            arch.crossbar.columns,
        ),
        Fact::new(
            "columns_per_weight",
            "a weight takes {} columns",
            arch.columns_per_weight(),
        ),
        Fact::new(
            "unit_column",
            "an array comes {} a unit column",
            if unit_column { "with" } else { "without" },
        ),
        Fact::new(
            "channel_groups",
            "channel groups of a layer {} arrays",
            groups,
        ),
        Fact::new(
            "adds",
            "partial sums are added by {}",
            worker(arch.roles.reduce),
        ),
        Fact::new(
            "buffers",
            "input rows are held by {}",
            worker(arch.roles.buffer),
        ),
        Fact::new("pools", "pools are done by {}", worker(arch.roles.pool)),
        Fact::new(
            "packets_per_phase",
            "a crossbar takes {} packets per phase",
            packets,
        ),
        Fact::new(
            "crossbars_per_pe",
            "a PE has {} crossbars",
            arch.pe.crossbars,
        ),
        Fact::new("pes_per_tile", "a tile has {} PEs", arch.tile.pes),
        Fact::new("tiles_per_chip", "a chip has {} tiles", arch.chip.tiles),
    ]
}

/// The machine a file was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineIdentity {
    /// Name.
    pub name: String,
    /// The facts the file depends on, by name.
    pub facts: BTreeMap<String, String>,
}

impl MachineIdentity {
    /// Of a machine by the facts that matter.
    pub fn of(arch: &Arch, facts: Vec<Fact>) -> MachineIdentity {
        let pair = |f: Fact| (f.key.to_string(), f.value);
        MachineIdentity {
            name: arch.name.clone(),
            facts: facts.into_iter().map(pair).collect(),
        }
    }

    /// Whether `arch`, with these facts, is that machine.
    ///
    /// # Errors
    /// Both names, and the first fact that differs.
    pub fn check(&self, arch: &Arch, facts: &[Fact]) -> Result<(), Elsewhere> {
        let differs = |f: &&Fact| self.facts.get(f.key) != Some(&f.value);
        let difference = facts.iter().find(differs).map(|f| {
            let there = self.facts.get(f.key);
            let there = there.map_or(format!("`{}` is not known", f.key), |v| f.says(v));
            format!("there {there}, here {}", f.says(&f.value))
        });
        if self.name == arch.name && difference.is_none() {
            return Ok(());
        }
        Err(Elsewhere {
            what: "machine",
            saved: self.name.clone(),
            given: arch.name.clone(),
            difference,
        })
    }
}

/// The network a file was made for: its compute layers. Weights are not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkIdentity {
    /// Name. A network of the same layers under another name is the same, since a name may be that of a file.
    pub name: String,
    /// Compute layers, in network order.
    pub layers: Vec<LayerIdentity>,
}

/// A compute layer, but for its weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerIdentity {
    /// Name.
    pub name: String,
    /// Input: feature maps, rows, columns.
    pub input: [usize; 3],
    /// Output: feature maps, rows, columns.
    pub output: [usize; 3],
    /// Kernel, vertical and horizontal.
    pub kernel: [usize; 2],
    /// Stride, vertical and horizontal.
    pub stride: [usize; 2],
    /// Dilation, vertical and horizontal.
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
}

impl std::fmt::Display for LayerIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let times = |n: &[usize]| {
            n.iter()
                .map(usize::to_string)
                .collect::<Vec<_>>()
                .join(" x ")
        };
        write!(
            f,
            "{} -> {}, kernel {}, stride {}",
            times(&self.input),
            times(&self.output),
            times(&self.kernel),
            times(&self.stride)
        )?;
        if self.dilation != [1, 1] {
            write!(f, ", dilation {}", times(&self.dilation))?;
        }
        if self.groups > 1 {
            write!(f, ", {} channel groups", self.groups)?;
        }
        Ok(())
    }
}

impl NetworkIdentity {
    /// Of a network.
    pub fn of(net: &Network) -> NetworkIdentity {
        let layer = |id| {
            let g = Geometry::of(net, id)?;
            Some(LayerIdentity {
                name: net.layer(id).name.clone(),
                input: [g.input.c, g.input.h, g.input.w],
                output: [g.output.c, g.output.h, g.output.w],
                kernel: g.kernel,
                stride: g.stride,
                dilation: g.dilation,
                groups: g.groups,
            })
        };
        NetworkIdentity {
            name: net.name.clone(),
            layers: net.compute_layers().into_iter().filter_map(layer).collect(),
        }
    }

    /// Whether `net` has the same compute layers.
    ///
    /// # Errors
    /// Both names, and the first layer that differs.
    pub fn check(&self, net: &Network) -> Result<(), Elsewhere> {
        let here = NetworkIdentity::of(net);
        let Some(difference) = self.difference(&here) else {
            return Ok(());
        };
        Err(Elsewhere {
            what: "network",
            saved: self.name.clone(),
            given: here.name,
            difference: Some(difference),
        })
    }

    fn difference(&self, here: &NetworkIdentity) -> Option<String> {
        let (there, here) = (&self.layers, &here.layers);
        let n = there.iter().zip(here).take_while(|(a, b)| a == b).count();
        match (there.get(n), here.get(n)) {
            (None, None) => None,
            (Some(a), Some(b)) if a.name == b.name => {
                Some(format!("there `{}` is {a}, here {b}", a.name))
            }
            (Some(a), Some(b)) => Some(format!(
                "compute layer {} is `{}` ({a}) there, `{}` ({b}) here",
                n + 1,
                a.name,
                b.name
            )),
            (Some(a), None) => Some(format!("there is a layer `{}`, here is none", a.name)),
            (None, Some(b)) => Some(format!("here is a layer `{}`, there is none", b.name)),
        }
    }
}

/// A file of another machine or network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// `machine` or `network`.
    pub what: &'static str,
    /// Name in the file.
    pub saved: String,
    /// Name of what is at hand.
    pub given: String,
    /// What differs first, in words; absent where only names differ.
    pub difference: Option<String>,
}

impl std::error::Error for Elsewhere {}

impl std::fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, saved, given) = (self.what, &self.saved, &self.given);
        if saved == given {
            write!(f, "it was made for another {what} `{saved}`")?;
        } else {
            write!(f, "it was made for the {what} `{saved}`, not for `{given}`")?;
        }
        match &self.difference {
            Some(difference) => write!(f, ": {difference}"),
            None => Ok(()),
        }
    }
}

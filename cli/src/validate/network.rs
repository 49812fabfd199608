//! Networks of published figures: built in, in a file, or written into the file of points.

use crate::error::Error;
use crate::workload;
use crosscut_traces::net::Builder;
use crosscut_traces::op::Flatten;
use crosscut_traces::{Network, Op, Shape};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[network.NAME]`: a chain of layers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// Channels, height, width.
    pub input: [usize; 3],
    /// `conv OUTPUTS [KERNEL [STRIDE [PADDING]]]` (3, 1, 1 if left out), `pool` (2 by 2), `fc OUTPUTS`.
    pub layers: Vec<String>,
}

/// A network by name.
///
/// # Errors
/// What is wrong with the name, the file or the description.
pub fn network(name: &str, described: &BTreeMap<String, Described>) -> Result<Network, String> {
    match described.get(name) {
        Some(described) => described.build(name),
        None => workload::network(name, 0, &mut |_| {}).map_err(|e: Error| e.to_string()),
    }
}

impl Described {
    fn build(&self, name: &str) -> Result<Network, String> {
        let [channels, height, width] = self.input;
        if self.input.contains(&0) || self.input.iter().any(|&n| n > 4096) {
            return Err(format!("network `{name}`: input must be 1 to 4096 each"));
        }
        let (mut b, mut x) = Builder::new(name, Shape::new(channels, height, width), 0);
        let mut flat = height == 1 && width == 1;
        let mut side = height.min(width);
        for (i, layer) in self.layers.iter().enumerate() {
            let wrong = || {
                format!(
                    "network `{name}`: layer `{layer}` must be `conv OUTPUTS [KERNEL [STRIDE [PADDING]]]`, `pool` or `fc OUTPUTS`, and fit its input"
                )
            };
            let mut words = layer.split_whitespace();
            let kind = words.next().unwrap_or_default();
            let numbers: Result<Vec<usize>, _> = words.map(str::parse).collect();
            let numbers = numbers.map_err(|_| wrong())?;
            let ok = numbers.iter().all(|&n| n <= 65_536);
            let layer_name = format!("{kind}{}", i + 1);
            match (kind, &numbers[..]) {
                ("conv", &[outputs, ref rest @ ..]) if rest.len() <= 3 && ok && !flat => {
                    let of = |i: usize, or| rest.get(i).copied().unwrap_or(or);
                    let (kernel, stride, padding) = (of(0, 3), of(1, 1), of(2, 1));
                    let fits = kernel > 0 && kernel <= side + 2 * padding && padding < kernel;
                    if outputs == 0 || stride == 0 || !fits {
                        return Err(wrong());
                    }
                    x = b.conv(&layer_name, x, outputs, kernel, stride, padding);
                    side = (side + 2 * padding - kernel) / stride + 1;
                }
                ("pool", &[]) if !flat && side >= 2 => {
                    x = b.max_pool(&layer_name, x, 2, 2, 0);
                    side /= 2;
                }
                ("fc", &[outputs]) if outputs > 0 && ok => {
                    if !flat {
                        x = b.push("flatten", Op::of(Flatten), &[x]);
                        flat = true;
                    }
                    x = b.gemm(&layer_name, x, outputs);
                }
                _ => return Err(wrong()),
            }
        }
        Ok(b.finish())
    }
}

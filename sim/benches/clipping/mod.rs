//! Networks of the zoo with seeded weights on 128-row arrays of 2-bit cells with 1-bit inputs, whose converters clip.

use crosscut_arch::{Arch, load};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::quant::{QuantNetwork, QuantSpec, quantise_seeded};
use crosscut_traces::random::Key;
use crosscut_traces::{Tensor, zoo};
use rand_distr::StandardNormal;

/// 5 % programming spread.
pub const SPREAD: &str = "device.reram.programming.proportional={sigma=0.05, source=\"bench\"}";
/// 5 % noise on every read.
pub const NOISE: &str = "device.reram.read_noise.proportional={sigma=0.05, source=\"bench\"}";
/// 1 ohm between neighbouring cells.
pub const WIRES: &str = "crossbar.wires={row_ohm=1.0, column_ohm=1.0}";

/// A network, and the machine that it is mapped on; `more` changes the machine.
pub fn mapped(network: &str, more: &[&str]) -> (Arch, Mapping, QuantNetwork) {
    let set: Vec<String> = [
        "crossbar.rows=128",
        "crossbar.columns=128",
        "mapping.packing=dense",
        "adc.sar.bits=6",
        "chip.tiles_x=512",
        "chip.tiles_y=512",
        "cost.adc.energy=1 pJ",
        "cost.adc.area=1 um2",
    ]
    .iter()
    .chain(more)
    .map(|s| s.to_string())
    .collect();
    let arch = load("reram-64", &set).expect("a valid machine");
    let net = zoo::build(network, 1).expect("in the zoo");
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    let qnet = quantise_seeded(&net, 1, spec).expect("finite weights");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("it fits");
    (arch, mapping, qnet)
}

/// Normal values as an image of a network.
pub fn image(qnet: &QuantNetwork, seed: u64) -> Tensor {
    let s = qnet.network.layer(qnet.network.input()).shape;
    let values = (0..s.len() as u64)
        .map(|i| Key::new(seed).draw::<f32, _>(i, StandardNormal))
        .collect();
    Tensor::from_shape_vec((s.c, s.h, s.w), values).expect("as many values")
}

//! The default workload, part of the program: handwritten digits and a network trained on them.
//!
//! Data: optical recognition of handwritten digits (Alpaydin and Kaynak, UCI), 8x8 images with values 0..=16, as
//! scikit-learn ships them; see `data/NOTICE.md`. The network and the split come from `tools/train_digits.py`.

use crate::data::{DataSet, Preprocess, idx};
use crate::import::safetensors;
use crate::net::Builder;
use crate::net::Network;
use crate::op::{Flatten, Op};
use crate::shape::Shape;

/// The trained network, batch norm folded: four 3x3 convolutions (32, 64, 96, 96 maps), two pools, 128 and 10 neurons.
pub fn digits_network() -> Network {
    let (mut b, mut x) = Builder::new("digits-cnn", Shape::new(1, 8, 8), 0);
    for (i, q) in [32, 64, 96, 96].into_iter().enumerate() {
        x = b.conv(&format!("conv{}", i + 1), x, q, 3, 1, 1);
        x = b.relu(x);
        if i % 2 == 1 {
            x = b.max_pool(&format!("pool{}", i + 1), x, 2, 2, 0);
        }
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    let x = b.gemm("fc1", x, 128);
    let x = b.relu(x);
    b.gemm("fc2", x, 10);
    let mut net = b.finish();
    safetensors::load_onto(&mut net, include_bytes!("../data/digits-cnn.safetensors"))
        .expect("the embedded weights fit the embedded network");
    net
}

/// 1,437 images the network was trained on; calibration and refitting use these.
pub fn digits_train() -> DataSet {
    parse(
        "digits-train",
        include_bytes!("../data/digits-train-images-idx3-ubyte.gz"),
        include_bytes!("../data/digits-train-labels-idx1-ubyte.gz"),
    )
}

/// 360 images that neither training nor calibration has seen; accuracy is measured on these.
pub fn digits_heldout() -> DataSet {
    parse(
        "digits-heldout",
        include_bytes!("../data/digits-heldout-images-idx3-ubyte.gz"),
        include_bytes!("../data/digits-heldout-labels-idx1-ubyte.gz"),
    )
}

fn parse(name: &str, images: &[u8], labels: &[u8]) -> DataSet {
    idx::parse(
        name,
        ("embedded images", images),
        ("embedded labels", labels),
        &Preprocess::digits(),
    )
    .expect("the embedded data set is whole")
}

//! Question: is a mapping that leaves out weights caught before it computes something else?

use crosscut_arch::load;
use crosscut_sim::map::{Indices, MapOptions, Mapping, check_dropped, held_weights};
use crosscut_traces::{LayerId, Network, Op, Weights, embedded};

fn weights(net: &Network, id: LayerId) -> Vec<f32> {
    match &net.layer(id).op {
        Op::Conv(c) => c.weight.values().iter().copied().collect(),
        Op::Gemm(g) => g.weight.values().iter().copied().collect(),
        _ => unreachable!("a compute layer"),
    }
}

/// The mapping of the embedded network, and the same without output 5 in the first row group of `conv2`.
fn pruned() -> (Network, LayerId, Mapping, Mapping) {
    let net = embedded::digits_network();
    let arch = load("reram-64", &[]).expect("a preset");
    let full = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let id = net.find("conv2").expect("a layer");
    let mut less = full.clone();
    let map = less.layers.iter_mut().find(|l| l.layer == id);
    let group = &mut map.expect("mapped").row_groups[0];
    let kept = group.outputs.iter().filter(|&q| q != 5).map(|q| q as u32);
    group.outputs = Indices::list(kept.collect());
    (net, id, full, less)
}

#[test]
fn complete_mappings_drop_nothing() {
    let (net, id, full, _) = pruned();
    assert_eq!(check_dropped(&net, &full), Ok(()));
    let map = full.layer(id).expect("mapped");
    let shape = [map.geometry.output.c, map.geometry.rows()];
    assert!(held_weights(shape, &map.row_groups).iter().all(|h| *h));
}

#[test]
fn weights_that_are_not_zero_are_named_and_counted() {
    let (net, id, _, less) = pruned();
    let map = less.layer(id).expect("mapped");
    let rows = map.row_groups[0].rows.clone();
    let columns = map.geometry.rows();
    let values = weights(&net, id);
    let lost = rows
        .iter()
        .filter(|r| values[5 * columns + r] != 0.0)
        .count();
    assert!(lost > 0);
    let error = check_dropped(&net, &less).expect_err("weights are lost");
    assert_eq!(error.layers.len(), 1);
    assert_eq!(error.layers[0].layer, "conv2");
    assert_eq!(error.layers[0].dropped, lost as u64);
    let text = error.to_string();
    let expected = format!("{lost} of ");
    assert!(
        text.contains(&expected) && text.contains("in layer `conv2`"),
        "{text}"
    );
}

#[test]
fn zeros_may_be_left_out() {
    let (mut net, id, _, less) = pruned();
    let map = less.layer(id).expect("mapped");
    let (rows, columns) = (map.row_groups[0].rows.clone(), map.geometry.rows());
    let Op::Conv(conv) = &mut net.layer_mut(id).op else {
        unreachable!("a convolution")
    };
    let mut values = conv.weight.values().as_ref().clone();
    let flat = values.as_slice_mut().expect("row-major");
    rows.iter().for_each(|r| flat[5 * columns + r] = 0.0);
    conv.weight = Weights::dense(values);
    assert_eq!(check_dropped(&net, &less), Ok(()));
}

/// Rows count within their channel group: the second group of a grouped convolution starts at column 0 again.
#[test]
fn channel_groups_count_their_own_rows() {
    use crosscut_traces::net::Builder;
    use crosscut_traces::{Conv, Shape};
    let (mut b, x) = Builder::new("grouped", Shape::new(4, 5, 5), 1);
    let conv = Conv {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![6, 2, 3, 3],
            std: 0.3,
        },
        bias: None,
        stride: [1, 1],
        pad: [1; 4],
        dilation: [1; 2],
        groups: 2,
    };
    let x = b.push("conv", Op::Conv(conv), &[x]);
    b.gemm("fc", x, 3);
    let net = b.finish();
    let arch = load("reram-64", &[]).expect("a preset");
    let mut mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    assert_eq!(check_dropped(&net, &mapping), Ok(()));
    // The only row group of the second channel group loses output 4.
    let group = &mut mapping.layers[0].row_groups[1];
    assert_eq!(group.group, 1);
    group.outputs = Indices::list(vec![3, 5]);
    let map = &mapping.layers[0];
    let held = held_weights([6, 18], &map.row_groups);
    assert!(held.indexed_iter().all(|((q, _), h)| *h == (q != 4)));
    assert_eq!(
        check_dropped(&net, &mapping).expect_err("lost").layers[0].dropped,
        18
    );
}

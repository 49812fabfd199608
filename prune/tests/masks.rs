//! Question: do masks survive the way to another tool and back, and are those of another network refused?

use crosscut_arch::load;
use crosscut_prune::masks::file::{self, About};
use crosscut_prune::{Masks, PruneOptions, Pruned, Quiet, prune};
use crosscut_sim::map::{MapOptions, Mapping, SavedMapping};
use crosscut_traces::export::onnx::save;
use crosscut_traces::import::onnx::from_bytes;
use crosscut_traces::{Network, Op, embedded, zoo};

fn pruned() -> (Mapping, Pruned) {
    let arch = load("reram-64", &[]).expect("a preset");
    let net = embedded::digits_network();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("it fits");
    let options = PruneOptions {
        images: 16,
        points: 4,
        refit_points: 4,
        ..PruneOptions::default()
    };
    let images = &embedded::digits_train().images[..16];
    let pruned = prune(&net, &mapping, &arch, images, &options, &mut Quiet);
    (mapping, pruned.expect("it can be pruned"))
}

#[test]
fn masks_of_a_pruned_mapping_keep_exactly_its_weights() {
    let (dense, pruned) = pruned();
    let masks = Masks::of_mapping(&pruned.network, &pruned.mapping);
    let (_, changed) = masks.apply(&pruned.network).unwrap();
    assert!(changed.is_empty(), "{changed:?}");
    // Half of conv2, conv3, conv4 and fc1 went; conv1 and fc2 are whole.
    let kept = |name: &str| {
        let keep = &masks.layer(name).unwrap().keep;
        keep.iter().filter(|k| **k).count() as f64 / keep.len() as f64
    };
    assert_eq!((kept("conv1"), kept("fc2")), (1.0, 1.0));
    assert!((0.4..0.6).contains(&kept("conv3")), "{}", kept("conv3"));
    // The dense mapping cut down to the masks is the pruned one.
    let arch = load("reram-64", &[]).unwrap();
    let again = masks.restrict(&pruned.network, &dense, &arch).unwrap();
    let saved = |mapping| SavedMapping::of(&pruned.network, &arch, mapping);
    assert_eq!(saved(&again), saved(&pruned.mapping));
    assert_eq!(again.layers, pruned.mapping.layers);
}

#[test]
fn files_read_back_as_written() {
    let (_, pruned) = pruned();
    let masks = Masks::of_mapping(&pruned.network, &pruned.mapping);
    let about = About::new(&masks, &pruned.network, "reram-64");
    let bytes = file::save(&masks, &about).unwrap();
    assert_eq!(file::load(&bytes).unwrap(), (masks, about));
    for bytes in [&bytes[..50], b"no masks", &save(&pruned.network).unwrap()] {
        let text = file::load(bytes).unwrap_err().to_string();
        assert!(text.starts_with("not a mask file: "), "{text}");
    }
}

#[test]
fn other_networks_are_refused_and_renamed_ones_are_not() {
    let (_, pruned) = pruned();
    let masks = Masks::of_mapping(&pruned.network, &pruned.mapping);
    let refused = |net: &Network| masks.clone().adapt(net).unwrap_err().to_string();
    assert_eq!(
        refused(&zoo::build("lenet5", 0).unwrap()),
        "the masks belong to another network than `lenet5`: the mask of layer `conv1` has shape [32, 1, 3, 3], its weight [6, 1, 5, 5]"
    );
    // The same network from a tool that names layers its own way.
    let mut other = Network::new("renamed");
    for (id, layer) in pruned.network.layers() {
        let inputs = pruned.network.inputs(id);
        other.push(
            format!("/{}", layer.name),
            layer.op.clone(),
            &inputs,
            layer.shape,
        );
    }
    let adapted = masks.clone().adapt(&other).unwrap();
    let old = masks.layer("conv3").unwrap();
    assert_eq!(adapted.layer("/conv3"), Some(old));
    // The same, with one weight of another shape.
    let read = from_bytes(&save(&other).unwrap(), "t", None)
        .unwrap()
        .network;
    assert!(masks.clone().adapt(&read).is_ok());
    let first = read.find("/conv1").unwrap();
    let mut wrong = read.clone();
    if let Op::Conv(c) = &mut wrong.layer_mut(first).op {
        c.weight = crosscut_traces::Weights::dense(ndarray::ArrayD::zeros(vec![32, 1, 5, 5]));
    }
    let text = refused(&wrong);
    assert!(
        text.contains("the mask of layer `/conv1` has shape [32, 1, 3, 3]"),
        "{text}"
    );
}

//! Are the built-in workloads what they claim to be?

use crosscut_traces::data::{DataError, Preprocess, idx};
use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{Op, embedded, zoo};

#[test]
fn vgg16_has_the_known_work() {
    let net = zoo::build("vgg16", 0).unwrap();
    let total = net.total_stats();
    // 15.470e9 MAC and 138.36e6 parameters follow from the definition of configuration D.
    assert_eq!(total.macs, 15_470_264_320);
    assert_eq!(total.parameters, 138_357_544);
    let conv4_2 = net.find("conv4_2").unwrap();
    assert_eq!(net.stats(conv4_2).macs, 1_849_688_064);
    assert_eq!(net.layer(conv4_2).shape.h * net.layer(conv4_2).shape.w, 784);
}

#[test]
fn resnet18_and_resnet20_have_the_known_work() {
    let total = zoo::build("resnet18", 0).unwrap().total_stats();
    // 1.814e9 MAC; 11.69e6 parameters with batch norm, of which the folded form keeps one bias per channel.
    assert_eq!(total.macs, 1_814_073_344);
    let macs = zoo::build("resnet20", 0).unwrap().total_stats().macs;
    // 40.55e6 without projections, which add 2 x 16 x 16 x 16 x 32 = 262,144.
    assert_eq!(macs, 40_551_040 + 262_144);
}

#[test]
fn every_zoo_network_builds_and_digests_differ() {
    let mut digests: Vec<String> = zoo::names()
        .map(|(n, _)| zoo::build(n, 1).unwrap().digest())
        .collect();
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
    assert_ne!(
        zoo::build("vgg8", 1).unwrap().digest(),
        zoo::build("vgg8", 2).unwrap().digest()
    );
}

#[test]
fn small_zoo_networks_run() {
    for name in ["lenet5", "resnet20"] {
        let net = zoo::build(name, 3).unwrap();
        let shape = net.layer(net.input()).shape;
        let out = float::run(
            &net,
            &ndarray::Array3::from_elem((shape.c, shape.h, shape.w), 0.5),
        )
        .unwrap();
        assert_eq!(out.len(), 10);
        assert!(out.iter().all(|v| v.is_finite()));
    }
}

#[test]
fn digits_network_reaches_its_accuracy_in_float_and_integer() {
    let net = embedded::digits_network();
    let parameters = net.total_stats().parameters;
    assert!((50_000..=300_000).contains(&parameters), "{parameters}");
    let (train, heldout) = (embedded::digits_train(), embedded::digits_heldout());
    assert_eq!((train.images.len(), heldout.images.len()), (1437, 360));
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    let qnet = quantise(&net, &train.images[..100], spec).unwrap();
    let (mut right, mut right_int) = (0, 0);
    for (image, &label) in heldout.images.iter().zip(&heldout.labels) {
        right += usize::from(top1(&float::run(&net, image).unwrap()) == usize::from(label));
        let y = int::run(&qnet, image, &mut ExactAccumulator::new(&qnet)).unwrap();
        right_int += usize::from(top1(&y) == usize::from(label));
    }
    assert!(right as f64 >= 0.97 * 360.0, "float: {right} of 360");
    assert!(
        right.abs_diff(right_int) <= 2,
        "float {right}, integer {right_int}"
    );
}

#[test]
fn train_and_heldout_share_no_image() {
    let (train, heldout) = (embedded::digits_train(), embedded::digits_heldout());
    assert!(heldout.images.iter().all(|h| !train.images.contains(h)));
}

#[test]
fn wrong_image_shape_is_refused() {
    let net = embedded::digits_network();
    let error = float::run(&net, &ndarray::Array3::zeros((3, 8, 8)))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("1x8x8") && error.contains("3x8x8"),
        "{error}"
    );
}

#[test]
fn nan_in_weights_is_refused() {
    let mut net = embedded::digits_network();
    let id = net.find("conv2").unwrap();
    if let Op::Conv(c) = &mut net.layer_mut(id).op {
        c.bias.as_mut().unwrap()[3] = f32::NAN;
    }
    let error = quantise(
        &net,
        &embedded::digits_train().images[..1],
        QuantSpec {
            weight_bits: 8,
            input_bits: 8,
        },
    );
    assert!(error.unwrap_err().to_string().contains("conv2"));
}

#[test]
fn damaged_idx_files_are_refused() {
    let images = include_bytes!("../data/digits-heldout-images-idx3-ubyte.gz");
    let labels = include_bytes!("../data/digits-heldout-labels-idx1-ubyte.gz");
    let parse =
        |i: &[u8], l: &[u8]| idx::parse("d", ("i.gz", i), ("l.gz", l), &Preprocess::digits());
    assert!(parse(images, labels).is_ok());
    assert!(matches!(
        parse(&images[..images.len() / 2], labels),
        Err(DataError::Read { .. })
    ));
    assert!(matches!(
        parse(labels, labels),
        Err(DataError::Format { .. })
    ));
    assert!(matches!(
        parse(b"junk", labels),
        Err(DataError::Format { .. })
    ));
}

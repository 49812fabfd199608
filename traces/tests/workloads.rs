//! Are the built-in workloads what they claim to be?

use crosscut_traces::data::{DataError, Preprocess, cifar, idx};
use crosscut_traces::exec::{exact::ExactAccumulator, float, int, top1};
use crosscut_traces::import::safetensors;
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{Op, PoolKind, embedded, zoo};

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
    // 1.814e9 MAC; 11.69e6 parameters with batch norm; the folded form keeps one bias per channel of it.
    assert_eq!(total.macs, 1_814_073_344);
    let macs = zoo::build("resnet20", 0).unwrap().total_stats().macs;
    // 40.55e6 without projections, which add 2 x 16 x 16 x 16 x 32 = 262,144.
    assert_eq!(macs, 40_551_040 + 262_144);
}

#[test]
fn resnet50_has_the_known_work() {
    let net = zoo::build("resnet50", 0).unwrap();
    let total = net.total_stats();
    // 25.557 M parameters and 4.09 G MAC (torchvision): batch norm has 2 parameters for each of the 26,560 channels of
    // the convolutions, the folded form one bias.
    assert_eq!(total.parameters + 26_560, 25_557_032);
    assert_eq!(total.macs, 4_089_184_256);
    assert_eq!(net.compute_layers().len(), 1 + 16 * 3 + 4 + 1);
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

#[test]
fn small_zoo_networks_have_the_work_of_their_definition() {
    // Outputs x fan-in, layer by layer, by hand.
    for (name, macs) in [
        ("lenet5", 117_600 + 240_000 + 48_000 + 10_080 + 840),
        (
            "vgg8",
            1_769_472 + 3 * 75_497_472 + 2 * 150_994_944 + 8_388_608 + 10_240,
        ),
        (
            "alexnet",
            105_415_200 + 447_897_600 + 2 * 149_520_384 + 224_280_576 + 58_621_952,
        ),
    ] {
        let net = zoo::build(name, 0).unwrap();
        assert_eq!(net.total_stats().macs, macs, "{name}");
    }
}

#[test]
fn unknown_networks_name_the_known_and_the_similar() {
    let error = zoo::named("VGG-16", 0).unwrap_err().to_string();
    assert!(error.contains("did you mean `vgg16`?"), "{error}");
    let error = zoo::named("transformer", 0).unwrap_err().to_string();
    assert!(
        error.contains("lenet5, vgg8") && !error.contains("did you mean"),
        "{error}"
    );
}

#[test]
fn digests_see_parameters() {
    let base = embedded::digits_network();
    let changed = |change: &dyn Fn(&mut Op)| {
        let mut net = base.clone();
        let id = net.find("pool2").unwrap();
        change(&mut net.layer_mut(id).op);
        net.digest()
    };
    assert_eq!(changed(&|_| {}), base.digest());
    assert_ne!(
        changed(&|op| if let Op::Pool(p) = op {
            p.kind = PoolKind::Average
        }),
        base.digest()
    );
    assert_ne!(
        changed(&|op| if let Op::Pool(p) = op {
            p.ceil = true
        }),
        base.digest()
    );
}

#[test]
fn weight_files_that_do_not_fit_say_which_tensor() {
    let bytes = safetensors::save(&embedded::digits_network()).unwrap();
    let mut same = embedded::digits_network();
    safetensors::load_onto(&mut same, &bytes).unwrap();
    assert_eq!(same.digest(), embedded::digits_network().digest());
    let mut other = zoo::build("vgg8", 0).unwrap();
    let error = safetensors::load_onto(&mut other, &bytes)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("conv1.weight") && error.contains("[64, 3, 3, 3]"),
        "{error}"
    );
    assert!(safetensors::load_onto(&mut same, &bytes[..100]).is_err());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn cifar_files_are_read_and_damage_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let load = |bytes: &[u8], preprocess: &Preprocess| {
        let path = dir.path().join("batch.bin.gz");
        std::fs::write(&path, bytes).unwrap();
        cifar::load("c", path.to_str().unwrap(), preprocess)
    };
    let mut bytes = vec![0u8; 2 * 3073];
    (bytes[0], bytes[3073]) = (3, 9);
    bytes[3073 + 1 + 2 * 1024 + 5 * 32 + 7] = 255;
    let plain = Preprocess {
        divisor: 255.0,
        mean: vec![0.0; 3],
        std: vec![1.0; 3],
    };
    for packed in [bytes.clone(), gzip(&bytes)] {
        let set = load(&packed, &plain).unwrap();
        assert_eq!((set.labels.as_slice(), set.classes()), (&[3, 9][..], 10));
        assert_eq!(set.images[1][[2, 5, 7]], 1.0);
        assert_eq!((set.images[0].sum(), set.images[1].sum()), (0.0, 1.0));
    }
    let error = |bytes: &[u8], p: &Preprocess| load(bytes, p).unwrap_err().to_string();
    assert!(error(&bytes[..5000], &plain).contains("5000 bytes"));
    assert!(error(&gzip(&bytes)[..30], &plain).contains("batch.bin.gz"));
    let two = Preprocess {
        mean: vec![0.0; 2],
        ..plain.clone()
    };
    assert!(error(&bytes, &two).contains("3 channels"));
    bytes[3073] = 10;
    assert!(error(&bytes, &plain).contains("record 1 has label 10"));
}

#[test]
fn mnist_is_read_where_it_is_at_hand() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_string();
    let root = std::env::var("CROSSCUT_SHARED").unwrap_or(beside);
    let file = |name: &str| format!("{root}/data/mnist/{name}-ubyte.gz");
    let (images, labels) = (file("t10k-images-idx3"), file("t10k-labels-idx1"));
    if !std::path::Path::new(&images).exists() {
        println!("skipped: {images} is not there");
        return;
    }
    let set = idx::load("mnist", &images, &labels, &Preprocess::mnist()).unwrap();
    assert_eq!((set.images.len(), set.classes()), (10_000, 10));
    assert_eq!(set.images[0].dim(), (1, 28, 28));
}

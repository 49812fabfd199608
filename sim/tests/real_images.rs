//! Trained networks on real images, end to end: with ideal cells and wide converters the class is that of the integer
//! reference on every image, and quantisation costs next to nothing.

use crosscut_sim::func::{FuncModel, FuncResult, evaluate};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::data::folder::{self, Selection};
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{fold, import};
use std::path::{Path, PathBuf};

/// The folder of data beside the project, where there is one.
fn shared() -> Option<PathBuf> {
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_string();
    let data = Path::new(&std::env::var("CROSSCUT_SHARED").unwrap_or(near)).join("data");
    if !data.join("models").exists() {
        eprintln!("skipped: there is no folder of shared models and images");
        return None;
    }
    Some(data)
}

/// Every array of this machine is read whole by ADCs that cannot clip: 128 rows of 2-bit cells, 9 bits.
fn run(data: &Path, model: &str, set: &str, images: usize) -> FuncResult {
    let wide = ["adc.sar.bits=9"].map(str::to_string);
    let arch = crosscut_arch::load("isaac-8b", &wide).unwrap();
    let imported = import::onnx::load(&data.join(format!("models/{model}.onnx"))).unwrap();
    let net = fold(&imported.network);
    let expected = net.layer(net.input()).shape;
    let stored = folder::open(&data.join(set), expected).unwrap();
    let selection = Selection {
        calibration: 64,
        rest: 0,
        evaluation: images,
        per_class: false,
    };
    let chosen = stored.images(None, &selection).unwrap();
    let spec = QuantSpec {
        weight_bits: 8,
        input_bits: 8,
    };
    let qnet = quantise(&net, &chosen.calibration.images, spec).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    let model = FuncModel::prepare(&arch, &mapping, &qnet).unwrap();
    let set = &chosen.evaluation;
    let result = evaluate(&model, &qnet, &set.images, &set.labels, &|| {}).unwrap();
    println!(
        "{} images: float {}, integer {}, crossbars {}",
        result.images, result.float_accuracy, result.reference_accuracy, result.accuracy
    );
    result
}

/// Classes equal those of the reference on all images; right answers differ from the float network's by `points` at most.
fn is_faithful(r: &FuncResult, points: f64) {
    assert_eq!((r.agreement, r.divergence.images), (1.0, 0));
    assert!(
        r.layers
            .iter()
            .all(|l| l.clipped == 0 && l.rms_error == 0.0 && l.rms_error_reference == 0.0)
    );
    let lost = 100.0 * (r.float_accuracy - r.reference_accuracy).abs();
    assert!(lost <= points + 1e-9, "{lost} points");
}

#[test]
fn lenet_on_handwritten_digits() {
    let Some(data) = shared() else { return };
    let r = run(&data, "lenet5_mnist_ts_op13", "mnist", 400);
    is_faithful(&r, 0.5);
    assert!(r.accuracy > 0.97);
}

/// Few images keep this quick: two of 40 may change sides, where the whole set stays within half a point.
#[test]
fn vgg_and_resnet_on_photographs() {
    let Some(data) = shared() else { return };
    for model in ["vgg8_cifar_ts_op13_bn", "resnet20_cifar_ts_op11_bn"] {
        is_faithful(&run(&data, model, "cifar10-jpeg", 40), 5.0);
    }
}

/// The same on thousands of images; minutes without optimisation.
#[test]
#[ignore = "slow; run in release"]
fn whole_sets_stay_within_half_a_point() {
    let Some(data) = shared() else { return };
    is_faithful(&run(&data, "lenet5_mnist_ts_op13", "mnist", 10_000), 0.5);
    for model in ["vgg8_cifar_ts_op13_bn", "resnet20_cifar_ts_op11_bn"] {
        is_faithful(&run(&data, model, "cifar10-jpeg", 5000), 0.5);
    }
}

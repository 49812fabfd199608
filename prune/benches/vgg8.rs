//! How long do masks and refits of a whole trained network take: VGG8, 5,000 images sampled at 10 points each?
//!
//! Needs `../shared/data` (or the folder that CROSSCUT_SHARED names); without it, says so and measures nothing.

use crosscut_arch::load;
use crosscut_prune::{PruneOptions, Quiet, Solver, prune, select::solve::lgd::Lgd};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::data::folder::{Selection, open};
use crosscut_traces::import::onnx;
use crosscut_traces::{Network, Tensor};
use divan::Bencher;
use std::path::Path;

const IMAGES: usize = 5000;

fn main() {
    if inputs().is_some() {
        divan::main();
    }
}

/// Files of the network and of the images.
fn inputs() -> Option<(std::path::PathBuf, std::path::PathBuf)> {
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_string();
    let data = Path::new(&std::env::var("CROSSCUT_SHARED").unwrap_or(near)).join("data");
    let model = data.join("models/vgg8_cifar_ts_op13_folded.onnx");
    let images = data.join("cifar10-jpeg");
    for path in [&model, &images] {
        if !path.exists() {
            println!("skipped: there is no `{}`", path.display());
            return None;
        }
    }
    Some((model, images))
}

fn network_and_images() -> (Network, Vec<Tensor>) {
    let (model, images) = inputs().expect("checked at the start");
    let net = onnx::load(&model).expect("a network").network;
    let selection = Selection {
        calibration: IMAGES,
        rest: 0,
        evaluation: 0,
        per_class: false,
    };
    let stored = open(&images, net.layer(net.input()).shape).expect("images");
    let images = stored.images(None, &selection).expect("enough images");
    (net, images.calibration.images)
}

fn half(bencher: Bencher<'_, '_>, solver: Solver) {
    let (net, images) = network_and_images();
    let arch = load("isaac-8b", &[]).expect("a preset");
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).expect("maps");
    let options = PruneOptions {
        images: IMAGES,
        points: 10,
        refit_points: 10,
        solver,
        ..PruneOptions::default()
    };
    bencher.bench_local(|| {
        prune(&net, &mapping, &arch, &images, &options, &mut Quiet).expect("prunes")
    });
}

/// Half of all pairs but those of the first and last layer, all cores; images are read before.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn greedy_masks_and_refit(bencher: Bencher<'_, '_>) {
    half(bencher, Solver::Greedy);
}

/// The same with masks as published.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn lgd_masks_and_refit(bencher: Bencher<'_, '_>) {
    half(bencher, Solver::Lgd(Lgd::default()));
}

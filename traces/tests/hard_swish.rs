//! Does HardSwish give the values that ONNX defines, through export and import too?

use crosscut_traces::exec::float::run_all;
use crosscut_traces::export::onnx::save;
use crosscut_traces::import::onnx::{from_bytes, load};
use crosscut_traces::net::Builder;
use crosscut_traces::op::HardSwish;
use crosscut_traces::random::Key;
use crosscut_traces::{Network, Op, Shape, Tensor};
use rand_distr::{Distribution, StandardNormal};
use std::path::Path;

/// Every HardSwish layer against its definition in double precision; how many values lay in each of its three parts.
fn check(net: &Network) -> [usize; 3] {
    let shape = net.layer(net.input()).shape;
    let mut draws = Key::new(5).rng();
    let image = Tensor::from_shape_simple_fn((shape.c, shape.h, shape.w), || {
        let x: f32 = StandardNormal.sample(&mut draws);
        3.0 * x
    });
    let values = run_all(net, &image).unwrap();
    let mut parts = [0; 3];
    for (id, _) in net.layers().filter(|(_, l)| l.op.name() == "HardSwish") {
        for (&x, &y) in values[net.inputs(id)[0].0].iter().zip(&values[id.0]) {
            let x = f64::from(x);
            let defined = x * (x / 6.0 + 0.5).clamp(0.0, 1.0);
            assert!((f64::from(y) - defined).abs() <= 1e-5, "{y} at {x}");
            parts[usize::from(x > -3.0) + usize::from(x >= 3.0)] += 1;
        }
    }
    parts
}

#[test]
fn values_are_those_of_onnx() {
    let (mut b, x) = Builder::new("own", Shape::new(3, 6, 6), 1);
    let x = b.conv("c", x, 4, 3, 1, 1);
    b.push("hs", Op::of(HardSwish), &[x]);
    let net = b.finish();
    let parts = check(&net);
    assert!(parts.iter().all(|&n| n > 0), "{parts:?}");
    let again = from_bytes(&save(&net).unwrap(), "own", None).unwrap();
    assert_eq!(check(&again.network), parts);
}

#[test]
fn the_shared_case_is_imported() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases/hardswish.onnx");
    if !file.is_file() {
        println!("left out: no folder ../shared");
        return;
    }
    let parts = check(&load(&file).unwrap().network);
    assert_eq!(parts.iter().sum::<usize>(), 64);
}

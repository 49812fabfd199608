//! Question: does training learn, hold its masks, and give the same bytes on any number of threads and after a stop?

use crosscut_prune::train::{
    Augment, BatchNorm, Schedule, Session, TrainError, TrainOptions, Trained, Unwatched, fit,
};
use crosscut_prune::{LayerMask, Masks};
use crosscut_traces::exec::{float, top1};
use crosscut_traces::import::safetensors;
use crosscut_traces::net::Builder;
use crosscut_traces::op::{Add, Flatten, ScaleShift};
use crosscut_traces::random::Key;
use crosscut_traces::{DataSet, Network, Op, Shape, embedded};
use ndarray::Array1;
use rand_distr::Open01;

fn digits(count: usize) -> DataSet {
    let mut set = embedded::digits_train();
    set.images.truncate(count);
    set.labels.truncate(count);
    set
}

/// Two convolutions with batch norm, a residual sum, a pool and a classifier, untrained.
fn small() -> Network {
    let (mut b, x) = Builder::new("small", Shape::new(1, 8, 8), 4);
    let x = b.conv("conv1", x, 8, 3, 1, 1);
    let bn = |n| {
        Op::ScaleShift(ScaleShift {
            scale: Array1::ones(n),
            shift: Array1::zeros(n),
        })
    };
    let x = b.push("bn1", bn(8), &[x]);
    let x = b.relu(x);
    let y = b.conv("conv2", x, 8, 3, 1, 1);
    let y = b.push("bn2", bn(8), &[y]);
    let x = b.push("sum", Op::of(Add), &[x, y]);
    let x = b.relu(x);
    let x = b.max_pool("pool", x, 2, 2, 0);
    b.gemm("fc", x, 10);
    b.finish()
}

fn options() -> TrainOptions {
    TrainOptions {
        epochs: 3,
        batch: 32,
        lr: 0.05,
        augment: Augment {
            flip: false,
            crop: 1,
        },
        seed: 9,
        ..TrainOptions::default()
    }
}

/// About half of the weights of every layer.
fn half(net: &Network) -> Masks {
    let of = Masks::of_weights(net);
    let half = of.layers().map(|(name, m)| {
        let keep = (0..m.keep.len()).map(|i| Key::new(8).draw::<f64, _>(i as u64, Open01) < 0.5);
        let mask = LayerMask {
            shape: m.shape.clone(),
            keep: keep.collect(),
        };
        (name.to_string(), mask)
    });
    Masks::new(half.collect())
}

fn train(net: &Network, data: &DataSet, masks: Option<&Masks>, options: &TrainOptions) -> Trained {
    fit(
        net,
        data,
        Some(&embedded::digits_heldout()),
        masks,
        options,
        &mut Unwatched,
    )
    .unwrap()
}

/// All values of a network.
fn bytes(net: &Network) -> Vec<u8> {
    let mut bytes = safetensors::save(net).unwrap();
    for (_, layer) in net.layers() {
        if let Op::ScaleShift(ScaleShift { scale, shift }) = &layer.op {
            bytes.extend(scale.iter().chain(shift).flat_map(|v| v.to_le_bytes()));
        }
    }
    bytes
}

#[test]
fn learns_digits_from_nothing() {
    let options = TrainOptions {
        epochs: 8,
        ..options()
    };
    let trained = train(&small(), &embedded::digits_train(), None, &options);
    let last = trained.epochs[7];
    let (before, after) = (trained.before.unwrap(), last.held_back.unwrap());
    assert!(before.accuracy < 0.4, "{before:?}");
    assert!(after.accuracy > 0.9, "{after:?}");
    assert!(last.loss < trained.epochs[0].loss);
    // What the engine says of the result is what the reference executor says of the network.
    let test = embedded::digits_heldout();
    let answers = test
        .images
        .iter()
        .map(|x| top1(&float::run(&trained.network, x).unwrap()));
    let right = answers
        .zip(&test.labels)
        .filter(|(a, l)| *a == usize::from(**l));
    let share = right.count() as f64 / test.images.len() as f64;
    assert!((share - after.accuracy).abs() < 0.004, "{share}");
}

#[test]
fn statistics_leave_the_function_as_it_is() {
    // A rate so small that one epoch changes nothing: batch norm has been to gamma, beta and back.
    let net = train(&small(), &embedded::digits_train(), None, &options()).network;
    let still = TrainOptions {
        epochs: 1,
        lr: 1e-12,
        batch_norm: BatchNorm::Frozen,
        ..options()
    };
    let same = train(&net, &digits(64), None, &still).network;
    for x in &embedded::digits_heldout().images[..20] {
        let (a, b) = (float::run(&net, x).unwrap(), float::run(&same, x).unwrap());
        let apart = (&a - &b).iter().fold(0.0f32, |m, d| m.max(d.abs()));
        assert!(apart < 1e-4, "{apart}");
    }
}

#[test]
fn masked_weights_stay_exactly_zero() {
    let net = small();
    let masks = half(&net);
    let trained = train(&net, &digits(256), Some(&masks), &options());
    let (kept, all) = masks.count();
    assert_eq!((trained.masked, trained.zeroed), (all - kept, all - kept));
    let (same, changed) = masks.apply(&trained.network).unwrap();
    assert!(changed.is_empty());
    assert_eq!(bytes(&same), bytes(&trained.network));
    // The others have moved.
    let moved = Masks::of_weights(&trained.network).count().0;
    assert_eq!(moved, kept);
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let net = small();
    let masks = half(&net);
    let options = TrainOptions {
        epochs: 2,
        dropout: [("sum_relu".to_string(), 0.2)].into(),
        weight_noise: 0.05,
        weight_bits: Some(6),
        label_smoothing: 0.1,
        nesterov: true,
        schedule: Schedule::Step {
            after: vec![1],
            factor: 0.1,
        },
        warm_up: 0.5,
        ..options()
    };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let trained = pool
            .unwrap()
            .install(|| train(&net, &digits(200), Some(&masks), &options));
        (bytes(&trained.network), trained.epochs)
    };
    let one = on(1);
    for threads in [2, 3, 7] {
        assert!(on(threads) == one, "{threads} threads");
    }
}

#[test]
fn resumed_runs_end_in_the_same_bytes() {
    let (net, data, test) = (small(), digits(200), embedded::digits_heldout());
    let masks = half(&net);
    let options = options();
    let new = || Session::new(&net, &data, Some(&test), Some(&masks), &options).unwrap();
    let mut whole = new();
    let mut saved = Vec::new();
    while !whole.is_done() {
        whole.epoch(&mut |_| {}).unwrap();
        saved.push(whole.checkpoint().unwrap());
    }
    let whole = whole.finish();
    for checkpoint in &saved {
        let mut resumed = new();
        resumed.resume(checkpoint).unwrap();
        while !resumed.is_done() {
            resumed.epoch(&mut |_| {}).unwrap();
        }
        assert!(resumed.checkpoint().unwrap() == *saved.last().unwrap());
        let resumed = resumed.finish();
        assert!(bytes(&resumed.network) == bytes(&whole.network));
        assert_eq!(resumed.epochs, whole.epochs);
    }
}

#[test]
fn checkpoints_of_other_runs_are_refused() {
    let (net, data) = (small(), digits(64));
    let options = TrainOptions {
        epochs: 1,
        ..options()
    };
    let mut run = Session::new(&net, &data, None, None, &options).unwrap();
    run.epoch(&mut |_| {}).unwrap();
    let checkpoint = run.checkpoint().unwrap();
    let refused = |net: &Network, data: &DataSet, masks: Option<&Masks>, o: &TrainOptions| {
        let mut run = Session::new(net, data, None, masks, o).unwrap();
        run.resume(&checkpoint).unwrap_err().to_string()
    };
    let other = TrainOptions {
        lr: 0.5,
        ..options.clone()
    };
    assert_eq!(
        refused(&net, &data, None, &other),
        "the checkpoint belongs to another run: the option `lr` differs (checkpoint 0.05, this run 0.5)"
    );
    let text = refused(&net, &digits(65), None, &options);
    assert!(text.contains("the training images differ ("), "{text}");
    let text = refused(&net, &data, Some(&half(&net)), &options);
    assert!(
        text.contains("the masks differ (checkpoint none, "),
        "{text}"
    );
    let text = refused(&embedded::digits_network(), &data, None, &options);
    assert!(text.contains("the network differs"), "{text}");
    for bytes in [
        &checkpoint[..100],
        b"{}",
        &safetensors::save(&net).unwrap()[..],
    ] {
        let mut run = Session::new(&net, &data, None, None, &options).unwrap();
        let error = run.resume(bytes).unwrap_err();
        assert!(matches!(error, TrainError::Checkpoint(_)), "{error}");
    }
}

#[test]
fn wrong_requests_are_refused() {
    let (net, data) = (small(), digits(40));
    let refused = |change: &dyn Fn(&mut TrainOptions)| {
        let mut options = options();
        change(&mut options);
        let error = fit(&net, &data, None, None, &options, &mut Unwatched);
        error.unwrap_err().to_string()
    };
    type Case<'a> = (&'a dyn Fn(&mut TrainOptions), &'a str);
    let cases: [Case<'_>; 12] = [
        (
            &|o| o.epochs = 0,
            "the training option `epochs` is 0, but must be at least 1",
        ),
        (
            &|o| o.lr = 0.0,
            "the training option `lr` is 0, but must be above 0 and finite",
        ),
        (&|o| o.lr = -0.1, "`lr` is -0.1"),
        (&|o| o.lr = f64::NAN, "`lr` is NaN"),
        (
            &|o| o.momentum = 1.0,
            "`momentum` is 1, but must be at least 0 and below 1",
        ),
        (&|o| o.batch = 1, "`batch` is 1, but must be at least 2"),
        (
            &|o| o.warm_up = 9.0,
            "`warm_up` is 9, but must be at least 0 and at most `epochs`",
        ),
        (
            &|o| o.weight_bits = Some(1),
            "`weight_bits` is 1, but must be 2 to 16",
        ),
        (
            &|o| o.batch = 64,
            "a batch of 64 needs at least as many training images, but `digits-train` has 40; give more images or a smaller batch",
        ),
        (
            &|o| o.augment.crop = 8,
            "images of 1x8x8 cannot be cut at random from a padding of 8; at most 7",
        ),
        (
            &|o| o.dropout = [("sum_rely".to_string(), 0.2)].into(),
            "no layer is named `sum_rely`; did you mean `sum_relu`?",
        ),
        (&|o| o.lr = 1e30, "the loss is no longer finite in epoch"),
    ];
    for (change, expected) in cases {
        let text = refused(change);
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn data_and_masks_must_fit() {
    let (net, options) = (small(), options());
    let refused = |net: &Network, data: &DataSet, masks: Option<&Masks>| {
        let error = fit(net, data, None, masks, &options, &mut Unwatched);
        error.unwrap_err().to_string()
    };
    let mut data = digits(40);
    data.labels[3] = 11;
    let text = refused(&net, &data, None);
    assert!(
        text.contains("has 12 classes, but the network `small` has 10 outputs"),
        "{text}"
    );
    data.labels.truncate(39);
    assert!(refused(&net, &data, None).contains("has 40 images but 39 labels"));
    data = digits(40);
    data.images[5] = ndarray::Array3::zeros((1, 9, 8));
    let text = refused(&net, &data, None);
    assert!(
        text.contains("image 5 of `digits-train` is 1x9x8"),
        "{text}"
    );
    let data = digits(40);
    let text = refused(
        &net,
        &data,
        Some(&Masks::of_weights(&embedded::digits_network())),
    );
    assert!(
        text.contains("the masks belong to another network than `small`"),
        "{text}"
    );
    let (mut b, x) = Builder::new("bare", Shape::new(1, 8, 8), 1);
    b.push("flatten", Op::of(Flatten), &[x]);
    let text = refused(&b.finish(), &data, None);
    assert_eq!(text, "the network `bare` has no weights to train");
}

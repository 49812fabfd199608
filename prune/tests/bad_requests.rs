//! Question: is every request that cannot be carried out refused with its cause, and never with a panic?

use crosscut_arch::{Arch, load};
use crosscut_prune::options::Budget;
use crosscut_prune::{PruneError, PruneOptions, Quiet, prune};
use crosscut_sim::map::{MapError, MapOptions, Mapping};
use crosscut_traces::exec::ExecError;
use crosscut_traces::{Network, Op, Tensor, Weights, embedded, zoo};

struct Request {
    net: Network,
    arch: Arch,
    mapping: Mapping,
    images: Vec<Tensor>,
    options: PruneOptions,
}

impl Request {
    fn new() -> Request {
        let net = embedded::digits_network();
        let arch = load("reram-64", &[]).expect("a preset");
        Request {
            mapping: Mapping::build(&net, &arch, &MapOptions::default()).expect("maps"),
            net,
            arch,
            images: embedded::digits_train().images[..20].to_vec(),
            options: PruneOptions {
                images: 20,
                points: 2,
                refit_points: 2,
                ..PruneOptions::default()
            },
        }
    }

    fn refused(&self) -> PruneError {
        let r = self;
        prune(
            &r.net, &r.mapping, &r.arch, &r.images, &r.options, &mut Quiet,
        )
        .expect_err("refused")
    }
}

fn with(change: impl FnOnce(&mut Request)) -> PruneError {
    let mut request = Request::new();
    change(&mut request);
    request.refused()
}

#[test]
fn ratios() {
    for ratio in [1.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
        let text = with(|r| r.options.ratio = ratio).to_string();
        let expected =
            format!("all layers: the pruning ratio is {ratio}, but must be at least 0 and below 1");
        assert_eq!(text, expected);
        let one = with(|r| r.options.ratios = [("conv3".to_string(), ratio)].into());
        let text = one.to_string();
        assert!(
            text.starts_with("layer `conv3`: the pruning ratio"),
            "{text}"
        );
    }
}

#[test]
fn other_options() {
    let text = |change: fn(&mut PruneOptions)| {
        let error = with(|r| change(&mut r.options));
        assert!(
            matches!(error, PruneError::OptionOutOfRange { .. }),
            "{error}"
        );
        error.to_string()
    };
    assert!(text(|o| o.images = 0).contains("`images` is 0"));
    assert!(text(|o| o.points = 0).contains("`points` is 0"));
    assert!(text(|o| o.refit_points = 0).contains("`refit_points` is 0"));
    assert!(text(|o| o.refit_points = 3).contains("at most `points`"));
    assert!(text(|o| o.ridge = 0.0).contains("`ridge` is 0"));
    assert!(text(|o| o.ridge = f64::NAN).contains("`ridge` is NaN"));
}

#[test]
fn unknown_layers() {
    let text = |name: &str| {
        let ratios = [(name.to_string(), 0.5)].into();
        with(|r| r.options.ratios = ratios).to_string()
    };
    assert!(text("cnov3").contains("did you mean `conv3`?"));
    let far = text("something-else");
    assert_eq!(far, "no compute layer is named `something-else`");
}

#[test]
fn too_few_images() {
    let text = with(|r| r.options.images = 5000).to_string();
    let expected = "5000 calibration images are asked for, but there are 20";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn budgets_that_empty_outputs() {
    let error = with(|r| {
        r.options.budget = Budget::PerLayer;
        r.options.ratio = 0.95;
    });
    assert!(matches!(error, PruneError::WouldEmpty { .. }));
    // Each output of conv2 has five row groups and keeps at least one.
    let text = error.to_string();
    assert!(text.contains("conv2") && text.contains("0.8000"), "{text}");
}

#[test]
fn weights_and_activations_that_are_not_numbers() {
    for wrong in [f32::NAN, f32::INFINITY] {
        let error = with(|r| {
            let id = r.net.find("conv3").expect("a layer");
            if let Op::Conv(c) = &mut r.net.layer_mut(id).op {
                let mut values = (*c.weight.values()).clone();
                values[[0, 0, 0, 0]] = wrong;
                c.weight = Weights::dense(values);
            }
        });
        let layer = "conv3".into();
        assert_eq!(error, PruneError::WeightNotFinite { layer });
    }
    // A rectifier turns what is not a number into 0; infinity goes through it.
    let error = with(|r| r.images.iter_mut().for_each(|x| x.fill(f32::INFINITY)));
    assert!(
        matches!(error, PruneError::ActivationNotFinite { .. }),
        "{error}"
    );
}

#[test]
fn foreign_inputs() {
    let error = with(|r| r.mapping.layers.clear());
    assert!(
        error.to_string().ends_with("`conv1` is not mapped"),
        "{error}"
    );
    let error = with(|r| r.mapping.layers[2].geometry.output.c += 1);
    let text = error.to_string();
    assert!(text.ends_with("`conv3` has another shape"), "{text}");
    let error = with(|r| {
        let other = zoo::build("vgg8", 1).expect("in the zoo");
        r.mapping = Mapping::build(&other, &r.arch, &MapOptions::default()).expect("maps");
    });
    assert!(
        matches!(error, PruneError::ForeignMapping { .. }),
        "{error}"
    );
    // One weight takes four columns.
    let error = with(|r| r.arch.crossbar.columns = 3);
    let text = error.to_string();
    assert!(text.ends_with("was mapped for wider arrays"), "{text}");

    let error = with(|r| r.images[7] = Tensor::zeros((3, 8, 8)));
    let expected = |e: &PruneError| matches!(e, PruneError::Image(ExecError::InputShape { .. }));
    assert!(expected(&error), "{error}");
    let error = with(|r| {
        let tiles = ["chip.tiles_x=1", "chip.tiles_y=1", "system.chips=1"].map(String::from);
        r.arch = load("reram-64", &tiles).expect("a machine");
    });
    let expected = |e: &PruneError| matches!(e, PruneError::Map(MapError::DoesNotFit { .. }));
    assert!(expected(&error), "{error}");
}

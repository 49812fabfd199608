//! Question: can a user bring a pruning method, and is one that breaks the contract refused?

use crosscut_arch::{Arch, load};
use crosscut_prune::job::{Amount, BudgetOptions, By, Job, run};
use crosscut_prune::select::methods::Entry;
use crosscut_prune::study::Study;
use crosscut_prune::{Decision, LayerContext, Method, PruneError, PruneOptions, Quiet};
use crosscut_sim::map::{Indices, MapOptions, Mapping, RowGroup};
use crosscut_traces::{DataSet, Network, embedded};
use ndarray::Array2;

/// Every output gives up its last row groups.
struct LastGroups;

impl Method for LastGroups {
    fn name(&self) -> String {
        "last-groups".to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let groups = &context.layer.row_groups;
        let keep = ((1.0 - ratio) * groups.len() as f64).ceil() as usize;
        let mut kept = groups.clone();
        kept[keep.max(1)..]
            .iter_mut()
            .for_each(|g| g.outputs = Indices::range(0, 0));
        Ok(Decision::prune(kept))
    }
}

/// Decides as the function says, whatever the ratio.
struct Wrong(fn(&LayerContext<'_>, Decision) -> Decision);

impl Method for Wrong {
    fn name(&self) -> String {
        "wrong".to_string()
    }

    fn decide(&self, context: &LayerContext<'_>, _: f64) -> Result<Decision, PruneError> {
        let all = Decision::prune(context.layer.row_groups.clone());
        Ok((self.0)(context, all))
    }
}

struct Bench {
    net: Network,
    arch: Arch,
    mapping: Mapping,
    train: DataSet,
    options: PruneOptions,
}

fn bench() -> Bench {
    let net = embedded::digits_network();
    let arch = load("reram-64", &[]).expect("a preset");
    Bench {
        mapping: Mapping::build(&net, &arch, &MapOptions::default()).expect("maps"),
        net,
        arch,
        train: embedded::digits_train(),
        options: PruneOptions {
            images: 16,
            points: 2,
            refit_points: 2,
            ..PruneOptions::default()
        },
    }
}

impl Bench {
    fn study(&self) -> Study<'_> {
        let images = &self.train.images;
        Study::new(&self.net, &self.mapping, &self.arch, images, &self.options).expect("fits")
    }

    /// What carrying out `method` in every layer says.
    fn refused(&self, method: Wrong) -> String {
        let study = self.study();
        let entry = Entry::new(method, self.options.clone());
        let error = study
            .carry_out(&entry, &study.in_turn(), &mut Quiet)
            .expect_err("refused");
        assert!(matches!(error, PruneError::WrongDecision { .. }), "{error}");
        error.to_string()
    }
}

#[test]
fn own_methods_meet_budgets_and_are_named_in_the_record() {
    let bench = bench();
    let rest = bench.train.select(&[100, 101, 102, 103]);
    let job = Job {
        net: &bench.net,
        mapping: &bench.mapping,
        arch: &bench.arch,
        calibration: &bench.train,
        rest: &rest,
        options: bench.options.clone(),
        budget: BudgetOptions::default(),
        price: None,
    };
    let make = |_: &Network| Entry::new(LastGroups, bench.options.clone());
    let pruned = run(&job, By::Own(&make), Amount::Share(0.7), &mut Quiet).expect("prunes");
    let (left, dense) = (
        pruned.mapping.totals().total(),
        bench.mapping.totals().total(),
    );
    assert!(left * 10 <= dense * 7, "{left} of {dense}");
    let way = |name: &str| {
        let mut layers = pruned.provenance.layers.iter();
        layers
            .find(|l| l.layer == name)
            .expect("a layer")
            .way
            .clone()
    };
    assert_eq!(way("conv3").as_deref(), Some("last-groups"));
    // Kept as the first layer: nobody decided.
    assert_eq!(way("conv1"), None);
    let error = run(&job, By::Named("our"), Amount::Ratios, &mut Quiet).expect_err("unknown");
    let text = error.to_string();
    assert!(
        text.contains("no pruning method `our`; did you mean `ours`?"),
        "{text}"
    );
}

#[test]
fn decisions_that_break_the_contract_are_refused() {
    let bench = bench();
    let twice = |_: &LayerContext<'_>, mut d: Decision| {
        d.row_groups.push(d.row_groups[0].clone());
        d
    };
    assert!(bench.refused(Wrong(twice)).contains("twice"));
    let foreign = |c: &LayerContext<'_>, mut d: Decision| {
        d.row_groups[0].outputs = Indices::list(vec![c.layer.geometry.output.c as u32]);
        d
    };
    assert!(
        bench
            .refused(Wrong(foreign))
            .contains("another channel group")
    );
    let tall = |c: &LayerContext<'_>, mut d: Decision| {
        d.row_groups = vec![RowGroup {
            rows: Indices::range(0, c.layer.geometry.rows()),
            ..d.row_groups[0].clone()
        }];
        d
    };
    assert!(bench.refused(Wrong(tall)).contains("a crossbar has 64"));
    let silent = |_: &LayerContext<'_>, mut d: Decision| {
        d.silent = vec![10_000];
        d
    };
    assert!(
        bench
            .refused(Wrong(silent))
            .contains("output 10000 is given up")
    );
    let narrow = |_: &LayerContext<'_>, mut d: Decision| {
        d.weights = Some(Array2::from_elem((1, 1), true));
        d
    };
    assert!(
        bench
            .refused(Wrong(narrow))
            .contains("mask of single weights is 1 x 1")
    );
}

//! The programs in `examples/` run and find what their headers promise.

#[path = "../examples/accuracy_of_a_machine.rs"]
mod accuracy_of_a_machine;
#[path = "../examples/own_pruning_method.rs"]
mod own_pruning_method;
#[path = "../examples/own_topology.rs"]
mod own_topology;
#[path = "../examples/prune_and_compare.rs"]
mod prune_and_compare;
#[path = "../examples/time_a_network.rs"]
mod time_a_network;

use crosscut::arch::PartKind;
use crosscut::arch::topology::{Router, Step, Topology};
use crosscut::report::{LinkUse, RunReport};
use crosscut::{Error, Experiment};

#[test]
fn fewer_rows_take_more_crossbars() {
    let [many, few] = time_a_network::run().expect("it runs");
    assert!(few.totals.total > many.totals.total);
    assert!(many.latency_ns >= many.interval_ns && many.interval_ns > 0.0);
    assert!(many.energy_pj > Some(0.0) && many.area_mm2 > Some(0.0));
}

#[test]
fn fewer_bits_cost_accuracy() {
    let found = accuracy_of_a_machine::run().expect("it runs");
    let (best, worst) = (found[0], found[found.len() - 1]);
    assert!(best.1 > 0.9, "{best:?}");
    assert!(worst.1 < best.1, "{worst:?} against {best:?}");
}

#[test]
fn pruning_saves_crossbars_and_energy() {
    let report = prune_and_compare::run().expect("it runs");
    let c = &report.change;
    assert!(c.total.after < 0.7 * c.total.before, "{:?}", c.total);
    let energy = c.energy_pj.expect("it has costs");
    assert!(energy.after < energy.before, "{energy:?}");
    assert!(c.accuracy.after > 0.8, "{:?}", c.accuracy);
    assert!(report.passed());
}

#[test]
fn a_method_of_ones_own_meets_the_budget_of_a_built_in_one() {
    let found = own_pruning_method::run().expect("it runs");
    let [(own, crossbars, accuracy), (_, by_chance, _)] = &found[..] else {
        panic!("two methods")
    };
    assert_eq!(own, "largest-weights");
    // The embedded network takes 216 crossbars.
    assert!(*crossbars <= 108 && *by_chance <= 108, "{found:?}");
    assert!(
        *accuracy > 0.3,
        "better than one of ten by chance: {found:?}"
    );
}

#[test]
fn a_topology_of_ones_own_is_placed_and_timed() {
    let [mesh, star] = own_topology::run().expect("it runs");
    let routers = |r: &RunReport| r.counts.get(PartKind::Router);
    for report in [&mesh, &star] {
        assert!(report.latency_ns > 0.0 && routers(report) > 0);
        assert!(report.passed(), "{:?}", report.checks);
    }
    assert_ne!(routers(&star), routers(&mesh));
    assert!(mesh.notes.iter().all(|n| !n.contains("Star")));
    assert!(star.notes.iter().any(|n| n.contains("routes of Star")));
    // All links of the star lead to the hub or away from it.
    let at_hub = |l: &LinkUse| (l.from == [0, 1]) != (l.to == [0, 1]);
    assert!(!star.links.is_empty() && star.links.iter().all(at_hub));
}

/// A circle of four routers without a second class of queues: packets may wait for each other in a ring.
#[derive(Debug)]
struct Roundabout;

impl Topology for Roundabout {
    fn router(&self, slot: u64) -> Router {
        (slot % 4, 0)
    }

    fn route(&self, from: Router, to: Router) -> Vec<Step> {
        let next = |r: Router| ((r.0 + 1) % 4, 0);
        let all = std::iter::successors(Some(from), |&r| Some(next(r)));
        let step = |from| Step {
            from,
            to: next(from),
            class: 0,
            chip_link: false,
        };
        all.take_while(|&r| r != to).map(step).collect()
    }
}

#[test]
fn a_topology_that_may_lock_up_is_refused() {
    let e = Experiment::load("isaac-8b", "vgg8").expect("it loads");
    let error = e.on_topology(Roundabout).err().expect("it is refused");
    assert!(matches!(error, Error::Topology(_)), "{error}");
}

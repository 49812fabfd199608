//! Is the interval that the library reports the one the machine keeps up, even where the engine does not prove it?

#[allow(dead_code)]
#[path = "cycle_reference/plans.rs"]
mod plans;

use crosscut_sim::cycle::{self, Observers, Plan, RunOptions, Silent};
use crosscut_sim::graph::Window;
use crosscut_sim::time;
use plans::{blocks, edge, plan, source, station};

/// Two branches behind B. The sink C keeps pace with B, 60 ticks an image. D needs 100: its result is on its way for 99
/// ticks, and E has room for one. Sixteen blocks pile up in front of D before B, and with it C, slows down to 100; by
/// then half of the images in search of the steady state are done. A runs ahead for ever, so no two states of the
/// machine are equal and the engine proves nothing.
fn slows_down_late() -> Plan {
    let one = |name, times| station(name, blocks(1, 1, 1, 1), times);
    let mut p = plan(vec![
        source(1, 1),
        one("a", [0, 1, 0]),
        one("b", [0, 60, 0]),
        one("d", [0, 1, 99]),
        one("e", [0, 1, 0]),
        one("c", [0, 1, 0]),
    ]);
    for (from, to, capacity) in [
        (0, 1, None),
        (1, 2, None),
        (2, 3, Some(16)),
        (3, 4, Some(1)),
        (2, 5, Some(4)),
    ] {
        let e = edge(&mut p, from, to, Window::POINT);
        p.edges[e].capacity = capacity;
    }
    p
}

#[test]
fn a_mean_of_too_few_images_is_held_to_what_the_estimate_proves() {
    let plan = slows_down_late();
    let options = RunOptions::default();
    let observers = || Observers {
        alone: Box::leak(Box::new(Silent)),
        stream: Box::leak(Box::new(Silent)),
    };
    let engine = cycle::run_plan(&plan, &options, observers(), &mut |_, _| {}).unwrap();
    assert!(!engine.interval_proven);
    assert!(
        (60..100).contains(&engine.interval_ticks),
        "{}",
        engine.interval_ticks
    );
    let timed = time::run_plan(&plan, &options, observers(), &mut |_, _| {}).unwrap();
    let estimate = timed.estimate.expect("the run came to its end");
    assert_eq!(
        (estimate.interval_ticks, estimate.interval_proven),
        (100, true)
    );
    assert_eq!(timed.result.interval_ticks, 100);
}

#[test]
fn a_run_that_is_stopped_has_no_estimate() {
    let plan = slows_down_late();
    let options = RunOptions {
        until: Some(30),
        ..RunOptions::default()
    };
    let observers = Observers {
        alone: &mut Silent,
        stream: &mut Silent,
    };
    let timed = time::run_plan(&plan, &options, observers, &mut |_, _| {}).unwrap();
    assert_eq!(timed.estimate, None);
}

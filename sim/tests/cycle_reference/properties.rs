//! Do the engines agree on whatever is drawn?

use super::compare::{difference, event_engine, interval_holds, skipping_changes};
use super::describe::describe;
use super::draw::{Draw, smallest};
use super::engine;
use super::{machines, random};
use crosscut_sim::cycle::Plan;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A plan and how many images it runs; none if what was drawn is not allowed.
type Case = Option<(Plan, u64)>;

fn of_plans(d: &mut Draw) -> Case {
    let images = 1 + d.below(4);
    let starved = d.one_in(5);
    Some((random::random(d, starved), images))
}

/// Images that wait with the host take no part of the machine, however many they are.
fn of_plans_fed_by_the_host(d: &mut Draw) -> Case {
    let (mut plan, images) = of_plans(d)?;
    for e in &mut plan.edges {
        if plan.stations[e.from].outside {
            (e.write_ticks, e.routes) = (0, Vec::new());
        }
    }
    Some((plan, images))
}

fn of_machines(d: &mut Draw) -> Case {
    let images = 1 + d.below(3);
    Some((machines::random_machine(d)?, images))
}

/// What was seen of all cases of a property.
#[derive(Debug, Default)]
struct Seen {
    cases: u64,
    /// What the property counts.
    counted: u64,
}

/// Both engines say the same; counts runs that lock up.
fn engines(plan: &Plan, images: u64) -> Result<u64, String> {
    let stepped = engine::run(plan, images);
    match difference(&event_engine(plan, images), &stepped) {
        Some(difference) => Err(difference),
        None => Ok(u64::from(stepped.stuck.is_some())),
    }
}

/// A few images more, so that there is something to skip; counts runs where something was.
fn skipping(plan: &Plan, images: u64) -> Result<u64, String> {
    skipping_changes(plan, images + 8).map(|skipped| u64::from(skipped > 0))
}

/// The run comes to its end.
fn ends(plan: &Plan, images: u64) -> Result<u64, String> {
    match engine::run(plan, images).stuck {
        Some(tick) => Err(format!("stuck at {tick}")),
        None => Ok(1),
    }
}

fn of_plans_at_demand(d: &mut Draw) -> Case {
    let images = 1 + d.below(4);
    Some((random::at_demand(d), images))
}

fn of_machines_at_demand(d: &mut Draw) -> Case {
    let images = 1 + d.below(3);
    Some((machines::at_demand(d)?, images))
}

type Draws = fn(&mut Draw) -> Case;
type Property = fn(&Plan, u64) -> Result<u64, String>;

/// A panic of either engine is a fault like any other, and is to be made small like any other.
fn judge(property: Property, (plan, images): &(Plan, u64)) -> Result<u64, String> {
    catch_unwind(AssertUnwindSafe(|| property(plan, *images))).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let plain = panic.downcast_ref::<&str>().map(|s| s.to_string());
        Err(said.or(plain).unwrap_or_default())
    })
}

/// Runs every case of the seeds; the first that fails is told as small as it can be made.
fn check(property: Property, draws: Draws, seeds: Range<u64>) -> Seen {
    let mut seen = Seen::default();
    for seed in seeds {
        let Some(case) = draws(&mut Draw::new(seed)) else {
            continue;
        };
        seen.cases += 1;
        match judge(property, &case) {
            Ok(counted) => seen.counted += counted,
            Err(why) => fail(property, draws, seed, &why),
        }
    }
    seen
}

fn fail(property: Property, draws: Draws, seed: u64, why: &str) -> ! {
    let mut fails = |d: &mut Draw| judge(property, &draws(d)?).err();
    let Some((choices, why)) = smallest(seed, &mut fails) else {
        panic!("seed {seed}, the second time it went well: {why}");
    };
    let (plan, images) = draws(&mut Draw::again(choices)).expect("it was drawn before");
    panic!("seed {seed}, {images} images: {why}\n{}", describe(&plan));
}

#[test]
fn the_engines_agree_on_random_plans() {
    let seen = check(engines, of_plans, 0..6000);
    // Most run to the end, some lock up: both ends are compared.
    assert!((100..2400).contains(&seen.counted), "{seen:?}");
}

#[test]
fn the_engines_agree_on_random_machines_and_networks() {
    let seen = check(engines, of_machines, 0..600);
    assert!(seen.cases >= 300, "{seen:?}");
}

#[test]
fn buffers_of_the_demand_are_enough() {
    let seen = check(ends, of_machines_at_demand, 40_000..40_400);
    assert!(seen.cases >= 200, "{seen:?}");
    check(ends, of_plans_at_demand, 40_000..42_000);
}

#[test]
fn skipping_images_that_repeat_changes_nothing() {
    let seen = check(skipping, of_plans_fed_by_the_host, 20_000..21_000);
    assert!(seen.counted >= 300, "{seen:?}");
    let seen = check(skipping, of_machines, 20_000..20_060);
    assert!(seen.counted >= 20, "{seen:?}");
    // A branch that leads nowhere lags behind the network.
    check(skipping, of_plans_fed_by_the_host, 1_008_199..1_008_200);
}

#[test]
fn a_proven_interval_holds() {
    let seen = check(interval_holds, of_plans_fed_by_the_host, 30_000..30_500);
    assert!(seen.counted >= 150, "{seen:?}");
    let seen = check(interval_holds, of_machines, 30_000..30_040);
    assert!(seen.counted >= 20, "{seen:?}");
}

#[test]
#[ignore = "a minute: for whoever changes an engine"]
fn the_engines_agree_on_far_more() {
    println!("{:?}", check(engines, of_plans, 1_000_000..1_100_000));
    println!("{:?}", check(engines, of_machines, 1_000_000..1_010_000));
}

#[test]
#[ignore = "a minute: for whoever changes the demand"]
fn buffers_of_the_demand_are_enough_in_far_more() {
    println!(
        "{:?}",
        check(ends, of_plans_at_demand, 1_000_000..1_100_000)
    );
    println!(
        "{:?}",
        check(ends, of_machines_at_demand, 1_000_000..1_003_000)
    );
}

#[test]
#[ignore = "a minute: for whoever changes an engine"]
fn skipping_changes_nothing_in_far_more() {
    println!(
        "{:?}",
        check(skipping, of_plans_fed_by_the_host, 1_000_000..1_020_000)
    );
    println!(
        "{:?}",
        check(
            interval_holds,
            of_plans_fed_by_the_host,
            1_000_000..1_010_000
        )
    );
}

//! Do the machines that are drawn have everything that can go wrong, and are their routes connected?

use super::draw::Draw;
use super::engine;
use super::machines::random_machine;
use crosscut_sim::cycle::plan::LinkPlan;
use crosscut_sim::cycle::{Plan, Waits};
use std::collections::{BTreeMap, BTreeSet};

fn machines(cases: u64) -> impl Iterator<Item = Plan> {
    (50_000..50_000 + cases).filter_map(|seed| random_machine(&mut Draw::new(seed)))
}

/// A link along a row or column to a router that is not the next.
fn closes_a_ring(link: &LinkPlan) -> bool {
    let far = [
        link.from.0.abs_diff(link.to.0),
        link.from.1.abs_diff(link.to.1),
    ];
    !link.chip_link && (far[0] > 1 && far[1] == 0 || far[1] > 1)
}

#[test]
fn every_cause_of_a_stall_and_every_kind_of_link_is_drawn() {
    let (mut adc, mut sum) = (0, Waits::default());
    let (mut border, mut chips, mut sums, mut multicast, mut short) = (0, 0, 0, 0, 0);
    for plan in machines(600) {
        let log = engine::run(&plan, 2);
        for t in &log.tallies {
            adc += t.adc;
            sum.upstream += t.waits.upstream;
            sum.link += t.waits.link;
            sum.output += t.waits.output;
            sum.bus += t.waits.bus;
            sum.port += t.waits.port;
            sum.unit += t.waits.unit;
            sum.fetch += t.waits.fetch;
        }
        border += u64::from(plan.links.iter().any(closes_a_ring));
        chips += u64::from(plan.links.iter().any(|l| l.chip_link));
        sums += u64::from(plan.stations.iter().any(|s| !s.reduce.is_empty()));
        multicast += u64::from(
            plan.routes
                .iter()
                .any(|r| r.hops.iter().filter(|h| h.destination).count() > 1),
        );
        short += u64::from(
            plan.edges
                .iter()
                .zip(&log.edges)
                .any(|(e, used)| e.capacity == Some(used.peak)),
        );
    }
    let Waits {
        upstream,
        link,
        output,
        bus,
        port,
        unit,
        fetch,
    } = sum;
    let causes = [adc, upstream, link, output, bus, port, unit, fetch];
    assert!(causes.iter().all(|&ticks| ticks > 500), "{causes:?}");
    let kinds = [border, chips, sums, multicast, short];
    assert!(kinds.iter().all(|&cases| cases > 5), "{kinds:?}");
}

#[test]
fn every_route_is_a_tree_of_links_that_meet() {
    for plan in machines(600) {
        let mut link_of = BTreeMap::new();
        for (r, route) in plan.routes.iter().enumerate() {
            let case = format!("route {r} of {:?}", plan.routes);
            let mut links = BTreeSet::new();
            let mut roots = BTreeSet::new();
            for (i, hop) in route.hops.iter().enumerate() {
                let link = &plan.links[hop.link];
                assert!(links.insert(hop.link), "a link twice: {case}");
                assert_ne!(link.from, link.to, "{case}");
                match hop.parent {
                    None => _ = roots.insert(link.from),
                    Some(p) => {
                        assert!(p < i, "{case}");
                        assert_eq!(plan.links[route.hops[p].link].to, link.from, "{case}");
                    }
                }
                let leads_on = route.hops.iter().any(|h| h.parent == Some(i));
                assert!(
                    hop.destination || leads_on,
                    "an end that is no destination: {case}"
                );
                // A queue lies behind one link.
                assert_eq!(
                    *link_of.entry(hop.queue).or_insert(hop.link),
                    hop.link,
                    "{case}"
                );
            }
            assert!(roots.len() <= 1, "starts in one router: {case}");
            for hop in &route.hops {
                let before = hop.parent.map_or(u64::MAX, |p| route.hops[p].flits);
                assert!((1..=before).contains(&hop.flits), "{case}");
            }
        }
        assert!(plan.queues.iter().all(|&q| q > 0));
        // Each route carries one kind of message.
        let edges = plan.edges.iter().flat_map(|e| &e.routes);
        let used: Vec<&usize> = edges
            .chain(plan.stations.iter().flat_map(|s| &s.reduce))
            .collect();
        assert_eq!(used.iter().collect::<BTreeSet<_>>().len(), used.len());
    }
}

//! Links, queues and routes, by hand.

use super::by_hand::begins;
use super::compare::both;
use super::log::Log;
use super::plans::{blocks, edge, link, plan, route, source, station};
use super::shapes::{Shape, ShapedNetwork};
use crosscut_sim::graph::Window;

/// (start, end) of a route's packets on a link.
fn on(log: &Log, link: usize, route: usize) -> Vec<(u64, u64)> {
    let hops = log.hops.iter().filter(|h| (h.0, h.1) == (link, route));
    hops.map(|h| (h.2, h.3)).collect()
}

#[test]
fn two_flows_share_a_link_in_turn() {
    // Two stations finish at 5 and 6 and send ten flits each over one link of hop 3: 5 + 10 + 3, and from 15 on 10 + 3.
    let mut p = plan(vec![
        source(1, 1),
        station("a", blocks(1, 1, 1, 1), [0, 5, 0]),
        station("b", blocks(1, 1, 1, 1), [0, 6, 0]),
        station("sum", blocks(1, 1, 1, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    edge(&mut p, 0, 2, Window::POINT);
    let l = link(&mut p, 3, 1, 4);
    for from in [1, 2] {
        let e = edge(&mut p, from, 3, Window::POINT);
        p.edges[e].routes = vec![route(&mut p, 10, &[(l, None)], &[])];
    }
    let log = both(&p, 1);
    assert_eq!((log.arrivals[2][0], log.arrivals[3][0]), (18, 28));
    assert_eq!(log.hops, [(0, 0, 5, 15), (0, 1, 15, 25)]);
    assert_eq!(begins(&log, 3), [28]);
}

#[test]
fn a_full_queue_holds_packets_behind_it() {
    // A sends three packets of 2 flits over links 0 and 1, hop 1, one packet a queue; B keeps link 1 busy with 20 flits from
    // tick 1 on.
    let mut p = plan(vec![
        source(1, 3),
        station("a", blocks(1, 3, 1, 1), [0, 2, 0]),
        station("b", blocks(1, 3, 3, 1), [0, 1, 0]),
        station("sum", blocks(1, 3, 3, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    edge(&mut p, 0, 2, Window::POINT);
    let (first, second) = (link(&mut p, 1, 1, 1), link(&mut p, 1, 1, 1));
    let a = edge(&mut p, 1, 3, Window::POINT);
    p.edges[a].routes = vec![route(&mut p, 2, &[(first, None), (second, Some(0))], &[])];
    let b = edge(&mut p, 2, 3, Window::POINT);
    p.edges[b].routes = vec![route(&mut p, 20, &[(second, None)], &[])];
    let log = both(&p, 1);
    // Link 1: B from 1 to 21; its packet leaves the queue behind at 22. A's first packet takes link 0 from 2 to 4, is at the
    // router at 3 and waits there until 22 (free link from 21, slot from 22): 22 to 24, so its slot before link 1 is free
    // at 24. The second takes link 0 from 24 to 26, is at the router at 25; the slot behind link 1 is free from 25 (tail at
    // 24 + 1) on: 25 to 27, the tail being there in time. The third follows: link 0 from 27, link 1 from 28.
    assert_eq!(on(&log, 1, 1), [(1, 21)]);
    assert_eq!(on(&log, 0, 0), [(2, 4), (24, 26), (27, 29)]);
    assert_eq!(on(&log, 1, 0), [(22, 24), (25, 27), (28, 30)]);
    assert_eq!(log.arrivals[a], [25, 28, 31]);
}

#[test]
fn a_multicast_splits_where_its_paths_part() {
    // A's two blocks of 4 flits leave at 5 and 10 over link 0, then links 1 and 2 at once; hop 2. B's 19 flits take link 2
    // from 1 to 20. One packet fits behind link 0, two behind the others.
    let mut p = plan(vec![
        source(1, 2),
        station("a", blocks(1, 2, 1, 1), [0, 5, 0]),
        station("b", blocks(1, 2, 2, 1), [0, 1, 0]),
        station("sum", blocks(1, 2, 1, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    edge(&mut p, 0, 2, Window::POINT);
    let [trunk, left, right] = [1, 2, 2].map(|packets| link(&mut p, 2, 1, packets));
    let a = edge(&mut p, 1, 3, Window::POINT);
    let tree = [(trunk, None), (left, Some(0)), (right, Some(0))];
    p.edges[a].routes = vec![route(&mut p, 4, &tree, &[])];
    let b = edge(&mut p, 2, 3, Window::POINT);
    p.edges[b].routes = vec![route(&mut p, 19, &[(right, None)], &[])];
    let log = both(&p, 1);
    assert_eq!(on(&log, right, 1), [(1, 20)]);
    // The head is where the paths part at 7: left 7 to 11; right when B is through, 20 to 24. Only then is the place behind
    // the trunk free for the second packet.
    assert_eq!(on(&log, trunk, 0), [(5, 9), (24, 28)]);
    assert_eq!(on(&log, left, 0), [(7, 11), (26, 30)]);
    assert_eq!(on(&log, right, 0), [(20, 24), (26, 30)]);
    // A block has arrived when its tail is at both destinations.
    assert_eq!(log.arrivals[a], [26, 32]);
    assert_eq!(begins(&log, 3), [26, 32]);
}

#[test]
fn a_destination_on_the_route_keeps_the_place_until_the_tail_is_there() {
    // 5 flits over links 0 and 1, hop 4, both routers destinations. Link 0: 1 to 6, head behind it at 5, tail at 10. Link 1: from 5,
    // not before the tail is there: max(5 + 5, 6 + 4) = 10. The second packet (ready at 2) has the place from 10 on.
    let mut p = plan(vec![
        source(1, 2),
        station("a", blocks(1, 2, 1, 1), [0, 1, 0]),
        station("b", blocks(1, 2, 1, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let links = [link(&mut p, 4, 1, 1), link(&mut p, 4, 1, 1)];
    let a = edge(&mut p, 1, 2, Window::POINT);
    let hops = [(links[0], None), (links[1], Some(0))];
    p.edges[a].routes = vec![route(&mut p, 5, &hops, &[0])];
    let log = both(&p, 1);
    assert_eq!(on(&log, 0, 0), [(1, 6), (10, 15)]);
    assert_eq!(on(&log, 1, 0), [(5, 10), (14, 19)]);
    assert_eq!(log.arrivals[a], [14, 23]);
}

/// Four stations that finish at tick 1, each with a message of `flits` flits along its route (from, to).
fn four_flows(network: &mut ShapedNetwork, flows: &[(u64, u64)], flits: u64) -> Log {
    let mut p = plan(vec![source(1, 1)]);
    for i in 0..flows.len() {
        let name = format!("s{i}");
        p.stations
            .push(station(&name, blocks(1, 1, 1, 1), [0, 1, 0]));
        edge(&mut p, 0, 1 + i, Window::POINT);
    }
    p.sink = p.stations.len();
    p.stations
        .push(station("sum", blocks(1, 1, 1, 1), [0, 1, 0]));
    for (i, &(from, to)) in flows.iter().enumerate() {
        let sink = p.sink;
        let e = edge(&mut p, 1 + i, sink, Window::POINT);
        p.edges[e].routes = vec![network.route(&mut p, from, &[to], flits)];
    }
    both(&p, 1)
}

/// When the messages of [`four_flows`] are there.
fn there(log: &Log, flows: usize) -> Vec<u64> {
    log.arrivals[flows..].iter().map(|a| a[0]).collect()
}

#[test]
fn a_ring_locks_up_unless_packets_change_queues_at_its_border() {
    // Every router sends 2 flits to the one opposite; one packet a queue, hop 1. All take their first link from 1 to 3.
    let flows = [(0, 2), (1, 3), (2, 0), (3, 1)];
    // One queue a link: each packet holds the place the one before it wants. Links are free again at 3, then nothing.
    let log = four_flows(&mut ShapedNetwork::new(Shape::Ring(4)), &flows, 2);
    assert_eq!(log.stuck, Some(3));
    // Two queues: the packet of 3 has crossed the border (3 to 0) and goes on from 0 to 1 in the second queue: link free at 3,
    // 3 to 5, there at 6. Its place behind 3 to 0 is then taken by the packet of 2: 5 to 7, and so on backwards.
    let log = four_flows(&mut ShapedNetwork::new(Shape::Torus(4, 1)), &flows, 2);
    assert_eq!((log.stuck, there(&log, 4)), (None, vec![12, 10, 8, 6]));
}

#[test]
fn a_torus_goes_the_shorter_direction() {
    // Five in a ring, 3 flits, hop 2: from 0 to 4 one hop back, 1 + 2 + 3; from 1 to 4 two hops back; from 0 to 2 two ahead.
    let log = four_flows(&mut two_ticks(Shape::Torus(5, 1)), &[(0, 4)], 3);
    assert_eq!(there(&log, 1), [6]);
    let log = four_flows(&mut two_ticks(Shape::Torus(5, 1)), &[(1, 4)], 3);
    assert_eq!(there(&log, 1), [8]);
    // Across both borders of a 5 x 5 grid: (0, 0) to (4, 4) in two hops.
    let log = four_flows(&mut two_ticks(Shape::Torus(5, 5)), &[(0, 24)], 3);
    assert_eq!(there(&log, 1), [8]);
}

fn two_ticks(shape: Shape) -> ShapedNetwork {
    let mut network = ShapedNetwork::new(shape);
    (network.hop_ticks, network.packets) = (2, 2);
    network
}

#[test]
fn a_tree_goes_up_to_the_common_parent_and_down() {
    // Binary tree: root 0, below it 1 and 2, leaves 3 4 and 5 6. 3 flits, hop 2.
    let alone = |flow| {
        there(
            &four_flows(&mut two_ticks(Shape::Tree(2, 7)), &[flow], 3),
            1,
        )
    };
    assert_eq!(alone((3, 4)), [1 + 2 * 2 + 3]);
    assert_eq!(alone((3, 6)), [1 + 4 * 2 + 3]);
    // 3 to 6 and 4 to 5 meet at router 1 at tick 3: up to the root 3 to 6 and 6 to 9. The second goes on at 8 (root to 2, free
    // from 8), at 10 (2 to 5), ends at 13 and is there at 15.
    let log = four_flows(&mut two_ticks(Shape::Tree(2, 7)), &[(3, 6), (4, 5)], 3);
    assert_eq!(there(&log, 2), [12, 15]);
}

#[test]
fn a_slow_link_between_chips_stretches_the_packet() {
    // 3 flits over a link (hop 1, a tick a flit), a chip link (hop 10, 4 ticks a flit) and a link again, from tick 2 on.
    let mut p = plan(vec![
        source(1, 1),
        station("a", blocks(1, 1, 1, 1), [0, 2, 0]),
        station("b", blocks(1, 1, 1, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let [first, chip, last] =
        [(1, 1), (10, 4), (1, 1)].map(|(hop, flit)| link(&mut p, hop, flit, 1));
    p.links[chip].chip_link = true;
    let e = edge(&mut p, 1, 2, Window::POINT);
    let hops = [(first, None), (chip, Some(0)), (last, Some(1))];
    p.edges[e].routes = vec![route(&mut p, 3, &hops, &[])];
    let log = both(&p, 1);
    // The last link is taken from the head's arrival at 3 + 10 until the tail, which left the chip link at 15, is through.
    assert_eq!(on(&log, first, 0), [(2, 5)]);
    assert_eq!(on(&log, chip, 0), [(3, 15)]);
    assert_eq!(on(&log, last, 0), [(13, 25)]);
    assert_eq!(log.arrivals[e], [26]);
}

#[test]
fn a_full_queue_holds_only_those_that_want_it() {
    // A link with two queues: a packet whose queue is full lets one of the other queue by, though it joined later.
    let mut p = plan(vec![
        source(1, 1),
        station("a", blocks(1, 1, 1, 1), [0, 1, 0]),
        station("b", blocks(1, 1, 1, 1), [0, 2, 0]),
        station("c", blocks(1, 1, 1, 1), [0, 3, 0]),
        station("sum", blocks(1, 1, 1, 1), [0, 1, 0]),
    ]);
    (1..4).for_each(|s| _ = edge(&mut p, 0, s, Window::POINT));
    let (shared, on_to) = (link(&mut p, 1, 1, 1), link(&mut p, 1, 9, 1));
    p.queues.push(1);
    for (s, hops) in [
        (1, &[(shared, None), (on_to, Some(0))][..]),
        (2, &[(shared, None)]),
        (3, &[(shared, None)]),
    ] {
        let e = edge(&mut p, s, 4, Window::POINT);
        p.edges[e].routes = vec![route(&mut p, 2, hops, &[])];
    }
    // C's queue behind the shared link is the second one.
    p.routes[2].hops[0].queue = 2;
    let log = both(&p, 1);
    // A: 1 to 3 and on from 2 to 20; its place is free from 20 on. B waits for it; C does not: 3 to 5.
    assert_eq!(on(&log, shared, 0), [(1, 3)]);
    assert_eq!(on(&log, on_to, 0), [(2, 20)]);
    assert_eq!(on(&log, shared, 1), [(20, 22)]);
    assert_eq!(on(&log, shared, 2), [(3, 5)]);
}

#[test]
fn partial_sums_travel_before_the_result_is_finished() {
    // Written at 5 and 9; 3 flits over a link of hop 2: 5 more ticks, and the second waits until the first has left the one
    // place behind the link at 10. Within a router: hop + flits, here said to be 4.
    let mut p = plan(vec![
        source(1, 2),
        station("a", blocks(1, 2, 1, 1), [0, 4, 1]),
        station("b", blocks(1, 2, 1, 1), [0, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    edge(&mut p, 1, 2, Window::POINT);
    let l = link(&mut p, 2, 1, 1);
    p.stations[1].reduce = vec![route(&mut p, 3, &[(l, None)], &[])];
    let log = both(&p, 1);
    assert_eq!(
        log.firings[1]
            .iter()
            .map(|f| (f.written, f.finished))
            .collect::<Vec<_>>(),
        [(5, 10), (9, 15)]
    );
    let turn = route(&mut p, 3, &[], &[]);
    p.routes[turn].turn_ticks = 4;
    p.stations[1].reduce = vec![turn];
    let log = both(&p, 1);
    assert_eq!(begins(&log, 2), [9, 13]);
}

//! Does the event engine agree, firing by firing, with an engine that steps tick by tick?

mod compare;
mod describe;
mod draw;
mod engine;
mod log;
mod machines;
mod network;
mod plans;
mod properties;
mod random;
mod ways;

use compare::both;
use crosscut_sim::graph::Window;
use log::Log;
use plans::{blocks, edge, link, plan, route, source, station};

fn begins(log: &Log, station: usize) -> Vec<u64> {
    log.firings[station].iter().map(|f| f.begin).collect()
}

fn finished(log: &Log, station: usize) -> Vec<u64> {
    log.firings[station].iter().map(|f| f.finished).collect()
}

#[test]
fn a_single_station_follows_the_closed_form() {
    // Four positions, one firing each: fetch 2, occupancy 5, drain 3: first result at 10, then one every 5 ticks.
    let mut p = plan(vec![
        source(2, 2),
        station("a", blocks(2, 2, 1, 1), [2, 5, 3]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let log = both(&p, 1);
    assert_eq!(finished(&log, 1), [10, 15, 20, 25]);
    assert_eq!(log.images, [25]);
    // A second image follows at once.
    assert_eq!(both(&p, 2).images, [25, 45]);
}

#[test]
fn a_window_opens_at_its_tick_and_not_before() {
    // Producer results at 4, 8, 12, 16; the consumer of width 2, stride 2 needs the second and the fourth. Its fetch takes 3.
    let mut p = plan(vec![
        source(1, 4),
        station("a", blocks(1, 4, 1, 1), [0, 4, 0]),
        station("b", blocks(1, 2, 1, 1), [3, 1, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let window = Window::Sliding {
        reach: [1, 2],
        stride: [1, 2],
        pad: [0, 0],
    };
    edge(&mut p, 1, 2, window);
    let log = both(&p, 1);
    assert_eq!(begins(&log, 2), [8 + 3, 16 + 3]);
    let w = log.firings[2][1].waits;
    // Free at 12; the last block is finished at 16, then the fetch.
    assert_eq!((w.upstream, w.link, w.fetch), (4, 0, 3));
}

#[test]
fn a_full_buffer_stops_its_producer_until_release() {
    // A makes a block in 2 ticks, B takes one in 10, and two fit between them.
    let mut p = plan(vec![
        source(1, 5),
        station("a", blocks(1, 5, 1, 1), [0, 2, 0]),
        station("b", blocks(1, 5, 1, 1), [0, 10, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let e = edge(&mut p, 1, 2, Window::POINT);
    p.edges[e].capacity = Some(2);
    let log = both(&p, 1);
    // B begins with block 0 at 2 and releases it; with block 1 at 12, and so on. Block 2 has room from tick 2 on, block 3
    // from 12 on, block 4 from 22 on.
    assert_eq!(begins(&log, 2), [2, 12, 22, 32, 42]);
    assert_eq!(begins(&log, 1), [0, 2, 4, 12, 22]);
    assert_eq!(log.firings[1][3].waits.output, 12 - 6);
    assert_eq!(log.firings[1][4].waits.output, 22 - 14);
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
        p.edges[e].route = Some(route(&mut p, 10, &[(l, None)], &[]));
    }
    let log = both(&p, 1);
    assert_eq!((log.arrivals[2][0], log.arrivals[3][0]), (18, 28));
    assert_eq!(log.hops, [(0, 0, 5, 15), (0, 1, 15, 25)]);
    assert_eq!(begins(&log, 3), [28]);
}

#[test]
fn a_full_queue_holds_packets_on_the_way() {
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
    p.edges[a].route = Some(route(&mut p, 2, &[(first, None), (second, Some(0))], &[]));
    let b = edge(&mut p, 2, 3, Window::POINT);
    p.edges[b].route = Some(route(&mut p, 20, &[(second, None)], &[]));
    let log = both(&p, 1);
    // Link 1: B from 1 to 21; its packet leaves the queue behind at 22. A's first packet takes link 0 from 2 to 4, is at the
    // router at 3 and waits there until 22 (free link from 21, slot from 22): 22 to 24, so its slot before link 1 is free
    // at 24. The second takes link 0 from 24 to 26, is at the router at 25; the slot behind link 1 is free from 25 (tail at
    // 24 + 1) on: 25 to 27, the tail being there in time. The third follows: link 0 from 27, link 1 from 28.
    let of = |link: usize, route: usize| -> Vec<(u64, u64)> {
        let hops = log.hops.iter().filter(|h| (h.0, h.1) == (link, route));
        hops.map(|h| (h.2, h.3)).collect()
    };
    assert_eq!(of(1, 1), [(1, 21)]);
    assert_eq!(of(0, 0), [(2, 4), (24, 26), (27, 29)]);
    assert_eq!(of(1, 0), [(22, 24), (25, 27), (28, 30)]);
    assert_eq!(log.arrivals[a], [25, 28, 31]);
}

#[test]
fn too_small_a_buffer_ends_in_a_stop_that_is_seen() {
    // B needs two blocks at once, one fits.
    let mut p = plan(vec![
        source(1, 4),
        station("a", blocks(1, 4, 1, 1), [0, 2, 0]),
        station("b", blocks(1, 2, 1, 1), [0, 3, 0]),
    ]);
    edge(&mut p, 0, 1, Window::POINT);
    let window = Window::Sliding {
        reach: [1, 2],
        stride: [1, 2],
        pad: [0, 0],
    };
    let e = edge(&mut p, 1, 2, window);
    assert_eq!(plans::demand(&p, e), 2);
    p.edges[e].capacity = Some(1);
    assert_eq!(both(&p, 1).stuck, Some(2));
}

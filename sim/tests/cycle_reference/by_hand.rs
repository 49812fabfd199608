//! Stations, buffers, buses, ports and units, by hand.

use super::compare::both;
use super::log::Log;
use super::plans::{blocks, edge, plan, source, station};
use crosscut_sim::graph::Window;

/// Begin of each firing.
pub fn begins(log: &Log, station: usize) -> Vec<u64> {
    log.firings[station].iter().map(|f| f.begin).collect()
}

/// End of each firing's result.
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
    assert_eq!(p.edges[e].demand, 2);
    p.edges[e].capacity = Some(1);
    assert_eq!(both(&p, 1).stuck, Some(2));
}

#[test]
fn gates_open_at_their_tick_and_not_before() {
    // A makes blocks 0 and 1 in `a` ticks each; B takes them together with what D has finished at tick 10; one block fits
    // between A and B. B's gate is the later of `a` and 10. A's second block has room from then on and an array from `a` on.
    for (a, b_begins, a_begins, output) in [(9, 10, 10, 1), (10, 10, 10, 0), (11, 11, 11, 0)] {
        let mut p = plan(vec![
            source(1, 2),
            station("a", blocks(1, 2, 1, 1), [0, a, 0]),
            station("d", blocks(1, 2, 2, 1), [0, 10, 0]),
            station("b", blocks(1, 2, 1, 1), [0, 1, 0]),
        ]);
        edge(&mut p, 0, 1, Window::POINT);
        edge(&mut p, 0, 2, Window::POINT);
        let e = edge(&mut p, 1, 3, Window::POINT);
        p.edges[e].capacity = Some(1);
        edge(&mut p, 2, 3, Window::POINT);
        let log = both(&p, 1);
        assert_eq!(begins(&log, 3), [b_begins, a_begins + a], "{a}");
        assert_eq!(begins(&log, 1), [0, a_begins], "{a}");
        assert_eq!(log.firings[1][1].waits.output, output, "{a}");
    }
}

#[test]
fn an_addition_waits_for_both_sides() {
    // A takes 4 ticks a block, B 6 behind it; the sum takes A's block beside B's.
    let residual = |fits: Option<u64>| {
        let mut p = plan(vec![
            source(1, 3),
            station("a", blocks(1, 3, 1, 1), [0, 4, 0]),
            station("b", blocks(1, 3, 1, 1), [0, 6, 0]),
            station("sum", blocks(1, 3, 1, 1), [0, 1, 0]),
        ]);
        edge(&mut p, 0, 1, Window::POINT);
        edge(&mut p, 1, 2, Window::POINT);
        edge(&mut p, 2, 3, Window::POINT);
        let e = edge(&mut p, 1, 3, Window::POINT);
        p.edges[e].capacity = fits;
        both(&p, 1)
    };
    // B: 4 to 10, 16, 22.
    let log = residual(None);
    assert_eq!(begins(&log, 3), [10, 16, 22]);
    assert_eq!(begins(&log, 1), [0, 4, 8]);
    // With two blocks on the short side A's third waits for the first sum; B does not notice.
    let log = residual(Some(2));
    assert_eq!(begins(&log, 1), [0, 4, 10]);
    assert_eq!(begins(&log, 3), [10, 16, 22]);
    // With one, every block of A waits for the sum before it: 10 ticks a block.
    let log = residual(Some(1));
    assert_eq!(begins(&log, 1), [0, 10, 20]);
    assert_eq!(begins(&log, 3), [10, 20, 30]);
    assert_eq!(log.firings[3][1].waits.upstream, 20 - 11);
    assert_eq!(log.firings[1][1].waits.output, 10 - 4);
}

/// Two stations fed by the source alone, in the same tile, and a sink that takes their last blocks.
fn neighbours(set: impl Fn(&mut crosscut_sim::cycle::plan::StationPlan, usize)) -> Log {
    let mut p = plan(vec![
        source(1, 2),
        station("a", blocks(1, 2, 1, 1), [0, 1, 0]),
        station("b", blocks(1, 2, 1, 1), [0, 1, 0]),
        station("end", blocks(1, 1, 1, 1), [0, 1, 0]),
    ]);
    for s in [1, 2] {
        p.stations[s].tiles = 0..1;
        set(&mut p.stations[s], s);
        edge(&mut p, 0, s, Window::POINT);
        edge(&mut p, s, 3, Window::Whole);
    }
    both(&p, 1)
}

#[test]
fn two_layers_share_a_bus() {
    // Fetch 2, bus 4, occupancy 5. Bus: A 0 to 4, B to 8. A is free at 9, so it fetches again from 7 on: bus 8 to 12. B is
    // free at 13, fetches from 11 on: bus 12 to 16.
    let log = neighbours(|s, _| (s.fetch, s.bus_ticks, s.occupancy) = (2, 4, 5));
    assert_eq!(
        (begins(&log, 1), begins(&log, 2)),
        (vec![4, 12], vec![8, 16])
    );
    let second = |s: usize| (log.firings[s][1].start, log.firings[s][1].waits.bus);
    assert_eq!((second(1), second(2)), ((7, 12 - 9), (11, 16 - 13)));
    // Alone A would go on as soon as it is free: bus 7 to 11 against 5 ticks of work from 4 on.
    let alone = neighbours(|s, i| {
        (s.fetch, s.bus_ticks, s.occupancy) = (2, 4, 5);
        s.tiles = i..i + 1;
    });
    assert_eq!(begins(&alone, 1), [4, 11]);
}

#[test]
fn two_stations_share_a_digital_unit() {
    // A works 3 ticks, B 5, in turn: A 0, B 3, A 8, B 11.
    let log = neighbours(|s, i| (s.digital, s.occupancy) = (true, [0, 3, 5][i]));
    assert_eq!(
        (begins(&log, 1), begins(&log, 2)),
        (vec![0, 8], vec![3, 11])
    );
    assert_eq!(log.firings[1][1].waits.unit, 8 - 3);
    assert_eq!(log.firings[2][1].waits.unit, 11 - 8);
    // Each with a unit of its own.
    let log = neighbours(|s, i| {
        (s.digital, s.occupancy, s.tiles) = (true, [0, 3, 5][i], i..i + 1);
    });
    assert_eq!((begins(&log, 1), begins(&log, 2)), (vec![0, 3], vec![0, 5]));
}

#[test]
fn a_digital_station_reads_while_it_works() {
    // The port takes 7 ticks a firing, the unit 3: work ends with the last value read, at 7 and 14.
    let log = neighbours(|s, i| {
        (s.digital, s.occupancy, s.port_ticks, s.tiles) = (true, 3, 7, i..i + 1);
    });
    assert_eq!(begins(&log, 1), [4, 11]);
    assert_eq!(log.firings[1][1].waits.port, 11 - 7);
    // A port faster than the unit costs nothing.
    let log = neighbours(|s, i| {
        (s.digital, s.occupancy, s.port_ticks, s.tiles) = (true, 3, 2, i..i + 1);
    });
    assert_eq!(begins(&log, 1), [0, 3]);
}

#[test]
fn crossbars_begin_when_everything_is_read() {
    // Port 7, fetch 2, occupancy 3: ports done at 7; the next start is at 10 - 2, port 8 to 15.
    let log = neighbours(|s, i| {
        (s.fetch, s.occupancy, s.port_ticks, s.tiles) = (2, 3, 7, i..i + 1);
    });
    assert_eq!(begins(&log, 1), [7, 15]);
    assert_eq!(log.firings[1][1].waits.port, 15 - 10);
}

#[test]
fn a_block_is_written_as_it_comes_in() {
    // A's block leaves at 10; its write takes 4 ticks of the port of tile 0, which R reads for `read` ticks from 0 on. The
    // write ends 4 ticks after the port is free, but not before the last flit is there.
    for (read, arrival) in [(0, 10), (6, 10), (7, 11), (20, 24)] {
        let mut p = plan(vec![
            source(1, 1),
            station("r", blocks(1, 1, 1, 1), [0, 1, 0]),
            station("a", blocks(1, 1, 1, 1), [0, 10, 0]),
            station("b", blocks(1, 1, 1, 1), [0, 1, 0]),
        ]);
        (p.stations[1].tiles, p.stations[1].port_ticks) = (0..1, read);
        edge(&mut p, 0, 1, Window::POINT);
        edge(&mut p, 0, 2, Window::POINT);
        let e = edge(&mut p, 2, 3, Window::POINT);
        (p.edges[e].tiles, p.edges[e].write_ticks) = (0..1, 4);
        let log = both(&p, 1);
        assert_eq!(log.arrivals[e], [arrival], "{read}");
        assert_eq!(begins(&log, 3), [arrival], "{read}");
    }
}

#[test]
fn rows_of_padding_and_running_sums_send_nothing() {
    // Two rows of image between one row of padding above and one below, a tick each; the pool takes up a row in 3 ticks and
    // has its result with the second.
    let mut p = plan(vec![
        source(2, 1),
        station("pool", blocks(1, 1, 1, 1), [0, 3, 0]),
        station("b", blocks(1, 1, 1, 1), [0, 1, 0]),
    ]);
    let rows = &mut p.stations[0];
    rows.blocks = blocks(2, 1, 1, 1);
    (rows.blocks.lead, rows.blocks.tail, rows.occupancy) = (1, 1, 1);
    p.stations[1].blocks.lead = 1;
    edge(&mut p, 0, 1, Window::Running);
    let e = edge(&mut p, 1, 2, Window::POINT);
    p.edges[e].capacity = Some(1);
    let log = both(&p, 2);
    // Rows of the first image are there at 2 and 3, of the second (four ticks later) at 6 and 7.
    assert_eq!(log.arrivals[0], [2, 3, 6, 7]);
    assert_eq!(begins(&log, 1), [2, 5, 8, 11]);
    assert_eq!(begins(&log, 2), [8, 14]);
    assert_eq!(log.images, [9, 15]);
}

//! A plan in few lines, to be read by someone who looks for a fault.

use crosscut_sim::cycle::Plan;
use std::fmt::Write;

/// One line per station, edge and route.
pub fn describe(plan: &Plan) -> String {
    let mut out = String::new();
    for (s, p) in plan.stations.iter().enumerate() {
        let b = &p.blocks;
        let _ = write!(
            out,
            "station {s}: {}x{} by {}x{}, lead {} tail {}; fetch {} occupancy {} (adc {}) drain {}; ",
            b.height,
            b.width,
            b.rows,
            b.columns,
            b.lead,
            b.tail,
            p.fetch,
            p.occupancy,
            p.adc_wait,
            p.drain
        );
        let _ = writeln!(
            out,
            "tiles {:?} bus {} port {}{}{}{}",
            p.tiles,
            p.bus_ticks,
            p.port_ticks,
            if p.digital { ", digital" } else { "" },
            match p.reduce.as_slice() {
                [] => String::new(),
                routes => format!(", reduce over routes {routes:?}"),
            },
            if s == plan.sink { ", sink" } else { "" },
        );
    }
    for (e, p) in plan.edges.iter().enumerate() {
        let _ = writeln!(
            out,
            "edge {e}: {} -> {} {:?}; capacity {:?} (demand {}), write {} to tiles {:?}, routes {:?}",
            p.from, p.to, p.window, p.capacity, p.demand, p.write_ticks, p.tiles, p.routes
        );
    }
    for (r, p) in plan.routes.iter().enumerate() {
        let _ = write!(out, "route {r}: turn {};", p.turn_ticks);
        for (i, h) in p.hops.iter().enumerate() {
            let end = if h.destination { " destination" } else { "" };
            let _ = write!(
                out,
                " hop {i} link {} queue {} after {:?}, {} flits{end};",
                h.link, h.queue, h.parent, h.flits
            );
        }
        out.push('\n');
    }
    for (l, p) in plan.links.iter().enumerate() {
        let _ = writeln!(out, "link {l}: hop {}, flit {}", p.hop_ticks, p.flit_ticks);
    }
    let _ = writeln!(out, "queues {:?}", plan.queues);
    out
}

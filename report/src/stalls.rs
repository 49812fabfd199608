//! Why a layer took as long as it did: waits by cause, and the part that limits it.

use crosscut_sim::cycle::plan::{Plan, StationPlan};
use crosscut_sim::cycle::{CycleResult, Stalls, TileUse};
use crosscut_sim::graph::StationKind;
use crosscut_sim::record::{Cause, pieces};
use serde::{Deserialize, Serialize};

/// Ticks by cause, without those of no cause.
pub fn by_cause(stalled: &Stalls) -> Vec<(Cause, u64)> {
    let mut all = vec![(Cause::Adc, stalled.adc)];
    all.extend(pieces(&stalled.waits));
    all.retain(|c| c.1 > 0);
    all
}

/// `61 % waiting for upstream, 22 % ADC, 17 % busy`: shares of the time from the first begin to the last end, the
/// largest first; waits that round to 0 are left out.
pub fn in_words(busy: u64, stalled: &Stalls) -> String {
    let span = busy + stalled.total();
    if span == 0 {
        return "takes no time".to_string();
    }
    let mut causes = by_cause(stalled);
    causes.push((Cause::Busy, busy));
    // Equal shares keep the order of causes.
    causes.sort_by_key(|c| std::cmp::Reverse(c.1));
    let words = causes.iter().filter_map(|&(cause, ticks)| {
        let percent = (200 * ticks + span) / (2 * span);
        match (percent, cause) {
            (0, Cause::Busy) => Some("under 1 % busy".to_string()),
            (0, _) => None,
            _ => Some(format!("{percent} % {}", phrase(cause))),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

fn phrase(cause: Cause) -> &'static str {
    match cause {
        Cause::Busy => "busy",
        Cause::Adc => "ADC",
        Cause::Upstream => "waiting for upstream",
        Cause::Link => "waiting for links",
        Cause::Output => "waiting for room downstream",
        Cause::Bus => "waiting for the bus",
        Cause::Port => "waiting for the buffer port",
        Cause::Unit => "waiting for digital units",
        Cause::Fetch => "fetching",
    }
}

/// A part that can limit a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// Its crossbars.
    Crossbar,
    /// The converters, where crossbars wait for them.
    Adc,
    /// Digital units of a tile it works in.
    DigitalUnit,
    /// The bus of a tile it works in.
    Bus,
    /// The buffer port of such a tile.
    BufferPort,
    /// A link its values or partial sums travel over.
    Link,
    /// The links to the memory outside the chips.
    OffChip,
}

impl Resource {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Crossbar => "crossbars",
            Resource::Adc => "ADCs",
            Resource::DigitalUnit => "digital units",
            Resource::Bus => "bus",
            Resource::BufferPort => "buffer port",
            Resource::Link => "link",
            Resource::OffChip => "off-chip link",
        }
    }
}

/// The part a layer uses that has least to spare in steady state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Critical {
    /// The part.
    pub part: Resource,
    /// Share of the interval it works, for all layers that share it.
    pub busy_share: f64,
}

/// The critical part of a station; none for the source, whose images come from the memory outside.
pub(super) fn critical(plan: &Plan, station: &StationPlan, run: &CycleResult) -> Option<Critical> {
    let interval = run.interval_ticks;
    if station.outside || interval == 0 {
        return None;
    }
    let own = station.blocks.count() * station.occupancy;
    let tiles = &run.tiles[station.tiles.clone()];
    let most = |of: fn(&TileUse) -> u64| tiles.iter().map(of).max().unwrap_or(0);
    let routes = station
        .outputs
        .iter()
        .flat_map(|&e| &plan.edges[e].routes)
        .chain(&station.reduce);
    let links = routes
        .flat_map(|&r| &plan.routes[r].hops)
        .map(|h| run.links[h.link].busy)
        .max();
    let worker = match station.kind {
        StationKind::Compute if station.adc_wait > 0 => (Resource::Adc, own),
        _ if station.digital => (Resource::DigitalUnit, most(|t| t.unit)),
        _ => (Resource::Crossbar, own),
    };
    let bus = match plan.off_chip {
        Some(tile) if tile == station.tiles.start => Resource::OffChip,
        _ => Resource::Bus,
    };
    let candidates = [
        worker,
        (bus, most(|t| t.bus)),
        (Resource::BufferPort, most(|t| t.port)),
        (Resource::Link, links.unwrap_or(0)),
    ];
    // Of equal ones the first.
    let best = candidates.into_iter().rev().max_by_key(|c| c.1)?;
    Some(Critical {
        part: best.0,
        busy_share: best.1 as f64 / interval as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_sim::cycle::Waits;

    #[test]
    fn shares_are_put_in_words_largest_first() {
        let stalled = |adc, waits| Stalls { adc, waits };
        let upstream = Waits {
            upstream: 61,
            ..Waits::default()
        };
        assert_eq!(
            in_words(17, &stalled(22, upstream)),
            "61 % waiting for upstream, 22 % ADC, 17 % busy"
        );
        // 1 in 1000 rounds to nothing and is left out; 5 in 1000 rounds up.
        let rest = Waits {
            link: 1,
            fetch: 5,
            ..Waits::default()
        };
        assert_eq!(in_words(994, &stalled(0, rest)), "99 % busy, 1 % fetching");
        let most = Waits {
            upstream: 1000,
            ..Waits::default()
        };
        let words = in_words(3, &stalled(0, most));
        assert_eq!(words, "100 % waiting for upstream, under 1 % busy");
        assert_eq!(in_words(0, &Stalls::default()), "takes no time");
    }
}

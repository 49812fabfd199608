//! The steps by which a candidate is looked at more closely. What a step finds does not depend on when it is taken.

use super::bans::Bans;
use super::budget::{InUse, Size};
use super::energy::picojoules;
use super::error::OptimiseError;
use super::goal::Objective;
use super::judge::Judge;
use super::state::{Figures, Found, Planned};
use crate::cycle::{self, CycleError, Observers, Plan, RunOptions, Silent};
use crate::estimate;
use crate::graph::{DataflowGraph, Messages, fit};
use crate::map::{Mapping, PlacementMethod};
use crate::place::{place, place_messages};
use crate::time;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

/// Attempts to find choices that fit the buffers.
const REPAIRS: usize = 24;

impl Judge<'_> {
    /// The plan of a candidate with tiles in order. Choices that do not fit the buffers are replaced by the next best ones of
    /// the same recipe.
    pub(super) fn plan_of(&self, i: usize) -> Result<Found, OptimiseError> {
        let mut candidate = self.states[i].candidate.clone();
        let mut bans = Bans::default();
        let mut first = None;
        for _ in 0..REPAIRS {
            let mapping = Mapping::build(self.net, self.free, &candidate.options)?;
            let graph = DataflowGraph::build(self.net, self.free, &mapping)?;
            let mapping = graph.fit(self.free, mapping);
            let refused = match Plan::new(&graph, self.free, &mapping) {
                Ok(plan) => {
                    // Layers with tiles of their own take more of them than the recipe knows.
                    candidate.size = candidate.size.or_larger(&Size::of(self.free, &mapping));
                    let planned = Planned::of(&plan, self.free);
                    return Ok(Found::Planned(Box::new(candidate), planned));
                }
                Err(refused) => refused,
            };
            let layer = too_wide(&graph, &mapping, &refused);
            let picks = candidate.picks.as_ref();
            let banned = layer.zip(picks).is_some_and(|(l, picks)| {
                let pick = &picks[l];
                bans.add(l, pick.width, pick.copies.replicas)
            });
            first.get_or_insert(refused);
            let next = match banned {
                true => self.pool.draw(candidate.recipe, &bans)?,
                false => None,
            };
            // Bounds hold for what takes its place: it fires as often and is no smaller.
            let least = candidate.busiest_ticks;
            let Some(mut next) = next.filter(|c| c.busiest_ticks >= least) else {
                break;
            };
            next.size = next.size.or_larger(&candidate.size);
            candidate = next;
        }
        Ok(Found::Refused {
            refused: first,
            ran: false,
        })
    }

    /// The mapping of a candidate, its windows within the buffers, its tiles in order.
    pub(super) fn in_order(&self, i: usize) -> Result<Mapping, OptimiseError> {
        let options = &self.states[i].candidate.options;
        let mapping = Mapping::build(self.net, self.arch, options)?;
        Ok(fit(self.net, self.arch, mapping)?)
    }

    /// The mapping with its tiles placed.
    pub(super) fn placed(
        &self,
        in_order: Mapping,
        known: Option<(&DataflowGraph, &Messages)>,
    ) -> Result<Mapping, OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let area = InUse::of(&in_order).area_mm2(arch);
        let mapping = match (self.placement, known) {
            (PlacementMethod::Optimised, Some((graph, messages))) => {
                place_messages(&*arch.topology(), graph, arch, in_order, messages)
            }
            (method, _) => place(net, arch, in_order, method)?,
        };
        // A placement that shortens routes may use routers that were not counted.
        Ok(match InUse::of(&mapping).area_mm2(arch) > area {
            true => mapping.in_order(arch),
            false => mapping,
        })
    }

    pub(super) fn place_of(&self, i: usize, objective: Objective) -> Result<Found, OptimiseError> {
        let (net, arch) = (self.net, self.arch);
        let in_order = self.in_order(i)?;
        let graph = DataflowGraph::build(net, arch, &in_order)?;
        let messages = Messages::of(&graph, arch, &in_order);
        let mapping = self.placed(in_order, Some((&graph, &messages)))?;
        let plan = Plan::with_messages(&graph, arch, &mapping, &messages)?;
        let busiest = cycle::busiest(&plan).1;
        let latency = match objective {
            Objective::Latency | Objective::Edp => {
                let ends = estimate::images(&plan, 1, &mut Silent);
                ends.map_or(0, |e| e.last().copied().unwrap_or(0))
            }
            _ => busiest,
        };
        let f = self.states[i].figures;
        let interval_ticks = f.interval_ticks.max(busiest);
        let dynamic_pj = picojoules(arch, &plan.counts_of_an_image());
        let figures = Figures {
            interval_ticks,
            latency_ticks: f.latency_ticks.max(latency),
            energy_pj: self.energy_pj(dynamic_pj, InUse::of(&mapping), interval_ticks),
        };
        let placed = Box::new((mapping, Some(plan)));
        Ok(Found::Placed(placed, figures))
    }

    /// Runs a candidate in the engine, as `run` does.
    pub(super) fn run_of(&self, i: usize) -> Found {
        let placed = self.states[i].placed.as_deref();
        let Some((mapping, Some(plan))) = placed else {
            return Found::Nothing;
        };
        let observers = Observers {
            alone: &mut Silent,
            stream: &mut Silent,
        };
        let timed = match time::run_plan(plan, &RunOptions::default(), observers, &mut |_, _| {}) {
            Ok(timed) => timed,
            Err(refused) => {
                return Found::Refused {
                    refused: Some(refused),
                    ran: true,
                };
            }
        };
        let result = &timed.result;
        let dynamic_pj = picojoules(self.arch, &result.counts);
        let estimate = timed.estimate.filter(|e| e.interval_proven);
        Found::Ran {
            figures: Figures {
                interval_ticks: result.interval_ticks,
                latency_ticks: result.latency_ticks,
                energy_pj: self.energy_pj(dynamic_pj, InUse::of(mapping), result.interval_ticks),
            },
            proven: estimate.map_or(0, |e| e.interval_ticks),
        }
    }
}

/// The layer whose choice makes a window too large: that of the station, or the one whose tiles it works in.
fn too_wide(graph: &DataflowGraph, mapping: &Mapping, refused: &CycleError) -> Option<usize> {
    let CycleError::BufferTooSmall { stations, .. } = refused else {
        return None;
    };
    let (graph, largest) = (&graph.graph, stations.first()?);
    let mut at: NodeIndex = graph.node_indices().find(|&n| graph[n].name == *largest)?;
    loop {
        let layer = mapping
            .layers
            .iter()
            .position(|l| l.layer == graph[at].layer);
        if layer.is_some() {
            return layer;
        }
        at = graph.neighbors_directed(at, Direction::Incoming).min()?;
    }
}

//! Deadlock, explained: which part waits for which.

use super::machine::Machine;
use crate::cycle::error::CycleError;

impl Machine<'_> {
    /// Follows the waits from a station that cannot go on until they come back to one already met.
    pub fn deadlock(&self, tick: u64) -> CycleError {
        let mut at = (0..self.stations.len()).find(|&s| self.has_work(s));
        let mut met: Vec<(usize, String)> = Vec::new();
        while let Some(s) = at {
            if let Some(from) = met.iter().position(|m| m.0 == s) {
                met.drain(..from);
                break;
            }
            let (wait, next) = self.wait(s);
            met.push((s, wait));
            at = next;
        }
        CycleError::Deadlock {
            tick,
            waits: met.into_iter().map(|m| m.1).collect(),
        }
    }

    /// What a station waits for, and the station that could help.
    fn wait(&self, s: usize) -> (String, Option<usize>) {
        let (plan, state) = (&self.plan.stations[s], &self.stations[s]);
        let name = |s: usize| &self.plan.stations[s].name;
        let full = plan.outputs.iter().find(|&&e| self.edges[e].full);
        // A station without room has what it needs, or will get it.
        if let (Some(&e), 0) = (full, state.missing) {
            let (edge, e) = (&self.edges[e], &self.plan.edges[e]);
            let text = format!(
                "`{}` has no room for firing {}: `{}` holds {} of {} blocks and needs {} to run; raise `tile.buffer`",
                plan.name,
                state.started,
                name(e.to),
                edge.held(),
                edge.capacity,
                e.demand
            );
            return (text, Some(e.to));
        }
        if let Some(&e) = plan.inputs.iter().find(|&&e| self.edges[e].lacks) {
            let (edge, from) = (&self.edges[e], self.plan.edges[e].from);
            let (text, next) = if edge.sent >= edge.need {
                let text = format!(
                    "`{}` waits for block {} of `{}`, which is held up in the network{}; raise `queue_packets`",
                    plan.name,
                    edge.need,
                    name(from),
                    self.held_up(e)
                );
                (text, None)
            } else {
                let text = format!(
                    "`{}` waits for block {} of `{}`, which has sent {}",
                    plan.name,
                    edge.need,
                    name(from),
                    edge.sent
                );
                (text, Some(from))
            };
            return (text, next);
        }
        let text = format!("`{}` waits for its partial sums", plan.name);
        (text, None)
    }

    /// Where the messages of an edge stand.
    fn held_up(&self, e: usize) -> String {
        let routes = &self.plan.edges[e].routes;
        let mut stuck = self.network.stuck();
        let Some((queue, route, hop)) = stuck.find(|s| routes.contains(&s.1)) else {
            return String::new();
        };
        let link = self.plan.links[self.plan.routes[route].hops[hop].link];
        format!(
            " before the link from router {:?} to {:?}, whose queue of {} packets is full",
            link.from, link.to, self.plan.queues[queue]
        )
    }
}

//! Checks of a dataflow graph, one function each.

use super::{DataflowGraph, StationKind};
use petgraph::Direction;
use petgraph::algo::is_cyclic_directed;
use petgraph::visit::EdgeRef;

/// A graph that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The mapping lacks a compute layer.
    #[error("layer `{0}` is not mapped")]
    NotMapped(String),
    /// A check failed; the program is at fault.
    #[error("dataflow graph: {0}")]
    Inconsistent(String),
}

impl DataflowGraph {
    /// Runs every check.
    ///
    /// # Errors
    /// The first that fails.
    pub fn check(&self) -> Result<(), GraphError> {
        self.acyclic()?;
        self.every_value_is_produced_once()?;
        self.tokens_are_conserved()?;
        self.windows_stay_inside()
    }

    fn acyclic(&self) -> Result<(), GraphError> {
        if is_cyclic_directed(&self.graph) {
            Err(GraphError::Inconsistent("has a cycle".into()))
        } else {
            Ok(())
        }
    }

    fn every_value_is_produced_once(&self) -> Result<(), GraphError> {
        for n in self.graph.node_indices() {
            let s = &self.graph[n];
            let positions: u64 = (0..s.blocks.count()).map(|i| s.blocks.positions(i)).sum();
            let fed = self.graph.edges_directed(n, Direction::Incoming).count() > 0;
            if positions != (s.output.h * s.output.w) as u64
                || fed == (s.kind == StationKind::Source)
            {
                return Err(GraphError::Inconsistent(format!(
                    "`{}` does not yield each value once",
                    s.name
                )));
            }
        }
        Ok(())
    }

    fn tokens_are_conserved(&self) -> Result<(), GraphError> {
        for e in self.graph.edge_references() {
            let producer = &self.graph[e.source()];
            if producer.output.len() as u64 != e.weight().values {
                let text = format!(
                    "`{}` sends {} values, not {}",
                    producer.name,
                    producer.output.len(),
                    e.weight().values
                );
                return Err(GraphError::Inconsistent(text));
            }
        }
        Ok(())
    }

    fn windows_stay_inside(&self) -> Result<(), GraphError> {
        for e in self.graph.edge_references() {
            let (p, c) = (&self.graph[e.source()], &self.graph[e.target()]);
            let last = c.blocks.count() - 1;
            if e.weight().window.need(&p.blocks, &c.blocks, last) > p.blocks.yielding() {
                return Err(GraphError::Inconsistent(format!(
                    "`{}` waits for more than `{}` sends",
                    c.name, p.name
                )));
            }
        }
        Ok(())
    }
}

//! Everything about a mapped network in one report, and two of them side by side.

use crate::error::Error;
use crate::experiment::Experiment;
use crosscut_prune::Pruned;
use crosscut_report::{CompareReport, State};

impl Experiment {
    /// Time, energy, area and values.
    ///
    /// # Errors
    /// As [`time`](Experiment::time) and [`values`](Experiment::values).
    pub fn report(&self) -> Result<State, Error> {
        Ok(State {
            run: self.time()?,
            exec: self.values()?,
        })
    }

    /// This network before pruning against itself after it, on the same machine and the same images.
    ///
    /// # Errors
    /// As [`report`](Experiment::report).
    pub fn compare(&self, pruned: &Pruned) -> Result<CompareReport, Error> {
        let after = self.with_network(pruned.network.clone(), pruned.mapping.clone());
        let provenance = serde_json::to_value(&pruned.provenance)
            .map_err(|e| Error::Bug(format!("the provenance is no JSON: {e}")))?;
        Ok(CompareReport::new(
            self.report()?,
            after.report()?,
            provenance,
        ))
    }
}

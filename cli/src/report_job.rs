//! Everything about a mapped network in one report, and two of them side by side.

use crate::error::Error;
use crate::experiment::Experiment;
use crosscut_prune::Pruned;
use crosscut_report::{CompareReport, PruneReport, State};
use crosscut_sim::func::FuncError;

impl Experiment {
    /// Time, energy, area and values.
    ///
    /// # Errors
    /// As [`time`](Experiment::time) and [`values`](Experiment::values).
    pub fn report(&self) -> Result<State, Error> {
        let (run, exec) = (self.time()?, self.values()?);
        // Accuracies of different images cannot be compared.
        if exec.partial.is_some() {
            return Err(FuncError::Interrupted.into());
        }
        let run = run.with_activity(&exec)?;
        Ok(State { run, exec })
    }

    /// This network before pruning against itself after it, on the same machine and the same images.
    ///
    /// # Errors
    /// As [`report`](Experiment::report).
    pub fn compare(&self, pruned: &Pruned) -> Result<CompareReport, Error> {
        let after = self.with_network(pruned.network.clone(), pruned.mapping.clone());
        let provenance = pruned.provenance.clone();
        Ok(CompareReport::new(
            self.report()?,
            after.report()?,
            provenance,
        ))
    }

    /// What pruning did to this network, and the crossbars it takes now.
    ///
    /// # Errors
    /// As [`map_report`](Experiment::map_report).
    pub fn prune_report(&self, pruned: &Pruned) -> Result<PruneReport, Error> {
        let after = self.with_network(pruned.network.clone(), pruned.mapping.clone());
        let provenance = pruned.provenance.clone();
        Ok(PruneReport::new(
            self.about(),
            provenance,
            after.map_report()?,
        ))
    }
}

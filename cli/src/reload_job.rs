//! A network larger than the machine: its weights are written in groups of layers.

use crate::error::Error;
use crate::setting::Setting;
use crosscut_arch::Arch;
use crosscut_report::{About, PartitionReport, ReloadReport};
use crosscut_sim::reload::{Group, Limit, Pieces, groups, pieces, run};
use crosscut_traces::Network;

/// A network in groups, ready to be timed.
pub struct ReloadJob {
    setting: Setting,
    limit: Limit,
    /// Network and machine if layers are in pieces.
    pieces: Option<Box<Pieces>>,
    groups: Vec<Group>,
}

impl Setting {
    /// Cuts the network into groups of layers that fit the machine (or the budget) one after the other. Copies are those of the
    /// options; an objective chooses none.
    ///
    /// # Errors
    /// If the machine does not say how its cells are written, a layer does not fit even in pieces, the network cannot be mapped,
    /// or the mapping was saved.
    pub fn reload(self) -> Result<ReloadJob, Error> {
        if self.saved.is_some() {
            return Err(Error::SavedMapping("reloading"));
        }
        let limit = Limit::of(&self.arch, self.goal.and_then(|g| g.budget));
        let (net, arch) = (&self.net, &self.arch);
        let pieces = match arch.device.write {
            Some(_) => pieces(net, arch, &self.options, limit)?.map(Box::new),
            None => None,
        };
        let groups = match &pieces {
            Some(p) => groups(&p.net, &p.arch, &p.options, self.placement, limit)?,
            None => groups(net, arch, &self.options, self.placement, limit)?,
        };
        Ok(ReloadJob {
            limit,
            pieces,
            groups,
            setting: self,
        })
    }
}

impl ReloadJob {
    /// Groups of layers.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The setting, where nothing is to be reloaded.
    pub fn into_setting(self) -> Setting {
        self.setting
    }

    /// The network and the machine that the groups are of.
    fn grouped(&self) -> (&Network, &Arch) {
        match &self.pieces {
            Some(p) => (&p.net, &p.arch),
            None => (&self.setting.net, &self.setting.arch),
        }
    }

    /// Which layers go together, and what crosses the borders.
    pub fn map_report(&self) -> PartitionReport {
        let (net, arch) = self.grouped();
        let limit = self.limit.to_string();
        PartitionReport::new(self.about(), net, arch, limit, &self.groups)
    }

    /// Writes and times every group with the cycle engine; `batch` images go through each, without a number as many as the
    /// memory outside holds.
    ///
    /// # Errors
    /// If the machine has no timing, a group cannot be run, or the memory outside does not hold the batch.
    pub fn time(&self, batch: Option<u64>) -> Result<ReloadReport, Error> {
        let s = &self.setting;
        s.has_timing()?;
        let task = s
            .progress
            .begin("simulating groups", self.groups.len() as u64);
        let progress = &mut |done, of| task.set(done, of);
        let (net, arch) = self.grouped();
        let pass = run(net, arch, &self.groups, batch, progress)?;
        let limit = self.limit.to_string();
        Ok(ReloadReport::new(
            self.about(),
            net,
            arch,
            limit,
            &self.groups,
            &pass,
        ))
    }

    fn about(&self) -> About {
        About::new(&self.setting.net, &self.setting.arch, self.setting.seed)
    }
}

//! Energy of a run at measured activity: its own counts, with the cost of an action by what the layer's values do.

use super::energy::{Component, known};
use super::exec::ExecReport;
use super::measured::{ActivityError, MeasuredEnergy, MeasuredLayer, MeasuredPart, seen};
use super::schema::RunReport;
use crosscut_arch::PartKind;
use crosscut_sim::func::run::limits::facts;
use crosscut_sim::map::identity::MachineIdentity;

impl RunReport {
    /// Adds the energy at the activity that `exec` measured on the same network, machine and mapping.
    ///
    /// # Errors
    /// If it was measured on another network or machine, or not of all layers.
    pub fn with_activity(mut self, exec: &ExecReport) -> Result<RunReport, ActivityError> {
        let (there, here) = (&exec.about.machine, &self.about.machine);
        MachineIdentity::of(there, facts(there)).check(here, &facts(here))?;
        if exec.about.network_digest != self.about.network_digest {
            return Err(ActivityError::Network {
                measured: exec.about.network.clone(),
                run: self.about.network.clone(),
            });
        }
        self.measured = Some(self.at_activity_of(exec)?);
        Ok(self)
    }

    fn at_activity_of(&self, exec: &ExecReport) -> Result<MeasuredEnergy, ActivityError> {
        let arch = &self.about.machine;
        let priced = self.energy_pj.is_some();
        let mut more = vec![0.0; arch.parts.len()];
        let mut layers = Vec::new();
        for measured in &exec.result.layers {
            let none = || ActivityError::Layer(measured.name.clone());
            let seen = seen(measured.activity.as_ref().ok_or_else(none)?);
            let layer = self.layers.iter().find(|l| l.name == measured.name);
            let layer = layer.ok_or_else(none)?;
            let mut change = 0.0;
            for (part, more) in arch.parts.iter().zip(&mut more) {
                let assumed = layer.counts.get(part.kind) as f64 * part.energy_pj;
                let pj = assumed * (arch.energy_factor(part, &seen) - 1.0);
                *more += pj;
                change += pj;
            }
            layers.push(MeasuredLayer {
                name: measured.name.clone(),
                seen,
                assumed_pj: layer.dynamic_pj,
                measured_pj: layer.dynamic_pj.map(|pj| pj + change),
            });
        }
        let parts = arch
            .parts
            .iter()
            .zip(&more)
            .filter(|(_, more)| **more != 0.0);
        let parts = parts.filter_map(|(part, more)| {
            let own = |c: &&Component| c.part == part.kind;
            let assumed_pj = self.components.iter().find(own)?.dynamic_pj?;
            Some(MeasuredPart {
                part: part.kind,
                assumed_pj,
                measured_pj: assumed_pj + more,
            })
        });
        let all: f64 = more.iter().sum();
        let plus = |pj: Option<f64>| pj.filter(|_| priced).map(|pj| pj + all);
        let energy_pj = plus(self.energy_pj);
        let links = known(&self.components, |c| {
            c.energy_pj.filter(|_| c.part == PartKind::ChipLink)
        });
        let ops = 2.0 * self.about.macs as f64;
        // As the run itself: none where the first image was not done.
        let per_watt = |pj: f64| (self.gops_per_w.is_some() && pj > 0.0).then(|| ops / pj * 1e3);
        Ok(MeasuredEnergy {
            data: exec.data.clone(),
            images: exec.result.images,
            assumed: arch.activity,
            energy_pj,
            dynamic_pj: plus(self.dynamic_pj),
            power_mw: energy_pj
                .filter(|_| self.interval_ns > 0.0)
                .map(|pj| pj / self.interval_ns),
            gops_per_w: energy_pj.and_then(per_watt),
            gops_per_w_without_links: energy_pj.and_then(|pj| per_watt(pj - links.unwrap_or(0.0))),
            parts: parts.collect(),
            layers,
        })
    }
}

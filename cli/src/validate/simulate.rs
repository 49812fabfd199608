//! The simulated figure of a point: of a machine at peak, or of a network that runs on it.

use super::chip::Chip;
use super::network;
use super::point::{CopyRule, Point, Slices, Which};
use super::value::Quantity;
use crate::{Copies, Setting};
use crosscut_arch::{Arch, Check, PartKind, check};
use crosscut_report::RunReport;
use crosscut_sim::map::{MapOptions, SliceChoice};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Machines and runs so far: points of one machine with one network share a run.
#[derive(Debug, Default)]
pub struct Runs {
    machines: BTreeMap<(String, Vec<String>), Result<Rc<Arch>, String>>,
    runs: BTreeMap<Key, Result<Rc<RunReport>, String>>,
}

/// Machine, what is set of it, network, slices, copies.
type Key = (String, Vec<String>, String, Slices, CopyRule);

impl Runs {
    /// A machine with overrides.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn machine(&mut self, name: &str, set: &[String]) -> Result<Rc<Arch>, String> {
        let key = (name.to_string(), set.to_vec());
        let load = || {
            let loaded = crosscut_arch::load(name, set);
            loaded.map(Rc::new).map_err(|e| {
                let text = e.to_string();
                text.strip_prefix("error: ").unwrap_or(&text).to_string()
            })
        };
        self.machines.entry(key).or_insert_with(load).clone()
    }

    fn run(&mut self, chip: &Chip, point: &Point, net: &str) -> Result<Rc<RunReport>, String> {
        let machine = machine(chip, point)?;
        let arch = self.machine(&machine, &point.set)?;
        let (slices, copies) = (point.slices, point.copies);
        let key = (machine, point.set.clone(), net.to_string(), slices, copies);
        if let Some(done) = self.runs.get(&key) {
            return done.clone();
        }
        let ran = run(&arch, chip, net, slices, copies).map(Rc::new);
        self.runs.insert(key, ran.clone());
        ran
    }

    /// The figure, in the stored unit of its quantity.
    ///
    /// # Errors
    /// Why there is none.
    pub fn figure(
        &mut self,
        chip: &Chip,
        point: &Point,
        quantity: Quantity,
    ) -> Result<f64, String> {
        let value = match &point.network {
            Some(net) => {
                let report = self.run(chip, point, net)?;
                of_run(&report, quantity, point)?
            }
            None => {
                let arch = self.machine(&machine(chip, point)?, &point.set)?;
                of_machine(&arch, &check(&arch), quantity, point.busy.unwrap_or(1.0))?
            }
        };
        let there = value.is_finite() && value > 0.0;
        there
            .then_some(value)
            .ok_or_else(|| "the machine gives no costs for it".to_string())
    }
}

fn machine(chip: &Chip, point: &Point) -> Result<String, String> {
    let name = point.machine.as_deref().or(chip.machine.as_deref());
    let none = || "neither the point nor its chip names a `machine`".to_string();
    Ok(chip.machine_path(name.ok_or_else(none)?))
}

fn run(
    arch: &Arch,
    chip: &Chip,
    name: &str,
    slices: Slices,
    copies: CopyRule,
) -> Result<RunReport, String> {
    let net = network::network(name, &chip.network)?;
    let options = MapOptions {
        slices: match slices {
            Slices::Fewest => SliceChoice::Fewest,
            Slices::Published => SliceChoice::Published,
        },
        ..MapOptions::default()
    };
    let copies = match copies {
        CopyRule::Fill => Copies::Fill,
        CopyRule::One => Copies::One,
    };
    let setting = Setting::new(arch.clone(), net)
        .options(options)
        .copies(copies);
    setting.has_timing().map_err(|e| e.to_string())?;
    let experiment = setting.map().map_err(|e| e.to_string())?;
    experiment.time().map_err(|e| e.to_string())
}

/// Of a network on a machine.
fn of_run(r: &RunReport, quantity: Quantity, point: &Point) -> Result<f64, String> {
    let none = || "the machine gives no costs for it".to_string();
    if let Some(name) = &point.part {
        let kind = part(name)?;
        let found = r.components.iter().filter(|c| c.part == kind);
        return Ok(found.filter_map(|c| c.energy_pj).sum());
    }
    Ok(match (quantity, point.figure) {
        (Quantity::Time, Some(Which::Interval)) => r.interval_ns,
        (Quantity::Time, _) => r.latency_ns,
        (Quantity::Energy, Some(Which::Actions)) => r.actions_pj.ok_or_else(none)?,
        (Quantity::Energy, _) => r.energy_pj.ok_or_else(none)?,
        (Quantity::Rate, _) => r.throughput_ips,
        (Quantity::RatePerPower, _) => 1e12 / r.energy_pj.ok_or_else(none)?,
        (Quantity::Throughput, _) => r.gops,
        (Quantity::Efficiency, _) => r.gops_per_w.ok_or_else(none)?,
        (Quantity::Power, _) => r.power_mw.ok_or_else(none)?,
        (Quantity::Area, _) => r.area_mm2.ok_or_else(none)?,
        (Quantity::Density, _) => r.gops / r.area_mm2.ok_or_else(none)?,
        (Quantity::Crossbars, Some(Which::Compute)) => r.totals.compute as f64,
        (Quantity::Crossbars, _) => r.totals.total as f64,
        (Quantity::Conversions, Some(Which::Flits)) => r.counts.get(PartKind::Router) as f64,
        (Quantity::Conversions, _) => r.totals.adc_conversions as f64,
        (Quantity::Chips, _) => r.totals.chips as f64,
        (Quantity::Weights | Quantity::Cells, _) => {
            return Err("weights and cells are figures of a machine, not of a network".to_string());
        }
    })
}

/// Of a machine: one chip with every array busy in a share of its cycles; time and energy are those of one product.
fn of_machine(arch: &Arch, check: &Check, quantity: Quantity, busy: f64) -> Result<f64, String> {
    let arrays = arch.crossbars_per_chip() as f64;
    let (rows, columns) = (
        f64::from(arch.crossbar.rows),
        f64::from(arch.crossbar.columns),
    );
    let fixed: f64 = arch
        .parts
        .iter()
        .map(|p| {
            p.static_power_mw
                * (p.count * arch.units(p.level, pes(arch), arch.tiles_per_chip(), 1)) as f64
        })
        .sum();
    let power = fixed + (check.power_mw - fixed) * busy;
    Ok(match quantity {
        Quantity::Throughput => check.peak_gops * busy,
        Quantity::Power => power,
        Quantity::Efficiency => check.peak_gops * busy / (power / 1e3),
        Quantity::Density => check.gops_per_mm2 * busy,
        Quantity::Area => check.area_mm2,
        Quantity::Time => f64::from(arch.timed_steps()) * check.cycle_ns,
        Quantity::Energy => f64::from(arch.reads_per_product()) * arch.full_read_pj(),
        Quantity::Crossbars => arrays,
        Quantity::Cells => arrays * rows * columns,
        Quantity::Weights => {
            arrays * rows * f64::from(arch.crossbar.columns / arch.columns_per_weight())
        }
        Quantity::Rate | Quantity::RatePerPower | Quantity::Conversions | Quantity::Chips => {
            return Err(format!(
                "{} need a `network`, and the point names none",
                quantity.name()
            ));
        }
    })
}

fn pes(arch: &Arch) -> u64 {
    arch.tiles_per_chip() * u64::from(arch.tile.pes)
}

fn part(name: &str) -> Result<PartKind, String> {
    let kinds = || PartKind::ALL.into_iter();
    kinds().find(|k| k.name() == name).ok_or_else(|| {
        let names: Vec<_> = kinds().map(PartKind::name).collect();
        format!("`{name}` is no part: expected one of {}", names.join(", "))
    })
}

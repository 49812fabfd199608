//! What pruning gains on a machine, and what it costs in accuracy.
//!
//!     cargo run --release --example prune_and_compare

use crosscut::prune::PruneOptions;
use crosscut::report::CompareReport;
use crosscut::workload::{self, DIGITS, ImageChoice};
use crosscut::{Copies, Error, Setting};

/// Removes half of the row groups of every output, and compares before and after.
pub fn run() -> Result<CompareReport, Error> {
    let arch = crosscut::arch::load("reram-64", &[])?;
    let net = workload::network(DIGITS, 0, &mut |warning| println!("{warning}"))?;
    let choice = ImageChoice {
        images: 50,
        calibration_images: 64,
        ..ImageChoice::default()
    };
    let images = workload::images(&net, DIGITS, &choice)?;
    let setting = Setting::new(arch, net).copies(Copies::One);
    let dense = setting.images(images).map()?;

    let options = PruneOptions {
        ratio: 0.5,
        ..PruneOptions::default()
    };
    let pruned = dense.prune(&options)?;
    let report = dense.compare(&pruned)?;

    let c = &report.change;
    for (what, change) in [
        ("crossbars", Some(c.total)),
        // Absent on a machine that gives no costs.
        ("energy, pJ", c.energy_pj),
        ("latency, ns", Some(c.latency_ns)),
        ("accuracy", Some(c.accuracy)),
    ] {
        let Some(change) = change else { continue };
        println!("{what:12} {:12.3} -> {:12.3}", change.before, change.after);
    }
    Ok(report)
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}

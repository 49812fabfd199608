//! VGG8 on a machine of your own: crossbars, latency, energy, area and what bounds them.
//!
//!     cargo run --release --example time_a_network

use crosscut::report::RunReport;
use crosscut::{Copies, Error, Setting};

/// Estimates one machine, then the same machine with arrays of half the rows.
pub fn run() -> Result<[RunReport; 2], Error> {
    // A preset or a TOML file, and a built-in network or an ONNX file.
    // By default layers are copied until the chips are full; here one copy shows what the network itself takes.
    let vgg8 = Setting::load("isaac-8b", "vgg8")?.copies(Copies::One);
    let vgg8 = vgg8.map()?;
    let before = vgg8.estimate()?;

    // Any figure of a machine can be changed by its key.
    let arch = crosscut::arch::load("isaac-8b", &["crossbar.rows=64".to_string()])?;
    let after = Setting::new(arch, vgg8.net.clone()).copies(Copies::One);
    let after = after.map()?.estimate()?;

    for (what, r) in [("128 rows", &before), ("64 rows", &after)] {
        println!(
            "{what}: {} crossbars, latency {:.1} us, an image every {:.1} us, {:.1} uJ, {:.1} mm2",
            r.totals.total,
            r.latency_ns / 1e3,
            r.interval_ns / 1e3,
            // Absent on a machine that gives no costs.
            r.energy_pj.unwrap_or(f64::NAN) / 1e6,
            r.area_mm2.unwrap_or(f64::NAN),
        );
    }
    Ok([before, after])
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}

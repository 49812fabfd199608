//! What ADCs of fewer bits cost in accuracy, and which layer suffers first.
//!
//!     cargo run --release --example accuracy_of_a_machine

use crosscut::workload::{self, DIGITS, ImageChoice};
use crosscut::{Error, Setting};

/// Runs 50 images through ADCs of 8 to 4 bits. Bits and accuracy.
pub fn run() -> Result<Vec<(u32, f64)>, Error> {
    let net = workload::network(DIGITS, 0, &mut |warning| println!("{warning}"))?;
    let choice = ImageChoice {
        images: 50,
        calibration_images: 32,
        ..ImageChoice::default()
    };
    let images = workload::images(&net, DIGITS, &choice)?;
    let mut found = Vec::new();
    for bits in [8, 6, 5, 4] {
        let arch = crosscut::arch::load("reram-64", &[format!("adc.sar.bits={bits}")])?;
        let setting = Setting::new(arch, net.clone()).images(images.clone());
        let result = setting.map()?.values()?.result;
        let worst = |a: &f64, b: &f64| a.total_cmp(b);
        let clipped = result.layers.iter().map(|l| l.clip_rate);
        println!(
            "{bits} bits: {:.0} % right (float network: {:.0} %), at most {:.2} % of a layer's conversions clip",
            100.0 * result.accuracy,
            100.0 * result.float_accuracy,
            100.0 * clipped.max_by(worst).unwrap_or(0.0),
        );
        found.push((bits, result.accuracy));
    }
    Ok(found)
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}

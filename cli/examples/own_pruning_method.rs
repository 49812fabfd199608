//! A pruning method of one's own, brought to the same budget as the built-in ones.
//!
//!     cargo run --release --example own_pruning_method

use crosscut::prune::schedule::kept;
use crosscut::prune::select::methods::{Entry, Random};
use crosscut::prune::select::units::{recombine, units};
use crosscut::prune::{
    Decision, Grain, LayerContext, LayerOutcome, Method, PruneError, PruneOptions,
};
use crosscut::workload::{self, DIGITS, ImageChoice};
use crosscut::{Copies, Error, PruneChoice, Setting};

/// Every output keeps the row groups whose weights are largest in sum. Weights alone decide; images do not.
struct LargestWeights;

impl Method for LargestWeights {
    fn name(&self) -> String {
        "largest-weights".to_string()
    }

    fn decide(&self, at: &LayerContext<'_>, ratio: f64) -> Result<Decision, PruneError> {
        let units = units(at.layer, at.arch, Grain::Column, 1);
        // Rows of a channel group, counted from 0.
        let columns = at.matrix.weights.ncols();
        let masks: Vec<Vec<bool>> = units
            .iter()
            .map(|unit| {
                let q = unit.outputs[0];
                let sum = |group: &usize| -> f64 {
                    let rows = at.layer.row_groups[*group].rows.iter();
                    rows.map(|r| at.matrix.weights[[q, r % columns]].abs())
                        .sum()
                };
                let sums: Vec<f64> = unit.groups.iter().map(sum).collect();
                let mut ranks: Vec<usize> = (0..sums.len()).collect();
                ranks.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]));
                let mut mask = vec![false; sums.len()];
                for &best in &ranks[..kept(sums.len(), ratio)] {
                    mask[best] = true;
                }
                mask
            })
            .collect();
        if masks.iter().flatten().all(|keep| *keep) {
            return Ok(Decision::keep(at.layer, LayerOutcome::KeptRatioTooSmall));
        }
        Ok(Decision::prune(recombine(at.layer, &units, &masks)))
    }
}

/// Half of the crossbars, by our method and by chance: name, crossbars and accuracy of each.
pub fn run() -> Result<Vec<(String, u64, f64)>, Error> {
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
    let job = dense.prune_job(PruneChoice::default())?;

    let own = |_: &_| Entry::new(LargestWeights, PruneOptions::default());
    let random = |_: &_| Entry::new(Random, PruneOptions::default());
    let mut found = Vec::new();
    for (name, method) in [
        ("largest-weights", &own as &dyn Fn(&_) -> Entry),
        ("random", &random),
    ] {
        let (pruned, _) = job.bring_to(0.5, method)?;
        let after = dense.with_network(pruned.network, pruned.mapping);
        let crossbars = after.mapping.totals().total();
        let accuracy = after.values()?.result.accuracy;
        println!(
            "{name:16} {crossbars:4} crossbars, {:.0} % right",
            100.0 * accuracy
        );
        found.push((name.to_string(), crossbars, accuracy));
    }
    Ok(found)
}

#[allow(dead_code)] // A test runs `run`.
fn main() -> Result<(), Error> {
    run().map(|_| ())
}

//! Prunes the embedded network at several ratios and prints accuracy, crossbars and time.

use crosscut_prune::{Grain, PruneOptions, Solver, options::Budget, prune, solve::lgd::Lgd};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::{DataSet, Network, embedded, exec};

fn accuracy(net: &Network, data: &DataSet) -> f64 {
    let right = data.images.iter().zip(&data.labels).filter(|(x, l)| {
        let y = exec::float::run(net, x).expect("the images fit");
        exec::top1(&y) == usize::from(**l)
    });
    right.count() as f64 / data.labels.len() as f64
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arch = crosscut_arch::load("reram-64", &[])?;
    let net = embedded::digits_network();
    let train = embedded::digits_train();
    let test = embedded::digits_heldout();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default())?;
    println!(
        "dense: accuracy {:.4}, {} compute crossbars",
        accuracy(&net, &test),
        mapping.totals().compute
    );
    let base = PruneOptions::default();
    let mut cases = Vec::new();
    for ratio in [0.3, 0.5, 0.7, 0.8] {
        let b = PruneOptions {
            ratio,
            ..base.clone()
        };
        cases.push((
            "greedy, no refit",
            PruneOptions {
                refit: false,
                ..b.clone()
            },
        ));
        cases.push(("greedy", b.clone()));
        cases.push((
            "greedy, fill",
            PruneOptions {
                fill: true,
                ..b.clone()
            },
        ));
        cases.push((
            "greedy, layer budget",
            PruneOptions {
                budget: Budget::PerLayer,
                ..b.clone()
            },
        ));
        cases.push((
            "lgd",
            PruneOptions {
                solver: Solver::Lgd(Lgd::default()),
                ..b.clone()
            },
        ));
        cases.push((
            "crossbar grain",
            PruneOptions {
                grain: Grain::Crossbar,
                ..b.clone()
            },
        ));
        for ridge in [1e-4, 1e-3, 1e-1, 1.0] {
            cases.push(("ridge", PruneOptions { ridge, ..b.clone() }));
        }
        cases.push((
            "images 1000",
            PruneOptions {
                images: 1000,
                ..b.clone()
            },
        ));
    }
    for (name, options) in cases {
        let start = std::time::Instant::now();
        let p = prune(
            &net,
            &mapping,
            &arch,
            &train.images,
            &options,
            &mut |_, _, _| {},
        )?;
        let took = start.elapsed().as_secs_f64();
        println!(
            "{:.1} {name} (ridge {}): accuracy {:.4}, {} compute, {took:.2} s",
            options.ratio,
            options.ridge,
            accuracy(&p.network, &test),
            p.mapping.totals().compute
        );
        if options.ratio == 0.5 && (name == "greedy" || name == "lgd") {
            for l in &p.provenance.layers {
                println!(
                    "   {} {} I {} kept {}/{} residual {:?} -> {:?} rejected {} crossbars {} -> {}",
                    l.layer,
                    l.outcome,
                    l.row_groups,
                    l.pairs_kept,
                    l.pairs_before,
                    l.residual_masked,
                    l.residual_refitted,
                    l.refits_rejected,
                    l.compute_before,
                    l.compute_after
                );
            }
        }
    }
    Ok(())
}

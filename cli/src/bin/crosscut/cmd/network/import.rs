//! `crosscut network import`: a network trained elsewhere comes back with its masks.

use crate::args::{ImportArgs, NetworkArgs};
use crate::cmd::train::read_masks;
use crate::output;
use crate::setup;
use crate::table::Grid;
use anyhow::{bail, ensure};
use crosscut_report::ImportReport;
use crosscut_report::format::count;
use crosscut_sim::map::SavedMapping;
use crosscut_sim::place::place;
use crosscut_traces::export::onnx;
use crosscut_traces::import::safetensors;
use std::collections::BTreeMap;

/// Checks and writes the network.
pub fn run(args: &ImportArgs) -> anyhow::Result<()> {
    // As `prune` maps it: copies are for runs.
    let setting = setup::setting(&args.machine, &source(args)?, &args.map, &args.global)?;
    let setting = setting.copies(crosscut::Copies::One);
    let mut net = setting.net.clone();
    let masks = args.masks.as_deref().map(|path| read_masks(path, &net));
    let masks = masks.transpose()?;
    let mut zeroed = BTreeMap::new();
    if let Some(masks) = &masks {
        (net, zeroed) = masks.apply(&net)?;
        let total: u64 = zeroed.values().sum();
        if let Some((layer, n)) = zeroed.iter().next() {
            ensure!(
                args.apply_masks,
                "{} weights that the masks do not keep are not zero, {} of them in layer `{layer}`; train with the masks held, or set them to zero with --apply-masks",
                count(total),
                count(*n)
            );
        }
    }
    let mut experiment = setup::map(setting)?;
    if let Some(masks) = &masks {
        let (arch, mapping) = (&experiment.arch, &experiment.mapping);
        let method = mapping.placement.method;
        let mapping = place(&net, arch, masks.restrict(&net, mapping, arch)?, method);
        let mapping = mapping.map_err(crosscut::Error::from)?;
        experiment = experiment.with_network(net, mapping);
    }
    let net = &experiment.net;
    output::prepare_folder(&args.out)?;
    let weights = safetensors::save(net)?;
    let mut files = output::Set::new(&args.out);
    files.add("network.onnx", onnx::save(net)?)?;
    files.add("weights.safetensors", &weights)?;
    let saved = SavedMapping::of(net, &experiment.arch, &experiment.mapping);
    files.add("mapping.json", output::to_json(&saved)?)?;
    files.commit()?;
    let (arch, mapping) = (&experiment.arch, &experiment.mapping);
    let report = ImportReport::new(net, arch, mapping, masks.as_ref(), &zeroed);
    if args.global.json {
        return output::json(&report);
    }
    let place = args.out.display();
    output::text(&format!(
        "{}\n\nwritten to {place}: network.onnx, weights.safetensors, mapping.json",
        text(&report)
    ))
}

/// Where network and weights are.
fn source(args: &ImportArgs) -> anyhow::Result<NetworkArgs> {
    let extension = args.file.extension().map(|e| e.to_ascii_lowercase());
    let extension = extension.map_or(String::new(), |e| e.to_string_lossy().into_owned());
    let file = args.file.display();
    match (extension.as_str(), &args.network) {
        ("onnx", None) => Ok(NetworkArgs {
            network: file.to_string(),
            weights: None,
            limits: args.limits,
        }),
        ("onnx", Some(_)) => {
            bail!("`{file}` holds a network of its own; --network cannot be combined with it")
        }
        ("safetensors", Some(network)) => Ok(NetworkArgs {
            network: network.clone(),
            weights: Some(args.file.clone()),
            limits: args.limits,
        }),
        ("safetensors", None) => {
            bail!("`{file}` holds weights only; say with --network which network they belong to")
        }
        _ => bail!("`{file}` must end in .onnx or .safetensors"),
    }
}

fn text(report: &ImportReport) -> String {
    let mut grid = Grid::new(
        2,
        &[
            "layer",
            "weight",
            "weights",
            "kept",
            "set to zero",
            "crossbars",
        ],
    );
    for l in &report.layers {
        let shape: Vec<String> = l.shape.iter().map(ToString::to_string).collect();
        grid.row([
            l.name.clone(),
            shape.join("x"),
            count(l.weights),
            count(l.kept),
            count(l.zeroed),
            count(l.crossbars),
        ]);
    }
    let masks = if report.masked {
        "masks fit"
    } else {
        "no masks"
    };
    format!(
        "{} imported for {}, {masks}, digest {}\n{}",
        report.network,
        report.machine,
        report.digest,
        grid.text()
    )
}

//! `crosscut network import`: a network trained elsewhere comes back with its masks.

use crate::args::{ImportArgs, NetworkArgs};
use crate::cmd::train::read_masks;
use crate::output;
use crate::setup;
use crate::table::Grid;
use anyhow::{bail, ensure};
use crosscut::Experiment;
use crosscut_prune::Masks;
use crosscut_report::format::count;
use crosscut_sim::map::SavedMapping;
use crosscut_sim::place::place;
use crosscut_traces::export::onnx;
use crosscut_traces::import::safetensors;
use crosscut_traces::{Network, Op};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Checks and writes the network.
pub fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let setting = setup::setting(&args.machine, &source(args)?, &args.map, &args.global)?;
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
    let record = record(&experiment, masks.as_ref(), &zeroed);
    if args.global.json {
        return output::json(&record);
    }
    let place = args.out.display();
    output::text(&format!(
        "{}\n\nwritten to {place}: network.onnx, weights.safetensors, mapping.json",
        text(net, &record)
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

fn record(experiment: &Experiment, masks: Option<&Masks>, zeroed: &BTreeMap<String, u64>) -> Value {
    let (net, mapping) = (&experiment.net, &experiment.mapping);
    let layers = mapping.layers.iter().map(|map| {
        let shape = match &net.layer(map.layer).op {
            Op::Conv(c) => c.weight.shape(),
            Op::Gemm(g) => g.weight.shape(),
            _ => &[],
        };
        let weights: usize = shape.iter().product();
        let mask = masks.and_then(|m| m.layer(&map.name));
        let kept = mask.map_or(weights, |m| m.keep.iter().filter(|k| **k).count());
        json!({
            "name": map.name, "shape": shape, "weights": weights, "kept": kept,
            "zeroed": zeroed.get(&map.name).copied().unwrap_or(0), "crossbars": map.roles.total(),
        })
    });
    json!({
        "network": net.name,
        "digest": net.digest(),
        "machine": experiment.arch.name,
        "masked": masks.is_some(),
        "layers": layers.collect::<Vec<_>>(),
    })
}

fn text(net: &Network, record: &Value) -> String {
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
    let number = |v: &Value| count(v.as_u64().unwrap_or(0));
    for l in record["layers"].as_array().into_iter().flatten() {
        let shape = l["shape"].as_array().into_iter().flatten();
        let shape: Vec<String> = shape.map(ToString::to_string).collect();
        grid.row([
            l["name"].as_str().unwrap_or_default().to_string(),
            shape.join("x"),
            number(&l["weights"]),
            number(&l["kept"]),
            number(&l["zeroed"]),
            number(&l["crossbars"]),
        ]);
    }
    let masks = if record["masked"] == true {
        "masks fit"
    } else {
        "no masks"
    };
    format!(
        "{} imported for {}, {masks}, digest {}\n{}",
        net.name,
        record["machine"].as_str().unwrap_or_default(),
        record["digest"].as_str().unwrap_or_default(),
        grid.text()
    )
}

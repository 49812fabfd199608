//! `crosscut network`.

mod import;

use super::Outcome;
use crate::args::NetworkVerb;
use crate::output;
use crate::setup;
use crate::table::Grid;
use crosscut::workload::{self, DIGITS, DIGITS_TEXT};
use crosscut_report::format::count;
use crosscut_traces::{Network, fold, zoo};
use serde_json::json;

/// Lists and shows networks.
pub fn run(verb: &NetworkVerb) -> anyhow::Result<Outcome> {
    match verb {
        NetworkVerb::List { json } => list(*json)?,
        NetworkVerb::Import(args) => import::run(args)?,
        NetworkVerb::Show {
            network,
            limits,
            seed,
            json,
        } => {
            let net = workload::declared(network, *seed, &limits.limits(), &mut setup::warn)?;
            show(&fold(&net), *json)?;
        }
    }
    Ok(Outcome::Done)
}

fn list(json: bool) -> anyhow::Result<()> {
    let names: Vec<(&str, &str, bool)> = std::iter::once((DIGITS, DIGITS_TEXT, true))
        .chain(zoo::names().map(|(name, text)| (name, text, false)))
        .collect();
    if json {
        let rows: Vec<_> = names
            .iter()
            .map(|(name, text, trained)| json!({ "name": name, "description": text, "trained": trained }))
            .collect();
        return output::json(&rows);
    }
    let mut grid = Grid::new(3, &["network", "weights", "description"]);
    for (name, text, trained) in names {
        let weights = if trained { "trained" } else { "generated" };
        grid.row([name.to_string(), weights.to_string(), text.to_string()]);
    }
    output::text(&(grid.text() + "\n\nAnything with an extension is taken as an ONNX file."))
}

fn show(net: &Network, json: bool) -> anyhow::Result<()> {
    let total = net.total_stats();
    if json {
        let layers: Vec<_> = net
            .layers()
            .map(|(id, l)| {
                let (s, inputs) = (net.stats(id), net.inputs(id));
                let inputs: Vec<&str> =
                    inputs.iter().map(|&i| net.layer(i).name.as_str()).collect();
                json!({
                    "name": l.name, "op": l.op.name(), "inputs": inputs,
                    "shape": [l.shape.c, l.shape.h, l.shape.w],
                    "macs": s.macs, "parameters": s.parameters,
                })
            })
            .collect();
        return output::json(&json!({
            "name": net.name, "digest": net.digest(), "macs": total.macs, "parameters": total.parameters,
            "layers": layers,
        }));
    }
    let mut grid = Grid::new(3, &["layer", "op", "output", "MAC", "parameters"]);
    for (id, l) in net.layers() {
        let s = net.stats(id);
        grid.row([
            l.name.clone(),
            l.op.name().to_string(),
            l.shape.to_string(),
            count(s.macs),
            count(s.parameters),
        ]);
    }
    let (macs, parameters) = (count(total.macs), count(total.parameters));
    output::text(&format!(
        "{}: {macs} MAC, {parameters} parameters, digest {}\n{}",
        net.name,
        net.digest(),
        grid.text()
    ))
}

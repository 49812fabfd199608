//! No free lunch: every numeric key of every preset is doubled and halved. What gets better must be paid for.
//!
//! The table below says for every key of the schema who pays. A key that makes a run faster, smaller or less hungry must
//! move one of its prices the right way, or the machine must say that nobody pays (`unpriced`).

use crosscut_arch::{Arch, Timing, load, preset_text, presets, schema_json};
use crosscut_report::{About, MapReport, Observed, RunReport};
use crosscut_sim::cycle::{CycleResult, Plan, Silent};
use crosscut_sim::estimate;
use crosscut_sim::graph::DataflowGraph;
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::net::Builder;
use crosscut_traces::{Network, Shape};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a key means.
#[derive(Clone, Copy)]
enum Meaning {
    /// It buys something; one of these rises with it.
    Buys(&'static [&'static str]),
    /// It is a time or a cost itself: these rise with it, or nothing moves.
    IsPrice(&'static [&'static str]),
    /// It is in the other direction: these fall as it rises, or nothing moves.
    Falls(&'static [&'static str]),
    /// It decides values and accuracy; no time and no cost of a run moves.
    Values,
    /// It moves figures in ways that have no one direction, for the reason given.
    Moves(&'static str),
}
use Meaning::*;

const KEYS: &[(&str, Meaning)] = &[
    ("technology", IsPrice(&["energy", "area"])),
    ("clock", Buys(&[])),
    (
        "format.weight_bits",
        IsPrice(&["crossbars", "energy", "area"]),
    ),
    (
        "format.input_bits",
        IsPrice(&["interval", "latency", "energy"]),
    ),
    (
        "device.*.cell_bits",
        Buys(&["crossbar-cells.energy", "crossbar.area"]),
    ),
    (
        "device.*.on",
        Moves("a conductance may be written as a resistance"),
    ),
    (
        "device.*.off",
        Moves("a conductance may be written as a resistance"),
    ),
    ("device.*.read_voltage", IsPrice(&["crossbar-cells.energy"])),
    ("device.*.cell_f2", IsPrice(&["crossbar.area"])),
    ("device.*.write.*", Values),
    ("device.*.programming.*", Values),
    ("device.*.read_noise.*", Values),
    ("device.*.drift.*", Values),
    ("device.*.stuck_lrs", Values),
    ("device.*.stuck_hrs", Values),
    (
        "crossbar.rows",
        Buys(&["crossbar.area", "dac.count", "read.energy"]),
    ),
    (
        "crossbar.columns",
        Buys(&["crossbar.area", "sample-hold.count", "read.energy"]),
    ),
    ("crossbar.read", IsPrice(&["cycle", "read.energy"])),
    ("crossbar.pulse", IsPrice(&["crossbar-cells.energy"])),
    ("crossbar.active_rows", Buys(&[])),
    ("crossbar.wires.*", Values),
    ("dac.bits", Buys(&["dac.energy", "dac.area", "read.energy"])),
    (
        "adc.*.bits",
        IsPrice(&["adc.energy", "adc.area", "cycle", "read.energy"]),
    ),
    ("adc.*.rate", Buys(&["adc.energy", "adc.area"])),
    ("adc.*.clock", Buys(&[])),
    (
        "adc.*.conversions_per_output",
        IsPrice(&["cycle", "energy", "interval"]),
    ),
    ("adc.*.percentile", Values),
    ("adc.*.lowest", Values),
    ("adc.*.step", Values),
    ("adc.*.errors.*", Values),
    ("pe.crossbars", Buys(&["crossbar.count", "pe-control.area"])),
    ("pe.adcs", Buys(&["adc.count", "crossbar.area"])),
    (
        "tile.pes",
        Buys(&[
            "bus.area",
            "bus.energy",
            "tile-control.area",
            "tile-register.area",
        ]),
    ),
    (
        "dram.bandwidth",
        Moves("the memory outside is not the machine's own: its links are stated, not priced"),
    ),
    (
        "dram.capacity",
        Moves("it decides the batch of networks that are reloaded in groups"),
    ),
    ("tile.buffer", Buys(&["buffer.area", "buffer.energy"])),
    ("tile.buffer_banks", Buys(&["buffer.area"])),
    ("tile.bank_bytes_per_tick", Buys(&["buffer.area"])),
    ("tile.bus_bytes_per_tick", Buys(&["bus.area"])),
    (
        "tile.digital_values_per_tick",
        Buys(&[
            "activation.area",
            "pool.area",
            "tile-shift-add.area",
            "pe-control.area",
        ]),
    ),
    ("chip.tiles_x", Buys(&["chip-area"])),
    ("chip.tiles_y", Buys(&["chip-area"])),
    ("chip.tiles", Buys(&["chip-area"])),
    ("system.chips", Values),
    ("system.link_hop_ticks", IsPrice(&["latency", "interval"])),
    ("system.link_flit_ticks", IsPrice(&["latency", "interval"])),
    ("noc.*.flit_bits", Buys(&["router.area", "router.energy"])),
    ("noc.*.hop_ticks", IsPrice(&["latency", "interval"])),
    ("noc.*.flit_ticks", IsPrice(&["latency", "interval"])),
    (
        "noc.*.tiles_per_router",
        Buys(&["router.area", "router.energy"]),
    ),
    (
        "noc.*.queue_packets",
        Buys(&["router.area", "router.energy"]),
    ),
    (
        "noc.*.radix",
        Moves("routes and routers change with the tree"),
    ),
    (
        "timing.phased.phase_ticks",
        IsPrice(&["latency", "interval", "cycle"]),
    ),
    ("timing.phased.packets_per_phase", Buys(&[])),
    (
        "timing.integrated.phases",
        Moves("two trains are shorter than one and are converted longer"),
    ),
    ("timing.*", IsPrice(&["latency", "interval", "cycle"])),
    (
        "mapping.layer.*",
        Moves("choices for layers of one network"),
    ),
    ("activity.codes", Values),
    ("activity.*", IsPrice(&["crossbar-cells.energy"])),
    ("basis.cycle", IsPrice(&["energy"])),
    (
        "cost.*.count",
        IsPrice(&["area", "energy", "chip-area", "static"]),
    ),
    (
        "cost.*.group",
        Falls(&["area", "energy", "chip-area", "static"]),
    ),
    ("cost.*.full_rate", Falls(&["energy"])),
    (
        "cost.*.peak_rate",
        Moves("peak power alone, or the time a gated part is on"),
    ),
    (
        "cost.*.published_at.*",
        Moves("where figures hold, not the machine"),
    ),
    // At the assumed activity nothing moves; measured activity does.
    ("cost.*.by_code", Values),
    (
        "cost.*.static_share",
        Moves("it cuts a published power in two, whose sum at full activity stays"),
    ),
    ("cost.*.length", IsPrice(&["energy", "bus.energy"])),
    (
        "cost.*",
        IsPrice(&["energy", "area", "chip-area", "static"]),
    ),
];

/// The first entry whose pattern covers a key; `*` stands for one word, at the end for any number.
fn meaning(key: &str) -> Option<(&'static str, Meaning)> {
    let words: Vec<&str> = key.split('.').collect();
    let covers = |pattern: &str| {
        let wanted: Vec<&str> = pattern.split('.').collect();
        let open = wanted.last() == Some(&"*");
        let fits = words.len() == wanted.len() || (open && words.len() > wanted.len());
        fits && wanted.iter().zip(&words).all(|(w, k)| w == k || *w == "*")
    };
    KEYS.iter().find(|(pattern, _)| covers(pattern)).copied()
}

/// Everything that may be better or worse.
#[derive(Debug, Clone, Default, PartialEq)]
struct Seen {
    figures: BTreeMap<String, f64>,
    unpriced: Vec<String>,
}

/// What a user looks at: less of each is better.
const HEADLINE: [&str; 5] = ["latency", "interval", "energy", "area", "crossbars"];

fn network() -> Network {
    let (mut b, x) = Builder::new("small", Shape::new(3, 12, 12), 0);
    let x = b.conv("conv", x, 24, 3, 1, 1);
    let x = b.relu(x);
    let x = b.max_pool("pool", x, 2, 2, 0);
    b.gemm("fc", x, 10);
    b.finish()
}

/// The network on a machine: its mapping, and its run where times are modelled.
struct Ran {
    map: MapReport,
    timed: Option<(Plan, CycleResult)>,
}

impl Ran {
    /// None where the machine cannot hold the network.
    fn of(arch: &Arch, net: &Network, about: &About) -> Option<Ran> {
        let mapping = Mapping::build(net, arch, &MapOptions::default()).ok()?;
        let about = About {
            machine: arch.clone(),
            ..about.clone()
        };
        let map = MapReport::new(about, net, arch, &mapping).ok()?;
        let timed = match arch.timing {
            Timing::None { .. } => None,
            _ => {
                let graph = DataflowGraph::build(net, arch, &mapping).ok()?;
                let plan = Plan::new(&graph, arch, &mapping).ok()?;
                let result = estimate::run(&plan, &mut Silent, &mut Silent).ok()?;
                Some((plan, result))
            }
        };
        Some(Ran { map, timed })
    }

    /// Its figures by the costs of `arch`, which may differ from those it ran with; nothing else may.
    fn seen(&self, arch: &Arch) -> Seen {
        let mut seen = Seen {
            unpriced: arch.unpriced.clone(),
            ..Seen::default()
        };
        let mut put = |name: &str, value: f64| {
            seen.figures.insert(name.to_string(), value);
        };
        put("crossbars", self.map.totals.total as f64);
        put(
            "chip-area",
            Some(crosscut_arch::check(arch).area_mm2)
                .filter(|a| a.is_finite())
                .unwrap_or(0.0),
        );
        put("cycle", arch.cycle_ns());
        put("read.energy", arch.full_read_pj());
        put("static", seen_static(arch));
        for p in &arch.parts {
            let name = p.kind.name();
            put(&format!("{name}.area"), p.area_um2);
            put(&format!("{name}.energy"), p.energy_pj);
            put(&format!("{name}.count"), p.count as f64);
        }
        if let Some((plan, result)) = &self.timed {
            let mut map = self.map.clone();
            map.about.machine = arch.clone();
            let r = RunReport::new(&map, arch, result, &Observed::nothing(plan));
            assert!(r.passed(), "{}: {:?}", arch.name, r.checks);
            assert_eq!(r.unpriced, arch.unpriced, "the report says so, too");
            put("latency", r.latency_ns);
            put("interval", r.interval_ns);
            put("energy", r.energy_pj.unwrap_or(0.0));
            put("area", r.area_mm2.unwrap_or(0.0));
        }
        seen
    }
}

fn seen_static(arch: &Arch) -> f64 {
    let of = |p: &crosscut_arch::Part| p.count as f64 * p.static_power_mw;
    arch.parts.iter().map(of).sum()
}

/// The merged text of a preset.
fn text(name: &str) -> toml::Table {
    let own: toml::Table = preset_text(name).expect("a preset").parse().expect("TOML");
    let mut all = match own.get("extends") {
        Some(parent) => text(parent.as_str().expect("a name")),
        None => toml::Table::new(),
    };
    lay(&mut all, own, "");
    all
}

fn lay(lower: &mut toml::Table, upper: toml::Table, path: &str) {
    // A table of alternatives holds one kind.
    if ["device", "adc", "noc", "timing"].contains(&path) {
        let kind = upper.keys().next().cloned().unwrap_or_default();
        lower.retain(|k, _| *k == kind);
    }
    for (key, value) in upper {
        let inner = format!("{path}{}{key}", if path.is_empty() { "" } else { "." });
        match (lower.get_mut(&key), value) {
            (Some(toml::Value::Table(a)), toml::Value::Table(b)) => {
                if path == "cost" {
                    drop_other_ways(a, &b);
                }
                lay(a, b, &inner);
            }
            (_, value) => drop(lower.insert(key, value)),
        }
    }
}

/// A cost states its energy in one way; a law or another part gives the other figures as well.
fn drop_other_ways(lower: &mut toml::Table, upper: &toml::Table) {
    const WAYS: [&str; 4] = ["energy", "full_power", "law", "within"];
    if !WAYS.iter().any(|way| upper.contains_key(*way)) {
        return;
    }
    let law = upper.contains_key("law") || upper.contains_key("within");
    let gone = |key: &str| WAYS.contains(&key) || (law && ["area", "static_power"].contains(&key));
    lower.retain(|key, _| !gone(key));
}

/// Numeric leaves: their text as it stands, doubled and halved.
fn numbers(table: &toml::Table, path: &str, found: &mut Vec<(String, [String; 3])>) {
    for (key, value) in table {
        let key = format!("{path}{key}");
        match value {
            toml::Value::Table(t) => numbers(t, &format!("{key}."), found),
            toml::Value::Integer(n) => found.push((key, [*n, 2 * n, n / 2].map(|n| n.to_string()))),
            toml::Value::Float(x) => {
                found.push((key, [*x, 2.0 * x, x / 2.0].map(|x| format!("{x:?}"))));
            }
            toml::Value::String(s) => {
                let cut = s.find(' ').unwrap_or(0);
                if let Ok(x) = s[..cut].parse::<f64>() {
                    let unit = &s[cut..];
                    found.push((key, [x, 2.0 * x, x / 2.0].map(|x| format!("{x}{unit}"))));
                }
            }
            _ => {}
        }
    }
}

/// What is wrong with a change of one key, if anything is.
fn judge(key: &str, raised: bool, before: &Seen, after: &Seen) -> Result<(), String> {
    let (_, meaning) = meaning(key).ok_or("no entry in the table of this test")?;
    let get = |seen: &Seen, name: &str| seen.figures.get(name).copied().unwrap_or(0.0);
    let moved = |name: &str| {
        let (a, b) = (get(before, name), get(after, name));
        if (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) {
            0
        } else if b > a {
            1
        } else {
            -1
        }
    };
    let better: Vec<&str> = HEADLINE
        .into_iter()
        .filter(|name| moved(name) < 0)
        .collect();
    let any = before
        .figures
        .keys()
        .chain(after.figures.keys())
        .any(|name| moved(name) != 0);
    let said = after.unpriced.len() > before.unpriced.len();
    let up = if raised { 1 } else { -1 };
    let some = |names: &[&str], sign: i32| names.iter().any(|n| moved(n) == sign);
    match meaning {
        Moves("") => Err("no reason is given".to_owned()),
        Moves(_) => Ok(()),
        Values if any => Err("a key of values moves times or costs".to_owned()),
        Values => Ok(()),
        // Less of it may be worse everywhere; nothing is bought.
        Buys(_) if better.is_empty() || said => Ok(()),
        Buys(pays) if raised && some(pays, 1) => Ok(()),
        // Less is bought for less; faster with less is paid for in crossbars.
        Buys(_) if !raised && better.iter().all(|b| ["energy", "area"].contains(b)) => Ok(()),
        Buys(_) if !raised && some(&["crossbars"], 1) => Ok(()),
        Buys(pays) => Err(format!("{better:?} better, and none of {pays:?} pays")),
        IsPrice(of) if some(of, up) || said => Ok(()),
        Falls(of) if some(of, -up) || said => Ok(()),
        _ if better.is_empty() => Ok(()),
        IsPrice(of) | Falls(of) => Err(format!("{better:?} better, {of:?} not as they should")),
    }
}

#[test]
fn whatever_gets_better_is_paid_for() {
    let net = network();
    let extra: &[(&str, &[&str])] = &[
        (
            "isaac-8b",
            &["tile.buffer_banks=4", "tile.bank_bytes_per_tick=32.0"],
        ),
        ("isaac-8b", &["noc.torus.queue_packets=4"]),
        (
            "isaac-8b",
            &["adc.flash.rate=1.28 GS/s", "cost.adc.law=adc-kind"],
        ),
        ("isaac-8b", &["crossbar.pulse=20 ns", "activity.inputs=0.4"]),
    ];
    let plain = presets().iter().map(|p| (p.name, &[] as &[&str]));
    let machines: Vec<_> = plain.chain(extra.iter().copied()).collect();
    let judged: Vec<(BTreeSet<&str>, Vec<String>)> = machines
        .par_iter()
        .map(|(name, set)| of_machine(name, set, &net))
        .collect();
    let faults: Vec<&String> = judged.iter().flat_map(|j| &j.1).collect();
    assert!(faults.is_empty(), "{} faults:\n{faults:#?}", faults.len());
    // Every entry that speaks of costs or times has been tried somewhere.
    let tried: BTreeSet<&str> = judged.iter().flat_map(|j| j.0.iter().copied()).collect();
    for (pattern, meaning) in KEYS {
        let optional = matches!(meaning, Values | Moves(_)) || NEVER_GIVEN.contains(pattern);
        assert!(
            optional || tried.contains(pattern),
            "no preset has `{pattern}`"
        );
    }
}

/// Keys that no preset gives.
const NEVER_GIVEN: [&str; 6] = [
    "device.*.write.*",
    "adc.*.clock",
    "adc.*.conversions_per_output",
    "system.link_hop_ticks",
    "system.link_flit_ticks",
    "cost.*.length",
];

fn of_machine(name: &str, set: &[&str], net: &Network) -> (BTreeSet<&'static str>, Vec<String>) {
    let with = |key: Option<String>| {
        let all: Vec<String> = set.iter().map(|s| s.to_string()).chain(key).collect();
        load(name, &all)
    };
    let arch = with(None).unwrap_or_else(|e| panic!("{e}"));
    let (mut tried, mut faults) = (BTreeSet::new(), Vec::new());
    let about = About::new(net, &arch, 0);
    let Some(ran) = Ran::of(&arch, net, &about) else {
        return (tried, vec![format!("{name} does not hold the network")]);
    };
    let before = ran.seen(&arch);
    let mut keys = Vec::new();
    numbers(&text(name), "", &mut keys);
    for given in set {
        let (key, value) = given.split_once('=').expect("KEY=VALUE");
        let line = format!("{key} = {value}");
        let quoted = format!("{key} = {value:?}");
        let table = line.parse::<toml::Table>().or(quoted.parse());
        numbers(&table.expect("TOML"), "", &mut keys);
    }
    // Of a machine without costs nothing is known to be cheap.
    if arch.parts.is_empty() {
        return (tried, faults);
    }
    for (key, [same, double, half]) in keys {
        let found = meaning(&key);
        tried.extend(found.map(|(pattern, _)| pattern));
        if matches!(found, Some((_, Moves(why))) if !why.is_empty()) {
            continue;
        }
        // A cost changes no time and no count: only the bill is made out anew.
        let is_cost = key.starts_with("cost.");
        let look = |arch: &Arch| match is_cost {
            true => Some(ran.seen(arch)),
            false => Some(Ran::of(arch, net, &about)?.seen(arch)),
        };
        // A figure given anew is one of this machine, so it is compared with the same figure given anew.
        let anew = || look(&with(Some(format!("{key}={same}"))).ok()?);
        let stated = is_cost.then(anew).flatten();
        let before = stated.as_ref().unwrap_or(&before);
        for (value, raised) in [(double, true), (half, false)] {
            // What is refused is no lunch.
            let Ok(changed) = with(Some(format!("{key}={value}"))) else {
                continue;
            };
            let Some(after) = look(&changed) else {
                continue;
            };
            if let Err(fault) = judge(&key, raised, before, &after) {
                faults.push(format!("{name} {set:?} {key}={value}: {fault}"));
            }
        }
    }
    (tried, faults)
}

/// Every key of the schema that holds a number has an entry in the table.
#[test]
fn every_key_of_the_schema_has_a_meaning() {
    let schema = schema_json();
    let mut keys = BTreeSet::new();
    leaves(&schema, &schema, String::new(), 0, &mut keys);
    assert!(keys.len() > 100, "{}", keys.len());
    let unknown: Vec<&String> = keys.iter().filter(|k| meaning(k).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Dotted keys whose values are numbers, or texts with a unit.
fn leaves(
    node: &serde_json::Value,
    root: &serde_json::Value,
    path: String,
    depth: usize,
    keys: &mut BTreeSet<String>,
) {
    if depth > 24 {
        return;
    }
    if let Some(name) = node.get("$ref").and_then(|r| r.as_str()) {
        let pointer = name.trim_start_matches('#');
        let target = root.pointer(pointer).expect("a definition");
        return leaves(target, root, path, depth + 1, keys);
    }
    for many in ["anyOf", "oneOf", "allOf"] {
        for one in node
            .get(many)
            .and_then(|m| m.as_array())
            .into_iter()
            .flatten()
        {
            leaves(one, root, path.clone(), depth + 1, keys);
        }
    }
    let kinds = node
        .get("type")
        .map(ToString::to_string)
        .unwrap_or_default();
    let quantity = kinds.contains("string") && node.get("pattern").is_some();
    if kinds.contains("integer") || kinds.contains("number") || quantity {
        keys.insert(path.clone());
    }
    let properties = node.get("properties").and_then(|p| p.as_object());
    for (key, inner) in properties.into_iter().flatten() {
        let dot = if path.is_empty() { "" } else { "." };
        leaves(inner, root, format!("{path}{dot}{key}"), depth + 1, keys);
    }
}

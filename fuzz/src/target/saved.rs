//! Files that the program wrote itself: mappings, limits, masks, reports, checkpoints.

use super::network::small;
use crate::reader::{Target, text};
use crosscut::arch::{self, Arch};
use crosscut::prune::masks::file;
use crosscut::prune::train::{Session, TrainOptions};
use crosscut::prune::{LayerMask, Masks};
use crosscut::report::{Report, plot};
use crosscut::sim::func::run::limits::SavedLimits;
use crosscut::sim::map::SavedMapping;
use crosscut::traces::data::DataSet;
use crosscut::traces::{Network, Tensor};
use crosscut::{Experiment, Setting};
use std::cell::RefCell;

fn machine() -> Arch {
    arch::load("reram-64", &[]).expect("a preset")
}

fn experiment() -> Experiment {
    Setting::new(machine(), small()).map().expect("it maps")
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("it can be written")
}

/// A mapping; an accepted one is timed.
pub fn mapping() -> Target {
    let e = experiment();
    let whole = SavedMapping::of(&e.net, &e.arch, &e.mapping);
    let mut listed: serde_json::Value = serde_json::to_value(&whole).expect("JSON");
    for layer in listed["layers"].as_array_mut().into_iter().flatten() {
        for group in layer["row_groups"].as_array_mut().into_iter().flatten() {
            group["rows"] = serde_json::json!([0, 2, 3]);
            group["outputs"] = serde_json::json!([1, 0]);
        }
    }
    Target {
        name: "mapping",
        corpus: vec![json(&whole), json(&listed)],
        words: &[
            "\"row_groups\":[]",
            "\"rows\":[]",
            "\"outputs\":[]",
            "{\"start\":0,\"end\":4294967295}",
            "\"unroll\":",
            "\"replicas\":[0,1]",
            "\"packing\":",
            "null",
            "[",
            "]",
            "{",
            "}",
            ",",
        ],
        protobuf: false,
        read: Box::new(|bytes| {
            let Some(saved) = text(bytes).and_then(|t| SavedMapping::read(t).ok()) else {
                return false;
            };
            let setting = Setting::new(machine(), small())
                .saved(saved)
                .drop_weights(true);
            let Ok(experiment) = setting.map() else {
                return false;
            };
            let _ = experiment.map_report();
            if let Ok(report) = experiment.time() {
                let failed = report.checks.iter().find(|c| !c.passed);
                assert!(failed.is_none(), "{failed:?}");
            }
            true
        }),
    }
}

/// Limits of converters.
pub fn limits() -> Target {
    let e = experiment();
    let slices = vec![[-10, 20], [0, 63], [0, 63], [-5, 5]];
    let layers = ["conv1", "conv2", "fc"].map(|name| (name.to_string(), slices.clone()));
    let saved = SavedLimits::of(&e.net, &e.arch, layers.into_iter().collect());
    Target {
        name: "limits",
        corpus: vec![json(&saved)],
        words: &[
            "\"kind\":",
            "\"limits\"",
            "\"layers\":",
            "null",
            "[",
            "]",
            "{",
            "}",
            ",",
            "-",
        ],
        protobuf: false,
        read: Box::new(move |bytes| {
            let saved = text(bytes).and_then(|t| SavedLimits::read(t).ok());
            saved.is_some_and(|s| s.check(&e.net, &e.arch).is_ok())
        }),
    }
}

/// Masks of weights.
pub fn masks() -> Target {
    let net = small();
    let all = Masks::of_weights(&net);
    let about = file::About::new(&all, &net, "reram-64");
    let few = Masks::new(vec![(
        "fc".to_string(),
        LayerMask {
            shape: vec![3, 6],
            keep: vec![true; 18],
        },
    )]);
    let corpus = [&all, &few].map(|m| file::save(m, &about).expect("they can be saved"));
    Target {
        name: "masks",
        corpus: corpus.to_vec(),
        words: &[
            "U8",
            "BOOL",
            "F32",
            "shape",
            "data_offsets",
            "conv1.weight",
            "fc.weight",
            "__metadata__",
            "layers",
        ],
        protobuf: false,
        read: Box::new(move |bytes| {
            file::load(bytes).is_ok_and(|(masks, _)| masks.adapt(&net).is_ok())
        }),
    }
}

/// Reports of every kind that can be made of a small network without images; an accepted one is drawn.
pub fn report() -> Target {
    let e = experiment();
    let mapped = e.map_report().expect("a report");
    let timed = e.time().expect("a report");
    Target {
        name: "report",
        corpus: vec![json(&mapped), json(&timed)],
        words: &[
            "\"kind\":\"run\"",
            "\"kind\":\"map\"",
            "null",
            "1e308",
            "-1",
            "[]",
            "{}",
            "\"\"",
            "[",
            "]",
            "{",
            "}",
            ",",
        ],
        protobuf: false,
        read: Box::new(|bytes| {
            let Some(report) = text(bytes).and_then(|t| Report::read(t).ok()) else {
                return false;
            };
            if let Ok(plots) = plot::of_report(&report) {
                let size: usize = plots.iter().flatten().map(|p| p.svg.len()).sum();
                let largest = plots.iter().flatten().max_by_key(|p| p.svg.len());
                let largest = largest.map_or("", |p| p.file);
                assert!(size < 64 << 20, "{size} bytes are drawn, most in {largest}");
            }
            true
        }),
    }
}

/// The log of a sweep; an accepted one becomes a table, a front and pictures.
pub fn sweep() -> Target {
    use crosscut::report::Method;
    use crosscut::report::sweep::{Row, Status, csv};
    let request = crosscut::sweep::Request {
        axes: [
            "crossbar.rows=64,128",
            "crossbar.columns,adc.sar.bits=64:7,128:8",
        ]
        .map(|text| crosscut::sweep::axis::Axis::parse(text).expect("an axis"))
        .to_vec(),
        estimate: true,
        ..Default::default()
    };
    let header = crosscut::sweep::Plan::new(request).expect("a plan").header;
    let row = |index: u64| Row {
        index,
        point: 17 * index,
        method: if index == 2 {
            Method::Cycle
        } else {
            Method::Estimate
        },
        status: if index == 3 {
            Status::Failed
        } else {
            Status::Ok
        },
        error: (index == 3).then(|| "it \"fails\"".to_string()),
        values: (0..header.fields.len())
            .map(|f| (f as f64 + 1.5) * index as f64)
            .collect(),
    };
    let mut whole = serde_json::to_string(&header).expect("JSON") + "\n";
    (0..4).for_each(|i| whole += &row(i).line(&header));
    Target {
        name: "sweep",
        corpus: vec![
            whole.clone().into_bytes(),
            whole.as_bytes()[..whole.len() - 9].to_vec(),
        ],
        words: &[
            "\"index\":",
            "\"point\":",
            "\"levels\":",
            "\"names\":[]",
            "\"shard\":[0,0]",
            "18446744073709551615",
            "1e308",
            "-1e-308",
            "null",
            "\n",
            "[]",
            "{}",
            "[",
            "]",
            ",",
        ],
        protobuf: false,
        read: Box::new(|bytes| {
            let Ok(log) = crosscut::report::sweep::read(bytes) else {
                return false;
            };
            let table = log.table;
            let front = table.front(&table.best_known(), &table.header.front);
            assert!(front.len() <= table.len());
            assert!(!csv::csv(&table).is_empty());
            if let Ok(plots) = crosscut::report::plot::across::of(&table) {
                let size: usize = plots.iter().map(|p| p.svg.len() + p.csv.len()).sum();
                assert!(size < 64 << 20, "{size} bytes are drawn");
            }
            true
        }),
    }
}

/// Where a training stands.
pub fn checkpoint() -> Target {
    // Lives as long as the process: the session borrows it.
    let net: &'static Network = Box::leak(Box::new(small()));
    let image =
        |i: usize| Tensor::from_shape_fn((1, 6, 6), |(_, y, x)| (i + 6 * y + x) as f32 / 50.0);
    let data: &'static DataSet = Box::leak(Box::new(DataSet {
        name: "six".to_string(),
        images: (0..6).map(image).collect(),
        labels: vec![0, 1, 2, 0, 1, 2],
    }));
    let options = TrainOptions {
        epochs: 3,
        batch: 2,
        ..TrainOptions::default()
    };
    let mut session = Session::new(net, data, None, None, &options).expect("a session");
    let start = session.checkpoint().expect("saved");
    session.epoch(&mut |_| ()).expect("an epoch");
    let corpus = vec![start, session.checkpoint().expect("saved")];
    let session = RefCell::new(session);
    Target {
        name: "checkpoint",
        corpus,
        words: &[
            "epochs",
            "before",
            "options",
            "format",
            "crosscut-training",
            "F32",
            "F64",
            "data_offsets",
            "momentum",
            "null",
            "[]",
        ],
        protobuf: false,
        read: Box::new(move |bytes| session.borrow_mut().resume(bytes).is_ok()),
    }
}

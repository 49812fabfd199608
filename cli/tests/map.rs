//! Does `map` show where tiles sit, draw it, and explain its counts?

mod common;

use common::{crosscut, has, json, refused, stderr, text};
use serde_json::Value;

fn count(v: &Value) -> u64 {
    v.as_u64().unwrap_or_else(|| panic!("a count, not {v}"))
}

#[test]
fn counts_are_whole_and_sums_of_their_parts() {
    for machine in ["isaac-ce", "semimap", "reram-64"] {
        let report = json(&["map", "--arch", machine, "--network", "vgg8"]);
        let all = report["layers"].as_array().expect("a list").iter();
        for l in all.chain([&report["totals"]]) {
            let roles = ["compute", "reduce", "buffer", "pool"].map(|r| count(&l[r]));
            assert_eq!(roles.iter().sum::<u64>(), count(&l["total"]), "{machine}");
            for key in [
                "row_groups",
                "column_groups",
                "slices",
                "replicas",
                "adc_conversions",
            ] {
                count(&l[key]);
            }
            let used = l["utilization"].as_f64().expect("a share");
            assert!((0.0..=1.0).contains(&used), "{machine}: {used}");
        }
    }
}

#[test]
fn the_optimised_placement_is_the_default_and_shown_against_the_other() {
    let args = [
        "map",
        "--arch",
        "reram-64",
        "--network",
        "resnet20",
        "--replicas",
        "one",
    ];
    let optimised = json(&args);
    let in_order = json(&[&args[..], &["--placement", "in-order"]].concat());
    let of = |r: &Value, key: &str| r["placement"][key].clone();
    assert_eq!(of(&optimised, "method"), "optimised");
    assert_eq!(of(&in_order, "method"), "in-order");
    for key in ["bit_hops", "chip_bits"] {
        let (before, after) = (format!("{key}_before"), format!("{key}_after"));
        assert_eq!(of(&in_order, &before), of(&in_order, &after));
        assert_eq!(of(&in_order, &before), of(&optimised, &before));
        assert!(count(&of(&optimised, &after)) <= count(&of(&optimised, &before)));
    }
    has(
        &optimised["placement"],
        &["chip_weight", "split_layers", "slots"],
    );
    let slots = |r: &Value| {
        let list = of(r, "slots");
        let slots = list.as_array().expect("a list").iter().map(count);
        slots.collect::<Vec<u64>>()
    };
    let tiles = count(&optimised["totals"]["tiles"]);
    assert_eq!(slots(&in_order), (0..tiles).collect::<Vec<_>>());
    let mut sorted = slots(&optimised);
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len() as u64, tiles, "one slot a tile");
    assert!(text(&args).contains("placement optimised"));
}

#[test]
fn the_placement_reaches_the_simulated_network() {
    let routers = |placement| {
        let args = [
            "run",
            "--arch",
            "isaac-ce",
            "--network",
            "vgg8",
            "--replicas",
            "one",
            "--placement",
            placement,
        ];
        count(&json(&args)["counts"]["router"])
    };
    assert!(routers("optimised") < routers("in-order"));
}

/// Squares of the paths with a given fill.
fn squares(svg: &str, fill: &str) -> usize {
    let paths = svg
        .split("<path ")
        .filter(|p| p.contains(&format!("fill=\"{fill}\"")));
    paths.map(|p| p.matches('M').count()).sum()
}

#[test]
fn the_floor_plan_shows_every_tile_and_can_be_drawn_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_str().expect("a plain path");
    for (machine, network, tiles_per_chip, chips) in [
        ("isaac-ce", "vgg8", 168, 1),
        ("semimap", "resnet20", 156, 3),
        ("reram-64", "digits", 64, 1),
    ] {
        let report = json(&["map", "--arch", machine, "--network", network, "--out", out]);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("written");
        let svg = read("floorplan.svg");
        assert!(
            svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
            "{machine}"
        );
        assert_eq!(
            squares(&svg, "#ececec"),
            tiles_per_chip * chips,
            "{machine}: slots"
        );
        let layers = report["layers"].as_array().expect("a list");
        let tiles: u64 = layers.iter().map(|l| count(&l["tiles"])).sum();
        let drawn: usize = svg
            .split("<g><title>")
            .skip(1)
            .map(|g| {
                g.split("/><path")
                    .next()
                    .expect("a path")
                    .matches('M')
                    .count()
            })
            .sum();
        assert_eq!(drawn as u64, tiles, "{machine}: tiles of all layers");
        for l in layers {
            let name = l["name"].as_str().expect("a name");
            assert!(
                svg.contains(&format!("<title>{name}: ")),
                "{machine}: {name}"
            );
        }
        let saved = folder.path().join("report.json");
        text(&["plot", saved.to_str().expect("a plain path"), "--out", out]);
        assert_eq!(read("floorplan.svg"), svg, "{machine}: drawn again");
    }
}

#[test]
fn a_layer_is_explained_in_words_and_numbers() {
    let args = [
        "map",
        "--arch",
        "semimap",
        "--network",
        "vgg8",
        "--replicas",
        "one",
    ];
    let explain = |layer| [&args[..], &["--explain", layer]].concat();
    let told = text(&explain("conv4"));
    // 21 whole feature maps of 3 x 4 inputs in 256 rows, so 13 row groups of two arrays on 8 slices.
    assert!(told.contains("floor(256 / (3 x 4)) = 21"), "{told}");
    assert!(told.contains("8 x 26 x 1 = 208"), "{told}");
    let report = json(&args);
    let conv4 = report["layers"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|l| l["name"] == "conv4");
    let steps = json(&explain("conv4"))["steps"].clone();
    for name in [
        "compute",
        "buffer",
        "reduce",
        "total",
        "row_groups",
        "slices",
        "firings",
    ] {
        let step = steps
            .as_array()
            .expect("a list")
            .iter()
            .find(|s| s["name"] == name);
        let step = step.unwrap_or_else(|| panic!("no step {name}"));
        has(step, &["formula", "numbers", "reason"]);
        let mapped = count(&conv4.expect("the layer")[name]);
        assert_eq!(step["value"].as_f64(), Some(mapped as f64), "{name}");
    }
    assert!(refused(&explain("conv44")).contains("did you mean `conv4`"));
}

#[test]
fn slices_that_do_not_divide_the_row_are_mentioned() {
    let base = ["map", "--arch", "semimap", "--network", "vgg8"];
    let said = |more: &[&str]| {
        let output = crosscut(&[&base[..], more].concat());
        assert_eq!(output.status.code(), Some(0), "{more:?}");
        stderr(&output).matches("does not divide").count()
    };
    // 32 = 6 x 5 + 2.
    let output = crosscut(&[&base[..], &["--slice", "conv2=5"]].concat());
    let note = stderr(&output);
    let words =
        "slice width 5 of `conv2` does not divide its output width 32: 6 of 5, the last of 2";
    assert!(note.contains(words), "{note}");
    assert!(note.contains("1, 2, 4, 8, 16, 32"), "{note}");
    assert_eq!(said(&["--set", "mapping.layer.conv2.unroll=5"]), 1);
    assert_eq!(said(&["--slice", "conv2=8"]), 0);
    // Nobody chose these.
    assert_eq!(said(&["--budget-chips", "30"]), 0);
}

//! Does a saved mapping know where it belongs?

use crosscut_arch::{Arch, load};
use crosscut_sim::map::{Indices, MapError, MapOptions, Mapping, SavedMapping};
use crosscut_traces::{Network, zoo};
use std::collections::BTreeMap;

fn saved(net: &Network, arch: &Arch) -> SavedMapping {
    let mapping = Mapping::build(net, arch, &MapOptions::default()).expect("a mapping");
    SavedMapping::of(net, arch, &mapping)
}

fn refused(saved: &SavedMapping, net: &Network, arch: &Arch, words: &[&str]) {
    let error = saved.restore(net, arch).expect_err("refused");
    assert!(matches!(error, MapError::Elsewhere(_)), "{error}");
    let text = error.to_string();
    assert!(words.iter().all(|w| text.contains(w)), "{words:?}: {text}");
}

fn net(name: &str) -> Network {
    zoo::build(name, 0).expect("in the zoo")
}

#[test]
fn other_machines_are_refused_with_both_names() {
    let vgg8 = net("vgg8");
    let isaac = load("isaac-8b", &[]).expect("a preset");
    let saved = saved(&vgg8, &isaac);
    let semimap = load("semimap", &[]).expect("a preset");
    let words = ["`isaac-8b`", "`semimap`", "there a crossbar has 128 rows"];
    refused(&saved, &vgg8, &semimap, &words);
    // The same facts under another name: the machine is another one all the same.
    let renamed = Arch {
        name: "mine".to_string(),
        ..isaac
    };
    refused(&saved, &vgg8, &renamed, &["`isaac-8b`", "`mine`"]);
}

/// Every fact that a mapping depends on, one at a time.
#[test]
fn another_size_of_the_same_machine_is_refused_with_the_fact() {
    let vgg8 = net("vgg8");
    for (machine, change, words) in [
        (
            "isaac-8b",
            "crossbar.rows=64",
            "here a crossbar has 64 rows",
        ),
        (
            "isaac-8b",
            "crossbar.columns=256",
            "here a crossbar has 256 columns",
        ),
        (
            "isaac-8b",
            "device.reram.cell_bits=1",
            "here a weight takes 8 columns",
        ),
        (
            "isaac-8b",
            "mapping.channel_groups=apart",
            "here channel groups of a layer apart",
        ),
        ("isaac-8b", "pe.crossbars=4", "here a PE has 4 crossbars"),
        ("isaac-8b", "tile.pes=6", "here a tile has 6 PEs"),
        ("isaac-8b", "chip.tiles_x=8", "here a chip has"),
        (
            "semimap",
            "roles.reduce=digital",
            "here partial sums are added by digital units",
        ),
        (
            "semimap",
            "roles.buffer=digital",
            "here input rows are held by digital units",
        ),
        (
            "semimap",
            "roles.pool=digital",
            "here pools are done by digital units",
        ),
        (
            "semimap",
            "timing.phased.packets_per_phase=5000",
            "here a crossbar takes 5000 packets",
        ),
    ] {
        let saved = saved(&vgg8, &load(machine, &[]).expect("a preset"));
        let other =
            load(machine, &[change.to_string()]).unwrap_or_else(|e| panic!("{change}: {e}"));
        refused(&saved, &vgg8, &other, &[machine, words]);
    }
}

#[test]
fn what_a_mapping_does_not_depend_on_may_be_another() {
    let vgg8 = net("vgg8");
    let isaac = load("isaac-8b", &[]).expect("a preset");
    let mapping = Mapping::build(&vgg8, &isaac, &MapOptions::default()).expect("a mapping");
    let saved = SavedMapping::of(&vgg8, &isaac, &mapping);
    let text = serde_json::to_string(&saved).expect("JSON");
    let read = SavedMapping::read(&text).expect("as written");
    assert_eq!(read, saved);
    let narrow = load("isaac-8b", &["adc.sar.bits=5".to_string()]).expect("a machine");
    let mut renamed = net("vgg8");
    renamed.name = "mine".to_string();
    let again = read.restore(&renamed, &narrow).expect("fits");
    assert_eq!(again, mapping);
}

#[test]
fn other_networks_are_refused_with_both_names_and_the_first_difference() {
    let isaac = load("isaac-8b", &[]).expect("a preset");
    let saved = saved(&net("vgg8"), &isaac);
    refused(
        &saved,
        &net("vgg16"),
        &isaac,
        &["`vgg8`", "`vgg16`", "conv"],
    );
    let mut longer = saved.clone();
    longer.network.layers.pop();
    refused(
        &longer,
        &net("vgg8"),
        &isaac,
        &["another network `vgg8`", "here is a layer"],
    );
    let mut wider = saved;
    wider.network.layers[1].output[0] += 1;
    let name = wider.network.layers[1].name.clone();
    refused(
        &wider,
        &net("vgg8"),
        &isaac,
        &["another network", &name, "stride 1 x 1"],
    );
}

#[test]
fn texts_of_another_kind_or_version_are_refused() {
    let saved = saved(&net("lenet5"), &load("isaac-8b", &[]).expect("a preset"));
    let good = serde_json::to_value(&saved).expect("JSON");
    let refused = |change: &dyn Fn(&mut serde_json::Value), words: &str| {
        let mut value = good.clone();
        change(&mut value);
        let error = SavedMapping::read(&value.to_string()).expect_err("refused");
        assert!(error.to_string().contains(words), "{words}: {error}");
    };
    let without = |v: &mut serde_json::Value, key| {
        v.as_object_mut().expect("an object").remove(key);
    };
    refused(&|v| without(v, "kind"), "write it again with `map --out`");
    refused(
        &|v| v["kind"] = "limits".into(),
        "a `limits`, not a `mapping`",
    );
    refused(&|v| v["version"] = 1.into(), "version 1");
    refused(&|v| without(v, "version"), "missing field `version`");
    refused(&|v| without(v, "machine"), "missing field `machine`");
    refused(&|v| v["report"] = 1.into(), "unknown field `report`");
}

#[test]
fn a_row_group_without_rows_occupies_nothing_and_is_refused_from_a_file() {
    let (net, arch) = (net("vgg8"), load("isaac-8b", &[]).expect("a preset"));
    let dense = Mapping::build(&net, &arch, &MapOptions::default()).expect("a mapping");
    let layer = dense.layers[1].layer;
    let with = |outputs: bool| {
        let mut groups = dense.layers[1].row_groups.clone();
        groups[0].rows = Indices::list(Vec::new());
        if !outputs {
            groups[0].outputs = Indices::list(Vec::new());
        }
        let changes = BTreeMap::from([(layer, groups)]);
        dense
            .with_row_groups(&net, &arch, changes)
            .expect("it fits")
    };
    let (given, none) = (with(true), with(false));
    let facts = |m: &Mapping| {
        let l = &m.layers[1];
        let outputs = l.row_groups[0].outputs.len();
        (
            outputs,
            l.roles,
            l.live_row_groups(),
            l.adc_conversions(&arch),
        )
    };
    assert_eq!(facts(&given), facts(&none));
    assert_eq!(facts(&given).0, 0);
    assert!(given.layers[1].roles.compute < dense.layers[1].roles.compute);

    let mut saved = SavedMapping::of(&net, &arch, &dense);
    saved.layers[1].row_groups[0].rows = (&Indices::list(Vec::new())).into();
    let error = saved.restore(&net, &arch).expect_err("refused").to_string();
    assert!(
        error.contains("row group 0 has outputs but no rows"),
        "{error}"
    );
}

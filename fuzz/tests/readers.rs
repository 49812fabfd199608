//! Every reader takes its own corpus and a few hundred damaged inputs; the harness sees what it should see.

use crosscut::prune::{Masks, masks::file};
use crosscut_fuzz::alloc::Counted;
use crosscut_fuzz::{Find, Target, one, run, target};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// A list of layers in a short file cannot ask for one tensor many times.
#[test]
fn a_layer_has_one_mask() {
    let net = target::small();
    let masks = Masks::of_weights(&net);
    let mut about = file::About::new(&masks, &net, "reram-64");
    about.layers.push(about.layers[0].clone());
    let bytes = file::save(&masks, &about).expect("they can be saved");
    let error = file::load(&bytes).unwrap_err().to_string();
    assert!(error.contains("lists the layer `conv1` twice"), "{error}");
}

/// Found in reports: no tiles on a chip divide by zero, figures without end and parts above their whole overflow
/// coordinates. They are refused, or drawn.
#[test]
fn absurd_reports_are_refused_or_drawn() {
    let (_, make) = target::ALL
        .iter()
        .find(|(name, _)| *name == "report")
        .expect("a target");
    let target = make();
    let [map, run] = &target.corpus[..] else {
        panic!("a mapping and a run");
    };
    let with = |bytes: &[u8], changes: &[(&str, f64)]| {
        let mut report: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
        for (at, value) in changes {
            let place = report.pointer_mut(at).unwrap_or_else(|| panic!("{at}"));
            *place = match value.fract() == 0.0 && *value < 1e15 {
                true => serde_json::json!(*value as u64),
                false => serde_json::json!(value),
            };
        }
        (target.read)(&serde_json::to_vec(&report).expect("JSON"))
    };
    assert!(with(map, &[]) && with(run, &[]));
    for count in [
        "/machine/chip/tiles_x",
        "/machine/chip/tiles_y",
        "/machine/chip/tiles",
        "/machine/tile/pes",
        "/machine/noc/mesh/tiles_per_router",
    ] {
        assert!(!with(map, &[(count, 0.0)]), "{count}");
        with(run, &[(count, 0.0)]);
    }
    for figure in ["energy_pj", "static_pj", "dynamic_pj", "area_mm2"] {
        let at = format!("/components/0/{figure}");
        assert!(!with(run, &[(&at, 1e308)]), "{at}");
        assert!(with(run, &[(&at, 1e59)]), "{at}");
        assert!(with(run, &[(&at, -1.0)]), "{at}");
    }
    // Hardly any whole and a part of it without end.
    let shares = [
        ("/components/1/energy_pj", 1e-300),
        ("/components/1/static_pj", 1e59),
    ];
    assert!(with(run, &shares));
}

/// One test, since all of it shares the panic hook and the counts of memory.
#[test]
fn readers_take_anything_and_finds_are_seen() {
    run::watch();
    for (name, make) in target::ALL {
        let target = make();
        assert_eq!(target.name, name);
        assert!(
            (target.read)(&target.corpus[0]),
            "{name} refuses its own file"
        );
        let tally = run::many(&target, 17, 0, Duration::MAX, 100);
        assert_eq!(tally.inputs, 100);
        assert_eq!(tally.finds, [], "{name}");
        assert!(tally.accepted > 0, "{name} accepts nothing");
        assert_eq!(run::make(&target, 17, 5), run::make(&target, 17, 5));
    }
    // A reader that trusts its file.
    let trusting = |read: fn(&[u8]) -> bool| Target {
        name: "trusting",
        corpus: vec![vec![1; 64]],
        words: &[],
        protobuf: false,
        read: Box::new(read),
    };
    let panics = trusting(|bytes| bytes[bytes.len()] == 0);
    let found = one(&panics, &[1, 2]).0.unwrap_err();
    assert!(
        matches!(&found, Find::Panic(text) if text.contains("index out of bounds")),
        "{found:?}"
    );
    let takes = trusting(|_| vec![1u8; run::MOST_BYTES + 1].len() > 1);
    assert!(matches!(one(&takes, &[]).0, Err(Find::Memory(n)) if n > run::MOST_BYTES));
    let tally = run::many(&panics, 1, 0, Duration::MAX, 20);
    assert_eq!(tally.finds.len(), 1, "one place is one find");
}

//! Published figures: do points, marks, verdicts and the page hold what they say?

mod common;

use crosscut::arch::{Mark, chips, load, presets, validations};
use crosscut::validate::{self, Kind, Value, Verdict, page};
use std::path::Path;

/// Everything at once: some seconds in the dev build. The page and the plot are what the program writes.
#[test]
fn all_is_within_tolerance_and_on_the_page() {
    let found = validate::validate(validate::chips("all").expect("read"));
    for r in &found.rows {
        let bad = matches!(r.verdict, Verdict::Outside | Verdict::Faulty);
        assert!(
            !bad,
            "{}, {}, {}: {:?} {}",
            r.chip, r.figure, r.conditions, r.verdict, r.note
        );
        assert!(!r.source.is_empty() && r.published.is_some(), "{}", r.chip);
        // A fitted row names the constant, no other row does.
        assert_eq!(
            r.fitted.is_empty(),
            r.mark != Mark::Fitted,
            "{}: {}",
            r.chip,
            r.figure
        );
    }
    // The aim of the page: 40 points over 12 chips, 25 of them predicted.
    let silicon = || {
        found
            .rows
            .iter()
            .filter(|r| r.kind == Kind::Silicon && r.deviation.is_some())
    };
    let predicted = silicon().filter(|r| r.mark == Mark::Predicted).count();
    let mut names: Vec<&str> = silicon().map(|r| r.chip.as_str()).collect();
    names.dedup();
    assert!(
        silicon().count() >= 40 && predicted >= 25 && names.len() >= 12,
        "{predicted} of {names:?}"
    );
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let same = |file: &str, text: &str| {
        let there = std::fs::read_to_string(docs.join(file)).unwrap_or_default();
        let hint = "write it with `crosscut validate all --out DIR`";
        assert!(
            there == text,
            "docs/{file} is not what the program writes: {hint}"
        );
    };
    same("validation.md", &page::markdown(&found));
    let plot = page::plot(&found).expect("drawn").expect("a plot");
    same("images/validation.svg", &plot.svg);
}

/// One owner for each figure: what holds for a machine as it stands is in its `[[published]]`, everything else in a file of
/// points, and every machine with published figures has such a file.
#[test]
fn no_figure_is_stated_twice() {
    for (name, _) in validations() {
        let chip = validate::chips(name).expect("read").remove(0);
        for p in &chip.points {
            let plain =
                p.set.is_empty() && p.network.is_none() && p.busy.is_none() && p.cannot.is_none();
            let value = Value::parse(p.value.as_deref().expect("a value")).expect("a figure");
            let claim =
                format!("{} {}", value.number(), value.unit).parse::<crosscut::arch::Claim>();
            assert!(
                !plain || claim.is_err(),
                "{name}: {:?} belongs into the machine's [[published]]",
                p.value
            );
        }
    }
    let with_figures = presets().iter().chain(chips()).filter(|p| {
        let arch = load(p.name, &[]).expect("loads");
        !arch.published.is_empty()
    });
    for p in with_figures {
        let known = validations().iter().any(|(name, _)| *name == p.name);
        assert!(
            known,
            "{} has published figures and no file in arch/validation",
            p.name
        );
    }
}

/// A published figure of the bench beside the one worked out here: 64 cores of 65536 products in 130 ns.
#[test]
fn a_deviation_is_simulated_over_published() {
    let found = validate::validate(validate::chips("hermes-64").expect("read"));
    let row = &found.rows[0];
    let tops = 64.0 * 2.0 * 65536.0 / 130.0 / 1e3;
    assert_eq!(row.published, Some(63.1));
    assert!((row.simulated.expect("simulated") - tops).abs() < 1e-9);
    assert!((row.deviation.expect("compared") - (tops / 63.1 - 1.0)).abs() < 1e-12);
}

#[test]
fn faulty_points_say_so_and_the_rest_still_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    std::fs::write(
        &file,
        r#"
chip = "mine"
machine = "truenorth"

[network.small]
input = [1, 8, 8]
layers = ["conv 4", "pool", "fc 10"]

[[point]]
value = "68 mW"
busy = 0.00579
source = "somewhere, Table 1"
tolerance = 0.01

[[point]]
value = "68 mW"

[[point]]
value = "68"
source = "s"

[[point]]
value = "1 us"
network = "small"
source = "s"

[[point]]
value = "1 us"
network = "smal"
source = "s"

[[point]]
value = "1 us"
machine = "reram-65"
network = "small"
source = "s"

[[point]]
value = "25.6 us"
machine = "reram-64"
network = "small"
figure = "interval"
copies = "one"
source = "s"
tolerance = 0.001
"#,
    )
    .expect("written");
    let path = file.to_str().expect("a path");
    let output = common::crosscut(&["validate", path]);
    assert_eq!(output.status.code(), Some(1), "{}", common::stderr(&output));
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    for says in [
        "68.00 mW",
        "no `source`",
        "has no unit",
        "no crossbar timing",
        "no built-in network",
        "neither a preset nor a file",
    ] {
        assert!(out.contains(says), "{says} in {out}");
    }
    // One copy: 8 x 8 positions, 8 input bits, 50 ns a read.
    let chip = validate::chips(path).expect("read");
    let found = validate::validate(chip);
    let verdicts: Vec<_> = found.rows.iter().map(|r| r.verdict).collect();
    assert_eq!(verdicts[0], Verdict::Within);
    assert_eq!(verdicts[1..6], [Verdict::Faulty; 5]);
    assert_eq!(
        verdicts[6],
        Verdict::Within,
        "{:?}",
        found.rows[6].simulated
    );
}

#[test]
fn wrong_files_and_names_end_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_string()
    };
    let typo = write("typo.toml", "chip = \"x\"\n[[point]]\nvalu = \"1 W\"\n");
    let bare = write("bare.toml", "extends = \"reram-64\"\n");
    for (name, says) in [
        ("neuram", "did you mean `neurram`?"),
        (typo.as_str(), "unknown field `valu`"),
        (bare.as_str(), "without `[[published]]`"),
        ("none.toml", "cannot read"),
    ] {
        let output = common::crosscut(&["validate", name]);
        let error = common::stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(says), "{error}");
    }
}

/// A machine of one's own with `[[published]]` is compared without another file.
#[test]
fn a_machine_brings_its_own_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    let text = "extends = \"reram-64\"\nname = \"mine\"\n[[published]]\nvalue = \"1 mm2\"\nsource = \"s\"\ntolerance = 1000\n";
    std::fs::write(&file, text).expect("written");
    let chips = validate::chips(file.to_str().expect("a path")).expect("read");
    let found = validate::validate(chips);
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].chip, "mine");
    assert!(found.rows[0].deviation.is_some() && found.passed());
}

/// Counts of the pruning paper that follow from the mapping alone are exact; masks come from its own solver.
#[test]
fn the_counts_of_the_pruning_paper() {
    let found = validate::liang::validate().expect("maps and prunes");
    assert!(found.passed());
    let of = |figure: &str, conditions: &str| {
        let row = found
            .rows
            .iter()
            .find(|r| r.figure == figure && r.conditions == conditions);
        let row = row.expect("a row");
        (row.published, row.simulated)
    };
    let exact = [
        ("conv4, total crossbars", "VGG8, 0 % removed", 604.0),
        ("conv2_2, total", "VGG16, semi-folded", 1176.0),
        ("conv3_1, compute crossbars", "VGG16, 0 % removed", 896.0),
    ];
    for (figure, conditions, count) in exact {
        assert_eq!(of(figure, conditions), (Some(count), Some(count)));
    }
    // 7 slices of 16 row groups, half of them kept by each of 256 outputs in arrays of 32: 448 where the masks are even.
    let (_, half) = of("conv3_1, compute crossbars", "VGG16, 50 % removed");
    assert!(half.is_some_and(|n| (448.0..896.0).contains(&n)));
    let compared = found.rows.iter().filter(|r| r.deviation.is_some());
    assert_eq!((compared.count(), found.rows.len()), (58, 78));
}

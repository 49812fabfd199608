//! Dotted-path overrides: what they change, and how their faults are named.

use crosscut_arch::device::SpreadLaw;
use crosscut_arch::*;

fn set(name: &str, overrides: &[&str]) -> Result<Arch, ArchError> {
    load(
        name,
        &overrides.iter().map(|s| s.to_string()).collect::<Vec<_>>(),
    )
}

fn fault(name: &str, overrides: &[&str]) -> String {
    set(name, overrides).unwrap_err().to_string()
}

#[test]
fn a_number_is_replaced_and_structure_carries_through() {
    let arch = set("isaac-ce", &["crossbar.rows=256", "pe.adcs = 4"]).unwrap();
    assert_eq!((arch.crossbar.rows, arch.pe.adcs), (256, 4));
    assert_eq!(arch.part(PartKind::Dac).unwrap().count, 8 * 256);
    assert_eq!(arch.part(PartKind::Adc).unwrap().count, 4);
    // Twice the cells, twice the array.
    assert_eq!(arch.part(PartKind::Crossbar).unwrap().area_um2, 50.0);
    // Half the ADCs need twice the time.
    assert_eq!(arch.cycle_ticks(), 240);
}

#[test]
fn quantities_need_no_quotes() {
    let arch = set(
        "isaac-ce",
        &["clock=1 GHz", "system.chips=4", "roles.reduce=crossbar"],
    )
    .unwrap();
    assert_eq!((arch.clock_hz, arch.crossbar.read_ticks), (1e9, 100));
    assert_eq!(arch.chips, Chips::Exactly(4));
    assert_eq!(arch.roles.reduce, Worker::Crossbar);
}

#[test]
fn a_new_kind_replaces_the_old_one() {
    let mesh = set("isaac-ce", &[]).unwrap().noc.params;
    let ideal_noc = |params| Noc {
        kind: TopologyKind::Ideal,
        params,
    };
    for ideal in ["noc.ideal={}", "noc=ideal"] {
        assert_eq!(
            set("isaac-ce", &[ideal]).unwrap().noc,
            ideal_noc(mesh),
            "{ideal}"
        );
    }
    let arch = set("isaac-ce", &["noc.ideal.hop_ticks=0"]).unwrap();
    assert_eq!(
        arch.noc,
        ideal_noc(NocParams {
            hop_ticks: 0,
            ..mesh
        })
    );
    let digital = set("isaac-ce", &["adc=none", "pe.adcs=0"]).unwrap();
    assert_eq!((digital.adc, digital.drain_ticks()), (None, 0));
    assert_eq!(digital.part(PartKind::Adc), None);
    let differential = set("isaac-ce", &["format.signed=differential"]).unwrap();
    assert_eq!(differential.columns_per_weight(), 16);
}

#[test]
fn later_overrides_win() {
    assert_eq!(
        set("isaac-ce", &["tile.pes=4", "tile.pes=6"])
            .unwrap()
            .tile
            .pes,
        6
    );
}

#[test]
fn an_overridden_figure_says_so() {
    let arch = set("isaac-ce", &["cost.adc.energy=2 pJ"]).unwrap();
    let adc = arch.part(PartKind::Adc).unwrap();
    assert_eq!(adc.energy_pj, 2.0);
    assert!(
        adc.source
            .ends_with("; changed by --set cost.adc.energy=2 pJ"),
        "{}",
        adc.source
    );
    assert_eq!(adc.confidence, Confidence::Recalled);
    let law = set("isaac-ce", &["cost.adc.law=isaac-split"]).unwrap();
    assert_eq!(law.part(PartKind::Adc).unwrap().energy_pj, 1.67);
}

#[test]
fn faults_name_the_override() {
    let zero = fault("isaac-ce", &["tile.pes=6", "crossbar.rows=0"]);
    assert!(zero.contains("--set crossbar.rows=0:1:15"), "{zero}");
    assert!(
        zero.contains("`crossbar.rows` is 0") && zero.contains("must be 1 to 65536"),
        "{zero}"
    );
    let unknown = fault("isaac-ce", &["crossbar.row=3"]);
    assert!(
        unknown.contains("--set crossbar.row=3:1:10") && unknown.contains("did you mean `rows`?"),
        "{unknown}"
    );
    let unit = fault("isaac-ce", &["clock=1.2 GB"]);
    assert!(unit.contains("`GB` is not a unit of a frequency"), "{unit}");
    let malformed = fault("isaac-ce", &["crossbar.rows"]);
    assert!(malformed.contains("KEY=VALUE"), "{malformed}");
    assert!(fault("isaac-ce", &["=3"]).contains("--set =3"));
    assert!(fault("isaac-ce", &[""]).contains("KEY=VALUE"));
    assert!(fault("isaac-ce", &["# rows"]).contains("the override is empty"));
    assert!(fault("isaac-ce", &["extends=semimap"]).contains("`extends` cannot be overridden"));
}

#[test]
fn two_bad_overrides_give_two_faults() {
    let error = set("isaac-ce", &["crossbar.columns=0", "adc.sar.bits=800"]).unwrap_err();
    assert_eq!(error.faults().len(), 2, "{error}");
    let place = error.faults()[1].place.as_ref().unwrap();
    assert_eq!(
        (place.source.as_str(), place.line, place.column),
        ("--set adc.sar.bits=800", 1, 14)
    );
    assert!(error.coloured().contains('\u{1b}') && !error.to_string().contains('\u{1b}'));
}

#[test]
fn an_unknown_name_suggests_a_preset() {
    let error = fault("issac-ce", &[]);
    assert!(
        error.contains("`issac-ce` is neither a preset nor a file"),
        "{error}"
    );
    assert!(
        error.contains("did you mean the preset `isaac-ce`?"),
        "{error}"
    );
    assert!(fault("/", &[]).contains("cannot read"));
}

#[test]
fn a_description_that_extends_itself_is_refused() {
    let error = from_toml("extends = \"isaac-cee\"", "x.toml", &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("did you mean the preset `isaac-ce`?"),
        "{error}"
    );
    let file = std::env::temp_dir().join(format!("crosscut-arch-loop-{}.toml", std::process::id()));
    std::fs::write(&file, format!("extends = {file:?}")).unwrap();
    let error = fault(file.to_str().unwrap(), &[]);
    std::fs::remove_file(&file).unwrap();
    assert!(error.contains("deep"), "{error}");
}

#[test]
fn another_adc_resolution_changes_its_energy_and_area() {
    // Table of the law: 8 bits 1.67 pJ and 1200 um2, 6 bits 1.20 pJ and 627 um2; ISAAC's own 8 bits are
    // 1600 pJ for the 1032 samples of an IMA.
    let own = 1600.0 / 1032.0;
    let adc = |set: &[&str]| {
        let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
        let arch = load("isaac-ce", &set).expect("a valid machine");
        arch.part(PartKind::Adc).expect("an ADC").clone()
    };
    assert!((adc(&[]).energy_pj - own).abs() < 1e-12);
    assert_eq!(adc(&[]).area_um2, 1200.0);
    let six = adc(&["adc.sar.bits=6"]);
    assert!((six.energy_pj - own * 1.20 / 1.67).abs() < 1e-12);
    assert!((six.area_um2 - 627.0).abs() < 1e-9);
    assert!(
        six.source.ends_with(" x converter law (ADC bits 8 -> 6)"),
        "{}",
        six.source
    );
    // Figures given for this machine are taken as they are.
    let own = adc(&["adc.sar.bits=6", "cost.adc.energy=1 pJ"]);
    assert_eq!(own.energy_pj, 1.0);
}

#[test]
fn an_adc_resolution_without_figures_is_refused() {
    let error = load("isaac-ce", &["adc.sar.bits=12".into()])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("12") && error.contains("4 to 10 bits"),
        "{error}"
    );
}

#[test]
fn layers_are_mapped_one_by_one_from_file_mapping_file_and_override() {
    use crosscut_arch::{LayerRules, MappingFile, Packing, from_toml, load_mapped};
    let text = "extends = \"semimap\"\n[mapping.layer.conv2]\nunroll = 8\nreplicas = [4, 2]\n[mapping.layer.\"a.b\"]\npacking = \"dense\"\n";
    let set = ["mapping.layer.conv2.unroll=4".to_owned()];
    let arch = from_toml(text, "mine.toml", &set).unwrap();
    let conv2 = LayerRules {
        unroll: Some(4),
        replicas: Some([4, 2]),
        packing: None,
    };
    assert_eq!(arch.mapping.layers["conv2"], conv2);
    assert_eq!(arch.mapping.layers["a.b"].packing, Some(Packing::Dense));
    // A mapping file lies over the machine and below the overrides.
    let mapping = |text| {
        let file = MappingFile {
            name: "m.toml",
            text,
        };
        load_mapped("semimap", Some(file), &set)
    };
    let arch = mapping("[mapping.layer.conv2]\nunroll = 8\nreplicas = [2, 1]\n").unwrap();
    assert_eq!(arch.mapping.layers["conv2"].unroll, Some(4));
    assert_eq!(arch.mapping.layers["conv2"].replicas, Some([2, 1]));
    let refused = |text, words: &[&str]| {
        let e = mapping(text).unwrap_err().to_string();
        assert!(words.iter().all(|w| e.contains(w)), "{words:?} in {e}");
    };
    refused(
        "clock = \"1 GHz\"\n",
        &["m.toml:1:1", "a mapping file describes no machine"],
    );
    refused(
        "[mapping.layer.conv2]\nunrol = 8\n",
        &["m.toml:2:1", "unrol", "did you mean `unroll`"],
    );
    refused(
        "[mapping.layer.conv2]\nreplicas = [0, 1]\n",
        &["m.toml:2:12", "[0, 1]", "each 1 to 65536"],
    );
    refused(
        "[mapping.layer.conv2]\nreplicas = 4\n",
        &["m.toml:2:12", "mapping.layer.conv2"],
    );
}

/// A spread needs no source: it is then the user's own figure, and never `read`. A cited one that is changed says so.
#[test]
fn spreads_of_the_users_own_say_so() {
    let law = |machine: &str, set: &[&str]| {
        let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
        let arch = load(machine, &set).unwrap_or_else(|e| panic!("{e}"));
        arch.device.physics.programming.unwrap()
    };
    let own = law(
        "reram-128",
        &["device.reram.programming.lognormal.sigma=0.1"],
    );
    assert_eq!(own.law, SpreadLaw::Lognormal { sigma: 0.1 });
    assert_eq!(own.confidence, Confidence::Recalled);
    assert!(
        own.source.contains("the user's own figure"),
        "{}",
        own.source
    );
    let measured = law("reram-128-wan", &[]);
    assert_eq!(measured.confidence, Confidence::Read);
    let cited =
        "device.reram.programming.lognormal={sigma=0.1, source=\"FORMS\", confidence=\"read\"}";
    let changed = law(
        "reram-128",
        &[cited, "device.reram.programming.lognormal.sigma=0.2"],
    );
    assert_eq!(changed.confidence, Confidence::Recalled);
    assert!(
        changed.source.starts_with("FORMS; changed by --set"),
        "{}",
        changed.source
    );
    // The machine without a spread has ideal cells, in words too.
    let plain = load("reram-128", &[]).unwrap();
    assert!(plain.device.physics.is_ideal() && plain.device.physics.in_words().is_empty());
}

//! Profiles, limits and diagnoses against independent counts.

use crosscut_arch::{Arch, RangeCalibration, RangeRule};
use crosscut_sim::func::adc::sums::WeightSliceProfile;
use crosscut_sim::func::run::monte_carlo::{Bench, ablate};
use crosscut_sim::func::run::profile::{Profile, profile};
use crosscut_sim::func::run::values::compare_values;
use crosscut_sim::func::{FuncError, FuncModel, FuncOptions, FuncResult, NonIdealities, evaluate};
use crosscut_sim::map::{MapOptions, Mapping};
use crosscut_traces::quant::{QuantSpec, quantise};
use crosscut_traces::{QuantNetwork, Tensor, embedded};
use std::sync::OnceLock;

const LEAST: RangeCalibration = RangeCalibration {
    rule: RangeRule::LeastError,
    percentile: 99.99,
};

/// The embedded network quantised once, and the first held-back images.
fn digits() -> &'static (QuantNetwork, Vec<Tensor>, Vec<u16>) {
    static DIGITS: OnceLock<(QuantNetwork, Vec<Tensor>, Vec<u16>)> = OnceLock::new();
    DIGITS.get_or_init(|| {
        let (net, train, test) = (
            embedded::digits_network(),
            embedded::digits_train(),
            embedded::digits_heldout(),
        );
        let spec = QuantSpec {
            weight_bits: 8,
            input_bits: 8,
        };
        let qnet = quantise(&net, &train.images[..64], spec).unwrap();
        (qnet, test.images[..16].to_vec(), test.labels[..16].to_vec())
    })
}

fn machine(set: &[&str]) -> (Arch, Mapping) {
    let set: Vec<String> = set.iter().map(ToString::to_string).collect();
    let arch = crosscut_arch::load("reram-64", &set).unwrap();
    let mapping = Mapping::build(&digits().0.network, &arch, &MapOptions::default()).unwrap();
    (arch, mapping)
}

fn run(set: &[&str], options: &FuncOptions) -> FuncResult {
    let (arch, mapping) = machine(set);
    let (qnet, images, labels) = digits();
    let model = FuncModel::prepare_with(&arch, &mapping, qnet, options).unwrap();
    evaluate(&model, qnet, images, labels, &|| {}).unwrap()
}

fn profiled(set: &[&str]) -> (Arch, Profile) {
    let (arch, mapping) = machine(set);
    let (qnet, images, _) = digits();
    let p = profile(
        &arch,
        &mapping,
        qnet,
        &FuncOptions::default(),
        images,
        &|| {},
    )
    .unwrap();
    (arch, p)
}

fn bits(arch: &Arch) -> u32 {
    arch.adc.expect("reram-64 has ADCs").bits
}

#[test]
fn a_profile_foretells_what_the_first_layer_clips() {
    let set = ["adc.sar.bits=4"];
    let (arch, p) = profiled(&set);
    let result = run(&set, &FuncOptions::default());
    for l in &result.layers {
        let sums = p.layers.iter().find(|s| s.name == l.name).unwrap();
        let seen: u64 = sums.weight_slices.iter().map(|h| h.total()).sum();
        assert_eq!(
            seen,
            l.weight_slices.iter().map(|s| s.conversions).sum::<u64>(),
            "{}",
            l.name
        );
    }
    // Only the first layer sees the same inputs in both runs.
    let (first, sums) = (&result.layers[0], &p.layers[0]);
    assert!(first.clipped > 0);
    for (i, s) in first.weight_slices.iter().enumerate() {
        let above = sums.weight_slices[i]
            .iter()
            .filter(|e| e.0 > 15)
            .map(|e| e.1)
            .sum::<u64>();
        assert_eq!((s.clipped_low, s.clipped_high), (0, above), "slice {i}");
        let limits = [0, 15];
        let told = WeightSliceProfile::of(&arch, &sums.weight_slices[i], sums.possible[i], limits)
            .unwrap();
        let machine = told.machine.unwrap();
        assert_eq!(
            (machine.clip_rate * told.samples as f64).round() as u64,
            above
        );
        assert_eq!(s.sums, told.seen);
        assert_eq!(told.bars.counts.iter().sum::<u64>(), told.samples);
    }
}

#[test]
fn calibrated_limits_lower_the_error_and_are_refused_where_they_do_not_fit() {
    let set = ["adc.sar.bits=4"];
    let (arch, p) = profiled(&set);
    let limits = p.limits(bits(&arch), LEAST);
    let with = |limits| FuncOptions {
        limits: Some(limits),
        ..FuncOptions::default()
    };
    let (before, after) = (
        run(&set, &FuncOptions::default()),
        run(&set, &with(limits.clone())),
    );
    // The range of unit steps suits the first layer as it is; the second one sees the same inputs in both runs and
    // clips a third of its samples before.
    assert!(limits["conv1"].iter().all(|l| *l == [0, 15]), "{limits:?}");
    assert_eq!(
        after.layers[0].weight_slices,
        before.layers[0].weight_slices
    );
    assert!(after.layers[1].rms_error < 0.3 * before.layers[1].rms_error);
    assert!(after.agreement >= before.agreement);
    let (qnet, ..) = digits();
    let refused = |limits, set: &[&str]| {
        let (arch, mapping) = machine(set);
        FuncModel::prepare_with(&arch, &mapping, qnet, &with(limits))
            .err()
            .unwrap()
            .to_string()
    };
    let mut fewer = limits.clone();
    fewer.remove("conv2");
    assert!(refused(fewer, &set).contains("layer `conv2` has no limits"));
    let mut other = limits.clone();
    other.insert("conv9".into(), vec![[0, 1]; 4]);
    assert!(refused(other, &set).contains("`conv9` is no compute layer"));
    let mut empty = limits.clone();
    empty.get_mut("conv1").unwrap()[2] = [5, 4];
    assert!(refused(empty, &set).contains("slice 2: limits 5 to 4"));
    assert!(
        refused(limits, &["device.reram.cell_bits=1"])
            .contains("4 weight slices, the machine has 8")
    );
    let (arch, mapping) = machine(&["adc.sar.range=calibrated"]);
    let none = FuncModel::prepare(&arch, &mapping, qnet).err().unwrap();
    assert_eq!(
        none,
        FuncError::NotCalibrated {
            key: "adc.sar.range".into()
        }
    );
}

#[test]
fn a_wide_converter_diverges_nowhere_and_a_narrow_one_is_blamed() {
    let wide = run(&["adc.sar.bits=8"], &FuncOptions::default());
    assert_eq!((wide.agreement, wide.divergence.images), (1.0, 0));
    assert_eq!(
        (&wide.divergence.first_layer, &wide.divergence.main_layer),
        (&None, &None)
    );
    assert!(
        wide.layers
            .iter()
            .all(|l| l.rms_error_reference == 0.0 && l.rms_error_float > 0.0)
    );
    let narrow = run(&["adc.sar.bits=4"], &FuncOptions::default());
    let d = &narrow.divergence;
    assert!(d.images > 0 && d.traced == d.images.min(64));
    // With the crossbars in every layer the class differs by definition: each traced image has a first layer.
    assert_eq!(
        narrow.layers.iter().map(|l| l.first_wrong).sum::<u64>(),
        d.traced
    );
    let main = narrow.layers.iter().max_by_key(|l| l.first_wrong).unwrap();
    let named = narrow
        .layers
        .iter()
        .find(|l| Some(&l.name) == d.main_layer.as_ref())
        .unwrap();
    assert_eq!(named.first_wrong, main.first_wrong);
    let said = narrow.verdict.join("\n");
    assert!(
        said.contains(&named.name) && said.contains("clip") && said.contains("adc.sar.bits="),
        "{said}"
    );
    // The number of bits it names clips nothing.
    let advised = said
        .split("adc.sar.bits=")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    let cured = run(
        &[&format!("adc.sar.bits={advised}")],
        &FuncOptions::default(),
    );
    let cured = cured.layers.iter().find(|l| l.name == named.name).unwrap();
    assert_eq!(cured.clipped, 0);
}

/// The same sums fit the range, so that more bits would not help.
#[test]
fn clipping_by_converters_that_are_off_is_told_from_a_narrow_range() {
    let set = ["adc.sar.bits=9", "adc.sar.errors.offset=-2.0"];
    let r = run(&set, &FuncOptions::default());
    assert!(r.layers.iter().any(|l| l.clip_rate > 0.01));
    let verdict = r.verdict.join("\n");
    assert!(verdict.contains("offset, gain or INL"), "{verdict}");
    assert!(!verdict.contains("adc.sar.bits="), "{verdict}");
}

#[test]
fn inputs_outside_the_calibrated_range_are_counted() {
    let (qnet, images, labels) = digits();
    let bright: Vec<Tensor> = images.iter().map(|x| x * 1.5).collect();
    let (arch, mapping) = machine(&["adc.sar.bits=8"]);
    let model = FuncModel::prepare(&arch, &mapping, qnet).unwrap();
    let result = evaluate(&model, qnet, &bright, labels, &|| {}).unwrap();
    let scale = qnet.layers[&qnet.network.compute_layers()[0]].input_scale;
    let beyond = |v: &&f32| (**v / scale).round_ties_even() > 255.0;
    let outside: usize = bright.iter().map(|x| x.iter().filter(beyond).count()).sum();
    assert!(outside > 0);
    assert_eq!(result.layers[0].inputs_outside, outside as u64);
    assert_eq!(result.layers[0].inputs, 64 * bright.len() as u64);
    let said = result.verdict.join("\n");
    assert!(said.contains("lie outside the calibrated range"), "{said}");
}

#[test]
fn ablation_names_what_damages_and_what_is_idle() {
    let (qnet, images, labels) = digits();
    let (arch, mapping) = machine(&["adc.sar.bits=4"]);
    let bench = Bench::new(&arch, &mapping, qnet, images, labels).unwrap();
    let a = ablate(&bench, &FuncOptions::default(), &|| {}).unwrap();
    // Ideal cells, a step of one unit: clipping is all there is.
    assert_eq!(a.parts.len(), 1, "{a:?}");
    let clipping = &a.parts[0];
    assert_eq!(clipping.name, "ADC clipping");
    assert_eq!((&clipping.alone, &clipping.without), (&a.all, &a.none));
    assert_eq!(
        (a.none.agreement, a.none.output_error, a.idle.len()),
        (1.0, 0.0, 8)
    );
    assert!(a.all.output_error > 0.0);
    let (offset, mapping) = machine(&["adc.sar.bits=8", "adc.sar.errors.offset=0.8"]);
    let bench = Bench::new(&offset, &mapping, qnet, images, labels).unwrap();
    let a = ablate(&bench, &FuncOptions::default(), &|| {}).unwrap();
    assert_eq!(a.parts[0].name, "ADC gain/offset/INL");
}

#[test]
fn compared_values_are_three_histograms_of_the_same_outputs() {
    let (qnet, images, _) = digits();
    let (arch, mapping) = machine(&["adc.sar.bits=4"]);
    let id = qnet.network.find("conv3").unwrap();
    let options = FuncOptions::default();
    let model = FuncModel::prepare_with(&arch, &mapping, qnet, &options).unwrap();
    let c = compare_values(&model, qnet, id, images).unwrap();
    let n = (qnet.network.layer(id).shape.len() * images.len()) as u64;
    for s in [&c.float, &c.reference, &c.crossbars] {
        assert_eq!(s.counts.iter().sum::<u64>(), n);
    }
    let result = run(&["adc.sar.bits=4"], &options);
    let layer = result.layers.iter().find(|l| l.name == "conv3").unwrap();
    assert!((c.error_reference / layer.rms_error_reference - 1.0).abs() < 1e-4);
    assert!((c.error_float / layer.rms_error_float - 1.0).abs() < 1e-4);
    let ideal = FuncOptions {
        non_idealities: NonIdealities::none(),
        ..options
    };
    let model = FuncModel::prepare_with(&arch, &mapping, qnet, &ideal).unwrap();
    let c = compare_values(&model, qnet, id, images).unwrap();
    assert_eq!((c.error_reference, c.crossbars == c.reference), (0.0, true));
    assert!((c.correlation - 1.0).abs() < 1e-9);
}

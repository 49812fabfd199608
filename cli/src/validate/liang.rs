//! The published method itself: every count of Liang et al. (IEEE Access 2018) and of SemiMap's table beside ours.
//!
//! Counts need no trained network: masks are those of LGD (the published solver and its grain) on generated weights and drawn
//! images, with the published slices. What follows from the accuracy of trained networks cannot be had here.

use super::chip::{Chip, Kind};
use super::row::Row;
use super::stats;
use super::validation::Validation;
use crate::error::Error;
use crosscut_arch::{Arch, Mark};
use crosscut_prune::select::methods::paper;
use crosscut_prune::{PruneOptions, Quiet, prune};
use crosscut_sim::map::{LayerMap, MapOptions, Mapping, RoleCounts, SliceChoice};
use crosscut_traces::net::Builder;
use crosscut_traces::op::Flatten;
use crosscut_traces::random::Key;
use crosscut_traces::{Network, Op, Shape, Tensor, zoo};
use std::collections::BTreeMap;

/// Name on the command line.
pub const NAME: &str = "liang-2018";

const TABLE_2: &str = "Liang et al. (IEEE Access 2018), Table II";
const TABLE_3: &str = "Liang et al. (IEEE Access 2018), Table III";
const FIG_10: &str = "Liang et al. (IEEE Access 2018), Fig. 10";
const SEMIMAP: &str = "SemiMap (IEEE TCAD 2018), Table III";
const SLICES: &str = "slice widths of the layers";
const RULE: &str = "rounding of the row groups that an output keeps";

/// Table II: total and compute crossbars at 0, 10 and 90 %.
const VGG8: [(&str, [[u64; 2]; 3]); 6] = [
    ("conv2", [[176, 128], [164, 116], [72, 32]]),
    ("conv3", [[224, 160], [208, 152], [88, 36]]),
    ("conv4", [[604, 512], [570, 478], [168, 76]]),
    ("conv5", [[364, 304], [352, 296], [94, 38]]),
    ("conv6", [[698, 592], [682, 576], [182, 76]]),
    ("fc1", [[167, 128], [161, 122], [71, 32]]),
];

/// Accepted deviations at 0, 10 and 90 %. With a tenth of the row groups left an output keeps one to three, and it matters which:
/// masks on generated weights choose others than those of the trained network.
const TABLE_2_WITHIN: [f64; 3] = [0.0, 0.1, 0.3];

/// Table II, the network at 10 and 90 %.
const VGG8_ALL: [[u64; 2]; 2] = [[2388, 1870], [926, 420]];

/// Table III: total and compute crossbars, dense and in three cases.
const NETWORKS: [(&str, [[u64; 2]; 4]); 3] = [
    (
        "vgg16",
        [
            [25801, 21720],
            [16428, 12403],
            [14319, 10294],
            [12749, 8724],
        ],
    ),
    (
        "resnet18",
        [[7300, 4724], [5148, 3718], [5815, 3017], [5107, 2634]],
    ),
    (
        "vgg8",
        [[2484, 1954], [1320, 802], [1092, 582], [1056, 546]],
    ),
];

/// Fig. 10: compute crossbars of conv3_1 of VGG16 by ratio.
const CONV3_1: [(f64, u64); 6] = [
    (0.0, 896),
    (0.5, 490),
    (0.55, 455),
    (0.6, 378),
    (0.65, 336),
    (0.75, 266),
];

/// All rows.
///
/// # Errors
/// If a network cannot be mapped or pruned, which is a bug.
pub fn validate() -> Result<Validation, Error> {
    let arch = crosscut_arch::load("semimap", &[])?;
    let chip = chip();
    let mut rows = Vec::new();
    table_2(&chip, &arch, &mut rows)?;
    table_3(&chip, &arch, &mut rows)?;
    fig_10(&chip, &arch, &mut rows)?;
    semimap(&chip, &arch, &mut rows)?;
    Ok(Validation {
        summary: stats::summaries(&rows),
        rows,
        chips: vec![chip],
    })
}

fn chip() -> Chip {
    Chip {
        chip: NAME.to_string(),
        machine: Some("semimap".to_string()),
        kind: Kind::Design,
        about: "Counts of crossbars of crossbar-aware pruning (Liang et al. 2018) and of semi-folded mapping (SemiMap 2018). Masks are LGD's on generated weights and drawn images.".to_string(),
        missing: "Case 1, case 2 and opt of Table III choose the ratio of every layer by the accuracy of networks trained on CIFAR-10 and ImageNet; `crosscut prune --arch semimap --case 1|2|opt` does so on a trained network. No slices of VGG16 and ResNet18 are published but those of two layers; ours take fewer crossbars. 22 compute crossbars of VGG8 that the paper counts follow from no layer of its tables. At 90 % an output keeps one to three row groups, and masks on generated weights choose others than those of the trained network.".to_string(),
        network: BTreeMap::new(),
        points: Vec::new(),
        folder: None,
    }
}

/// A published count beside ours.
struct Count<'a> {
    figure: String,
    conditions: String,
    published: u64,
    ours: Result<u64, &'a str>,
    tolerance: f64,
    fitted: &'a str,
    source: &'a str,
}

impl Count<'_> {
    fn row(self, chip: &Chip) -> Row {
        let mark = match self.fitted {
            "" => Mark::Structural,
            _ => Mark::Fitted,
        };
        let row = Row::of_count(
            chip,
            (self.figure, self.conditions),
            self.published,
            self.ours,
        );
        Row {
            mark,
            fitted: self.fitted.to_string(),
            source: self.source.to_string(),
            ..row.within(self.tolerance)
        }
    }
}

fn published_slices(net: &Network, arch: &Arch) -> Result<Mapping, Error> {
    let options = MapOptions {
        slices: SliceChoice::Published,
        ..MapOptions::default()
    };
    Ok(Mapping::build(net, arch, &options)?)
}

fn roles(mapping: &Mapping, layer: &str) -> RoleCounts {
    let found = mapping.layers.iter().find(|l: &&LayerMap| l.name == layer);
    found.map(|l| l.roles).unwrap_or_default()
}

/// The network pruned by the published method at ratios of its layers.
fn pruned(
    net: &Network,
    arch: &Arch,
    mapping: &Mapping,
    base: &PruneOptions,
) -> Result<Mapping, Error> {
    let shape = net.layer(net.input()).shape;
    let options = PruneOptions {
        images: IMAGES,
        // Counts do not depend on the weights that stay.
        refit: false,
        ..paper(base)
    };
    let images: Vec<Tensor> = (0..IMAGES as u64).map(|i| drawn(shape, i)).collect();
    Ok(prune(net, mapping, arch, &images, &options, &mut Quiet)?.mapping)
}

/// Images that masks are chosen on.
const IMAGES: usize = 2;

/// Values of 0 to 1, the same in every run.
fn drawn(shape: Shape, image: u64) -> Tensor {
    let key = Key::new(0).named("liang-2018").child(image);
    let mut n = 0;
    Tensor::from_shape_simple_fn((shape.c, shape.h, shape.w), || {
        n += 1;
        (key.bits(n) >> 40) as f32 / (1u64 << 24) as f32
    })
}

fn table_2(chip: &Chip, arch: &Arch, rows: &mut Vec<Row>) -> Result<(), Error> {
    let net = zoo::named("vgg8", 0)?;
    let dense = published_slices(&net, arch)?;
    for (column, ratio) in [0.0, 0.1, 0.9].into_iter().enumerate() {
        let mapping = match column {
            0 => dense.clone(),
            _ => {
                let base = PruneOptions {
                    ratio,
                    ..PruneOptions::default()
                };
                pruned(&net, arch, &dense, &base)?
            }
        };
        let conditions = format!("VGG8, {:.0} % removed", 100.0 * ratio);
        for (layer, counts) in VGG8 {
            let [total, compute] = counts[column];
            let found = roles(&mapping, layer);
            let both = [
                ("total", total, found.total()),
                ("compute", compute, found.compute),
            ];
            rows.extend(both.map(|(what, published, ours)| {
                Count {
                    figure: format!("{layer}, {what} crossbars"),
                    conditions: conditions.clone(),
                    published,
                    ours: Ok(ours),
                    tolerance: TABLE_2_WITHIN[column],
                    fitted: if column == 0 { SLICES } else { RULE },
                    source: TABLE_2,
                }
                .row(chip)
            }));
        }
        if column > 0 {
            let totals = mapping.totals();
            let [total, compute] = VGG8_ALL[column - 1];
            let both = [
                ("total", total, totals.total()),
                ("compute", compute, totals.compute),
            ];
            rows.extend(both.map(|(what, published, ours)| {
                Count {
                    figure: format!("network, {what} crossbars"),
                    conditions: conditions.clone(),
                    published,
                    ours: Ok(ours),
                    tolerance: TABLE_2_WITHIN[column],
                    fitted: RULE,
                    source: TABLE_2,
                }
                .row(chip)
            }));
        }
    }
    Ok(())
}

fn table_3(chip: &Chip, arch: &Arch, rows: &mut Vec<Row>) -> Result<(), Error> {
    for (name, counts) in NETWORKS {
        let net = zoo::named(name, 0)?;
        let mapping = match name {
            "resnet18" => Mapping::build(&net, arch, &MapOptions::default())?,
            _ => published_slices(&net, arch)?,
        };
        let totals = mapping.totals();
        for (case, [total, compute]) in ["dense", "case 1", "case 2", "opt"].into_iter().zip(counts)
        {
            let why = "the ratios of its layers follow from the accuracy of a trained network";
            for (what, published, found) in [
                ("total", total, totals.total()),
                ("compute", compute, totals.compute),
            ] {
                let count = Count {
                    figure: format!("{name}, {what} crossbars"),
                    conditions: case.to_string(),
                    published,
                    ours: if case == "dense" { Ok(found) } else { Err(why) },
                    tolerance: if name == "vgg8" { 0.1 } else { 0.6 },
                    fitted: if name == "vgg8" && case == "dense" {
                        SLICES
                    } else {
                        ""
                    },
                    source: TABLE_3,
                };
                rows.push(count.row(chip));
            }
        }
    }
    Ok(())
}

/// The layer between two small ones, with its own slices: its counts do not depend on the rest of VGG16.
fn fig_10(chip: &Chip, arch: &Arch, rows: &mut Vec<Row>) -> Result<(), Error> {
    let (mut b, x) = Builder::new("conv3_1-alone", Shape::new(4, 56, 56), 0);
    let x = b.conv("conv2_2", x, 128, 3, 1, 1);
    let x = b.relu(x);
    let mut x = b.conv("conv3_1", x, 256, 3, 1, 1);
    for i in 0..3 {
        x = b.max_pool(&format!("pool{i}"), x, 2, 2, 0);
    }
    let x = b.push("flatten", Op::of(Flatten), &[x]);
    b.gemm("fc", x, 10);
    let net = b.finish();
    let options = MapOptions {
        unroll: BTreeMap::from([("conv3_1".to_string(), 8)]),
        ..MapOptions::default()
    };
    let dense = Mapping::build(&net, arch, &options)?;
    for (ratio, published) in CONV3_1 {
        let mapping = match ratio > 0.0 {
            false => dense.clone(),
            true => {
                let base = PruneOptions {
                    ratio: 0.0,
                    ratios: BTreeMap::from([("conv3_1".to_string(), ratio)]),
                    ..PruneOptions::default()
                };
                pruned(&net, arch, &dense, &base)?
            }
        };
        let count = Count {
            figure: "conv3_1, compute crossbars".to_string(),
            conditions: format!("VGG16, {:.0} % removed", 100.0 * ratio),
            published,
            ours: Ok(roles(&mapping, "conv3_1").compute),
            tolerance: if ratio > 0.0 { 0.15 } else { 0.0 },
            fitted: if ratio > 0.0 { RULE } else { SLICES },
            source: FIG_10,
        };
        rows.push(count.row(chip));
    }
    Ok(())
}

/// conv2_2 of VGG16 in three mappings.
fn semimap(chip: &Chip, arch: &Arch, rows: &mut Vec<Row>) -> Result<(), Error> {
    let net = zoo::named("vgg16", 0)?;
    let semi = roles(&published_slices(&net, arch)?, "conv2_2");
    let folded = crosscut_arch::load("semimap", &["mapping.fold=full".to_string()])?;
    let folded = roles(
        &Mapping::build(&net, &folded, &MapOptions::default())?,
        "conv2_2",
    );
    let unfolded = "arrays for every output position are no mapping of this simulator";
    let counts = [
        ("products", "semi-folded", 896, Ok(semi.compute), SLICES),
        ("adders", "semi-folded", 56, Ok(semi.reduce), ""),
        ("buffers", "semi-folded", 224, Ok(semi.buffer), ""),
        ("total", "semi-folded", 1176, Ok(semi.total()), ""),
        ("products", "folded", 5, Ok(folded.compute), ""),
        ("adders", "folded", 1, Ok(folded.reduce), ""),
        ("products", "unfolded", 62720, Err(unfolded), ""),
        ("adders", "unfolded", 12544, Err(unfolded), ""),
    ];
    rows.extend(counts.map(|(what, how, published, ours, fitted)| {
        Count {
            figure: format!("conv2_2, {what}"),
            conditions: format!("VGG16, {how}"),
            published,
            ours,
            tolerance: 0.0,
            fitted,
            source: SEMIMAP,
        }
        .row(chip)
    }));
    Ok(())
}

//! Is every weight of every layer held exactly once per copy, in arrays that exist?
//!
//! The arrays are written out cell by cell from the definition of a mapping: a row group's lines below each other, the
//! columns of its outputs beside each other, small channel groups block-diagonally. Counts of the mapping must be those
//! of the cells.

use crosscut_arch::{Arch, Packing, load};
use crosscut_sim::map::{LayerMap, MapOptions, Mapping};
use crosscut_traces::net::push;
use crosscut_traces::random::Key;
use crosscut_traces::{Conv, Network, Op, Shape, Weights};
use std::collections::{BTreeMap, BTreeSet};

/// Weight (output, im2col row) of one output column of a slice.
type Weight = (usize, usize, usize);

/// One array: the weight behind each (row, logical column), and what its rows are.
#[derive(Default)]
struct Array {
    cells: BTreeMap<(usize, usize), Weight>,
    rows: usize,
    columns: usize,
}

/// Rows of a row group for a slice: im2col rows as they are for single columns, else (line, input column), where a line is
/// an input FM and a kernel row.
fn physical(map: &LayerMap, rows: &[usize], width: usize) -> Vec<(usize, usize)> {
    let g = &map.geometry;
    if width == 1 {
        return rows.iter().map(|&r| (r, 0)).collect();
    }
    let mut all = BTreeSet::new();
    for &r in rows {
        for x in 0..width {
            let column = x * g.stride[1] + r % g.kernel[1] * g.dilation[1];
            all.insert((r / g.kernel[1], column));
        }
    }
    all.into_iter().collect()
}

/// All arrays of one slice.
fn arrays(map: &LayerMap, arch: &Arch, width: usize) -> Vec<Array> {
    let g = &map.geometry;
    let kout = map.kout(arch, width);
    let shared = map.groups_per_array(arch);
    let mut arrays = Vec::new();
    for block in map.row_groups.chunks(shared) {
        let mut array = Array::default();
        for group in block {
            let rows: Vec<usize> = group.rows.iter().collect();
            let outputs: Vec<usize> = group.outputs.iter().collect();
            let lines = physical(map, &rows, width);
            for held in outputs.chunks(kout) {
                if shared == 1 {
                    array = Array::default();
                }
                for (o, &q) in held.iter().enumerate() {
                    for x in 0..width {
                        for &r in &rows {
                            let at = if width == 1 {
                                (r, 0)
                            } else {
                                let column = x * g.stride[1] + r % g.kernel[1] * g.dilation[1];
                                (r / g.kernel[1], column)
                            };
                            let row = lines.binary_search(&at).unwrap();
                            let cell = (array.rows + row, array.columns + o * width + x);
                            let before = array.cells.insert(cell, (q, r, x));
                            assert_eq!(before, None, "{}: one weight per cell", map.name);
                        }
                    }
                }
                array.rows += lines.len();
                array.columns += held.len() * width;
                if shared == 1 {
                    arrays.push(std::mem::take(&mut array));
                }
            }
        }
        if shared > 1 {
            arrays.push(array);
        }
    }
    arrays
}

fn every_weight_is_held_once(map: &LayerMap, arch: &Arch, case: &str) {
    let g = &map.geometry;
    let (rows_per, outputs_per) = (g.rows() / g.groups, g.output.c / g.groups);
    let per_weight = arch.columns_per_weight() as usize;
    let (mut held_cells, mut count) = (0, 0);
    for width in map.hardware_slices() {
        let arrays = arrays(map, arch, width);
        count += arrays.len();
        let mut held: BTreeMap<Weight, usize> = BTreeMap::new();
        for a in &arrays {
            assert!(
                a.rows <= arch.crossbar.rows as usize,
                "{case}: {} rows",
                a.rows
            );
            let columns = a.columns * per_weight;
            assert!(
                columns <= arch.crossbar.columns as usize,
                "{case}: {columns} columns"
            );
            held_cells += a.cells.len() * per_weight;
            a.cells
                .values()
                .for_each(|&w| *held.entry(w).or_default() += 1);
        }
        // Each weight once for each output column of the slice, and nothing else.
        assert_eq!(held.len(), g.output.c * rows_per * width, "{case}: weights");
        for (&(q, r, x), &times) in &held {
            assert_eq!(
                times, 1,
                "{case}: weight of output {q}, row {r}, column {x}"
            );
            assert_eq!(q / outputs_per, r / rows_per, "{case}: channel group");
        }
        assert_eq!(
            map.arrays(arch, width) as usize,
            arrays.len(),
            "{case}: arrays"
        );
        let activity = map.activity(arch, width);
        assert_eq!(
            activity.arrays as usize,
            arrays.len(),
            "{case}: arrays that fire"
        );
        // A block-diagonal array drives the rows of all its groups.
        let driven: usize = arrays.iter().map(|a| a.rows).sum();
        assert_eq!(activity.driven_rows as usize, driven, "{case}: driven rows");
    }
    let ry = map.replicas[1];
    assert_eq!(map.roles.compute as usize, count * ry, "{case}: crossbars");
    let all = count * (arch.crossbar.rows * arch.crossbar.columns) as usize;
    let utilization = held_cells as f64 / all as f64;
    assert!(
        (map.utilization - utilization).abs() < 1e-12,
        "{case}: utilization"
    );
    let positions = map.unroll * map.replicas[0] * ry;
    assert!(
        map.firings() as usize * positions >= g.positions(),
        "{case}: firings"
    );
}

struct Draw(u64, u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.1 += 1;
        (Key::new(self.0).bits(self.1) % n as u64) as usize
    }

    fn of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// One convolution of any kind.
fn network(d: &mut Draw) -> Option<Network> {
    let groups = d.of(&[1, 1, 2, 3, 6]);
    let input = Shape::new(groups * (1 + d.below(4)), 7, 4 + d.below(6));
    let kernel = [1 + d.below(3), 1 + d.below(3)];
    let mut net = Network::new("any");
    let x = push(&mut net, "input", Op::Input(input), &[]).unwrap();
    let conv = Conv {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![
                groups * (1 + d.below(7)),
                input.c / groups,
                kernel[0],
                kernel[1],
            ],
            std: 1.0,
        },
        bias: None,
        stride: [1 + d.below(3), 1 + d.below(4)],
        pad: [d.below(2); 4],
        dilation: [1 + d.below(2), 1 + d.below(3)],
        groups,
    };
    push(&mut net, "conv", Op::Conv(conv), &[x]).ok()?;
    Some(net)
}

fn machine(d: &mut Draw) -> Arch {
    let scheme = d.of(&[
        "offset={unit_column=true, flip=false}",
        "offset={unit_column=false, flip=false}",
        "differential={}",
        "twos-complement={}",
    ]);
    let cell = if scheme.starts_with("twos") {
        1
    } else {
        d.of(&[1, 2, 4])
    };
    let set = [
        format!("format.signed.{scheme}"),
        format!("device.reram.cell_bits={cell}"),
        format!("format.weight_bits={}", d.of(&[2, 4, 8])),
        format!("crossbar.rows={}", d.of(&[9, 16, 33, 64])),
        format!("crossbar.columns={}", d.of(&[16, 30, 64, 128])),
        format!("mapping.packing={}", d.of(&["dense", "feature-map"])),
        format!("mapping.fold={}", d.of(&["full", "semi"])),
        format!(
            "mapping.channel_groups={}",
            d.of(&["share", "share", "apart"])
        ),
    ];
    load("reram-64", &set).unwrap()
}

#[test]
fn in_random_layers_on_random_machines() {
    let (mut tried, mut shared, mut sliced, mut dense_slices) = (0, 0, 0, 0);
    for seed in 0..1500 {
        let mut d = Draw(seed, 0);
        let Some(net) = network(&mut d) else {
            continue;
        };
        let arch = machine(&mut d);
        let width = net.layer(net.find("conv").unwrap()).shape.w;
        let mut options = MapOptions::default();
        if d.of(&[true, true, false]) {
            let w = 1 + d.below(width);
            options.unroll.insert("conv".into(), w);
        }
        if d.of(&[true, false]) {
            options.max_firings = Some(1 + d.below(20) as u64);
        }
        // A width that does not fit is refused, with the widest that does.
        let Ok(mapping) = Mapping::build(&net, &arch, &options) else {
            continue;
        };
        let map = &mapping.layers[0];
        tried += 1;
        shared += usize::from(map.groups_per_array(&arch) > 1);
        sliced += usize::from(map.unroll > 1);
        dense_slices += usize::from(map.unroll > 1 && map.packing == Packing::Dense);
        every_weight_is_held_once(map, &arch, &format!("seed {seed}"));
    }
    println!(
        "{tried} layers: {shared} share arrays, {sliced} sliced, {dense_slices} of them densely"
    );
    assert!(tried > 500 && shared > 50 && sliced > 100 && dense_slices > 20);
}

/// A depthwise convolution of 8 channels, 3x3, on 128x128 arrays of 2-bit cells with 8-bit weights.
fn depthwise(set: &[&str]) -> (LayerMap, Arch) {
    let mut net = Network::new("depthwise");
    let x = push(&mut net, "input", Op::Input(Shape::new(32, 8, 8)), &[]).unwrap();
    let conv = Conv {
        weight: Weights::Seeded {
            seed: 1,
            shape: vec![32, 1, 3, 3],
            std: 1.0,
        },
        bias: None,
        stride: [1, 1],
        pad: [1; 4],
        dilation: [1, 1],
        groups: 32,
    };
    push(&mut net, "conv", Op::Conv(conv), &[x]).unwrap();
    let set: Vec<String> = set.iter().map(|s| s.to_string()).collect();
    let arch = load("isaac-8b", &set).unwrap();
    let mapping = Mapping::build(&net, &arch, &MapOptions::default()).unwrap();
    (mapping.layers[0].clone(), arch)
}

#[test]
fn depthwise_groups_share_arrays_block_diagonally() {
    // 9 rows and 4 columns a group: floor(128/9) = 14 by rows; 14 x 4 + 13 unit columns = 69 <= 128. 32 groups: 3 arrays.
    let (map, arch) = depthwise(&[]);
    assert_eq!((map.groups_per_array(&arch), map.roles.compute), (14, 3));
    // 32 x 9 x 4 cells of 3 x 128 x 128.
    assert!((map.utilization - 1152.0 / 49152.0).abs() < 1e-12);
    // Apart: an array each.
    let (map, arch) = depthwise(&["mapping.channel_groups=apart"]);
    assert_eq!((map.groups_per_array(&arch), map.roles.compute), (1, 32));
    // Columns decide on narrow arrays: n x 4 + (n - 1) <= 16 gives 3 groups, 11 arrays; without unit column 4, 8 arrays.
    let narrow = "crossbar.columns=16";
    let (map, arch) = depthwise(&[narrow]);
    assert_eq!((map.groups_per_array(&arch), map.roles.compute), (3, 11));
    let (map, arch) = depthwise(&[narrow, "format.signed.offset.unit_column=false"]);
    assert_eq!((map.groups_per_array(&arch), map.roles.compute), (4, 8));
}

#[test]
fn input_columns_of_a_slice_are_counted_once() {
    let (map, _) = depthwise(&[]);
    for stride in 1..=5 {
        for dilation in 1..=4 {
            for k in 1..=5 {
                for w in 1..=9 {
                    let mut g = map.geometry.clone();
                    g.kernel = [1, k];
                    (g.stride[1], g.dilation[1]) = (stride, dilation);
                    let columns: BTreeSet<usize> = (0..w)
                        .flat_map(|i| (0..k).map(move |j| i * stride + j * dilation))
                        .collect();
                    let case = format!("stride {stride}, dilation {dilation}, k {k}, w {w}");
                    assert_eq!(g.input_columns(w), columns.len(), "{case}");
                }
            }
        }
    }
}

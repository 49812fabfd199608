//! Layers with weights.

use super::terms::{Steps, bracketed, sum, tally};
use crate::map::layer::reads;
use crate::map::{LayerMap, Mapping, build, roles};
use crosscut_arch::{Adc, Arch, Packing, UnusedColumns, Worker};
use crosscut_traces::Network;

pub(super) fn explain(steps: &mut Steps, net: &Network, arch: &Arch, mapping: &Mapping, n: usize) {
    let layer = &mapping.layers[n];
    let next = build::next_slices(net, &mapping.layers, layer.layer);
    let e = Explainer {
        layer,
        arch,
        copies: roles::copies(layer, arch, next),
        widths: tally(layer.hardware_slices()),
    };
    e.rows(steps);
    e.columns(steps);
    e.copies(steps);
    e.roles(steps);
    e.work(steps);
}

struct Explainer<'a> {
    layer: &'a LayerMap,
    arch: &'a Arch,
    /// Output columns that a slice sends twice.
    copies: usize,
    /// Widths of the slices with hardware of their own, and how many there are.
    widths: Vec<(usize, u64)>,
}

impl Explainer<'_> {
    /// From the kernel to row groups.
    fn rows(&self, steps: &mut Steps) {
        let (l, g) = (self.layer, &self.layer.geometry);
        let [kh, kw] = g.kernel;
        let (n, w) = (self.arch.crossbar.rows as usize, l.unroll);
        let maps = g.input.c / g.groups;
        let rows = g.rows() / g.groups;
        steps.add(
            "rows",
            "k_h x k_w x P / channel groups",
            format!("{kh} x {kw} x {} / {}", g.input.c, g.groups),
            rows as u64,
            "inputs that every output is a weighted sum of: one row each".to_string(),
        );
        let w_in = g.input_columns(w);
        if w > 1 {
            let reason = format!(
                "input columns that {w} neighbouring output columns look at together; each output column has its own copy of the weights, shifted, with zeros beside it"
            );
            if g.dilation[1] == 1 && g.stride[1] <= kw {
                let numbers = format!("({w} - 1) x {} + {kw}", g.stride[1]);
                steps.add(
                    "input_columns",
                    "(w - 1) x stride + k_w",
                    numbers,
                    w_in as u64,
                    reason,
                );
            } else {
                let formula = "distinct columns i x stride + j x dilation, i < w, j < k_w";
                steps.add(
                    "input_columns",
                    formula,
                    w_in.to_string(),
                    w_in as u64,
                    reason,
                );
            }
        }
        // What one array takes of a channel group, and how many arrays that makes.
        let (dense, formula, numbers, reason) = match (l.packing, w) {
            (Packing::FeatureMap, _) => {
                let per_array = n / (kh * w_in);
                steps.add(
                    "maps_per_array",
                    "K_in = floor(N / (k_h x w_in))",
                    format!("floor({n} / ({kh} x {w_in}))"),
                    per_array as u64,
                    format!("whole input feature maps that fit the {n} rows of a crossbar"),
                );
                (
                    maps.div_ceil(per_array.max(1)),
                    "channel groups x ceil(P / channel groups / K_in)",
                    format!("{} x ceil({maps} / {per_array})", g.groups),
                    "feature maps are kept whole",
                )
            }
            (Packing::Dense, 1) => (
                rows.div_ceil(n),
                "channel groups x ceil(rows / N)",
                format!("{} x ceil({rows} / {n})", g.groups),
                "rows are cut wherever an array is full",
            ),
            (Packing::Dense, _) => {
                let per_array = n / w_in;
                steps.add(
                    "lines_per_array",
                    "floor(N / w_in)",
                    format!("floor({n} / {w_in})"),
                    per_array as u64,
                    "kernel rows of input feature maps that fit the rows of a crossbar".to_string(),
                );
                (
                    (kh * maps).div_ceil(per_array.max(1)),
                    "channel groups x ceil(k_h x P / channel groups / lines)",
                    format!("{} x ceil({kh} x {maps} / {per_array})", g.groups),
                    "cut between kernel rows",
                )
            }
        };
        if dense * g.groups == l.row_groups.len() {
            let reason = format!("I: sets of rows that share crossbars; {reason}");
            steps.add(
                "row_groups",
                formula,
                numbers,
                l.row_groups.len() as u64,
                reason,
            );
        } else {
            let count = l.row_groups.len();
            let reason =
                "I: sets of rows that share crossbars, as this mapping lists them".to_string();
            steps.add(
                "row_groups",
                "as listed",
                count.to_string(),
                count as u64,
                reason,
            );
        }
        let (live, all) = (l.live_row_groups(), l.row_groups.len());
        if live < all {
            steps.add(
                "live_row_groups",
                "I - row groups without outputs",
                format!("{all} - {}", all - live),
                live as u64,
                "pruning left no output on the others".to_string(),
            );
        }
    }

    /// From weight bits to arrays of one slice.
    fn columns(&self, steps: &mut Steps) {
        let (l, arch) = (self.layer, self.arch);
        let (slices, per_weight) = (arch.weight_slices(), arch.columns_per_weight());
        let sign = per_weight / slices;
        let bits = match sign {
            2 => arch.format.weight_bits - 1,
            _ => arch.format.weight_bits,
        };
        let cell = arch.device.cell_bits;
        steps.add(
            "columns_per_weight",
            "ceil(weight bits / cell bits) x sign columns",
            format!("ceil({bits} / {cell}) x {sign}"),
            u64::from(per_weight),
            match sign {
                2 => "a weight is cut over cells; positive and negative parts have columns of their own",
                _ => "a weight is cut over cells",
            }
            .to_string(),
        );
        let m = arch.crossbar.columns;
        for &(w, _) in &self.widths {
            steps.add(
                &self.named("outputs_per_array", w),
                "K_out = floor(M / (w x columns per weight))",
                format!("floor({m} / ({w} x {per_weight}))"),
                l.kout(arch, w) as u64,
                format!(
                    "output feature maps in the {m} columns of a crossbar, {w} output columns each"
                ),
            );
        }
        let shared = l.groups_per_array(arch);
        for &(w, _) in &self.widths {
            let name = self.named("arrays_per_slice", w);
            if shared > 1 {
                let (live, g) = (l.live_row_blocks(arch) as u64, l.geometry.groups);
                let (formula, numbers) = if l.live_row_groups() == l.row_groups.len() {
                    (
                        "ceil(channel groups / groups per array)",
                        format!("ceil({g} / {shared})"),
                    )
                } else {
                    ("arrays with an output left", live.to_string())
                };
                let reason = format!(
                    "{shared} channel groups share an array, each with rows and columns of its own"
                );
                steps.add(&name, formula, numbers, l.arrays(arch, w), reason);
                continue;
            }
            let live = l.row_groups.iter().filter(|g| !g.outputs.is_empty());
            let outputs = tally(live.map(|g| g.outputs.len()));
            let kout = l.kout(arch, w);
            steps.add(
                &name,
                "row groups x ceil(outputs / K_out)",
                sum(&outputs, |q| format!("ceil({q} / {kout})")),
                l.arrays(arch, w),
                match outputs.len() {
                    0 => "nothing is left".to_string(),
                    1 => "row groups x column groups (J)".to_string(),
                    n => format!("row groups x column groups; {n} different numbers of outputs"),
                },
            );
        }
    }

    /// Slices and copies.
    fn copies(&self, steps: &mut Steps) {
        let l = self.layer;
        let ([rx, ry], width) = (l.replicas, l.geometry.output.w);
        let slices = l.slices().len();
        steps.add(
            "slices",
            "ceil(W / w)",
            format!("ceil({width} / {})", l.unroll),
            slices as u64,
            "parts of an output row, each computed at once".to_string(),
        );
        steps.add(
            "copies",
            "min(r_x, slices) x r_y",
            format!("min({rx}, {slices}) x {ry}"),
            (l.hardware_slices().len() * ry) as u64,
            match [rx, ry] {
                [1, 1] => "one copy of the weights works through all positions".to_string(),
                [_, 1] => "copies that work at the same time, along an output row".to_string(),
                _ => format!(
                    "copies that work at the same time: {rx} along an output row, on {ry} rows"
                ),
            },
        );
    }

    /// Crossbars by role.
    fn roles(&self, steps: &mut Steps) {
        let (l, arch) = (self.layer, self.arch);
        let (ry, roles) = (l.replicas[1], l.roles);
        let arrays = sum(&self.widths, |&w| l.arrays(arch, w).to_string());
        steps.add(
            "compute",
            "slices with hardware x arrays of a slice x r_y",
            format!("{} x {ry}", bracketed(arrays)),
            roles.compute,
            "crossbars that hold weights".to_string(),
        );
        let digital = || "done by digital units on this machine".to_string();
        let buffered = arch.roles.buffer == Worker::Crossbar;
        let (held, blocks) = (l.hardware_slices().len(), l.live_row_blocks(arch));
        steps.add(
            "buffer",
            "slices with hardware x live row groups x r_y",
            if buffered {
                format!("{held} x {blocks} x {ry}")
            } else {
                "0".to_string()
            },
            roles.buffer,
            if buffered {
                "crossbars that hold the input rows of each row group".to_string()
            } else {
                digital()
            },
        );
        let groups = l.dense_row_groups / l.geometry.groups;
        let (formula, numbers, reason) = if arch.roles.reduce == Worker::Digital {
            ("0", "0".to_string(), digital())
        } else if groups <= 1 {
            (
                "0",
                "0".to_string(),
                "one row group holds all rows: nothing to add".to_string(),
            )
        } else {
            self.adders(groups)
        };
        steps.add("reduce", formula, numbers, roles.reduce, reason);
        steps.add(
            "total",
            "compute + reduce + buffer",
            format!("{} + {} + {}", roles.compute, roles.reduce, roles.buffer),
            roles.total(),
            "crossbars of all roles".to_string(),
        );
    }

    fn adders(&self, groups: usize) -> (&'static str, String, String) {
        let (q, m, e) = (
            self.layer.geometry.output.c,
            self.arch.crossbar.columns,
            self.copies,
        );
        let neurons = match self.arch.phased() {
            Some(p) => format!("min({m}, floor({} / {groups}))", p.packets_per_phase),
            None => m.to_string(),
        };
        let adders = sum(&self.widths, |w| {
            format!("ceil({q} / max(1, floor({neurons} / ({w} + {e}))))")
        });
        let mut reason = format!("crossbars that add {groups} partial sums for each output");
        if e > 0 {
            reason +=
                &format!("; {e} more columns, because two slices of the next layer need them");
        }
        if self.layer.live_row_groups() < self.layer.row_groups.len() {
            reason += "; as before pruning";
        }
        (
            "slices x ceil(Q / max(1, floor(min(M, floor(packets per phase / I)) / (w + e)))) x r_y",
            format!("{} x {}", bracketed(adders), self.layer.replicas[1]),
            reason,
        )
    }

    /// Utilisation, firings and conversions.
    fn work(&self, steps: &mut Steps) {
        let (l, arch) = (self.layer, self.arch);
        let ([rx, ry], out) = (l.replicas, l.geometry.output);
        let (n, m) = (arch.crossbar.rows, arch.crossbar.columns);
        let sizes = tally(
            l.row_groups
                .iter()
                .filter(|g| !g.outputs.is_empty())
                .map(|g| (g.rows.len(), g.outputs.len())),
        );
        let weights = bracketed(sum(&sizes, |(r, q)| format!("{r} x {q}")));
        let columns: usize = l.hardware_slices().iter().sum();
        let per_weight = arch.columns_per_weight();
        if l.roles.compute > 0 {
            steps.add_share(
                "utilization",
                "weights x output columns x columns per weight x r_y / (compute x N x M)",
                format!(
                    "{weights} x {columns} x {per_weight} x {ry} / ({} x {n} x {m})",
                    l.roles.compute
                ),
                l.utilization,
                match l.unroll {
                    1 => "cells that hold a weight over all cells of the compute crossbars; the rest of the last row and column group is empty",
                    _ => "cells that hold a weight over all cells of the compute crossbars; the rest are zeros beside the shifted copies and empty rows and columns",
                }
                .to_string(),
            );
        }
        steps.add(
            "firings",
            "ceil(H / r_y) x ceil(W / (w x r_x))",
            format!(
                "ceil({} / {ry}) x ceil({} / ({} x {rx}))",
                out.h, out.w, l.unroll
            ),
            l.firings(),
            "steps of one image, all copies at once".to_string(),
        );
        let Adc::Sar(adc) = arch.adc else {
            steps.add(
                "adc_conversions",
                "0",
                "0".to_string(),
                0,
                "this machine has no ADC".to_string(),
            );
            return;
        };
        let slices = tally(l.slices().iter().map(|s| s.width));
        let (reads, h) = (reads(arch), out.h);
        let (formula, columns, reason) = match adc.unused_columns {
            UnusedColumns::Convert => {
                let per = arch.columns_per_conversion();
                (
                    "H x reads x slices x floor(arrays x M / columns per conversion)",
                    sum(&slices, |&w| {
                        format!("floor({} x {m} / {per})", l.arrays(arch, w))
                    }),
                    "every column of an active array is converted",
                )
            }
            UnusedColumns::Skip => {
                let cells = arch.weight_slices();
                (
                    "H x reads x slices x partial sums x weight slices",
                    sum(&slices, |&w| {
                        format!("{} x {cells}", l.activity(arch, w).partial_sums)
                    }),
                    "columns with weights are converted",
                )
            }
        };
        steps.add(
            "adc_conversions",
            formula,
            format!("{h} x {reads} x {}", bracketed(columns)),
            l.adc_conversions(arch),
            format!("{reason}, once for each of {reads} reads of an input"),
        );
    }

    /// The name of a step, with the width where slices of several widths have hardware.
    fn named(&self, step: &str, width: usize) -> String {
        if self.widths.len() > 1 && width != self.widths[0].0 {
            format!("{step}_{width}")
        } else {
            step.to_string()
        }
    }
}

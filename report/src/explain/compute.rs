//! Layers with weights: copies of the arrays and crossbars by role.

use super::terms::{Steps, bracketed, sum, tally};
use crosscut_arch::{Arch, Worker};
use crosscut_sim::kind;
use crosscut_sim::map::{Adders, LayerMap, Mapping, build, roles};
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

pub(super) struct Explainer<'a> {
    pub layer: &'a LayerMap,
    pub arch: &'a Arch,
    /// Output columns that a slice sends twice.
    copies: usize,
    /// Widths of the slices with hardware of their own, and how many there are.
    pub widths: Vec<(usize, u64)>,
}

impl Explainer<'_> {
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
            if buffered {
                "slices with hardware x live row groups x r_y"
            } else {
                "0"
            },
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
        let groups = l.added();
        let (formula, numbers, reason) = if arch.roles.reduce == Worker::Digital {
            ("0", "0".to_string(), digital())
        } else if groups <= 1 {
            (
                "0",
                "0".to_string(),
                "one row group holds all rows: nothing to add".to_string(),
            )
        } else if l.adders == Adders::Arriving {
            let adders = roles::adders_of_slices(l, arch, self.copies);
            (
                "adders of all slices x r_y",
                format!("{adders} x {ry}"),
                format!(
                    "crossbars that add the partial sums that arrive, at most {groups} for an output; filled by falling number of sums until columns or packets per phase are used up"
                ),
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
        let neurons = match kind::of(self.arch).packets_per_adder() {
            Some(packets) => format!("min({m}, floor({packets} / {groups}))"),
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
}

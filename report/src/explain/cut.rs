//! How the weights of a layer are cut into arrays: rows into row groups, outputs into column groups.

use super::compute::Explainer;
use super::terms::{Steps, sum, tally};
use crosscut_arch::Packing;
use crosscut_sim::map::rows::cut;

impl Explainer<'_> {
    /// From the kernel to row groups.
    pub fn rows(&self, steps: &mut Steps) {
        let (l, g) = (self.layer, &self.layer.geometry);
        let [kh, kw] = g.kernel;
        let (n, w) = (self.arch.crossbar.rows as usize, l.unroll);
        let (maps, rows) = (g.group_inputs(), g.group_rows());
        let cut = cut(g, n, w, l.packing);
        let per_array = cut.per_array;
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
        let (formula, numbers, reason) = match (l.packing, w) {
            (Packing::FeatureMap, _) => {
                steps.add(
                    "maps_per_array",
                    "K_in = floor(N / (k_h x w_in))",
                    format!("floor({n} / ({kh} x {w_in}))"),
                    per_array as u64,
                    format!("whole input feature maps that fit the {n} rows of a crossbar"),
                );
                (
                    "channel groups x ceil(P / channel groups / K_in)",
                    format!("{} x ceil({maps} / {per_array})", g.groups),
                    "feature maps are kept whole",
                )
            }
            (Packing::Dense, 1) => (
                "channel groups x ceil(rows / N)",
                format!("{} x ceil({rows} / {n})", g.groups),
                "rows are cut wherever an array is full",
            ),
            (Packing::Dense, _) => {
                steps.add(
                    "lines_per_array",
                    "floor(N / w_in)",
                    format!("floor({n} / {w_in})"),
                    per_array as u64,
                    "kernel rows of input feature maps that fit the rows of a crossbar".to_string(),
                );
                (
                    "channel groups x ceil(k_h x P / channel groups / lines)",
                    format!("{} x ceil({kh} x {maps} / {per_array})", g.groups),
                    "cut between kernel rows",
                )
            }
        };
        if cut.row_groups * g.groups == l.row_groups.len() {
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
    pub fn columns(&self, steps: &mut Steps) {
        let (l, arch) = (self.layer, self.arch);
        let (slices, per_weight) = (arch.weight_slices(), arch.columns_per_weight());
        let sign = per_weight / slices;
        let bits = arch.stored_bits();
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
            let live = l.row_groups.iter().filter(|g| g.is_live());
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

    /// The name of a step, with the width where slices of several widths have hardware.
    fn named(&self, step: &str, width: usize) -> String {
        if self.widths.len() > 1 && width != self.widths[0].0 {
            format!("{step}_{width}")
        } else {
            step.to_string()
        }
    }
}

//! What the crossbars of a layer do for one image, and how full they are.

use super::compute::Explainer;
use super::terms::{Steps, bracketed, sum, tally};
use crosscut_arch::UnusedColumns;

impl Explainer<'_> {
    /// Utilisation, firings and conversions.
    pub fn work(&self, steps: &mut Steps) {
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
        let Some(adc) = arch.adc else {
            steps.add(
                "adc_conversions",
                "0",
                "0".to_string(),
                0,
                "this machine has no ADC".to_string(),
            );
            return;
        };
        let (bits, dac, active) = (
            arch.format.input_bits,
            arch.dac_bits,
            arch.crossbar.active_rows,
        );
        steps.add(
            "reads",
            "ceil(input bits / DAC bits) x ceil(N / active rows)",
            format!("ceil({bits} / {dac}) x ceil({n} / {active})"),
            u64::from(arch.reads_per_product()),
            "analog reads of an array for one product".to_string(),
        );
        let per = u64::from(arch.steps_per_conversion());
        if per > 1 {
            steps.add(
                "conversions of a column",
                "reads / steps per conversion",
                format!("{} / {per}", arch.reads_per_product()),
                u64::from(arch.conversions_per_column()),
                "the charge of all input steps is added before one conversion".to_string(),
            );
        }
        let slices = tally(l.slices().iter().map(|s| s.width));
        let h = out.h;
        if arch.has_unit_column() {
            let times = arch.array_conversions();
            let units = sum(&slices, |&w| l.activity(arch, w).unit_columns.to_string());
            steps.add(
                "unit_conversions",
                "H x conversions of a column x slices x unit columns",
                format!("{h} x {times} x {}", bracketed(units)),
                l.unit_conversions(arch),
                "a column of ones measures the sum of the inputs of each array".to_string(),
            );
        }
        if let Some(per_output) = adc.conversions_per_output {
            let (what, columns) = match adc.unused_columns {
                UnusedColumns::Skip => (
                    "partial sums",
                    sum(&slices, |&w| l.activity(arch, w).partial_sums.to_string()),
                ),
                UnusedColumns::Convert => {
                    let outputs = arch.outputs_per_crossbar();
                    (
                        "arrays x outputs per array",
                        sum(&slices, |&w| format!("{} x {outputs}", l.arrays(arch, w))),
                    )
                }
            };
            steps.add(
                "adc_conversions",
                &format!("H x conversions per output x slices x {what}"),
                format!("{h} x {per_output} x {}", bracketed(columns)),
                l.adc_conversions(arch),
                "sums of weight slices and reads are added in analog before they are converted"
                    .to_string(),
            );
            return;
        }
        let reads = u64::from(arch.conversions_per_column());
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
            format!("{reason} after each read"),
        );
    }
}

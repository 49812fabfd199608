//! What the crossbars of a layer do for one image, and how full they are.

use super::compute::Explainer;
use super::terms::{Steps, bracketed, sum, tally};
use crosscut_arch::UnusedColumns;
use std::collections::BTreeMap;

impl Explainer<'_> {
    /// Utilisation, firings and conversions.
    pub fn work(&self, steps: &mut Steps) {
        let (l, arch) = (self.layer, self.arch);
        let ([rx, ry], out) = (l.replicas, l.geometry.output);
        let (n, m) = (arch.crossbar.rows, arch.crossbar.columns);
        let sizes = tally(
            l.row_groups
                .iter()
                .filter(|g| g.is_live())
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
        let widest = l.hardware_slices().into_iter().max().unwrap_or(1);
        let most = l.array_sets(arch, widest).map(|s| s.rows).max();
        let reads = u64::from(arch.steps_per_input() * l.row_steps(arch));
        steps.add(
            "reads",
            "ceil(input bits / DAC bits) x ceil(rows in use / active rows)",
            format!(
                "ceil({bits} / {dac}) x ceil({} / {active})",
                most.unwrap_or(1).max(1)
            ),
            reads,
            "analog reads for one product of the array with the most rows in use".to_string(),
        );
        let per = u64::from(arch.steps_per_conversion());
        if per > 1 {
            steps.add(
                "conversions of a column",
                "reads / steps per conversion",
                format!("{reads} / {per}"),
                reads / per,
                "the charge of all input steps is added before one conversion".to_string(),
            );
        }
        let slices = tally(l.slices().iter().map(|s| s.width));
        let h = out.h;
        if arch.has_unit_column() {
            let (times, samples) = match adc.conversions_per_output {
                Some(n) => (n, false),
                None => (arch.conversions_per_row_step(), true),
            };
            let units = sum(&slices, |&w| {
                let a = l.activity(arch, w);
                let columns = if samples {
                    a.unit_samples
                } else {
                    a.unit_columns
                };
                columns.to_string()
            });
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
        let samples = arch.conversions_per_row_step();
        let (formula, reason) = match adc.unused_columns {
            UnusedColumns::Convert => (
                "H x conversions per group of active rows x slices x arrays x groups x floor(M / columns per conversion)",
                "every column of an active array is converted",
            ),
            UnusedColumns::Skip => (
                "H x conversions per group of active rows x slices x partial sums x groups x weight slices",
                "columns with weights are converted",
            ),
        };
        let columns = sum(&slices, |&w| self.columns_of_slice(w));
        steps.add(
            "adc_conversions",
            formula,
            format!("{h} x {samples} x {}", bracketed(columns)),
            l.adc_conversions(arch),
            format!(
                "{reason} after each read; an array is read once per group of active rows in use"
            ),
        );
    }

    /// Columns converted in one input step by the arrays of a slice, by the rows they have in use.
    fn columns_of_slice(&self, width: usize) -> String {
        let (l, arch) = (self.layer, self.arch);
        let (m, active) = (arch.crossbar.columns, arch.crossbar.active_rows);
        let all = matches!(arch.adc, Some(c) if c.unused_columns == UnusedColumns::Convert);
        let sets = l.array_sets(arch, width);
        let mut by_rows: BTreeMap<usize, u64> = BTreeMap::new();
        for s in sets {
            *by_rows.entry(s.rows).or_default() += if all { s.arrays } else { s.partial_sums };
        }
        let terms: Vec<(usize, u64)> = by_rows.into_iter().rev().collect();
        let groups = sum(&terms, |rows| format!("ceil({rows} / {active})"));
        let per = if all {
            format!("floor({m} / {})", arch.columns_per_conversion())
        } else {
            arch.weight_slices().to_string()
        };
        format!("{} x {per}", bracketed(groups))
    }
}

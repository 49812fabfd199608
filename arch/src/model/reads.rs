//! How often an array is read and converted for one matrix-vector product, and how large a column sum can be. Mapping,
//! both engines, costs and checks ask here.
//!
//! Two facts are kept apart. [`Arch::reads_per_product`] counts the analog reads: it is what energy and conversions follow
//! from, on every machine. [`Arch::timed_steps`] counts the crossbar cycles those reads take: on a phased machine all of
//! them lie within one phase, and pulse trains bring all input bits in one read.
//!
//! An array is read once per group of active rows *in use*: [`Arch::row_steps_of`] counts the groups of given rows.
//! What has no number of rows in its name is of an array that is full.

use super::arch::Arch;
use super::format::{PartialSums, SignedWeights};
use super::timing::Timing;

impl Arch {
    /// Whether adder trees sum bit products of cells, instead of bit lines their currents.
    pub fn has_digital_cells(&self) -> bool {
        let device = &self.device;
        self.adc.is_none() && (device.kind == "sram" || device.on_conductance_us == 0.0)
    }

    /// Input steps: reads in which all bits of an input enter rows that are active together.
    pub fn steps_per_input(&self) -> u32 {
        self.format.input_bits.div_ceil(self.dac_bits)
    }

    /// Groups of rows that are active together in a full array; each takes reads of its own.
    pub fn row_steps(&self) -> u32 {
        self.crossbar.rows.div_ceil(self.crossbar.active_rows)
    }

    /// The same in an array of which `rows` rows are in use, one after the other from its first row on.
    pub fn row_steps_of(&self, rows: usize) -> u32 {
        rows.div_ceil(self.crossbar.active_rows as usize) as u32
    }

    /// Analog reads of one array for one matrix-vector product: input steps x groups of active rows.
    pub fn reads_per_product(&self) -> u32 {
        self.steps_per_input() * self.row_steps()
    }

    /// Crossbar cycles that the reads of one product take: as many as there are reads, but one on a phased machine (whose
    /// cycle is the phase) and where time is not modelled.
    pub fn timed_steps(&self) -> u32 {
        self.timed_steps_of(self.row_steps())
    }

    /// The same for an array with `row_steps` groups of active rows in use.
    pub fn timed_steps_of(&self, row_steps: u32) -> u32 {
        match self.timing {
            Timing::BitSerial(_) | Timing::Staged(_) => self.steps_per_input() * row_steps,
            Timing::Integrated(_) => row_steps,
            Timing::Phased(_) | Timing::None { .. } => 1,
        }
    }

    /// Input steps whose reads one conversion stands for.
    pub fn steps_per_conversion(&self) -> u32 {
        match self.format.partial_sums {
            PartialSums::Digital => 1,
            PartialSums::Analog => self.steps_per_input(),
        }
    }

    /// Conversions of one column for the input steps of one group of active rows.
    pub fn conversions_per_row_step(&self) -> u32 {
        self.steps_per_input() / self.steps_per_conversion()
    }

    /// Conversions of one column for one product, where every weight slice is converted by itself.
    pub fn conversions_per_column(&self) -> u32 {
        self.conversions_per_row_step() * self.row_steps()
    }

    /// Conversions of each column of an array with `row_steps` groups of active rows in use, for one product; 0 without
    /// ADC.
    pub fn array_conversions_of(&self, row_steps: u32) -> u32 {
        let own = |adc: crate::adc::Converter| adc.conversions_per_output;
        match self.adc {
            Some(adc) => own(adc).unwrap_or(self.conversions_per_row_step() * row_steps),
            None => 0,
        }
    }

    /// Largest input value that one conversion stands for.
    pub fn largest_input(&self) -> i64 {
        let driven = self.dac_bits * self.steps_per_conversion();
        (1 << driven.min(self.format.input_bits)) - 1
    }

    /// Largest magnitude of a column sum that one conversion can stand for: every active cell at its highest level, every
    /// input at its largest. A column that would hold more than half is stored inverted where the format says so.
    pub fn largest_column_sum(&self) -> i64 {
        let mut cells = i64::from(self.crossbar.active_rows) * ((1 << self.device.cell_bits) - 1);
        if let SignedWeights::Offset { flip: true, .. } = self.format.signed_weights {
            cells /= 2;
        }
        cells * self.largest_input()
    }
}

//! What cost laws see of a machine: plain numbers.

use crate::adc::{ConverterKind, ConverterSize, Kind, UnusedColumns};
use crate::model::{Activity, Arch};
use crate::resolve::ticks::{Trains, trains};
use crate::schema::{Machine, TimingKind, Transistors};

/// Figures of a machine that laws depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Technology node.
    pub nm: f64,
    /// Frequency of the digital clock.
    pub clock_hz: f64,
    /// Duration of one read, as stated.
    pub read_ns: f64,
    /// Bits of an input.
    pub input_bits: f64,
    /// Bits of a weight that go into cells.
    pub stored_bits: f64,
    /// Bits of the row drivers.
    pub dac_bits: f64,
    /// Kind and size of the converters; `None` without ADC.
    pub adc: Option<(Kind, ConverterSize)>,
    /// Whether columns without weights are converted.
    pub converts_unused: bool,
    /// Columns one conversion reads.
    pub columns_per_conversion: f64,
    /// The cell.
    pub cell: Cell,
    /// Word lines.
    pub rows: f64,
    /// Bit lines.
    pub columns: f64,
    /// Rows of one read.
    pub active_rows: f64,
    /// Wire resistances per cell, if they are given: of a row, of a column.
    pub wires_ohm: Option<(f64, f64)>,
    /// Weight columns of an array.
    pub outputs: f64,
    /// Crossbars of a PE.
    pub crossbars: f64,
    /// ADCs of a PE.
    pub adcs: f64,
    /// PEs of a tile.
    pub pes: f64,
    /// Bytes of the tile buffer.
    pub buffer_bytes: f64,
    /// Banks of the buffer, and bytes a bank moves per tick; `None` where its ports are not described.
    pub ports: Option<(f64, f64)>,
    /// Bytes the tile bus moves per tick.
    pub bus_bytes: f64,
    /// Values the digital units take per tick.
    pub values_per_tick: f64,
    /// Where inputs enter as pulse trains.
    pub trains: Option<Trains>,
    /// Packets a crossbar takes in a phase; 0 without phases.
    pub packets_per_phase: f64,
    /// Bits of a flit.
    pub flit_bits: f64,
    /// Tiles of a router; it has four more ports for its neighbours.
    pub tiles_per_router: f64,
    /// Packets a queue of a router holds.
    pub queue_packets: f64,
    /// Ticks from router to router, and between flits.
    pub hop_ticks: f64,
    pub flit_ticks: f64,
    /// `length` of the cost.
    pub length_um: Option<f64>,
    /// `transistors` of the cost.
    pub transistors: Transistors,
    /// Side of a square with the area of a tile, its bus left out; 0 where areas are not known.
    pub tile_um: f64,
    /// Name of the topology, for messages.
    pub noc: &'static str,
    /// Name of the kind of cell, for messages.
    pub device: &'static str,
}

/// The memory cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    /// Whether it is read digitally.
    pub digital: bool,
    /// Bits it holds.
    pub bits: f64,
    /// Conductance of the highest level.
    pub on_us: f64,
    /// Conductance of the lowest level.
    pub off_us: f64,
    /// Area in squares of the feature size.
    pub f2: f64,
    /// Voltage on a driven row.
    pub volt: f64,
    /// Time it conducts in a read.
    pub pulse_ns: f64,
    /// Assumed activity.
    pub activity: Activity,
}

impl Point {
    /// Of a machine as written and resolved.
    pub(crate) fn of(m: &Machine, arch: &Arch) -> Point {
        let pair = arch.columns_per_conversion();
        Point {
            nm: arch.technology_nm,
            clock_hz: arch.clock_hz,
            read_ns: m.crossbar.read.0,
            input_bits: arch.format.input_bits.into(),
            stored_bits: arch.stored_bits().into(),
            dac_bits: arch.dac_bits.into(),
            adc: arch.adc.map(|c| {
                let columns = arch.crossbar.columns / pair;
                let bits = c.bits;
                (c.kind, ConverterSize { bits, columns })
            }),
            converts_unused: (arch.adc).is_some_and(|c| c.unused_columns == UnusedColumns::Convert),
            columns_per_conversion: pair.into(),
            cell: Cell {
                digital: arch.has_digital_cells(),
                bits: arch.device.cell_bits.into(),
                on_us: arch.device.on_conductance_us,
                off_us: arch.device.off_conductance_us,
                f2: arch.device.cell_f2,
                volt: arch.device.read_volt,
                pulse_ns: arch.crossbar.pulse_ns,
                activity: arch.activity,
            },
            rows: arch.crossbar.rows.into(),
            columns: arch.crossbar.columns.into(),
            active_rows: arch.crossbar.active_rows.into(),
            wires_ohm: arch.crossbar.wires.map(|w| (w.row_ohm, w.column_ohm)),
            outputs: (arch.crossbar.columns / arch.columns_per_weight().max(1))
                .max(1)
                .into(),
            crossbars: arch.pe.crossbars.into(),
            adcs: arch.pe.adcs.into(),
            pes: arch.tile.pes.into(),
            buffer_bytes: arch.tile.buffer_bytes as f64,
            ports: (arch.tile.buffer_ports).map(|p| (p.banks.into(), p.bytes_per_tick)),
            bus_bytes: arch.tile.bus_bytes_per_tick,
            values_per_tick: arch.tile.digital_values_per_tick,
            trains: match &m.timing.value {
                TimingKind::Integrated(t) => Some(trains(t, m)),
                _ => None,
            },
            packets_per_phase: arch.phased().map_or(0.0, |p| p.packets_per_phase.into()),
            flit_bits: arch.noc.params.flit_bits.into(),
            tiles_per_router: arch.noc.params.tiles_per_router.into(),
            queue_packets: arch.noc.params.queue_packets.into(),
            hop_ticks: arch.noc.params.hop_ticks as f64,
            flit_ticks: arch.noc.params.flit_ticks as f64,
            length_um: None,
            transistors: Transistors::default(),
            tile_um: 0.0,
            noc: arch.noc.kind.name(),
            device: m.device.parts().0,
        }
    }

    /// Bits of the accumulators behind the arrays: a sample, shifted by the bits of input and weight that enter after the
    /// first.
    pub(crate) fn sum_bits(&self) -> f64 {
        let sample = self.adc.map_or_else(
            || self.active_rows.log2().ceil() + self.cell.bits + self.dac_bits,
            |(_, size)| size.bits.into(),
        );
        sample
            + (self.input_bits - self.dac_bits).max(0.0)
            + (self.stored_bits - self.cell.bits).max(0.0)
    }

    /// Bit products of a digital cell in one read.
    pub(crate) fn bit_products(&self) -> f64 {
        self.cell.bits * self.dac_bits
    }

    /// Bits of the sum that a column of digital cells gathers over the steps of an input.
    pub(crate) fn column_sum_bits(&self) -> f64 {
        self.rows.log2().ceil() + self.cell.bits + self.input_bits
    }

    /// Conversions of one ADC per second; 0 without ADC.
    pub(crate) fn conversion_rate(&self) -> f64 {
        self.adc
            .map_or(0.0, |(kind, size)| kind.rounds_per_s(size.bits))
    }

    /// Mean conductance of a cell at the assumed activity.
    pub(crate) fn mean_us(&self) -> f64 {
        self.cell.off_us + (self.cell.on_us - self.cell.off_us) * self.cell.activity.cells
    }

    /// Side of a cell.
    pub(crate) fn pitch_um(&self) -> f64 {
        self.cell.f2.sqrt() * self.nm / 1e3
    }
}

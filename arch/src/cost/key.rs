//! Keys of a machine by name, as laws follow them.

use super::point::Point;
use crate::adc::ConverterKind;

/// A figure of a machine that laws follow.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    /// Path in TOML; `*` stands for the kind of converter, topology or cell.
    path: &'static str,
    /// Short form in the source of a figure.
    pub(crate) short: &'static str,
    /// Its value.
    pub(crate) value: fn(&Point) -> f64,
}

impl Key {
    /// The path with the kind the machine has.
    pub(crate) fn path(&self, p: &Point) -> String {
        let kind = match self.path.split_once('.') {
            Some(("adc", _)) => p.adc.map_or("*", |(kind, _)| kind.name()),
            Some(("noc", _)) => p.noc,
            _ => p.device,
        };
        self.path.replace('*', kind)
    }
}

/// A figure in a message: four digits are enough to recognise it.
pub(crate) fn number(x: f64) -> String {
    if x == 0.0 || (1e-3..1e6).contains(&x.abs()) {
        let text = format!("{x:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{x:.3e}")
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $short:literal, $value:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: Key = Key { path: $path, short: $short, value: $value };)*
    };
}

keys! {
    NM = "technology", "nm", |p| p.nm;
    CLOCK = "clock", "clock", |p| p.clock_hz;
    READ = "crossbar.read", "read ns", |p| p.read_ns;
    INPUT_BITS = "format.input_bits", "input bits", |p| p.input_bits;
    WEIGHT_BITS = "format.weight_bits", "weight bits", |p| p.stored_bits;
    DAC_BITS = "dac.bits", "DAC bits", |p| p.dac_bits;
    ADC_BITS = "adc.*.bits", "ADC bits", |p| p.adc.map_or(0.0, |(_, s)| s.bits.into());
    ADC_RATE = "adc.*.rate", "conversions/s", |p| p.conversion_rate();
    ADC_COLUMNS = "crossbar.columns", "converted columns", |p| p.adc.map_or(0.0, |(_, s)| s.columns.into());
    PULSES = "format.input_bits", "pulses", |p| p.trains.map_or(0.0, |t| t.pulses);
    STEPS = "adc.*.bits", "steps of a conversion", |p| p.trains.map_or(0.0, |t| t.steps);
    TRAIN_BITS = "format.input_bits", "bits of a pulse train", |p| p.trains.map_or(0.0, |t| t.bits);
    PHASES = "timing.integrated.phases", "phases of a product", |p| p.trains.map_or(0.0, |t| t.phases);
    PACKETS = "timing.phased.packets_per_phase", "packets of a phase", |p| p.packets_per_phase;
    CELL_BITS = "device.*.cell_bits", "cell bits", |p| p.cell.bits;
    ON = "device.*.on", "on uS", |p| p.cell.on_us;
    OFF = "device.*.off", "off uS", |p| p.cell.off_us;
    VOLT = "device.*.read_voltage", "read V", |p| p.cell.volt;
    F2 = "device.*.cell_f2", "cell F2", |p| p.cell.f2;
    PULSE = "crossbar.pulse", "pulse ns", |p| p.cell.pulse_ns;
    INPUTS = "activity.inputs", "active inputs", |p| p.cell.activity.inputs;
    CELLS = "activity.cells", "mean cell", |p| p.cell.activity.cells;
    BIT_PRODUCTS = "device.*.cell_bits", "bit products of a cell", |p| if p.cell.digital { p.bit_products() } else { 0.0 };
    COLUMN_SUM = "format.input_bits", "bits of a column's sum", |p| if p.cell.digital { p.column_sum_bits() } else { 0.0 };
    ROWS = "crossbar.rows", "rows", |p| p.rows;
    COLUMNS = "crossbar.columns", "columns", |p| p.columns;
    ACTIVE_ROWS = "crossbar.active_rows", "active rows", |p| p.active_rows;
    OUTPUTS = "crossbar.columns", "weight columns", |p| p.outputs;
    CROSSBARS = "pe.crossbars", "crossbars of a PE", |p| p.crossbars;
    PES = "tile.pes", "PEs of a tile", |p| p.pes;
    BUFFER = "tile.buffer", "buffer bytes", |p| p.buffer_bytes;
    BANKS = "tile.buffer_banks", "banks", |p| p.ports.map_or(0.0, |(banks, _)| banks);
    BANK_BYTES = "tile.bank_bytes_per_tick", "bytes of a bank", |p| p.ports.map_or(0.0, |(_, bytes)| bytes);
    BUS_BYTES = "tile.bus_bytes_per_tick", "bus bytes", |p| p.bus_bytes;
    VALUES = "tile.digital_values_per_tick", "values per tick", |p| p.values_per_tick;
    FLIT_BITS = "noc.*.flit_bits", "flit bits", |p| p.flit_bits;
    TILES_PER_ROUTER = "noc.*.tiles_per_router", "tiles of a router", |p| p.tiles_per_router;
    HOP_TICKS = "noc.*.hop_ticks", "ticks of a hop", |p| p.hop_ticks;
    FLIT_TICKS = "noc.*.flit_ticks", "ticks of a flit", |p| p.flit_ticks;
    QUEUE = "noc.*.queue_packets", "packets of a queue", |p| p.queue_packets;
    LENGTH = "length", "um", |p| p.length_um.unwrap_or(0.0);
    TILE = "tile", "um of a tile's side", |p| p.tile_um;
}

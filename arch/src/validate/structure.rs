//! Rules on structure, formats and timing.

use super::Rules;
use crate::adc::{ConverterKind, Work};
use crate::error::RawFault;
use crate::model::{Chips, WeightValues};
use crate::resolve::{product_ns, read_ticks};
use crate::schema::{Machine, Signed, TimingKind};

/// More ticks than any pipeline stage takes; keeps sums of ticks far from overflow.
pub(super) const MAX_TICKS: u64 = 1_000_000_000;

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    clock_and_node_are_positive(m, rules);
    formats_fit_the_engines(m, rules);
    cell_levels_are_representable(m, rules);
    conductances_are_ordered(m, rules);
    crossbar_has_rows_and_columns(m, rules);
    read_lasts_some_ticks(m, rules);
    dac_takes_part_of_the_input(m, rules);
    adc_resolution_is_buildable(m, rules);
    super::converter::check(m, rules);
    adcs_are_there_where_something_is_converted(m, rules);
    super::analog::check(m, rules);
    twos_complement_needs_exact_cells(m, rules);
    weight_values_have_their_bits(m, rules);
    differential_needs_a_magnitude(m, rules);
    a_weight_fits_a_crossbar(m, rules);
    adcs_drain_in_time(m, rules);
    levels_are_populated(m, rules);
    cells_can_be_counted(m, rules);
    tile_moves_data(m, rules);
    chips_exist(m, rules);
    noc_moves_flits(m, rules);
    timing_is_bounded(m, rules);
    layer_choices_are_counts(m, rules);
}

fn clock_and_node_are_positive(m: &Machine, rules: &mut Rules<'_>) {
    rules.positive("clock", &m.clock.span, m.clock.0);
    // Outside, times in nanoseconds lose their meaning (or their finiteness).
    if m.clock.0 > 0.0 && m.clock.0.is_finite() && !(1.0..=1e12).contains(&m.clock.0) {
        let message = format!("`clock` is {:e} Hz", m.clock.0);
        rules.fault(RawFault::new(
            &m.clock.span,
            message,
            "must be 1 Hz to 1000 GHz",
        ));
    }
    rules.positive("technology", &m.technology.span, m.technology.0);
}

fn formats_fit_the_engines(m: &Machine, rules: &mut Rules<'_>) {
    rules.within("format.weight_bits", &m.format.weight_bits, 1..=16);
    rules.within("format.input_bits", &m.format.input_bits, 1..=16);
}

fn cell_levels_are_representable(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    rules.within(&format!("device.{kind}.cell_bits"), &cell.cell_bits, 1..=16);
}

fn conductances_are_ordered(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    for (name, conductance) in [("on", &cell.on), ("off", &cell.off)] {
        if let Some(c) = conductance {
            rules.not_negative(&format!("device.{kind}.{name}"), &c.span, c.0);
        }
    }
    match (&cell.on, &cell.off) {
        (Some(on), Some(off)) if on.0 <= off.0 => rules.fault(RawFault::new(
            &on.span,
            format!(
                "`device.{kind}.on` conducts no better than `off` ({} uS against {} uS)",
                on.0, off.0
            ),
            "must be the more conductive state",
        )),
        (Some(one), None) | (None, Some(one)) => rules.fault(RawFault::new(
            &one.span,
            format!("`device.{kind}` gives only one of `on` and `off`"),
            "give both, or neither for digital cells",
        )),
        _ => {}
    }
}

fn crossbar_has_rows_and_columns(m: &Machine, rules: &mut Rules<'_>) {
    rules.within("crossbar.rows", &m.crossbar.rows, 1..=65536);
    rules.within("crossbar.columns", &m.crossbar.columns, 1..=65536);
    if let Some(active) = &m.crossbar.active_rows {
        rules.within(
            "crossbar.active_rows",
            active,
            1..=(*m.crossbar.rows).max(1),
        );
    }
}

fn read_lasts_some_ticks(m: &Machine, rules: &mut Rules<'_>) {
    rules.positive("crossbar.read", &m.crossbar.read.span, m.crossbar.read.0);
    let ticks = read_ticks(m);
    if ticks > MAX_TICKS as f64 {
        let message = format!("`crossbar.read` lasts {ticks:.3e} ticks of the clock");
        rules.fault(RawFault::new(
            &m.crossbar.read.span,
            message,
            format!("must be {MAX_TICKS} ticks or fewer"),
        ));
    }
}

fn dac_takes_part_of_the_input(m: &Machine, rules: &mut Rules<'_>) {
    let most = (*m.format.input_bits).clamp(1, 16);
    rules.within("dac.bits", &m.dac.bits, 1..=most);
}

fn adc_resolution_is_buildable(m: &Machine, rules: &mut Rules<'_>) {
    if let Some(adc) = m.adc.shared() {
        rules.within(&adc.key("bits"), adc.bits, 1..=16);
        let speed = &adc.speed;
        rules.positive(&adc.key(speed.key), speed.span, speed.value);
    }
}

fn adcs_are_there_where_something_is_converted(m: &Machine, rules: &mut Rules<'_>) {
    let adcs = *m.pe.adcs;
    let fault = |message: String, label: &str| RawFault::new(&m.pe.adcs.span, message, label);
    match m.adc.shared() {
        None if adcs > 0 => rules.fault(
            fault(
                format!("`pe.adcs` is {adcs} on a machine with `[adc.none]`"),
                "must be 0",
            )
            .help("digital cells convert nothing; set `pe.adcs = 0`, or describe `[adc.sar]`"),
        ),
        Some(adc) if adcs == 0 => {
            rules.fault(fault(
                format!("`pe.adcs` is 0 on a machine with `[adc.{}]`", adc.kind),
                "must be 1 or more",
            ));
        }
        _ => {}
    }
}

fn twos_complement_needs_exact_cells(m: &Machine, rules: &mut Rules<'_>) {
    let (_, cell) = m.device.parts();
    let exact = *cell.cell_bits == 1 || m.adc.shared().is_none();
    if let (Signed::TwosComplement(_), false) = (&m.format.signed.value, exact) {
        let message = format!(
            "two's complement weights in analog cells of {} bits",
            *cell.cell_bits
        );
        rules.fault(
            RawFault::new(
                &m.format.signed.span,
                message,
                "needs 1-bit cells or `[adc.none]`",
            )
            .help("use `[format.signed.offset]` or `[format.signed.differential]`"),
        );
    }
}

fn weight_values_have_their_bits(m: &Machine, rules: &mut Rules<'_>) {
    let Some(values) = &m.format.weights else {
        return;
    };
    let (name, bits) = match values.value {
        WeightValues::Integer => return,
        WeightValues::Binary => ("binary", 1),
        WeightValues::Ternary => ("ternary", 2),
    };
    let given = &m.format.weight_bits;
    if given.value != bits {
        let message = format!("{name} weights of {} bits", given.value);
        let label = format!("must be {bits} with `format.weights = \"{name}\"`");
        rules.fault(RawFault::new(&given.span, message, label));
    }
    if values.value == WeightValues::Binary
        && let Signed::TwosComplement(_) = m.format.signed.value
    {
        let fault = RawFault::new(
            &m.format.signed.span,
            "binary weights in two's complement",
            "one bit of two's complement has no 1",
        );
        rules.fault(fault.help("use `[format.signed.offset]` or `[format.signed.differential]`"));
    }
}

fn differential_needs_a_magnitude(m: &Machine, rules: &mut Rules<'_>) {
    let binary = matches!(m.format.weights.as_deref(), Some(WeightValues::Binary));
    if let (Signed::Differential(_), 1, false) =
        (&m.format.signed.value, *m.format.weight_bits, binary)
    {
        rules.fault(RawFault::new(
            &m.format.weight_bits.span,
            "differential weights of 1 bit have no magnitude",
            "must be 2 or more",
        ));
    }
}

/// Adding charge before one conversion needs a converter, and steps that follow each other bit by bit.
fn a_weight_fits_a_crossbar(m: &Machine, rules: &mut Rules<'_>) {
    let (_, cell) = m.device.parts();
    let (bits, cell_bits) = (*m.format.weight_bits, *cell.cell_bits);
    if !(1..=16).contains(&bits) || !(1..=16).contains(&cell_bits) || *m.crossbar.columns == 0 {
        return; // Reported by the rules above.
    }
    let columns = match m.format.signed.value {
        Signed::Differential(_) => 2 * (bits - 1).max(1).div_ceil(cell_bits),
        _ => bits.div_ceil(cell_bits),
    };
    if columns > *m.crossbar.columns {
        let message = format!(
            "a weight takes {columns} columns, the crossbar has {}",
            *m.crossbar.columns
        );
        rules.fault(RawFault::new(
            &m.crossbar.columns.span,
            message,
            format!("must be {columns} or more"),
        ));
    }
}

fn adcs_drain_in_time(m: &Machine, rules: &mut Rules<'_>) {
    let Some((adc, kind)) = m.adc.shared().zip(m.adc.kind()) else {
        return;
    };
    if *m.pe.adcs == 0 || adc.speed.value <= 0.0 || !(1..=16).contains(&**adc.bits) {
        return; // Reported by the rules on these.
    }
    let arrays = u64::from(*m.pe.crossbars);
    let rounds = kind.rounds(&Work {
        conversions: u64::from(*m.crossbar.columns) * arrays,
        arrays,
        adcs: u64::from(*m.pe.adcs),
    });
    let ticks = rounds as f64 / kind.rounds_per_s(**adc.bits) * m.clock.0;
    if ticks > MAX_TICKS as f64 {
        let message = format!(
            "at `{}` of {:e} {} a read drains in {ticks:.3e} ticks",
            adc.key(adc.speed.key),
            adc.speed.value,
            adc.speed.unit
        );
        let label = format!("must drain in {MAX_TICKS} ticks or fewer");
        rules.fault(RawFault::new(adc.speed.span, message, label));
    }
}

/// Totals over a chip stay exact in 64 bits (and in a float's 53).
fn cells_can_be_counted(m: &Machine, rules: &mut Rules<'_>) {
    let factors = [
        &m.crossbar.rows,
        &m.crossbar.columns,
        &m.pe.crossbars,
        &m.tile.pes,
        &m.chip.tiles_x,
        &m.chip.tiles_y,
    ];
    let cells: f64 = factors.iter().map(|f| f64::from(***f)).product();
    if cells > 1e15 {
        let message = format!("a chip of {cells:.1e} cells");
        rules.fault(RawFault::new(
            &m.chip.span,
            message,
            "must be 1e15 cells or fewer",
        ));
    }
}

fn levels_are_populated(m: &Machine, rules: &mut Rules<'_>) {
    rules.within("pe.crossbars", &m.pe.crossbars, 1..=65536);
    rules.within("pe.adcs", &m.pe.adcs, 0..=65536);
    rules.within("tile.pes", &m.tile.pes, 1..=65536);
    rules.within("chip.tiles_x", &m.chip.tiles_x, 1..=4096);
    rules.within("chip.tiles_y", &m.chip.tiles_y, 1..=4096);
    if let Some(tiles) = &m.chip.tiles {
        let places = u64::from(*m.chip.tiles_x) * u64::from(*m.chip.tiles_y);
        // A grid without places is reported above.
        let most = u32::try_from(places.max(1)).unwrap_or(u32::MAX);
        rules.within("chip.tiles", tiles, 1..=most);
    }
}

fn tile_moves_data(m: &Machine, rules: &mut Rules<'_>) {
    let bytes = m.tile.buffer.0;
    if !(bytes >= 1.0 && bytes.fract() == 0.0 && bytes < 1e15) {
        let message = format!("`tile.buffer` is {bytes} bytes");
        rules.fault(RawFault::new(
            &m.tile.buffer.span,
            message,
            "must be a whole number of bytes, 1 or more",
        ));
    }
    if let Some(banks) = &m.tile.buffer_banks {
        rules.within("tile.buffer_banks", banks, 1..=1024);
    }
    match (&m.tile.buffer_banks, &m.tile.bank_bytes_per_tick) {
        (Some(_), Some(rate)) => {
            if !(1e-3..=1e9).contains(&**rate) {
                let message = format!("`tile.bank_bytes_per_tick` is {:e}", **rate);
                rules.fault(RawFault::new(&rate.span, message, "must be 1e-3 to 1e9"));
            }
        }
        (Some(at), None) => rules.fault(RawFault::new(
            &at.span,
            "`tile.buffer_banks` without `tile.bank_bytes_per_tick`",
            "give both, or neither",
        )),
        (None, Some(at)) => rules.fault(RawFault::new(
            &at.span,
            "`tile.bank_bytes_per_tick` without `tile.buffer_banks`",
            "give both, or neither",
        )),
        (None, None) => {}
    }
    let rates = [
        ("bus_bytes_per_tick", &m.tile.bus_bytes_per_tick),
        ("digital_values_per_tick", &m.tile.digital_values_per_tick),
    ];
    for (key, rate) in rates {
        rules.positive(&format!("tile.{key}"), &rate.span, **rate);
        // Slower rates overflow the ticks of a run.
        if **rate > 0.0 && rate.is_finite() && !(1e-3..=1e9).contains(&**rate) {
            let message = format!("`tile.{key}` is {:e}", **rate);
            rules.fault(RawFault::new(&rate.span, message, "must be 1e-3 to 1e9"));
        }
    }
}

fn chips_exist(m: &Machine, rules: &mut Rules<'_>) {
    if let Chips::Exactly(n) = m.system.chips.0
        && !(1..=65536).contains(&n)
    {
        let message = format!("`system.chips` is {n}");
        rules.fault(RawFault::new(
            &m.system.chips.span,
            message,
            "must be 1 to 65536, or \"as-needed\"",
        ));
    }
}

fn noc_moves_flits(m: &Machine, rules: &mut Rules<'_>) {
    let (topology, table) = (m.noc.kind(), m.noc.table());
    let kind = topology.name();
    if let Some(packets) = &table.queue_packets {
        rules.within(&format!("noc.{kind}.queue_packets"), packets, 1..=65536);
    }
    if let Some(radix) = &table.radix {
        rules.within(&format!("noc.{kind}.radix"), radix, 2..=64);
        if !topology.has_own_key("radix") {
            let message = format!("`noc.{kind}.radix` is given");
            rules.fault(RawFault::new(&radix.span, message, "only a tree has one"));
        }
    }
    for (key, ticks, least) in [
        ("link_hop_ticks", &m.system.link_hop_ticks, 0),
        ("link_flit_ticks", &m.system.link_flit_ticks, 1),
    ] {
        if let Some(ticks) = ticks {
            rules.within(&format!("system.{key}"), ticks, least..=MAX_TICKS);
        }
    }
    rules.within(
        &format!("noc.{kind}.flit_bits"),
        &table.flit_bits,
        1..=65536,
    );
    rules.within(
        &format!("noc.{kind}.hop_ticks"),
        &table.hop_ticks,
        0..=MAX_TICKS,
    );
    rules.within(
        &format!("noc.{kind}.flit_ticks"),
        &table.flit_ticks,
        1..=MAX_TICKS,
    );
    rules.within(
        &format!("noc.{kind}.tiles_per_router"),
        &table.tiles_per_router,
        1..=65536,
    );
}

fn timing_is_bounded(m: &Machine, rules: &mut Rules<'_>) {
    match &m.timing.value {
        TimingKind::BitSerial(t) => {
            let stages = [
                ("fetch", &t.fetch),
                ("adc", &t.adc),
                ("shift_add", &t.shift_add),
                ("reduce", &t.reduce),
                ("activation", &t.activation),
                ("write", &t.write),
            ];
            for (name, stage) in stages {
                rules.within(&format!("timing.bit-serial.{name}"), stage, 0..=1_000_000);
            }
        }
        TimingKind::Phased(t) => {
            rules.within("timing.phased.phase_ticks", &t.phase_ticks, 1..=MAX_TICKS);
            rules.within(
                "timing.phased.packets_per_phase",
                &t.packets_per_phase,
                1..=u32::MAX,
            );
        }
        TimingKind::Staged(t) => {
            let stages = [
                ("fetch_ticks", &t.fetch_ticks),
                ("dac_ticks", &t.dac_ticks),
                ("sample_ticks", &t.sample_ticks),
                ("shift_add_ticks", &t.shift_add_ticks),
                ("output_ticks", &t.output_ticks),
                ("write_ticks", &t.write_ticks),
            ];
            for (name, stage) in stages {
                rules.within(&format!("timing.staged.{name}"), stage, 0..=MAX_TICKS);
            }
        }
        TimingKind::Integrated(t) => {
            rules.within("timing.integrated.phases", &t.phases, 1..=2);
            pulse_trains_are_converted_bit_by_bit(m, rules);
            let (dac, input) = (*m.dac.bits, *m.format.input_bits);
            if dac < input {
                let message = format!("`dac.bits` is {dac} with `[timing.integrated]`");
                let label =
                    format!("must be `format.input_bits`, {input}: a train holds all of it");
                rules.fault(RawFault::new(&m.dac.bits.span, message, label));
            }
            for (name, time) in [
                ("pulse", &t.pulse),
                ("conversion_step", &t.conversion_step),
                ("gap", &t.gap),
            ] {
                rules.not_negative(&format!("timing.integrated.{name}"), &time.span, time.0);
            }
            let ticks = product_ns(t, m) * m.clock.0 / 1e9;
            if ticks > MAX_TICKS as f64 {
                let message = format!("a product lasts {ticks:.3e} ticks of the clock");
                let label = format!("must be {MAX_TICKS} ticks or fewer");
                rules.fault(RawFault::new(&t.pulse.span, message, label));
            }
        }
        TimingKind::None(_) => {}
    }
}

/// The conversion of pulse trains is described step by step: one step halves what is left of the range.
fn pulse_trains_are_converted_bit_by_bit(m: &Machine, rules: &mut Rules<'_>) {
    let Some((adc, kind)) = m.adc.shared().zip(m.adc.kind()) else {
        return;
    };
    let bits = **adc.bits;
    if (1..=16).contains(&bits) && kind.steps(bits) != u64::from(bits) {
        let steps = kind.steps(bits);
        let message = format!("`[adc.{}]` takes {steps} steps for {bits} bits", adc.kind);
        let label = "must take one step per bit with `[timing.integrated]`, as `[adc.sar]` does";
        rules.fault(RawFault::new(&m.adc.span, message, label));
    }
}

/// Whether they fit the layer is known only with a network.
fn layer_choices_are_counts(m: &Machine, rules: &mut Rules<'_>) {
    const MOST: u32 = 65536;
    for (name, choice) in &m.mapping.layer {
        if let Some(unroll) = &choice.unroll {
            rules.within(&format!("mapping.layer.{name}.unroll"), unroll, 1..=MOST);
        }
        let Some(replicas) = &choice.replicas else {
            continue;
        };
        if replicas.iter().any(|r| !(1..=MOST).contains(r)) {
            let [rx, ry] = replicas.value;
            rules.fault(RawFault::alone(
                &replicas.span,
                format!("`mapping.layer.{name}.replicas` is [{rx}, {ry}]"),
                format!("must be [rx, ry], each 1 to {MOST}"),
            ));
        }
    }
}

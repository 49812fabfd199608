//! Rules on the clock, the arrays and what lies around them.

use super::report::{MAX_TICKS, Rules};
use crate::error::RawFault;
use crate::model::Chips;
use crate::resolve::ticks::read_ticks;
use crate::schema::{Machine, TimingKind};

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    clock_and_node_are_positive(m, rules);
    conductances_are_ordered(m, rules);
    crossbar_has_rows_and_columns(m, rules);
    read_lasts_some_ticks(m, rules);
    cells_conduct_in_a_read(m, rules);
    activity_is_a_share(m, rules);
    skipping_needs_steps(m, rules);
    dac_takes_part_of_the_input(m, rules);
    levels_are_populated(m, rules);
    cells_can_be_counted(m, rules);
    tile_moves_data(m, rules);
    chips_exist(m, rules);
    noc_moves_flits(m, rules);
}

fn clock_and_node_are_positive(m: &Machine, rules: &mut Rules<'_>) {
    rules.positive("clock", &m.clock.span, m.clock.0);
    rules.positive("technology", &m.technology.span, m.technology.0);
}

fn cells_conduct_in_a_read(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    if let Some(v) = &cell.read_voltage {
        let key = format!("device.{kind}.read_voltage");
        if !(0.001..=100.0).contains(&v.0) {
            let message = format!("`{key}` is {} V", v.0);
            rules.fault(RawFault::new(&v.span, message, "must be 1 mV to 100 V"));
        }
    }
    if let Some(area) = &cell.cell_f2 {
        rules.within(&format!("device.{kind}.cell_f2"), area, 0.1..=1e6);
    }
    let Some(pulse) = &m.crossbar.pulse else {
        return;
    };
    rules.positive("crossbar.pulse", &pulse.span, pulse.0);
    if pulse.0 > m.crossbar.read.0 {
        let message = format!("`crossbar.pulse` is {} ns", pulse.0);
        let label = format!(
            "must not be longer than the read of {} ns",
            m.crossbar.read.0
        );
        rules.fault(RawFault::new(&pulse.span, message, label));
    }
}

/// Drivers can leave out input steps only where inputs take several.
fn skipping_needs_steps(m: &Machine, rules: &mut Rules<'_>) {
    let Some(skip) = m.dac.skip_zeros.as_ref().filter(|skip| ***skip) else {
        return;
    };
    let serial = matches!(
        m.timing.value,
        TimingKind::BitSerial(_) | TimingKind::Staged(_)
    );
    if !serial || *m.dac.bits >= *m.format.input_bits {
        let message = "`dac.skip_zeros` is given";
        let label = "needs inputs that enter in several steps: `dac.bits` below `format.input_bits`, timing `bit-serial` or `staged`";
        rules.fault(RawFault::new(&skip.span, message, label));
    }
}

fn activity_is_a_share(m: &Machine, rules: &mut Rules<'_>) {
    let Some(activity) = &m.activity else { return };
    // Measured energy is in proportion to the assumed one: of no active row and of code 0 there is none.
    for (key, share, least) in [
        ("inputs", &activity.inputs, 0.001),
        ("cells", &activity.cells, 0.0),
        ("codes", &activity.codes, 0.001),
    ] {
        if let Some(share) = share {
            rules.within(&format!("activity.{key}"), share, least..=1.0);
        }
    }
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
        // Slower rates overflow the ticks of a run.
        if !(1e-3..=1e9).contains(&**rate) {
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

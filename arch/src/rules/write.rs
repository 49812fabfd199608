//! Rules on how cells are written.

use super::report::{MAX_TICKS, Rules};
use crate::error::RawFault;
use crate::resolve::ticks::ticks;
use crate::schema::Machine;

pub(super) fn check(m: &Machine, rules: &mut Rules<'_>) {
    let (kind, cell) = m.device.parts();
    let Some(w) = &cell.write else {
        return;
    };
    let key = |name: &str| format!("device.{kind}.write.{name}");
    rules.positive(&key("pulse"), &w.pulse.span, w.pulse.0);
    if let Some(energy) = &w.energy {
        rules.not_negative(&key("energy"), &energy.span, energy.0);
    }
    if let Some(verify) = &w.verify {
        rules.not_negative(&key("verify"), &verify.span, verify.0);
    }
    for (name, time) in [("pulse", Some(&w.pulse)), ("verify", w.verify.as_ref())] {
        let Some(time) = time else { continue };
        let long = ticks(time.0, m.clock.0);
        if long > MAX_TICKS as f64 {
            let message = format!("`{}` lasts {long:.3e} ticks of the clock", key(name));
            let label = format!("must be {MAX_TICKS} ticks or fewer");
            rules.fault(RawFault::new(&time.span, message, label));
        }
    }
    let rows = (*m.crossbar.rows).max(1);
    let columns = (*m.crossbar.columns).saturating_add(1);
    for (name, number, most) in [
        ("pulses", &w.pulses, 1_000_000),
        ("rows_at_once", &w.rows_at_once, rows),
        ("columns_at_once", &w.columns_at_once, columns),
        (
            "arrays_at_once",
            &w.arrays_at_once,
            (*m.pe.crossbars).max(1),
        ),
    ] {
        if let Some(number) = number {
            rules.within(&key(name), number, 1..=most);
        }
    }
    if let Some(rate) = &w.load_bytes_per_tick {
        rules.within(&key("load_bytes_per_tick"), rate, 1e-3..=1e9);
    }
    if let Some(endurance) = &w.endurance {
        rules.within(&key("endurance"), endurance, 1.0..=1e18);
    }
}

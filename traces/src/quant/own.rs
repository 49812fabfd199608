//! Quantisers a network brings along (QDQ files). What such a network computes is kept exactly: no weight and no input is
//! rounded a second time.

use super::grid::{InputGrid, code_range};
use crate::net::{LayerId, Network};
use crate::op::{FakeQuant, Op};

/// Grid of the network's own quantiser in front of a layer, if codes of `input_bits` can hold it.
///
/// A grid whose zero point is 0 keeps its sign. Any other is counted from its lowest code, which makes the codes
/// unsigned; the sum of weights times the zero point is then subtracted behind the accumulator.
pub(super) fn own_quantiser(net: &Network, id: LayerId, input_bits: u32) -> Option<InputGrid> {
    let mut at = net.inputs(id)[0];
    loop {
        match &net.layer(at).op {
            Op::FakeQuant(FakeQuant {
                scale,
                zero,
                lo,
                hi,
            }) => {
                let (signed, shift) = if zero[0] == 0.0 {
                    (*lo < 0.0, 0.0)
                } else {
                    (false, *lo)
                };
                let (least, most) = code_range(input_bits, signed);
                let fits = *lo - shift >= least as f32 && *hi - shift <= most as f32;
                return (scale.len() == 1 && fits).then(|| InputGrid {
                    scale: scale[0],
                    signed,
                    zero: (zero[0] - shift) as i32,
                });
            }
            op if op.operator().keeps_grid() => {}
            _ => return None,
        }
        at = net.inputs(at)[0];
    }
}

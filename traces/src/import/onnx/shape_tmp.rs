//! Stand-in for `crate::shape` until it is merged.
use crate::layer::{Op, Shape, Weights};
pub(crate) fn infer(op: &Op, i: &[Shape]) -> Result<Shape, String> {
    let dims = |w: &Weights| match w { Weights::Dense(a) => a.shape().to_vec(), Weights::Seeded { shape, .. } => shape.clone() };
    let s = i[0];
    let win = |n: usize, k: usize, st: usize, p: usize, ceil: bool| { let x = (n + p).checked_sub(k).ok_or("window")?; Ok::<usize, String>(1 + if ceil { x.div_ceil(st) } else { x / st }) };
    Ok(match op {
        Op::Conv(c) => { let w = dims(&c.weight); Shape::new(w[0], win(s.h, (w[2]-1)*c.dilation[0]+1, c.stride[0], c.pad[0]+c.pad[2], false)?, win(s.w, (w[3]-1)*c.dilation[1]+1, c.stride[1], c.pad[1]+c.pad[3], false)?) }
        Op::Gemm(g) => Shape::new(dims(&g.weight)[0], 1, 1),
        Op::Pool(p) => Shape::new(s.c, win(s.h, p.kernel[0], p.stride[0], p.pad[0]+p.pad[2], p.ceil)?, win(s.w, p.kernel[1], p.stride[1], p.pad[1]+p.pad[3], p.ceil)?),
        Op::GlobalAveragePool | Op::GlobalMaxPool => Shape::new(s.c, 1, 1),
        Op::Concat => Shape::new(i.iter().map(|s| s.c).sum(), s.h, s.w),
        Op::Flatten => Shape::new(s.len(), 1, 1),
        Op::Reshape(t) => *t,
        Op::Transpose(p) => { let d = [s.c, s.h, s.w]; Shape::new(d[p[0]], d[p[1]], d[p[2]]) }
        Op::Pad { pad, .. } => Shape::new(s.c, s.h + pad[0] + pad[2], s.w + pad[1] + pad[3]),
        _ => s,
    })
}

//! Batch norm for networks that have it folded in: training without it needs low rates and many epochs.

use crosscut_traces::op::ScaleShift;
use crosscut_traces::{LayerId, Network, Op};
use ndarray::Array1;

/// The network with a scale and shift that does nothing behind every convolution that has none. Folding it away after
/// training (`traces::fold`) gives the layers and names of before; masks are not touched, since whole outputs are scaled.
pub fn with_norms(net: &Network) -> Network {
    let mut out = Network::new(net.name.clone());
    let mut new: Vec<LayerId> = Vec::with_capacity(net.len());
    for (id, layer) in net.layers() {
        let inputs: Vec<LayerId> = net.inputs(id).iter().map(|i| new[i.0]).collect();
        let mut at = out.push(layer.name.clone(), layer.op.clone(), &inputs, layer.shape);
        let users = net.consumers(id);
        let has_one = |u: &LayerId| matches!(net.layer(*u).op, Op::ScaleShift(_));
        if matches!(layer.op, Op::Conv(_)) && !users.iter().any(has_one) {
            let one = Op::ScaleShift(ScaleShift {
                scale: Array1::ones(layer.shape.c),
                shift: Array1::zeros(layer.shape.c),
            });
            at = out.push(format!("{}.norm", layer.name), one, &[at], layer.shape);
        }
        new.push(at);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crosscut_traces::{embedded, fold, zoo};

    #[test]
    fn folding_gives_the_network_of_before() {
        let nets = [
            embedded::digits_network(),
            zoo::build("resnet18", 1).expect("known"),
        ];
        for net in nets {
            let with = with_norms(&net);
            let added = with.len() - net.len();
            let convolutions = net.layers().filter(|(_, l)| matches!(l.op, Op::Conv(_)));
            assert_eq!(added, convolutions.count());
            // Generated weights become values at hand, so names, shapes and values are compared.
            let back = fold(&with);
            assert_eq!(back.len(), net.len());
            for ((_, a), (_, b)) in back.layers().zip(net.layers()) {
                assert_eq!(
                    (&a.name, a.shape, a.op.name()),
                    (&b.name, b.shape, b.op.name())
                );
                if let (Op::Conv(a), Op::Conv(b)) = (&a.op, &b.op) {
                    assert_eq!(a.weight.values(), b.weight.values());
                }
            }
        }
    }
}

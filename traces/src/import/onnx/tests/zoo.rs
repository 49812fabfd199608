//! Networks too large to run in a test: they must import whole, with the shapes of their papers
//! and as many weight layers as the file has Conv and Gemm nodes.

use super::super::load;
use super::shared;
use crate::op::Op;
use crate::shape::Shape;

#[test]
fn light_networks_import() {
    let Some(data) = shared() else { return };
    // Output length, convolutions and fully connected layers of each network.
    for (name, outputs, convs, gemms) in [
        ("light_bvlc_alexnet", 1000, 5, 3),
        ("light_squeezenet", 1000, 26, 0),
        ("light_shufflenet", 1000, 49, 1),
        ("light_densenet121", 1000, 121, 0),
        ("light_resnet50", 1000, 53, 1),
        ("light_vgg19", 1000, 16, 3),
    ] {
        let import =
            load(&data.join(format!("onnx/{name}.onnx"))).unwrap_or_else(|e| panic!("{e}"));
        let net = &import.network;
        println!("{name}: {} layers, {:?}", net.len(), import.warnings);
        assert_eq!(
            net.layer(net.output()).shape,
            Shape::new(outputs, 1, 1),
            "{name}"
        );
        assert_eq!(
            net.layer(net.input()).shape,
            Shape::new(3, 224, 224),
            "{name}"
        );
        let count = |f: fn(&Op) -> bool| net.layers().filter(|(_, l)| f(&l.op)).count();
        assert_eq!(count(|o| matches!(o, Op::Conv(_))), convs, "{name}");
        assert_eq!(count(|o| matches!(o, Op::Gemm(_))), gemms, "{name}");
    }
}

#[test]
fn third_party_networks_import() {
    let Some(data) = shared() else { return };
    let mut names: Vec<_> = std::fs::read_dir(data.join("onnx"))
        .unwrap()
        .chain(std::fs::read_dir(data.join("models")).unwrap())
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "onnx"))
        .filter(|p| {
            !p.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("light_")
        })
        .collect();
    names.push(data.join("onnx/zuramai_ext/mnist.onnx"));
    names.sort();
    for path in names {
        let import = load(&path);
        if path.ends_with("ultraface_rfb320.onnx") {
            let text = import.unwrap_err().to_string();
            assert!(
                text.contains("exactly one output, has 2: scores, boxes"),
                "{text}"
            );
            continue;
        }
        let import = import.unwrap_or_else(|e| panic!("{e}"));
        let net = &import.network;
        println!(
            "{}: {} layers, {:?}",
            path.display(),
            net.len(),
            import.warnings
        );
        assert_eq!(
            net.layer(net.output()).shape,
            Shape::new(10, 1, 1),
            "{}",
            path.display()
        );
    }
}

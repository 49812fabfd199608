//! Images: arrays, idx, CIFAR, PNG.

use crate::reader::Target;
use crosscut::traces::Shape;
use crosscut::traces::data::{self, Room};
use std::io::{Cursor, Write};

const EXPECTED: Shape = Shape { c: 1, h: 4, w: 4 };

fn array(version: u8, descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let padded = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    let length = (padded.len() as u32).to_le_bytes();
    bytes.extend(&length[..if version == 1 { 2 } else { 4 }]);
    bytes.extend(padded.as_bytes());
    bytes.extend(data);
    bytes
}

fn arrays() -> Vec<Vec<u8>> {
    vec![
        array(1, "|u1", "(3, 4, 4)", &[7; 48]),
        array(1, "<f4", "(2, 1, 4, 4)", &[0; 128]),
        array(2, "<i8", "(2, 16)", &[0; 256]),
        array(3, "|u1", "(3,)", &[0, 1, 2]),
        array(1, "<f8", "(2, 3)", &[0; 48]),
    ]
}

const WORDS: &[&str] = &[
    "descr",
    "fortran_order",
    "shape",
    "True",
    "False",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|u1",
    "<f4",
    "<f8",
    ">f4",
    "<i8",
    "|b1",
    "18446744073709551615",
    "x.npy",
    "y.npy",
    "train",
];

/// One array, used as images and as labels.
pub fn npy() -> Target {
    Target {
        name: "npy",
        corpus: arrays(),
        words: WORDS,
        protobuf: false,
        read: Box::new(|bytes| {
            let Ok(array) = data::npz::array("fuzz", bytes) else {
                return false;
            };
            let labels = data::npz::array("labels", &arrays()[3]).expect("three labels");
            let images = ("a", array.clone());
            let images = data::npz::raw("fuzz", images, ("b", labels.clone()), EXPECTED);
            images.is_ok() | data::npz::raw("fuzz", ("a", labels), ("b", array), EXPECTED).is_ok()
        }),
    }
}

/// An archive of arrays.
pub fn npz() -> Target {
    let archive = |stored: bool| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let method = if stored {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, bytes) in ["x.npy", "y.npy"].iter().zip([&arrays()[0], &arrays()[3]]) {
            zip.start_file(*name, options).expect("an entry");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    };
    Target {
        name: "npz",
        corpus: vec![archive(true), archive(false)],
        words: WORDS,
        protobuf: false,
        read: Box::new(|bytes| data::npz::arrays("fuzz", bytes.to_vec(), &Room::default()).is_ok()),
    }
}

/// Images of the MNIST format with their labels: the input is cut where the images promise to end.
pub fn idx() -> Target {
    let images = |n: u8| {
        [
            &[0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 4, 0, 0, 0, 4][..],
            &[9; 48],
        ]
        .concat()
    };
    let labels = [0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 2];
    let packed = |bytes: &[u8]| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(bytes).expect("written");
        gz.finish().expect("packed")
    };
    let whole = images(3);
    Target {
        name: "idx",
        corpus: vec![whole.clone(), packed(&whole), images(4), labels.to_vec()],
        words: &[],
        protobuf: false,
        read: Box::new(move |bytes| {
            let images = data::idx::raw(
                "fuzz",
                ("images", bytes.to_vec()),
                ("labels", labels.to_vec()),
                &Room::default(),
            );
            let own = ("images", whole.clone());
            let labels = ("labels", bytes.to_vec());
            images.is_ok() | data::idx::raw("fuzz", own, labels, &Room::default()).is_ok()
        }),
    }
}

/// Records of the CIFAR-10 format.
pub fn cifar() -> Target {
    let records: Vec<u8> = (0..2 * 3073)
        .map(|i| if i % 3073 == 0 { 3 } else { i as u8 })
        .collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&records).expect("written");
    Target {
        name: "cifar",
        corpus: vec![gz.finish().expect("packed"), records],
        words: &[],
        protobuf: false,
        read: Box::new(|bytes| {
            data::cifar::records("fuzz", bytes.to_vec(), &Room::default()).is_ok()
        }),
    }
}

/// PNG images of each kind of colour.
pub fn png() -> Target {
    let image = |color: png::ColorType, depth: png::BitDepth, row: usize| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 4, 4);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == png::ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 255, 255, 255]);
        }
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&vec![0; row * 4]).expect("pixels");
        writer.finish().expect("an image");
        bytes
    };
    use png::{BitDepth, ColorType};
    Target {
        name: "png",
        corpus: vec![
            image(ColorType::Grayscale, BitDepth::Eight, 4),
            image(ColorType::Grayscale, BitDepth::One, 1),
            image(ColorType::Rgb, BitDepth::Sixteen, 24),
            image(ColorType::Rgba, BitDepth::Eight, 16),
            image(ColorType::Indexed, BitDepth::Two, 1),
        ],
        words: &["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "acTL", "iCCP"],
        protobuf: false,
        read: Box::new(|bytes| {
            // Checksums are made to fit, else the first one refuses every change.
            let fitted = checksums(bytes);
            let stored = fitted.len() as u64;
            data::png::decode("fuzz", Cursor::new(fitted), stored, &Room::default()).is_ok()
        }),
    }
}

/// The same chunks with checksums that fit.
fn checksums(bytes: &[u8]) -> Vec<u8> {
    let mut fitted = bytes.to_vec();
    let mut at = 8;
    while let Some(length) = fitted.get(at..at + 4) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let Some(end) = at.checked_add(8).and_then(|a| a.checked_add(length)) else {
            break;
        };
        if end + 4 > fitted.len() {
            break;
        }
        let mut sum = flate2::Crc::new();
        sum.update(&fitted[at + 4..end]);
        fitted[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
    fitted
}

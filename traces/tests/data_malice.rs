//! Data files that ask for more than they hold: each is refused at once, in words, and nothing is taken on trust.

use crosscut_traces::Shape;
use crosscut_traces::data::{Room, folder};
use std::io::Write;
use std::path::Path;

const EXPECTED: Shape = Shape { c: 1, h: 2, w: 2 };

fn refused(path: &Path, why: &str) {
    let e = folder::open(path, EXPECTED).unwrap_err().to_string();
    assert!(e.contains(why), "{e}");
}

fn npy(version: u8, length: u32, header: &str) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    let length = length.to_le_bytes();
    bytes.extend(if version == 1 {
        &length[..2]
    } else {
        &length[..]
    });
    bytes.extend(header.as_bytes());
    bytes
}

#[test]
fn headers_of_arrays_are_bounded_before_they_are_parsed() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.npy");
    let case = |bytes: Vec<u8>, why: &str| {
        std::fs::write(&file, bytes).unwrap();
        refused(dir.path(), why);
    };
    let about =
        |shape: &str| format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
    let whole = |header: &str| npy(1, header.len() as u32, header);
    // No values, but a dimension that overflows whoever multiplies the others.
    case(
        whole(&about("(4611686018427387904, 0)")),
        "promises more values",
    );
    case(whole(&about("(9,)")), "promises more values");
    case(
        whole(&about(&format!("{}1{}", "(".repeat(40), ")".repeat(40)))),
        "nested too deeply",
    );
    case(
        npy(2, u32::MAX, &about("(1,)")),
        "header is longer than the file",
    );
    let long = about("(1,)") + &" ".repeat(1 << 16);
    case(npy(2, long.len() as u32, &long), "4096 at most are read");
    case(npy(9, 0, ""), "does not begin as one");
}

#[test]
fn images_hold_no_more_than_their_bytes_can_unpack_to() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.png");
    let mut encoder = png::Encoder::new(std::fs::File::create(&file).unwrap(), 1, 1);
    encoder.set_color(png::ColorType::Rgba);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[1, 2, 3, 4])
        .unwrap();
    std::fs::write(dir.path().join("labels.csv"), "a.png,0\n").unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    // 64k x 64k in the header, with its checksum.
    bytes[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    refused(dir.path(), "promises more than the file can hold");
}

#[test]
fn palettes_are_whole_colours() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.png");
    let mut encoder = png::Encoder::new(std::fs::File::create(&file).unwrap(), 1, 1);
    encoder.set_color(png::ColorType::Indexed);
    // Two bytes are no colour; the library of readers counts on three.
    encoder.set_palette(vec![0, 0, 0, 9, 9]);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[0])
        .unwrap();
    std::fs::write(dir.path().join("labels.csv"), "a.png,0\n").unwrap();
    refused(dir.path(), "its palette has 5 bytes");
}

#[test]
fn archives_that_unpack_to_too_much_are_refused_before_they_are_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("set.npz");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&file).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("x.npy", options).unwrap();
    zip.write_all(&[0; 100]).unwrap();
    zip.finish().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    // The archive's own list says 3 GiB.
    let list = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[list + 24..list + 28].copy_from_slice(&(3u32 << 30).to_le_bytes());
    std::fs::write(&file, bytes).unwrap();
    refused(
        &file,
        "holds more than 1 GiB, stored and unpacked; `--most-data`",
    );
    let most = folder::open_within(&file, EXPECTED, &Room::gib(4)).unwrap_err();
    assert!(most.to_string().contains("npy array"), "{most}");
}

/// Reading them would never end.
#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    for name in [
        "x.npy",
        "set.npz",
        "labels.csv",
        "t10k-images-idx3-ubyte",
        "test_batch.bin",
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/zero", dir.path().join(name)).unwrap();
        if name.contains("idx3") {
            std::fs::write(dir.path().join("t10k-labels-idx1-ubyte"), b"").unwrap();
        }
        // A table that is no file is no table, and the folder holds nothing else.
        let why = if name == "labels.csv" {
            "not known as image data"
        } else {
            "is no regular file"
        };
        refused(dir.path(), why);
    }
}

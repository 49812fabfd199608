//! Files of images: every kind is read as its format says, and what is wrong is named.

use crosscut_traces::Shape;
use crosscut_traces::data::folder::Selection;
use crosscut_traces::data::{DataError, Preprocess, folder};
use ndarray::{Array1, Array2, Array3, Array4, ShapeBuilder};
use ndarray_npy::{NpzWriter, write_npy};
use std::path::Path;

const EXPECTED: Shape = Shape { c: 3, h: 2, w: 4 };

fn error(path: &Path, expected: Shape) -> String {
    folder::open(path, expected).unwrap_err().to_string()
}

/// Value of image i at channel, row, column.
fn value(i: usize, c: usize, y: usize, x: usize) -> u8 {
    (i * 24 + c * 8 + y * 4 + x) as u8
}

fn holds_the_values(images: &[Array3<f32>], first: usize) {
    for (k, image) in images.iter().enumerate() {
        assert_eq!(image.dim(), (3, 2, 4));
        for ((c, y, x), &v) in image.indexed_iter() {
            assert_eq!(v, f32::from(value(first + k, c, y, x)));
        }
    }
}

fn counts(calibration: usize, evaluation: usize) -> Selection {
    Selection {
        calibration,
        rest: 0,
        evaluation,
        per_class: false,
    }
}

#[test]
fn archives_with_either_order_of_channels_and_either_split() {
    let dir = tempfile::tempdir().unwrap();
    let last = Array4::from_shape_fn((5, 2, 4, 3), |(i, y, x, c)| value(i, c, y, x));
    let first = Array4::from_shape_fn((5, 3, 2, 4), |(i, c, y, x)| f64::from(value(i, c, y, x)));
    let labels = Array1::from_vec(vec![0i64, 7, 300, 2, 1]);
    let both = dir.path().join("set.npz");
    let mut npz = NpzWriter::new_compressed(std::fs::File::create(&both).unwrap());
    npz.add_array("x_train", &last).unwrap();
    npz.add_array("y_train", &labels).unwrap();
    npz.add_array("x_test", &first).unwrap();
    npz.add_array(
        "y_test",
        &Array2::from_shape_fn((5, 6), |(i, k)| u8::from(k == i)),
    )
    .unwrap();
    npz.add_array("unrelated", &Array1::from_vec(vec![1u8]))
        .unwrap();
    npz.finish().unwrap();
    let stored = folder::open(&both, EXPECTED).unwrap();
    let raw = Preprocess::raw();
    let images = stored.images(Some(&raw), &counts(2, 5)).unwrap();
    holds_the_values(&images.calibration.images, 0);
    holds_the_values(&images.evaluation.images, 0);
    assert_eq!(images.calibration.labels, [0, 7]);
    assert_eq!(images.evaluation.labels, [0, 1, 2, 3, 4]);
    assert_eq!(
        (images.note, images.calibration.name.as_str()),
        (None, "set.npz (train)")
    );
    let all = stored.train.unwrap();
    assert_eq!((all.labels, all.size), (vec![0, 7, 300, 2, 1], EXPECTED));

    // Loose arrays, stored column by column; no training part.
    let loose = dir.path().join("loose");
    std::fs::create_dir(&loose).unwrap();
    let mut columns = Array4::<u8>::zeros((5, 3, 2, 4).f());
    columns.assign(&first.mapv(|v| v as u8));
    write_npy(loose.join("images.npy"), &columns).unwrap();
    write_npy(loose.join("labels.npy"), &labels).unwrap();
    let images = folder::open(&loose, EXPECTED)
        .unwrap()
        .images(Some(&raw), &counts(2, 3))
        .unwrap();
    holds_the_values(&images.calibration.images, 0);
    holds_the_values(&images.evaluation.images, 2);
    assert!(images.note.unwrap().contains("no training part"));
    // One of the bytes by hand: (255 / 255 - 0.5) / 0.25.
    let p = Preprocess::parse("mean=0.5,std=0.25").unwrap();
    assert_eq!(p.value(2, 255.0), 2.0);
    let too_many = folder::open(&loose, EXPECTED)
        .unwrap()
        .images(Some(&raw), &counts(3, 3))
        .unwrap_err();
    assert!(
        too_many
            .to_string()
            .contains("has 5 images and no training part"),
        "{too_many}"
    );
}

#[test]
fn arrays_that_are_wrong_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let labels = Array1::from_vec(vec![0u8, 1]);
    let wrong = Array2::<u8>::zeros((2, 23));
    write_npy(at("x.npy"), &wrong).unwrap();
    write_npy(at("y.npy"), &labels).unwrap();
    let e = error(dir.path(), EXPECTED);
    assert!(
        e.contains("[2, 23]") && e.contains("3x2x4") && e.contains("N x 24"),
        "{e}"
    );
    write_npy(at("x.npy"), &Array2::<u8>::zeros((3, 24))).unwrap();
    assert!(error(dir.path(), EXPECTED).contains("3 images, with 2 labels"));
    write_npy(at("y.npy"), &Array1::from_vec(vec![0.0f32, 1.5, 2.0])).unwrap();
    assert!(error(dir.path(), EXPECTED).contains("label 1 is 1.5"));
    let mut nan = Array2::<f32>::zeros((3, 24));
    nan[[1, 9]] = f32::NAN;
    write_npy(at("x.npy"), &nan).unwrap();
    write_npy(at("y.npy"), &Array1::from_vec(vec![0i32, 1, 2])).unwrap();
    let e = folder::open(dir.path(), EXPECTED)
        .unwrap()
        .images(None, &counts(1, 2))
        .unwrap_err();
    assert!(
        e.to_string()
            .contains("image 1 holds NaN at channel 1, row 0, column 1"),
        "{e}"
    );
    // A header that promises far more than there is.
    let mut bytes = std::fs::read(at("y.npy")).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let place = text.find("(3,)").unwrap();
    bytes[place..place + 4].copy_from_slice(b"(9,)");
    std::fs::write(at("y.npy"), &bytes[..]).unwrap();
    assert!(error(dir.path(), EXPECTED).contains("not a whole npy array"));
    std::fs::write(at("y.npy"), b"junk").unwrap();
    assert!(error(dir.path(), EXPECTED).contains("not a whole npy array"));
    std::fs::write(at("a.npz"), b"junk").unwrap();
    assert!(error(&at("a.npz"), EXPECTED).contains("not a whole npz archive"));
}

fn png(path: &Path, size: (u32, u32), colour: png::ColorType, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, size.0, size.1);
    encoder.set_color(colour);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(bytes)
        .unwrap();
}

#[test]
fn folders_of_png_images() {
    use png::ColorType::{Grayscale, Rgba};
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    // Two pixels with transparency: channels come apart, transparency goes.
    png(
        &at("train/cat/1.png"),
        (2, 1),
        Rgba,
        &[1, 2, 3, 9, 4, 5, 6, 9],
    );
    png(
        &at("test/dog/1.png"),
        (2, 1),
        Rgba,
        &[7, 7, 7, 9, 8, 8, 8, 9],
    );
    png(
        &at("test/cat/1.png"),
        (2, 1),
        Rgba,
        &[1, 2, 3, 9, 4, 5, 6, 9],
    );
    png(&at("test/cat/2.png"), (2, 1), Rgba, &[0; 8]);
    let stored = folder::open(dir.path(), EXPECTED).unwrap();
    let images = stored
        .images(Some(&Preprocess::raw()), &counts(1, 3))
        .unwrap();
    let first: Vec<f32> = images.calibration.images[0].iter().copied().collect();
    assert_eq!(first, [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_eq!(images.evaluation.labels, [0, 1, 0]);
    png(&at("test/cat/3.png"), (1, 1), Grayscale, &[5]);
    let e = error(dir.path(), EXPECTED);
    assert!(
        e.contains("3.png") && e.contains("1x1x1") && e.contains("3x1x2"),
        "{e}"
    );
    std::fs::write(at("test/cat/3.png"), b"junk").unwrap();
    assert!(error(dir.path(), EXPECTED).contains("not a whole PNG"));

    let table = tempfile::tempdir().unwrap();
    let at = |name: &str| table.path().join(name);
    png(&at("a.png"), (1, 1), Grayscale, &[5]);
    png(&at("b.png"), (1, 1), Grayscale, &[6]);
    std::fs::write(at("labels.csv"), "file,label\nb.png,12\na.png,3\n").unwrap();
    let set = folder::open(table.path(), EXPECTED).unwrap().test;
    assert_eq!((set.labels, set.size), (vec![12, 3], Shape::new(1, 1, 1)));
    std::fs::write(at("labels.csv"), "file,label\nb.png\n").unwrap();
    assert!(error(table.path(), EXPECTED).contains("line 2: `b.png` should be `file,label`"));
    std::fs::write(at("labels.csv"), "c.png,1\n").unwrap();
    assert!(matches!(
        folder::open(table.path(), EXPECTED),
        Err(DataError::Read { .. })
    ));
    std::fs::write(at("labels.csv"), "").unwrap();
    assert!(error(table.path(), EXPECTED).contains("lists no image"));
}

#[test]
fn folders_of_something_else_are_refused_with_what_is_known() {
    let dir = tempfile::tempdir().unwrap();
    assert!(error(dir.path(), EXPECTED).contains("it is empty. Known are idx files"));
    std::fs::write(dir.path().join("images.mat"), b"x").unwrap();
    let e = error(dir.path(), EXPECTED);
    assert!(
        e.contains("it holds `images.mat`") && e.contains("*.npz"),
        "{e}"
    );
    assert!(error(&dir.path().join("images.mat"), EXPECTED).contains("not known as image data"));
    assert!(error(&dir.path().join("gone"), EXPECTED).contains("cannot read"));
    let idx = dir.path().join("x-images-idx3-ubyte");
    std::fs::write(idx, b"junk").unwrap();
    assert!(error(dir.path(), EXPECTED).contains("has no labels for `x-images-idx3-ubyte`"));
}

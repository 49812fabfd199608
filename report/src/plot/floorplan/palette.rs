//! Colours of layers: the nine of Paul Tol's "muted" scheme (technical note SRON/EPS/TN/09-002, 2021), told apart with
//! any colour vision, in an order that sets neighbours far apart; then the same lighter, then darker.

/// Red, green, blue.
pub type Colour = [u8; 3];

const MUTED: [Colour; 9] = [
    [51, 34, 136],
    [221, 204, 119],
    [68, 170, 153],
    [204, 102, 119],
    [136, 204, 238],
    [136, 34, 85],
    [153, 153, 51],
    [170, 68, 153],
    [17, 119, 51],
];

/// Colour of the layer at a place in the report.
pub fn layer(n: usize) -> Colour {
    let colour = MUTED[n % MUTED.len()];
    match n / MUTED.len() % 3 {
        0 => colour,
        1 => mix(colour, [255; 3], 0.4),
        _ => mix(colour, [0; 3], 0.35),
    }
}

/// The colour of cells that hold nothing.
pub fn pale(colour: Colour) -> Colour {
    mix(colour, [255; 3], 0.72)
}

fn mix(a: Colour, b: Colour, share: f64) -> Colour {
    [0, 1, 2].map(|i| (f64::from(a[i]) * (1.0 - share) + f64::from(b[i]) * share).round() as u8)
}

/// `#rrggbb`.
pub fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

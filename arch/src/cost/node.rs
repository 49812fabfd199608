//! Technology scaling of logic, after Stillmaker and Baas, Integration 58 (2017).
//!
//! Area factors are the published matrix, energy factors the published polynomials in the supply voltage, taken at
//! 0.8 V as CiMLoop and Accelergy do. Between nodes a gate's energy and area are linear in the place in the list of nodes,
//! and a factor is the ratio of two of them. Interpolating the matrix in both nodes at once would make 28 to 27.9 nm
//! grow by 15 %. The matrix is rounded: there and back is 1 to within 4.5 %. Converters, drivers, cells and links do
//! not follow logic.

use super::figures::NoFigures;

/// Nodes in nm, coarsest first.
const NODES: [f64; 10] = [130.0, 90.0, 65.0, 45.0, 32.0, 20.0, 16.0, 14.0, 10.0, 7.0];

/// Area factor, row from, column to.
const AREA: [[f64; 10]; 10] = [
    [
        1.0, 0.44, 0.23, 0.16, 0.072, 0.033, 0.03, 0.027, 0.016, 0.0092,
    ],
    [
        2.3, 1.0, 0.53, 0.35, 0.16, 0.075, 0.067, 0.061, 0.036, 0.021,
    ],
    [4.3, 1.9, 1.0, 0.66, 0.31, 0.14, 0.13, 0.12, 0.068, 0.039],
    [6.4, 2.8, 1.5, 1.0, 0.46, 0.21, 0.19, 0.17, 0.1, 0.059],
    [14.0, 6.1, 3.3, 2.2, 1.0, 0.46, 0.41, 0.38, 0.22, 0.13],
    [30.0, 13.0, 7.1, 4.7, 2.2, 1.0, 0.89, 0.82, 0.48, 0.28],
    [34.0, 15.0, 7.9, 5.3, 2.4, 1.1, 1.0, 0.91, 0.54, 0.31],
    [37.0, 16.0, 8.7, 5.8, 2.7, 1.2, 1.1, 1.0, 0.59, 0.34],
    [63.0, 28.0, 15.0, 9.8, 4.5, 2.1, 1.9, 1.7, 1.0, 0.58],
    [110.0, 48.0, 25.0, 17.0, 7.8, 3.6, 3.2, 2.9, 1.7, 1.0],
];

/// Coefficients of `a V^2 + b V + c`, relative energy of a gate at each node.
const ENERGY: [(f64, f64, f64); 10] = [
    (7.171, -6.709, 2.904),
    (4.762, -4.781, 2.092),
    (3.755, -4.398, 1.975),
    (1.103, -0.362, 0.2767),
    (0.9559, -0.7823, 0.471),
    (0.373, -0.1582, 0.04104),
    (0.2958, -0.1241, 0.03024),
    (0.2363, -0.09675, 0.02239),
    (0.2068, -0.09311, 0.02375),
    (0.1776, -0.09097, 0.02447),
];

/// Supply the energy polynomials are taken at.
const VOLT: f64 = 0.8;

/// Finest and coarsest node of the tables.
pub(crate) const RANGE_NM: (f64, f64) = (7.0, 130.0);

/// Factors on area, and on energy and static power.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Factors {
    pub area: f64,
    pub energy: f64,
}

/// What the figures of a part follow from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Logic and SRAM: the tables of this file.
    Logic,
    /// Converters: the node terms of the regression over Murmann's ADC survey (Accelergy ADC plug-in).
    Analog,
    /// The law has the node among its own terms.
    Own,
    /// Charge on capacitors set by noise, wires of a given length, links between chips: they stay.
    Stays,
}

impl Class {
    /// Factors from one node to another; `None` outside the tables.
    pub(crate) fn factors(self, from_nm: f64, to_nm: f64) -> Option<Factors> {
        let ratio = to_nm / from_nm;
        match self {
            _ if from_nm == to_nm => Some(Factors::NONE),
            Class::Logic => factors(from_nm, to_nm),
            Class::Analog => Some(Factors {
                energy: ratio.powf(1.88004),
                area: ratio.powf(0.99328 + 0.29912 * 1.88004),
            }),
            Class::Own | Class::Stays => Some(Factors::NONE),
        }
    }

    /// The same, or why there are none.
    pub(crate) fn between(self, from_nm: f64, to_nm: f64) -> Result<Factors, NoFigures> {
        self.factors(from_nm, to_nm).ok_or_else(|| {
            let (finest, coarsest) = RANGE_NM;
            let covers = format!("nodes of {finest} to {coarsest} nm");
            NoFigures::new(
                "technology",
                format!("{to_nm} nm, from {from_nm} nm"),
                covers,
            )
        })
    }
}

impl Factors {
    const NONE: Factors = Factors {
        area: 1.0,
        energy: 1.0,
    };
}

/// Place in the list of nodes: index of the coarser neighbour, and how far to the finer one.
fn place(nm: f64) -> Option<(usize, f64)> {
    let finer = NODES.iter().position(|&n| n <= nm)?;
    match finer {
        0 => (nm == NODES[0]).then_some((0, 0.0)),
        i => Some((i - 1, (NODES[i - 1] - nm) / (NODES[i - 1] - NODES[i]))),
    }
}

/// The value at a place of a list.
fn between(place: (usize, f64), list: impl Fn(usize) -> f64) -> f64 {
    let (i, t) = place;
    match t {
        0.0 => list(i),
        _ => list(i) * (1.0 - t) + list(i + 1) * t,
    }
}

/// Factors that bring figures from one node to another; `None` outside the tables.
pub(crate) fn factors(from_nm: f64, to_nm: f64) -> Option<Factors> {
    let (from, to) = (place(from_nm)?, place(to_nm)?);
    let energy = |at| {
        between(at, |i| {
            let (a, b, c) = ENERGY[i];
            (a * VOLT + b) * VOLT + c
        })
    };
    // Areas relative to the source's own node, or to the next coarser one where it has none.
    let row = AREA[if from.1 == 1.0 { from.0 + 1 } else { from.0 }];
    let area = |at| between(at, |i| row[i]);
    Some(Factors {
        area: area(to) / area(from),
        energy: energy(to) / energy(from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64, tolerance: f64) {
        let off = (value / expected - 1.0).abs();
        assert!(
            off <= tolerance,
            "{value} is not within {tolerance} of {expected}"
        );
    }

    /// Values computed independently from the polynomials at 0.8 V, to the digits given (reference: section 8.5).
    #[test]
    fn energies_relative_to_32_nm() {
        for (nm, factor) in [
            (130.0, 4.653),
            (90.0, 2.878),
            (65.0, 1.882),
            (45.0, 1.517),
            (20.0, 0.3353),
            (16.0, 0.2632),
            (14.0, 0.2106),
            (10.0, 0.1786),
            (7.0, 0.1430),
        ] {
            near(
                factors(32.0, nm).expect("in the table").energy,
                factor,
                5e-4,
            );
        }
        for (from, to, factor) in [
            (65.0, 32.0, 0.5314),
            (45.0, 32.0, 0.6593),
            (32.0, 28.0, 0.7784),
            (32.0, 22.0, 0.4461),
            (40.0, 32.0, 0.7588),
        ] {
            near(
                factors(from, to).expect("in the table").energy,
                factor,
                5e-4,
            );
        }
    }

    #[test]
    fn areas_are_the_matrix_and_close_to_their_inverse() {
        let area = |a, b| factors(a, b).expect("in the table").area;
        assert_eq!((area(45.0, 32.0), area(32.0, 45.0)), (0.46, 2.2));
        assert_eq!((area(32.0, 32.0), area(27.0, 27.0)), (1.0, 1.0));
        // A third of the way from 32 to 20 nm.
        near(area(32.0, 28.0), 1.0 - (1.0 - 0.46) / 3.0, 1e-12);
        // The place of 28 nm has 0.82 of the area at 32 nm, that of 22 nm (five sixths of the way) 0.55.
        near(area(28.0, 22.0), 0.55 / 0.82, 1e-12);
        near(area(28.0, 32.0), 1.0 / 0.82, 1e-12);
        // No jump beside a node of the machine.
        near(area(28.0, 27.99), 1.0, 1e-3);
        // The matrix has two digits; 65 to 14 nm and back is the worst: 0.12 x 8.7 = 1.044.
        for (i, &a) in NODES.iter().enumerate() {
            for &b in &NODES[i..] {
                near(area(a, b) * area(b, a), 1.0, 0.045);
            }
        }
        assert_eq!(factors(180.0, 32.0), None);
        assert_eq!(factors(32.0, 5.0), None);
    }
}

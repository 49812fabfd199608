//! What a sweep knows so far: its rows, its rate, its front.

use crosscut_report::Method;
use crosscut_report::format;
use crosscut_report::sweep::front::Front;
use crosscut_report::sweep::{Better, Header, Row, Status, Table};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Shortest time between two texts.
const PAUSE: Duration = Duration::from_millis(200);

/// Rows so far.
#[derive(Clone)]
pub struct Tally {
    rows: Vec<Row>,
    places: HashMap<(u64, Method), usize>,
    /// Position and sign of each figure of the front.
    compared: Vec<(usize, f64)>,
    front: Front,
    /// Unit of the first figure of the front.
    first: (String, String, f64),
    began: Instant,
    said: Option<Instant>,
    /// Rows made in this run.
    pub made: u64,
    /// Rows taken from other logs.
    pub taken: u64,
}

impl Tally {
    /// With the rows that were there before.
    pub fn new(header: &Header, before: Vec<Row>) -> Tally {
        let place = |name: &String| {
            let f = header.field(name)?;
            let sign = if header.fields[f].better == Better::More {
                -1.0
            } else {
                1.0
            };
            Some((f, sign))
        };
        let compared: Vec<(usize, f64)> = header.front.iter().filter_map(place).collect();
        let first = compared.first().map(|&(f, sign)| {
            let field = &header.fields[f];
            (field.name.clone(), field.unit.clone(), sign)
        });
        let mut tally = Tally {
            rows: Vec::with_capacity(before.len()),
            places: HashMap::new(),
            compared,
            front: Front::default(),
            first: first.unwrap_or_default(),
            began: Instant::now(),
            said: None,
            made: 0,
            taken: 0,
        };
        for row in before {
            tally.insert(row);
        }
        tally
    }

    /// Whether a point is done.
    pub fn has(&self, index: u64, method: Method) -> bool {
        self.places.contains_key(&(index, method))
    }

    /// Rows.
    pub fn points(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Adds a row of this run.
    pub fn add(&mut self, row: Row, taken: bool) {
        if taken {
            self.taken += 1;
        } else {
            self.made += 1;
        }
        self.insert(row);
    }

    fn insert(&mut self, row: Row) {
        if row.status == Status::Ok {
            self.front.add(self.of(&row));
        }
        self.places.insert((row.index, row.method), self.rows.len());
        self.rows.push(row);
    }

    /// Figures that a row lacks (energy on machines without costs) are the worst there are.
    fn of(&self, row: &Row) -> Vec<f64> {
        let cost = |&(f, sign): &(usize, f64)| match row.values[f] {
            x if x.is_finite() => sign * x,
            _ => f64::INFINITY,
        };
        self.compared.iter().map(cost).collect()
    }

    /// The figures that a point is compared by, less being better; none if it has none or breaks a constraint.
    pub fn costs(&self, index: u64, method: Method) -> Option<Vec<f64>> {
        let row = &self.rows[*self.places.get(&(index, method))?];
        (row.status == Status::Ok).then(|| self.of(row))
    }

    /// Rate, time left, best and size of the front, now and then.
    pub fn words(&mut self, of: u64) -> Option<String> {
        if self.said.is_some_and(|at| at.elapsed() < PAUSE) {
            return None;
        }
        self.said = Some(Instant::now());
        let rate = self.made as f64 / self.began.elapsed().as_secs_f64().max(1e-3);
        let left = of.saturating_sub(self.points()) as f64 / rate.max(1e-9);
        let left = format::time(left * 1e9);
        let (name, unit, sign) = &self.first;
        let best = self
            .front
            .least()
            .map(|b| format!(", best {name} {} {unit}", format::number(sign * b)));
        Some(format!(
            "{} points/s, {left} left{}, front {}",
            format::number(rate),
            best.unwrap_or_default(),
            self.front.len()
        ))
    }

    /// All rows.
    pub fn table(self, header: &Header) -> Table {
        Table::new(header.clone(), self.rows).0
    }
}

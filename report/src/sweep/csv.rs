//! `results.csv`: a line a row, a column an axis and a figure.

use super::number::Numbers;
use super::row::method;
use super::table::Table;
use rayon::prelude::*;
use std::fmt::Write;

/// Rows that one thread writes at a time.
const CHUNK: usize = 8192;

/// The table as CSV text with a header line; figures that a row lacks are empty.
pub fn csv(table: &Table) -> String {
    let rows: Vec<usize> = (0..table.len()).collect();
    of_rows(table, &rows)
}

/// The same for some rows.
pub fn of_rows(table: &Table, rows: &[usize]) -> String {
    let header = &table.header;
    let mut text = String::from("index,method,status");
    for (name, ..) in header.axis_names() {
        text += ",";
        text += &cell(name);
    }
    // Figures that no row has, such as energies of parts that no machine has, take no column.
    let any = |f: &usize| rows.iter().any(|&n| table.values[*f][n].is_finite());
    let fields: Vec<usize> = (0..header.fields.len()).filter(any).collect();
    for &field in &fields {
        text += ",";
        text += &header.fields[field].name;
    }
    text += ",error\n";
    let parts: Vec<String> = rows
        .par_chunks(CHUNK)
        .map(|rows| lines(table, rows, &fields))
        .collect();
    text + &parts.concat()
}

fn lines(table: &Table, rows: &[usize], fields: &[usize]) -> String {
    let header = &table.header;
    let names: Vec<(usize, usize)> = header.axis_names().map(|(_, a, k)| (a, k)).collect();
    let cells: Vec<Vec<Vec<String>>> = (header.axes.iter())
        .map(|d| {
            d.levels
                .iter()
                .map(|l| l.iter().map(|t| cell(t)).collect())
                .collect()
        })
        .collect();
    let mut text = String::with_capacity(rows.len() * 256);
    let mut digits = Numbers::default();
    for &n in rows {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{},{},{}",
            table.index[n],
            method(table.method[n]),
            table.status[n].name()
        );
        let at = header.levels(table.index[n]);
        for &(axis, place) in &names {
            text += ",";
            text += &cells[axis][at[axis]][place];
        }
        for &field in fields {
            let column = &table.values[field];
            text += ",";
            if column[n].is_finite() {
                text += digits.text(column[n]);
            }
        }
        text += ",";
        if let Some(error) = table.errors.get(&n) {
            text += &cell(error);
        }
        text += "\n";
    }
    text
}

/// A cell, quoted where it must be.
pub fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

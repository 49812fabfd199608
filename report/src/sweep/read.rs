//! Reading a log.

use super::header::Header;
use super::line::Line;
use super::row::Row;
use super::table::Table;
use crate::about::VERSION;
use crate::kind::Kind;
use rayon::prelude::*;
use serde::de::DeserializeSeed;

/// A log as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// Its rows.
    pub table: Table,
    /// Bytes up to the end of the last whole line.
    pub whole: u64,
    /// Bytes after it: a line that was being written when the program was ended.
    pub cut: u64,
    /// Rows left out because an earlier one has the same index and method.
    pub doubled: u64,
}

/// Why a text is no log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// It ends before the first line does.
    #[error("it has no whole line: nothing of a sweep is in it")]
    Empty,
    /// The first line is of something else.
    #[error("line 1 is no header of a sweep: {0}")]
    Header(String),
    /// Another version of the layout.
    #[error("it is of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// A line inside it is damaged.
    #[error("line {line}, column {column}: {what}")]
    Line {
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What is wrong.
        what: String,
    },
}

/// Bytes that one thread reads at a time.
const CHUNK: usize = 1 << 20;

/// No figure of a design and no value of an axis is larger, and none but 0 smaller than its inverse.
const MOST: f64 = 1e30;

/// Whether a figure is one that no design has. Figures that are not there are no numbers.
fn absurd(v: f64) -> bool {
    v.is_infinite() || v.abs() > MOST || (v != 0.0 && v.abs() < 1.0 / MOST)
}

/// Reads a log. A last line without an end is left out, as the program may have been ended while it wrote it.
///
/// # Errors
/// If it is no log, or a line other than the last is damaged.
pub fn read(bytes: &[u8]) -> Result<Log, LogError> {
    let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1);
    let first = bytes[..whole].iter().position(|&b| b == b'\n');
    let first = first.ok_or(LogError::Empty)?;
    let header = header(&bytes[..first])?;
    let grid = header.grid();
    let grid = grid.ok_or_else(|| LogError::Header("its axes span no points".to_string()))?;
    let chunks = chunks(&bytes[first + 1..whole]);
    let parts: Vec<Result<Vec<Row>, (usize, LogError)>> =
        chunks.par_iter().map(|c| rows(c, &header, grid)).collect();
    let mut all = Vec::new();
    let mut lines = 1;
    for (chunk, part) in chunks.iter().zip(parts) {
        match part {
            Ok(rows) => {
                // A line a row.
                lines += rows.len() as u64;
                all.extend(rows);
            }
            Err((within, LogError::Line { column, what, .. })) => {
                let line = lines + within as u64 + 1;
                return Err(LogError::Line { line, column, what });
            }
            Err((_, e)) => return Err(e),
        }
        debug_assert!(!chunk.is_empty());
    }
    let (table, doubled) = Table::new(header, all);
    Ok(Log {
        table,
        whole: whole as u64,
        cut: (bytes.len() - whole) as u64,
        doubled,
    })
}

fn header(line: &[u8]) -> Result<Header, LogError> {
    let header: Header =
        serde_json::from_slice(line).map_err(|e| LogError::Header(e.to_string()))?;
    if header.kind != Kind::Sweep {
        return Err(LogError::Header(format!(
            "it is of kind `{}`",
            header.kind.name()
        )));
    }
    if header.report_version != VERSION {
        return Err(LogError::Version(header.report_version));
    }
    let fits = |d: &super::header::Dimension| {
        !d.names.is_empty() && d.levels.iter().all(|l| l.len() == d.names.len())
    };
    if !header.axes.iter().all(fits) {
        return Err(LogError::Header(
            "a level of an axis is incomplete".to_string(),
        ));
    }
    for axis in &header.axes {
        let levels = axis.levels.iter().flatten();
        let numbers = levels.filter_map(|l| Some(super::level::split(l)?.0));
        if let Some(value) = numbers.into_iter().find(|&v| absurd(v)) {
            let what = format!("an axis of it takes the value {value:e}");
            return Err(LogError::Header(what));
        }
    }
    Ok(header)
}

/// Cuts at ends of lines.
fn chunks(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut chunks = Vec::new();
    while !bytes.is_empty() {
        let from = CHUNK.min(bytes.len()) - 1;
        let end = bytes[from..].iter().position(|&b| b == b'\n');
        let (chunk, rest) = bytes.split_at(end.map_or(bytes.len(), |n| from + n + 1));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks
}

fn rows(chunk: &[u8], header: &Header, grid: u64) -> Result<Vec<Row>, (usize, LogError)> {
    let lines = chunk.split_inclusive(|&b| b == b'\n').enumerate();
    lines
        .map(|(n, line)| {
            let damaged = |column: usize, what: String| {
                let column = column as u64;
                (
                    n,
                    LogError::Line {
                        line: 0,
                        column,
                        what,
                    },
                )
            };
            let mut json = serde_json::Deserializer::from_slice(line);
            let row = Line(header).deserialize(&mut json).and_then(|row| {
                json.end()?;
                Ok(row)
            });
            // The parser adds line and column of its own, which are those within the line.
            let words = |e: &serde_json::Error| {
                let text = e.to_string();
                text.split(" at line ")
                    .next()
                    .unwrap_or_default()
                    .to_string()
            };
            let row = row.map_err(|e| damaged(e.column().max(1), words(&e)))?;
            if let Some(value) = row.values.iter().find(|&&v| absurd(v)) {
                return Err(damaged(1, format!("it holds the figure {value:e}")));
            }
            if row.index >= grid {
                let what = format!(
                    "index {} is not below {grid}, the points of the plan",
                    row.index
                );
                return Err(damaged(1, what));
            }
            Ok(row)
        })
        .collect()
}

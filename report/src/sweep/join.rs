//! Logs of shards put together.

use super::header::Header;
use super::read::Log;
use super::row::Row;
use super::table::Table;

/// Logs put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// All rows.
    pub table: Table,
    /// Numbers of the shards whose logs are missing, from 1.
    pub missing: Vec<u64>,
    /// Rows left out because another one has the same index and method.
    pub doubled: u64,
}

/// Logs that do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// None was given.
    #[error("there is no log to merge")]
    Nothing,
    /// Of different plans.
    #[error(
        "`{name}` is of plan {found}, `{first}` of plan {wanted}: {differs}; logs of different plans are not merged"
    )]
    Plan {
        /// The log.
        name: String,
        /// Its plan.
        found: String,
        /// The first log.
        first: String,
        /// Its plan.
        wanted: String,
        /// In what they differ first.
        differs: &'static str,
    },
    /// Cut into different numbers of shards.
    #[error(
        "`{name}` is one of {found} shards, `{first}` one of {wanted}; the logs of one division are needed"
    )]
    Shards {
        /// The log.
        name: String,
        /// Shards of its division.
        found: u64,
        /// The first log.
        first: String,
        /// Shards of its division.
        wanted: u64,
    },
}

/// Puts logs of one plan together; each comes with the name that errors call it by.
///
/// # Errors
/// If there is none, or two are of different plans or divisions.
pub fn join(logs: Vec<(String, Log)>) -> Result<Joined, JoinError> {
    let mut logs = logs.into_iter();
    let (first, log) = logs.next().ok_or(JoinError::Nothing)?;
    let mut header = log.table.header.clone();
    let mut there: Vec<u64> = header.shard.iter().map(|s| s[0]).collect();
    let mut doubled = log.doubled;
    if logs.len() == 0 {
        let mut table = log.table;
        let missing = missing(table.header.shard.take(), &there);
        return Ok(Joined {
            table,
            missing,
            doubled,
        });
    }
    let mut rows = rows(&log.table);
    for (name, log) in logs {
        let own = &log.table.header;
        if own.plan != header.plan {
            return Err(JoinError::Plan {
                name,
                found: own.plan.clone(),
                first,
                wanted: header.plan.clone(),
                differs: differs(&header, own),
            });
        }
        let of = |h: &Header| h.shard.map_or(1, |s| s[1]);
        if of(own) != of(&header) {
            let (found, wanted) = (of(own), of(&header));
            return Err(JoinError::Shards {
                name,
                found,
                first,
                wanted,
            });
        }
        there.extend(own.shard.iter().map(|s| s[0]));
        doubled += log.doubled;
        rows.extend(self::rows(&log.table));
    }
    let missing = missing(header.shard.take(), &there);
    let (table, more) = Table::new(header, rows);
    let doubled = doubled + more;
    Ok(Joined {
        table,
        missing,
        doubled,
    })
}

fn missing(shard: Option<[u64; 2]>, there: &[u64]) -> Vec<u64> {
    let shards = shard.map_or(0, |s| s[1]);
    (1..=shards).filter(|s| !there.contains(s)).collect()
}

fn rows(table: &Table) -> Vec<Row> {
    (0..table.len()).map(|n| table.row(n)).collect()
}

/// In what two plans differ first.
pub fn differs(a: &Header, b: &Header) -> &'static str {
    let pairs = [
        (
            a.program_version != b.program_version,
            "they are of different versions of this program",
        ),
        (a.axes != b.axes, "their axes differ"),
        (
            a.machines != b.machines,
            "the description of a machine differs",
        ),
        (a.networks != b.networks, "a network differs"),
        (a.seed != b.seed, "their seeds differ"),
        (a.times != b.times, "the one estimates, the other runs"),
        (a.constraints != b.constraints, "their constraints differ"),
        (a.fields != b.fields, "they keep different fields"),
        (
            a.search != b.search,
            "their points are chosen in different ways",
        ),
    ];
    let found = pairs.iter().find(|(is, _)| *is);
    found.map_or("their choices or images differ", |&(_, why)| why)
}

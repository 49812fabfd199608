//! Tables that people sort and filter, and that read well without a script.

use crate::format;
use maud::{Markup, html};

/// Rows from which a table has a field to filter them by.
const LONG: usize = 8;

/// One cell: what is shown, and the number it is sorted by.
pub struct Cell {
    text: String,
    value: Option<f64>,
}

/// A text.
pub fn text(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        value: None,
    }
}

/// A number, shown as said.
pub fn number(value: f64, text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        value: Some(value),
    }
}

/// A count.
pub fn count(n: u64) -> Cell {
    number(n as f64, format::count(n))
}

/// A figure that may not be known.
pub fn given(x: Option<f64>, show: fn(f64) -> String) -> Cell {
    match x {
        Some(x) => number(x, show(x)),
        None => text("not given"),
    }
}

/// A table with a caption; one heading per column.
pub struct Table {
    caption: String,
    heads: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Without rows.
    pub fn new(caption: impl Into<String>, heads: &[&'static str]) -> Table {
        Table {
            caption: caption.into(),
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    /// The same with these rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
        self.rows.extend(rows);
        self
    }

    /// Whether a column holds numbers.
    fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().any(|r| r[column].value.is_some())
    }

    /// As HTML; nothing without rows.
    pub fn html(&self) -> Markup {
        let numeric: Vec<bool> = (0..self.heads.len()).map(|c| self.is_numeric(c)).collect();
        let class = |c: usize| if numeric[c] { "n" } else { "t" };
        html! {
            @if !self.rows.is_empty() {
                div.table {
                    @if self.rows.len() > LONG {
                        label { "Rows with " input type="search" aria-label={ "Show rows of the table " (self.caption) " with this text" }; }
                    }
                    table {
                        caption { (self.caption) }
                        thead { tr {
                            @for (c, head) in self.heads.iter().enumerate() {
                                th scope="col" class=(class(c)) { button type="button" { (head) } }
                            }
                        } }
                        tbody {
                            @for row in &self.rows {
                                tr {
                                    @for (c, cell) in row.iter().enumerate() {
                                        @if c == 0 {
                                            th scope="row" class=(class(c)) data-v=[cell.value] { (cell.text) }
                                        } @else {
                                            td class=(class(c)) data-v=[cell.value] { (cell.text) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names and figures, not to be sorted.
pub fn facts(caption: &str, facts: &[(&str, String)]) -> Markup {
    html! {
        table.facts {
            caption { (caption) }
            tbody {
                @for (name, value) in facts {
                    tr { th scope="row" { (name) } td { (value) } }
                }
            }
        }
    }
}

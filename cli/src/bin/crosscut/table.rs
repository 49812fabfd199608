//! Tables on standard output.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

const THIN: LineStyle = LineStyle::none().fill('─').junction('─');
const STYLE: TableStyle = TableStyle::new()
    .top_border(THIN)
    .header_separator(THIN)
    .bottom_border(THIN);

/// A table with text columns to the left and the rest, numbers, to the right.
#[derive(Debug)]
pub struct Grid {
    table: Table,
    text_columns: Vec<usize>,
}

impl Grid {
    /// A table with a header; the first `text_columns` columns hold text.
    pub fn new(text_columns: usize, header: &[&str]) -> Grid {
        Grid::with_text(header, &(0..text_columns).collect::<Vec<_>>())
    }

    /// A table with a header; the columns named hold text.
    pub fn with_text(header: &[&str], text_columns: &[usize]) -> Grid {
        let mut table = Table::new();
        table.load_style(STYLE);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(header.to_vec());
        Grid {
            table,
            text_columns: text_columns.to_vec(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    /// The table as text.
    pub fn text(mut self) -> String {
        let columns = self.table.column_iter_mut().enumerate();
        for (_, column) in columns.filter(|c| !self.text_columns.contains(&c.0)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self.table.trim_fmt()
    }
}

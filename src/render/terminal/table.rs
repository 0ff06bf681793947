//! A table of four columns, the last of which takes the room that is left.

use super::painted;
use super::wrap::clipped;
use anstyle::Style;
use std::fmt;
use unicode_width::UnicodeWidthStr as _;

/// No column but the last is wider.
const WIDEST: usize = 30;

/// A table that is being filled.
#[derive(Debug)]
pub(super) struct Table {
    title: &'static str,
    head: [&'static str; 4],
    rows: Vec<[(String, Style); 4]>,
}

impl Table {
    pub(super) const fn new(title: &'static str, head: [&'static str; 4]) -> Self {
        Self { title, head, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, row: [(String, Style); 4]) {
        self.rows.push(row);
    }

    /// The table in so many columns of the terminal; nothing at all when it is empty.
    pub(super) const fn fit(&self, width: usize) -> Fitted<'_> {
        Fitted { table: self, width }
    }
}

/// A table with the width that it is to have.
#[derive(Debug)]
pub(super) struct Fitted<'a> {
    table: &'a Table,
    width: usize,
}

impl fmt::Display for Fitted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Table { title, head, rows } = self.table;
        if rows.is_empty() {
            return Ok(());
        }
        let mut widths = [0; 4];
        for (column, width) in widths.iter_mut().enumerate() {
            let cells = rows.iter().map(|row| row[column].0.width());
            *width = cells.chain([head[column].width()]).max().unwrap_or(0).min(WIDEST);
        }
        let used: usize = widths.iter().take(3).map(|width| width + 2).sum();
        widths[3] = self.width.saturating_sub(used + 3).max(10);
        writeln!(f, "\n   {}", painted(title, Style::new().bold().underline()))?;
        let head = head.map(|word| (word.to_owned(), Style::new().dimmed()));
        for row in std::iter::once(&head).chain(rows) {
            let mut line = String::from("   ");
            for ((text, style), width) in row.iter().zip(widths) {
                let text = clipped(text, width);
                let pad = " ".repeat(width - text.width() + 2);
                line += &format!("{}{pad}", painted(&text, *style));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

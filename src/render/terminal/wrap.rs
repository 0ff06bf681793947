//! Styled text broken into lines of so many columns. Widths are counted as terminals do; control characters
//! of the article never reach the terminal.

use anstyle::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Text in one style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) style: Style,
    /// What the text belongs to, for the gutter.
    pub(super) tag: Option<usize>,
}

/// A line that fits.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// With escape codes.
    pub(super) text: String,
    /// Tags of its pieces, in order, each once.
    pub(super) tags: Vec<usize>,
}

/// What a character is shown as: control characters as their pictures, breaks and tabs as blanks.
fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // Marks that turn the direction of writing could rearrange the gutter.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

/// Text on one line, safe for a terminal, blanks run together.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(visible) {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

/// The text cut to `width` columns, with an ellipsis where something is missing.
pub(super) fn clipped(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    let mut out = out.trim_end().to_owned();
    out.push('…');
    out
}

/// Breaks pieces at blanks into lines of at most `width` columns; a longer word is broken where it must be.
pub(super) fn wrap<'a>(pieces: impl Iterator<Item = Piece<'a>>, width: usize) -> Vec<Line> {
    let mut wrapper = Wrapper { width: width.max(2), ..Wrapper::default() };
    for piece in pieces {
        for c in piece.text.chars().map(visible) {
            wrapper.take(c, piece);
        }
    }
    wrapper.end_word();
    wrapper.end_line();
    wrapper.lines
}

/// A character with its style, as waiting in a word that may have to go on the next line.
type Cell = (char, Style, Option<usize>);

#[derive(Default)]
struct Wrapper {
    width: usize,
    lines: Vec<Line>,
    line: Vec<Cell>,
    line_width: usize,
    word: Vec<Cell>,
    word_width: usize,
    /// The blank before the word, which a line's end swallows.
    blank: Option<Cell>,
}

impl Wrapper {
    fn take(&mut self, c: char, piece: Piece<'_>) {
        let cell = (c, piece.style, piece.tag);
        if c == ' ' {
            self.end_word();
            self.blank = (!self.line.is_empty()).then_some(cell);
            return;
        }
        let columns = c.width().unwrap_or(0);
        if self.word_width + columns > self.width {
            self.end_word();
            self.end_line();
        }
        self.word.push(cell);
        self.word_width += columns;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let blank = usize::from(self.blank.is_some());
        if self.line_width + blank + self.word_width > self.width {
            self.end_line();
        }
        if let Some(blank) = self.blank.take() {
            self.line.push(blank);
            self.line_width += 1;
        }
        self.line.append(&mut self.word);
        self.line_width += self.word_width;
        self.word_width = 0;
    }

    fn end_line(&mut self) {
        self.blank = None;
        if self.line.is_empty() {
            return;
        }
        let mut line = Line::default();
        let mut now = Style::new();
        for (c, style, tag) in self.line.drain(..) {
            if style != now {
                line.text += &format!("{now:#}{style}");
                now = style;
            }
            line.text.push(c);
            if let Some(tag) = tag.filter(|tag| !line.tags.contains(tag)) {
                line.tags.push(tag);
            }
        }
        line.text += &format!("{now:#}");
        self.lines.push(line);
        self.line_width = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, clipped, shown, wrap};
    use anstyle::Style;

    fn check(text: &str, width: usize, expected: &[&str]) {
        let piece = Piece { text, style: Style::new(), tag: None };
        let lines: Vec<_> = wrap(std::iter::once(piece), width).into_iter().map(|line| line.text).collect();
        assert_eq!(lines, expected, "{text:?} in {width}");
    }

    #[test]
    fn lines_break_at_blanks() {
        check("", 10, &[]);
        check("one two three", 7, &["one two", "three"]);
        check("one two three", 8, &["one two", "three"]);
        check(" one\n two ", 80, &["one two"]);
        check("incomprehensibilities", 8, &["incompre", "hensibil", "ities"]);
        check("a incomprehensibilities", 8, &["a", "incompre", "hensibil", "ities"]);
        check("中国中国 ab", 5, &["中国", "中国", "ab"]);
    }

    #[test]
    fn control_characters_are_pictures() {
        check("a\u{1b}[31mb\u{7f}\u{202e}", 80, &["a␛[31mb␡\u{fffd}"]);
        assert_eq!(shown(" a\r\n\tb\u{0} "), "a b␀");
    }

    #[test]
    fn clipping_says_so() {
        assert_eq!(clipped("Margaret Ashdown", 16), "Margaret Ashdown");
        assert_eq!(clipped("Margaret Ashdown", 10), "Margaret…");
        assert_eq!(clipped("中国中国", 5), "中国…");
    }
}

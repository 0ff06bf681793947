//! An article as one string with its parts and paragraphs. It must not know what the words mean: the
//! dateline, which takes knowledge of places, is found a floor above.

use super::Span;
use wide::u8x16;

/// Which string of the article a stretch lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The headline.
    Title,
    /// The body.
    Text,
}

/// A paragraph: text between blank lines, or a line where the text has no blank line at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Without the blanks at its edges; never empty.
    pub span: Span,
    /// Which string it stands in. A paragraph never crosses from one into the other.
    pub part: Part,
    /// Position among the paragraphs of its part, from 0.
    pub index: u32,
}

/// Title and text of one article behind each other in one string, so that every later stage sees one
/// address space; [`Document::locate`] leads back to the two. Reused from article to article.
#[derive(Clone, Debug, Default)]
pub struct DocumentBuffer {
    text: String,
    paragraphs: Vec<Paragraph>,
    body_start: u32,
    title_len: u32,
}

/// A view of a filled [`DocumentBuffer`]. Every span of the lower floors indexes [`Document::text`].
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    text: &'a str,
    paragraphs: &'a [Paragraph],
    body_start: u32,
    title_len: u32,
}

impl DocumentBuffer {
    /// Lays out an article, replacing the one before.
    ///
    /// # Panics
    /// If title and text together exceed 4 GiB.
    pub fn fill(&mut self, title: &str, text: &str) -> Document<'_> {
        self.text.clear();
        self.paragraphs.clear();
        self.text.push_str(title);
        if !title.is_empty() {
            self.text.push_str("\n\n");
        }
        let all = Span::of_bytes(0, self.text.len() + text.len());
        self.body_start = all.end() - Span::of_bytes(0, text.len()).len();
        self.title_len = Span::of_bytes(0, title.len()).len();
        self.text.push_str(text);
        let title = Span::new(0, self.title_len);
        let body = Span::new(self.body_start, all.end());
        divide(&self.text, title, Part::Title, &mut self.paragraphs);
        divide(&self.text, body, Part::Text, &mut self.paragraphs);
        self.view()
    }

    /// The article filled in last.
    #[must_use]
    pub fn view(&self) -> Document<'_> {
        Document {
            text: &self.text,
            paragraphs: &self.paragraphs,
            body_start: self.body_start,
            title_len: self.title_len,
        }
    }
}

impl<'a> Document<'a> {
    /// Title and text in one string.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where the body stands.
    #[must_use]
    pub fn body(&self) -> Span {
        Span::of_bytes(self.body_start as usize, self.text.len())
    }

    /// Where the title stands; empty when there is none.
    #[must_use]
    pub fn title(&self) -> Span {
        Span::new(0, self.title_len)
    }

    /// The paragraphs of both parts, in order.
    #[must_use]
    pub fn paragraphs(&self) -> &'a [Paragraph] {
        self.paragraphs
    }

    /// The part that a span lies in, and its place there.
    ///
    /// # Panics
    /// If the span crosses from the title into the text.
    #[must_use]
    pub fn locate(&self, span: Span) -> (Part, Span) {
        if span.start() >= self.body_start {
            (Part::Text, Span::new(span.start() - self.body_start, span.end() - self.body_start))
        } else {
            assert!(span.end() <= self.title_len, "no span leaves the title: this is a bug");
            (Part::Title, span)
        }
    }
}

/// Appends the paragraphs of one part.
fn divide(text: &str, part_span: Span, part: Part, paragraphs: &mut Vec<Paragraph>) {
    let by_line = !has_blank_line(part_span.of(text));
    let mut index = 0;
    let mut open: Option<Span> = None;
    let mut close = |open: &mut Option<Span>| {
        if let Some(span) = open.take() {
            paragraphs.push(Paragraph { span: span.trim(text), part, index });
            index += 1;
        }
    };
    for line in lines(text, part_span) {
        if line.trim(text).is_empty() {
            close(&mut open);
            continue;
        }
        open = Some(open.map_or(line, |span| span.cover(line)));
        if by_line {
            close(&mut open);
        }
    }
    close(&mut open);
}

/// Whether some blank line parts two lines that are not blank.
fn has_blank_line(text: &str) -> bool {
    let all = Span::of_bytes(0, text.len());
    let mut seen_text = false;
    let mut blank_after_text = false;
    for line in lines(text, all) {
        if !line.trim(text).is_empty() {
            if blank_after_text {
                return true;
            }
            seen_text = true;
        } else if seen_text {
            blank_after_text = true;
        }
    }
    false
}

/// The lines of a stretch, their breaks excluded. CR LF, LF, a lone CR, NEL, LS and PS break lines; PS is a
/// paragraph's end and yields an empty line of its own.
pub(crate) fn lines(text: &str, within: Span) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut at = within.start() as usize;
    let end = within.end() as usize;
    let mut done = false;
    let mut paragraph_break = false;
    std::iter::from_fn(move || {
        if paragraph_break {
            paragraph_break = false;
            return Some(Span::of_bytes(at, at));
        }
        if done {
            return None;
        }
        let start = at;
        loop {
            at = skip_plain(bytes, at, end);
            if at == end {
                break;
            }
            let width = match bytes[at] {
                b'\n' => 1,
                b'\r' => 1 + usize::from(at + 1 < end && bytes[at + 1] == b'\n'),
                0xc2 if bytes[at + 1] == 0x85 => 2,
                0xe2 if bytes[at + 1] == 0x80 && matches!(bytes[at + 2], 0xa8 | 0xa9) => {
                    paragraph_break = bytes[at + 2] == 0xa9;
                    3
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            let line = Span::of_bytes(start, at);
            at += width;
            return Some(line);
        }
        done = true;
        Some(Span::of_bytes(start, end))
    })
}

/// The next byte that may begin a line break, or `end`.
fn skip_plain(bytes: &[u8], mut at: usize, end: usize) -> usize {
    let may_break = |&byte: &u8| matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2);
    while let Some(chunk) = bytes.get(at..end).and_then(|rest| rest.first_chunk::<32>()) {
        let mut bits = 0;
        for (index, &sixteen) in chunk.as_chunks::<16>().0.iter().enumerate() {
            let sixteen = u8x16::new(sixteen);
            let is = |byte| sixteen.simd_eq(u8x16::splat(byte));
            bits |= (is(b'\n') | is(b'\r') | is(0xc2) | is(0xe2)).to_bitmask() << (16 * index);
        }
        if bits != 0 {
            return at + bits.trailing_zeros() as usize;
        }
        at += chunk.len();
    }
    at + bytes[at..end].iter().position(may_break).unwrap_or(end - at)
}

#[cfg(test)]
mod tests {
    use super::{Document, DocumentBuffer, Part};

    fn check(title: &str, text: &str, expected: &[&str]) {
        let mut buffer = DocumentBuffer::default();
        let document: Document<'_> = buffer.fill(title, text);
        let found: Vec<_> = document.paragraphs().iter().map(|p| p.span.of(document.text())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn paragraphs() {
        check("", "", &[]);
        check("", " \n\t\n", &[]);
        check("", "One.\nStill one.\n\nTwo.", &["One.\nStill one.", "Two."]);
        check("", "One.\nTwo.\n", &["One.", "Two."]);
        check("", "\n\nOne.\nTwo.", &["One.", "Two."]);
        check("", "One.\r\n\r\nTwo.\r\nmore", &["One.", "Two.\r\nmore"]);
        check("", "One.\r\rTwo.", &["One.", "Two."]);
        check("", "One.\n \u{200b}\nTwo.\nmore", &["One.", "Two.\nmore"]);
        check("", "One.\u{2029}Two.\u{2028}more", &["One.", "Two.\u{2028}more"]);
        check("A title", "\u{feff}One.", &["A title", "One."]);
    }

    #[test]
    fn leads_back_to_the_parts() {
        let mut buffer = DocumentBuffer::default();
        let document = buffer.fill("Ärger", "Éclat.\n\nTwo.");
        let located: Vec<_> = document
            .paragraphs()
            .iter()
            .map(|p| {
                let (part, span) = document.locate(p.span);
                assert_eq!(part, p.part);
                (part, p.index, span.start(), span.end())
            })
            .collect();
        assert_eq!(located, [(Part::Title, 0, 0, 6), (Part::Text, 0, 0, 7), (Part::Text, 1, 9, 13)]);
    }
}

//! The same document written otherwise: without its paragraphs, in wrapped lines, in one case, with other
//! marks. What gold data show too rarely is learned from these.

use crate::lexicon::mix;
use crate::text::Span;
use std::collections::BTreeSet;

/// A way to write a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// As it is.
    Plain,
    /// Paragraphs run on, after one blank.
    Flat,
    /// Paragraphs run on, after two blanks.
    FlatWide,
    /// Paragraphs are lines of their own, and a blank line now and then.
    Lines,
    /// Lines are wrapped.
    Wrapped,
    /// No capital.
    Lower,
    /// Nothing but capitals.
    Capitals,
    /// Straight marks for curly ones and the other way round.
    OtherMarks,
    /// No blank after some sentences.
    Tight,
    /// Paragraphs of prose, and one sentence in eight inside of them, begin with a head in capitals: "NEW ROUTE: The ferry
    /// sails on Monday."
    Headed,
    /// What stands over a paragraph of prose, or under a picture before it, runs into it.
    RunIn,
}

/// The line that is being written.
#[derive(Clone, Copy, Debug)]
struct Line {
    column: usize,
    width: usize,
}

impl Variant {
    pub(super) const ALL: &[Self] = &[
        Self::Plain,
        Self::Flat,
        Self::FlatWide,
        Self::Lines,
        Self::Wrapped,
        Self::Lower,
        Self::Capitals,
        Self::OtherMarks,
        Self::Tight,
        Self::Headed,
        Self::RunIn,
    ];

    pub(super) const FOR_DRILLS: &[Self] = &[Self::Plain, Self::OtherMarks];

    /// How much a candidate of it counts.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Plain => 1.0,
            Self::OtherMarks => 0.5,
            Self::Flat | Self::FlatWide => 0.8,
            Self::Headed => 0.6,
            Self::Lines | Self::Wrapped | Self::RunIn => 0.3,
            Self::Lower | Self::Capitals | Self::Tight => 0.2,
        }
    }

    /// How much more it counts to leave a sentence whole where nothing marks an end: gold data of web text have
    /// many ends that no reader could place, and news have few. Where paragraphs were lost, such ends are the rule.
    pub(super) fn unmarked(self) -> f32 {
        match self {
            Self::Flat | Self::FlatWide | Self::RunIn => 1.0,
            Self::Plain
            | Self::Lines
            | Self::Wrapped
            | Self::Lower
            | Self::Capitals
            | Self::OtherMarks
            | Self::Tight
            | Self::Headed => 4.0,
        }
    }

    /// The text written so, and where its sentences end.
    pub(super) fn of(self, text: &str, sentences: &[Span]) -> (String, BTreeSet<u32>) {
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        let mut ends = BTreeSet::new();
        let mut at = 0;
        // Mail is wrapped at some seventy characters, columns of a paper at fewer.
        let mut line = Line { column: 0, width: 44 + text.len() % 32 };
        for (index, sentence) in sentences.iter().enumerate() {
            let gap = Span::new(at, sentence.start()).of(text);
            if self == Self::RunIn && is_title(text, &sentences[..index], *sentence) {
                out.push(' ');
            } else {
                self.gap(gap, index, &mut out, &mut line);
            }
            let may_head =
                index > 0 && (gap.contains('\n') || mix(index as u64 ^ out.len() as u64).is_multiple_of(8));
            if self == Self::Headed && may_head && sentence.of(text).len() >= SHORTEST_PROSE {
                let head = head(sentences[index - 1].of(text), 1 + index % 3);
                if !head.is_empty() {
                    out.push_str(&head);
                    ends.insert(u32::try_from(out.len()).unwrap_or(u32::MAX));
                    out.push(' ');
                }
            }
            self.words(sentence.of(text), &mut out, &mut line);
            ends.insert(u32::try_from(out.len()).unwrap_or(u32::MAX));
            at = sentence.end();
        }
        (out, ends)
    }

    fn gap(self, gap: &str, index: usize, out: &mut String, line: &mut Line) {
        let is_paragraph = gap.contains('\n');
        let chance = mix(out.len() as u64 ^ (index as u64) << 32);
        match self {
            Self::Flat if is_paragraph => out.push(' '),
            Self::FlatWide if is_paragraph => out.push_str("  "),
            Self::Lines if is_paragraph => out.push_str(if chance.is_multiple_of(6) { "\n\n" } else { "\n" }),
            Self::Tight if gap == " " && chance.is_multiple_of(8) => {}
            Self::Wrapped if is_paragraph => {
                line.column = 0;
                out.push_str(if chance.is_multiple_of(4) { "\n" } else { "\n\n" });
            }
            Self::Wrapped => self.words(gap, out, line),
            Self::Plain
            | Self::Flat
            | Self::FlatWide
            | Self::Lines
            | Self::Lower
            | Self::Capitals
            | Self::OtherMarks
            | Self::Headed
            | Self::RunIn
            | Self::Tight => out.push_str(gap),
        }
    }

    fn words(self, words: &str, out: &mut String, line: &mut Line) {
        match self {
            Self::Lower => out.push_str(&words.to_lowercase()),
            Self::Capitals => out.push_str(&words.to_uppercase()),
            Self::OtherMarks => other_marks(words, out),
            Self::Wrapped => {
                for piece in words.split_inclusive(' ') {
                    if line.column + piece.len() > line.width && line.column > 0 && out.ends_with(' ') {
                        out.pop();
                        out.push('\n');
                        line.column = 0;
                    }
                    out.push_str(piece);
                    line.column += piece.len();
                }
            }
            Self::Plain
            | Self::Flat
            | Self::FlatWide
            | Self::Lines
            | Self::Headed
            | Self::RunIn
            | Self::Tight => out.push_str(words),
        }
    }
}

/// Shorter paragraphs are headings themselves, or speech.
const SHORTEST_PROSE: usize = 60;

/// Whether the last of the sentences is a paragraph of its own without a stop, and a paragraph of prose follows it.
fn is_title(text: &str, before: &[Span], next: Span) -> bool {
    let Some((&last, earlier)) = before.split_last() else { return false };
    let breaks = |from: u32, to: u32| Span::new(from, to).of(text).contains('\n');
    last.of(text).len() < SHORTEST_PROSE
        && last.of(text).ends_with(char::is_alphanumeric)
        && next.of(text).len() >= SHORTEST_PROSE
        && breaks(last.end(), next.start())
        && earlier.last().is_none_or(|earlier| breaks(earlier.end(), last.start()))
}

/// A head of so many words made from a sentence, or nothing.
fn head(sentence: &str, words: usize) -> String {
    let words: Vec<&str> = sentence
        .split(' ')
        .take(words)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    if words.iter().any(|word| word.is_empty()) {
        String::new()
    } else {
        words.join(" ").to_uppercase() + ":"
    }
}

/// Turns straight marks into curly ones and curly ones into straight ones.
fn other_marks(words: &str, out: &mut String) {
    let mut previous = ' ';
    for c in words.chars() {
        let opens = previous == ' ' || previous == '(';
        out.push(match c {
            '"' if opens => '“',
            '"' => '”',
            '\'' if opens => '‘',
            '\'' => '’',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            _ => c,
        });
        previous = c;
    }
}

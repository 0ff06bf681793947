//! Names that the caller knows, matched on word boundaries with flexible white space by Aho-Corasick automata.
//! They know no tokens: the automata run over folded text.
//!
//! Folding writes every run of white space as one space, every apostrophe as `'`, every dash as `-`, and a mark
//! at each edge of a word. Terms are folded alike, so that a match of marks is a match of word boundaries and
//! the leftmost longest term needs no second look.

use super::{EntityKind, Proposal, Source};
use crate::lexicon::combine;
use crate::model::checksum_of;
use crate::text::{Document, Span, chars};
use aho_corasick::{AhoCorasick, MatchKind};
use std::fmt;
use std::sync::Arc;

/// A name that the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomTerm {
    /// The words to match, 1 to [`Terms::MAX_TERM_CHARS`] characters, not blank.
    pub text: String,
    /// Type of entity to report.
    pub kind: EntityKind,
    /// Name to report; empty: `text`.
    pub canonical_name: String,
    /// Catalogue and identifier pairs to report.
    pub links: Vec<(String, String)>,
    /// Match letters exactly as written.
    pub case_sensitive: bool,
}

impl CustomTerm {
    /// Tells terms apart.
    fn fingerprint(&self) -> u64 {
        let Self { text, kind, canonical_name, links, case_sensitive } = self;
        let strings =
            [text, canonical_name].into_iter().chain(links.iter().flat_map(|(name, id)| [name, id]));
        let flags = (*kind as u64) << 1 | u64::from(*case_sensitive);
        strings.fold(flags, |hash, string| combine(hash, checksum_of(string.as_bytes())))
    }
}

/// Custom terms compiled into automata. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Terms {
    revision: u64,
    terms: Vec<Term>,
    folded: Option<Automaton>,
    as_written: Option<Automaton>,
}

/// What is reported of a term.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) kind: EntityKind,
    pub(super) name: Arc<str>,
    pub(super) links: Vec<(Arc<str>, Arc<str>)>,
}

/// Why a custom term cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTerm {
    /// Which term, from 0.
    pub index: usize,
    /// What is wrong with its text.
    pub reason: &'static str,
}

impl fmt::Display for InvalidTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "custom term {} {}", self.index, self.reason)
    }
}

impl std::error::Error for InvalidTerm {}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct TermsScratch {
    folded: Folded,
}

impl Terms {
    /// Longest [`CustomTerm::text`], in characters.
    pub const MAX_TERM_CHARS: usize = 256;

    /// Compiles a list of terms. Of terms that match the same words the first counts.
    ///
    /// # Errors
    /// [`InvalidTerm`] for the first term whose text is blank or too long.
    pub fn compile(terms: Vec<CustomTerm>) -> Result<Self, InvalidTerm> {
        for (index, term) in terms.iter().enumerate() {
            if term.text.chars().all(chars::is_blank) {
                return Err(InvalidTerm { index, reason: "has a blank text" });
            }
            if term.text.chars().count() > Self::MAX_TERM_CHARS {
                return Err(InvalidTerm { index, reason: "has a text of more than 256 characters" });
            }
        }
        let revision = terms.iter().fold(0, |hash, term| combine(hash, term.fingerprint()));
        let folded = Automaton::compile(&terms, false);
        let as_written = Automaton::compile(&terms, true);
        let terms = terms
            .into_iter()
            .map(|CustomTerm { text, kind, canonical_name, links, case_sensitive: _ }| Term {
                kind,
                name: if canonical_name.is_empty() { text } else { canonical_name }.into(),
                links: links.into_iter().map(|(catalog, id)| (catalog.into(), id.into())).collect(),
            })
            .collect();
        Ok(Self { revision, terms, folded, as_written })
    }

    /// Identifies these very terms in this order.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// How many terms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What is reported of a term of this list.
    pub(super) fn term(&self, index: usize) -> &Term {
        &self.terms[index]
    }

    /// Proposes the places where terms stand. `offset` counts the terms of more preferred lists.
    pub(super) fn find(
        &self,
        document: Document<'_>,
        offset: usize,
        scratch: &mut TermsScratch,
        out: &mut Vec<Proposal>,
    ) {
        let automata = self.folded.iter().chain(&self.as_written);
        for automaton in automata {
            for paragraph in document.paragraphs() {
                let folded = &mut scratch.folded;
                folded.fill(document.text(), paragraph.span, automaton.case_sensitive);
                for found in automaton.matcher.find_iter(&folded.bytes) {
                    let index = automaton.terms[found.pattern().as_usize()] as usize;
                    let source = u32::try_from(offset + index).expect("terms are few: this is a bug");
                    out.push(Proposal {
                        span: folded.span(found.start(), found.end()),
                        kind: self.terms[index].kind,
                        subtype: None,
                        value: None,
                        confidence: None,
                        source: Source::Terms(source),
                    });
                }
            }
        }
    }
}

/// The terms that are matched with equal regard to case.
#[derive(Clone, Debug)]
struct Automaton {
    matcher: AhoCorasick,
    /// Which term each pattern is.
    terms: Vec<u32>,
    case_sensitive: bool,
}

impl Automaton {
    /// `None` if no term is matched so.
    fn compile(terms: &[CustomTerm], case_sensitive: bool) -> Option<Self> {
        let mut patterns = Vec::new();
        let mut indices = Vec::new();
        let mut folded = Folded::default();
        for (index, term) in (0..).zip(terms) {
            if term.case_sensitive == case_sensitive {
                let whole = Span::of_bytes(0, term.text.len()).trim(&term.text);
                folded.fill(&term.text, whole, case_sensitive);
                patterns.push(folded.bytes.clone());
                indices.push(index);
            }
        }
        if patterns.is_empty() {
            return None;
        }
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
            .expect("the automaton of a bounded list fits its state ids: this is a bug");
        Some(Self { matcher, terms: indices, case_sensitive })
    }
}

/// Stands at both edges of every word.
const EDGE: u8 = 0x01;

/// Folded text and where it came from.
#[derive(Clone, Debug, Default)]
struct Folded {
    bytes: Vec<u8>,
    /// Where runs of bytes that map one to one begin: in the folded text, and in the text.
    runs: Vec<(u32, u32)>,
}

impl Folded {
    /// Replaces the content by a folded stretch of a text.
    fn fill(&mut self, text: &str, within: Span, case_sensitive: bool) {
        self.bytes.clear();
        self.runs.clear();
        let mut at = within.start();
        let mut in_word = false;
        let mut after_blank = false;
        let mut rest = within.of(text);
        while let Some(c) = rest.chars().next() {
            // Plain words, nearly all of a text, in one step each.
            let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if plain > 0 {
                let (word, behind) = rest.split_at(plain);
                if !in_word {
                    self.bytes.push(EDGE);
                }
                self.begin_run(at);
                if case_sensitive {
                    self.bytes.extend_from_slice(word.as_bytes());
                } else {
                    self.bytes.extend(word.bytes().map(|byte| byte.to_ascii_lowercase()));
                }
                (in_word, after_blank, rest) = (true, false, behind);
                at += u32::try_from(plain).expect("a text is shorter than 4 GiB: this is a bug");
                continue;
            }
            rest = rest.split_at(c.len_utf8()).1;
            let is_word = chars::is_word(c);
            if is_word != in_word {
                self.bytes.push(EDGE);
                in_word = is_word;
            }
            let blank = chars::is_blank(c);
            if !(blank && after_blank) {
                self.begin_run(at);
                self.push(c, blank, case_sensitive);
            }
            after_blank = blank;
            at += utf8_len(c);
        }
        if in_word {
            self.bytes.push(EDGE);
        }
        self.begin_run(at);
    }

    fn push(&mut self, c: char, blank: bool, case_sensitive: bool) {
        if blank {
            self.bytes.push(b' ');
        } else if c.is_ascii() {
            let byte = if c == '`' { b'\'' } else { c as u8 };
            self.bytes.push(if case_sensitive { byte } else { byte.to_ascii_lowercase() });
        } else if chars::is_apostrophe(c) {
            self.bytes.push(b'\'');
        } else if chars::is_dash(c) {
            self.bytes.push(b'-');
        } else if case_sensitive {
            self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            for lower in c.to_lowercase() {
                self.bytes.extend_from_slice(lower.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }

    /// Notes that the next folded byte stands for text at `at`, unless that follows from the run before.
    fn begin_run(&mut self, at: u32) {
        let here = u32::try_from(self.bytes.len()).expect("a text is shorter than 4 GiB: this is a bug");
        let follows = self.runs.last().is_some_and(|&(folded, text)| here - folded == at - text);
        if !follows {
            self.runs.push((here, at));
        }
    }

    /// The stretch of the text that folded bytes stand for; edges count for nothing.
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.place(start), self.place(end))
    }

    /// Where the character stands whose folded form begins at `folded`, or behind an edge there. What follows an
    /// edge or changes its length in folding begins a run, so the sum below never lands inside a character.
    fn place(&self, folded: usize) -> u32 {
        let folded = folded + usize::from(self.bytes.get(folded) == Some(&EDGE));
        let folded = u32::try_from(folded).expect("a text is shorter than 4 GiB: this is a bug");
        let run = self.runs.partition_point(|&(start, _)| start <= folded);
        let (start, text) =
            self.runs[run.checked_sub(1).expect("the first run begins at 0 or 1: this is a bug")];
        text + (folded - start)
    }
}

fn utf8_len(c: char) -> u32 {
    match c.len_utf8() {
        1 => 1,
        2 => 2,
        3 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{CustomTerm, Terms, TermsScratch};
    use crate::entity::EntityKind;
    use crate::text::DocumentBuffer;
    use proptest::prelude::*;

    fn term(text: &str) -> CustomTerm {
        CustomTerm {
            text: text.to_owned(),
            kind: EntityKind::Organization,
            canonical_name: String::new(),
            links: Vec::new(),
            case_sensitive: false,
        }
    }

    fn find(terms: Vec<CustomTerm>, text: &str) -> Vec<(String, u32)> {
        let terms = Terms::compile(terms).unwrap();
        let mut buffer = DocumentBuffer::default();
        let document = buffer.fill("", text);
        let mut out = Vec::new();
        terms.find(document, 0, &mut TermsScratch::default(), &mut out);
        out.sort_by_key(|proposal| proposal.span);
        out.iter()
            .map(|proposal| (proposal.span.of(document.text()).to_owned(), proposal.source.term().unwrap()))
            .collect()
    }

    fn check(terms: &[&str], text: &str, expected: &[&str]) {
        let found = find(terms.iter().map(|text| term(text)).collect(), text);
        let found: Vec<_> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(found, expected, "{terms:?} in {text:?}");
    }

    #[test]
    fn matches_on_word_boundaries() {
        check(&["Acme"], "Acme's Acmes, ACME-led (acme)", &["Acme", "ACME", "acme"]);
        check(&["C++", ".NET"], "C++, C++x and .NET or a.NET", &["C++", "C++", ".NET", ".NET"]);
        check(&["new york", "New York Times"], "The New York Timeserver", &["New York"]);
        check(&["new york", "New York Times"], "The New York Times", &["New York Times"]);
        check(&["Bank"], "banks Bankbank bank\u{301}", &[]);
    }

    #[test]
    fn white_space_dashes_and_apostrophes_are_flexible() {
        check(
            &["  Rolls-Royce\u{a0}Holdings "],
            "Rolls–Royce\r\n   Holdings\n\nEnd.",
            &["Rolls–Royce\r\n   Holdings"],
        );
        check(&["O'Neil & Co"], "O´Neil  &  Co", &["O´Neil  &  Co"]);
        check(&["Rolls Royce"], "Rolls.\n\nRoyce. Rolls\n\nRoyce", &[]);
        check(&["Straẞe 1", "K2"], "STRASSE 1 STRAẞE 1 \u{212a}2", &["STRAẞE 1", "\u{212a}2"]);
    }

    #[test]
    fn case_counts_where_asked() {
        let cased = |text: &str| CustomTerm { case_sensitive: true, ..term(text) };
        let found = find(vec![cased("WHO"), term("who knows")], "Who knows who WHO is?");
        assert_eq!(found, [("Who knows".to_owned(), 1), ("WHO".to_owned(), 0)]);
    }

    #[test]
    fn the_first_of_equal_terms_counts() {
        assert_eq!(find(vec![term("Acme"), term("ACME")], "acme"), [("acme".to_owned(), 0)]);
    }

    #[test]
    fn every_part_of_a_term_and_their_order_count_in_the_revision() {
        let revision = |terms: &[CustomTerm]| Terms::compile(terms.to_vec()).unwrap().revision();
        let base = term("Acme");
        let linked = |catalog: &str, id: &str| CustomTerm {
            links: vec![(catalog.to_owned(), id.to_owned())],
            ..base.clone()
        };
        let lists = [
            vec![base.clone()],
            vec![term("acme")],
            vec![CustomTerm { kind: EntityKind::Product, ..base.clone() }],
            vec![CustomTerm { canonical_name: "Acme Inc.".to_owned(), ..base.clone() }],
            vec![CustomTerm { case_sensitive: true, ..base.clone() }],
            vec![linked("a", "bc")],
            vec![linked("ab", "c")],
            vec![base.clone(), term("Zeta")],
            vec![term("Zeta"), base.clone()],
        ];
        let mut revisions: Vec<u64> = lists.iter().map(|list| revision(list)).collect();
        assert_eq!(revisions[0], revision(&[term("Acme")]));
        revisions.sort_unstable();
        revisions.dedup();
        assert_eq!(revisions.len(), lists.len());
    }

    #[test]
    fn bad_terms_are_refused() {
        assert_eq!(Terms::compile(vec![term("a"), term(" \u{200b}")]).unwrap_err().index, 1);
        assert!(Terms::compile(vec![term(&"é".repeat(256))]).is_ok());
        assert!(Terms::compile(vec![term(&"é".repeat(257))]).is_err());
    }

    proptest! {
        #[test]
        fn matches_lie_on_characters(
            terms in prop::collection::vec("[a-cKẞİ '—-]{0,3}[a-c—!]", 1..8),
            text in "[a-cA-CKẞ\u{212a}İß '’—!.\u{a0}\u{301}-]{0,60}",
        ) {
            for (found, index) in find(terms.iter().map(|text| term(text)).collect(), &text) {
                let bare = |text: &str| text.to_lowercase().split_whitespace().collect::<String>().len();
                prop_assert!(!found.is_empty());
                prop_assert!(index as usize <= terms.len() && bare(&found) > 0);
            }
        }
    }
}

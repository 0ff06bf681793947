//! What never happens, whatever the text and the options: a panic, a span inside a character or outside its
//! text, an order or a reference that the contract rules out, a lost character, a result that hangs on what
//! was annotated before.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use glossator::annotate::{
    AnnotateError, Annotation, AnnotationKind, Annotator, Article, Header, Limits, Options, Scratch, Sink,
};
use glossator::entity::{CustomTerm, EntityKind, Terms};
use glossator::text::units::{Unit, UnitTable};
use glossator::text::{Checkpoint, Part, Span, chars};
use jiff::civil::date;
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use support::{Transcript, transcribe};

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| {
    // A title of pieces can be longer than titles are by default.
    let limits = Limits { max_title_chars: 1_000_000, ..Limits::default() };
    Annotator::builtin().unwrap().with_limits(limits)
});

/// Pieces that mean something to some stage, so that random texts reach past the first check.
const PIECES: &[&str] = &[
    "\"",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "»",
    "„",
    "''",
    "``",
    "´",
    "`",
    "'",
    "(",
    ")",
    "[",
    "]",
    ".",
    "...",
    "…",
    "?",
    "!",
    ",",
    ";",
    ":",
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "\r",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{feff}",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{301}",
    "😀",
    "👨‍👩‍👧",
    "\u{0}",
    "--",
    " -- ",
    "—",
    "–",
    "-",
    "%",
    "$",
    "€",
    "£",
    "&amp;",
    "</p>",
    "@",
    "#",
    "/",
    "\\",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "Ω",
    "中国",
    "。",
    "「",
    "」",
    "עברית",
    "مرحبا",
    " said",
    " says",
    " he said",
    "she added",
    " told reporters",
    "according to ",
    " that ",
    "He ",
    "they",
    "who",
    "Anna Kovács",
    "Kovács",
    "Mr. ",
    "Dr. ",
    "U.S.",
    "US ",
    "J. K. Rowling",
    "President ",
    "Minister",
    "London",
    "LONDON, June 20 (Reuters) - ",
    "BEIJING: ",
    " date 2023-06-20 ",
    "China´s ",
    "the United States",
    "Bank of England",
    "IBM Corp.",
    "Chinese",
    "Monday",
    "last year",
    "two days",
    "February 2022",
    "20 June 2023",
    "2019-07-30",
    "10:30 a.m.",
    "5%",
    "$1.5 billion",
    "€3m",
    "1,000,000",
    "third",
    "twenty-one",
    "5 km",
    "www.example.org",
    "a@b.example",
    "+1 555 0100",
    "The ",
    "a",
    "rain",
    "fell",
    "Q1",
    "9",
    "0",
    "99999999999999999999",
    "12/31/9999",
    "February 30",
    "-9999",
    "week 53",
    "centuries",
];

/// Texts of arbitrary characters, of meaningful pieces, and of one piece many times.
fn texts() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES);
    prop_oneof![
        2 => proptest::collection::vec(any::<char>(), 0..120).prop_map(String::from_iter),
        6 => proptest::collection::vec(piece.clone(), 0..60).prop_map(|pieces| pieces.concat()),
        1 => (piece, 0..400_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

/// A request as a caller may send it.
#[derive(Clone, Debug)]
struct Request {
    title: String,
    text: String,
    published: bool,
    kinds: Vec<AnnotationKind>,
    entity_kinds: Vec<EntityKind>,
    include_title: bool,
    min_confidence: f32,
    terms: Vec<CustomTerm>,
}

impl Request {
    fn article(&self) -> Article<'_> {
        let published = self.published.then(|| date(2024, 2, 29));
        Article { title: &self.title, text: &self.text, language: None, published }
    }

    fn run(&self, scratch: &mut Scratch) -> Transcript {
        let terms = Terms::compile(self.terms.clone()).ok();
        let options = Options {
            kinds: self.kinds.iter().copied().collect(),
            entity_kinds: self.entity_kinds.iter().copied().collect(),
            include_title: self.include_title,
            min_confidence: self.min_confidence,
            terms: terms.as_ref(),
        };
        transcribe(&ANNOTATOR, &self.article(), &options, scratch)
    }

    fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Text => &self.text,
        }
    }
}

fn requests() -> impl Strategy<Value = Request> {
    const KINDS: &[AnnotationKind] =
        &[AnnotationKind::Sentence, AnnotationKind::Quote, AnnotationKind::Entity];
    let kinds = proptest::collection::vec(proptest::sample::select(KINDS), 0..3);
    let entity_kind = proptest::sample::select(&EntityKind::ALL[..]);
    let term = (proptest::sample::select(PIECES), entity_kind.clone(), any::<bool>());
    let term = term.prop_map(|(text, kind, case_sensitive)| CustomTerm {
        text: text.to_owned(),
        kind,
        canonical_name: String::new(),
        links: Vec::new(),
        case_sensitive,
    });
    (
        texts(),
        texts(),
        any::<bool>(),
        kinds,
        proptest::collection::vec(entity_kind, 0..3),
        any::<bool>(),
        prop_oneof![3 => Just(0.0_f32), 1 => 0.0_f32..=1.0],
        proptest::collection::vec(term, 0..3),
    )
        .prop_map(
            |(title, text, published, kinds, entity_kinds, include_title, min_confidence, terms)| Request {
                title,
                text,
                published,
                kinds,
                entity_kinds,
                include_title,
                min_confidence,
                terms,
            },
        )
}

/// What lies between two bytes is white space, or lies inside the dateline.
fn only_blank(text: &str, start: u32, end: u32, dateline: Option<Span>) -> bool {
    Span::new(start, end).of(text).char_indices().all(|(at, c)| {
        let byte = start + u32::try_from(at).unwrap();
        chars::is_blank(c) || dateline.is_some_and(|dateline| dateline.contains_offset(byte))
    })
}

/// The stretch that begins and ends after so many units, found by walking over the characters.
fn slice_by_unit(text: &str, unit: Unit, start: u32, end: u32) -> &str {
    let byte_of = |wanted: u32| {
        let mut seen = 0;
        for (at, c) in text.char_indices() {
            if seen == wanted {
                return at;
            }
            seen += match unit {
                Unit::Utf8 => u32::try_from(c.len_utf8()).unwrap(),
                Unit::Utf16 => u32::try_from(c.len_utf16()).unwrap(),
                Unit::Utf32 => 1,
            };
        }
        assert_eq!(seen, wanted, "an offset is never inside a character");
        text.len()
    };
    Span::of_bytes(byte_of(start), byte_of(end)).of(text)
}

/// A sink that says stop at its n-th call.
struct StopsAt(u32);

impl StopsAt {
    fn call(&mut self) -> ControlFlow<()> {
        if self.0 == 0 {
            return ControlFlow::Break(());
        }
        self.0 -= 1;
        ControlFlow::Continue(())
    }
}

impl Checkpoint for StopsAt {
    fn pass(&mut self) -> ControlFlow<()> {
        self.call()
    }
}

impl Sink for StopsAt {
    fn header(&mut self, _: &Header<'_>) -> ControlFlow<()> {
        self.call()
    }

    fn annotation(&mut self, _: &Annotation<'_>) -> ControlFlow<()> {
        self.call()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(768))]

    #[test]
    fn spans_lie_on_characters_inside_their_text(request in requests()) {
        for (part, span, covered) in &request.run(&mut Scratch::default()).spans {
            let text = request.part(*part);
            prop_assert!(!span.is_empty(), "{span:?}");
            prop_assert_eq!(text.get(span.start() as usize..span.end() as usize), Some(covered.as_str()));
            prop_assert!(request.include_title || *part == Part::Text);
        }
    }

    #[test]
    fn order_and_references_are_as_promised(request in requests()) {
        let found = request.run(&mut Scratch::default());
        for (index, finding) in found.findings.iter().enumerate() {
            prop_assert_eq!(finding.id as usize, index + 1, "ids count from 1 in the order sent");
            prop_assert!(finding.refers_to.iter().all(|&id| id < finding.id), "{finding:?}");
            prop_assert!(request.kinds.is_empty() || request.kinds.contains(&finding.kind));
            prop_assert!(finding.is_well_formed(), "{finding:?}");
        }
        for kind in [AnnotationKind::Sentence, AnnotationKind::Quote, AnnotationKind::Entity] {
            let of_kind = found.findings.iter().filter(|finding| finding.kind == kind);
            let keys: Vec<_> = of_kind.map(|f| (f.part, f.first.start(), std::cmp::Reverse(f.first.end()))).collect();
            prop_assert!(keys.is_sorted(), "{kind:?}: {keys:?}");
        }
    }

    #[test]
    fn sentences_cover_all_but_blanks_and_dateline(mut request in requests()) {
        request.kinds.clear();
        request.include_title = true;
        request.min_confidence = 0.0;
        let found = request.run(&mut Scratch::default());
        for part in [Part::Title, Part::Text] {
            let text = request.part(part);
            let dateline = found.dateline.filter(|_| part == Part::Text);
            let mut reached = 0;
            for sentence in found.findings.iter().filter(|f| f.kind == AnnotationKind::Sentence && f.part == part) {
                prop_assert!(reached <= sentence.first.start(), "sentences do not overlap: {sentence:?}");
                prop_assert!(only_blank(text, reached, sentence.first.start(), dateline), "gap before {sentence:?}");
                prop_assert_eq!(sentence.first.trim(text), sentence.first);
                prop_assert!(dateline.is_none_or(|d| !d.overlaps(sentence.first)));
                reached = sentence.first.end();
            }
            let end = u32::try_from(text.len()).unwrap();
            prop_assert!(only_blank(text, reached, end, dateline), "gap after the last sentence of {text:?}");
        }
    }

    #[test]
    fn offset_encodings_agree(request in requests()) {
        for (part, span, covered) in &request.run(&mut Scratch::default()).spans {
            let text = request.part(*part);
            for unit in [Unit::Utf8, Unit::Utf16, Unit::Utf32] {
                let table = UnitTable::new(text, unit);
                let (start, end) = (table.convert(text, span.start()), table.convert(text, span.end()));
                prop_assert!(start < end);
                prop_assert_eq!(slice_by_unit(text, unit, start, end), covered);
            }
        }
    }

    #[test]
    fn a_used_scratch_changes_nothing(before in requests(), stop_at in 0..20_u32, request in requests()) {
        let mut used = Scratch::default();
        before.run(&mut used);
        // An article that was given up half-way must leave nothing behind either.
        let stopped = ANNOTATOR.annotate(&before.article(), &Options::default(), &mut used, &mut StopsAt(stop_at));
        prop_assert!(matches!(stopped, Ok(_) | Err(AnnotateError::Stopped)));
        prop_assert_eq!(request.run(&mut used), request.run(&mut Scratch::default()));
    }

    #[test]
    fn a_prefix_of_kinds_finds_the_same(mut request in requests()) {
        request.kinds = vec![AnnotationKind::Sentence];
        let alone = request.run(&mut Scratch::default());
        request.kinds.clear();
        let all = request.run(&mut Scratch::default());
        let sentences = |found: &Transcript| -> Vec<(Part, Span)> {
            found.findings.iter().filter(|f| f.kind == AnnotationKind::Sentence).map(|f| (f.part, f.first)).collect()
        };
        prop_assert_eq!(sentences(&alone), sentences(&all));
    }
}

/// The texts on which other systems' quote finders have crashed or bailed out.
#[test]
fn texts_that_broke_others() {
    for text in [
        "\"\"=",
        "\"Bob.\"\n\n\"What.\"",
        "100%absolutely sure + more",
        "nul \u{0} inside",
        "a lone\rcarriage return",
        "\u{feff}",
        "“",
        "”",
        "\"",
        "''",
        "''''",
        "He said, \"one \"two \"three.",
        "“A,” she said, “B",
        "’’’’’’",
        "\u{301}",
        "said said said said",
        "according to according to",
        "Mr. Mr. Mr.",
    ] {
        let article = Article { text, ..Article::default() };
        transcribe(&ANNOTATOR, &article, &Options::default(), &mut Scratch::default());
    }
}

/// A text without any stop is one sentence, and the square of its length is no number of items.
#[test]
fn a_sentence_may_be_as_long_as_a_text() {
    let text = format!("Holm said that {}fell.", "rain ".repeat(70_000));
    let article = Article { text: &text, ..Article::default() };
    transcribe(&ANNOTATOR, &article, &Options::default(), &mut Scratch::default());
}

/// Notes how long nobody was asked whether to stop, at most.
struct Asked {
    last: Instant,
    longest: Duration,
    times: usize,
}

impl Asked {
    fn now(&mut self) -> ControlFlow<()> {
        let now = Instant::now();
        self.longest = self.longest.max(now - self.last);
        self.last = now;
        self.times += 1;
        ControlFlow::Continue(())
    }
}

impl Checkpoint for Asked {
    fn pass(&mut self) -> ControlFlow<()> {
        self.now()
    }
}

impl Sink for Asked {
    fn header(&mut self, _: &Header<'_>) -> ControlFlow<()> {
        self.now()
    }

    fn annotation(&mut self, _: &Annotation<'_>) -> ControlFlow<()> {
        self.now()
    }
}

/// Whoever sets a deadline, or goes away, is heard soon in whatever stage the work is.
#[test]
fn work_asks_at_every_paragraph_and_sentence_of_each_stage_whether_to_stop() {
    const SENTENCES: usize = 4000;
    let text =
        "“It rained on Monday,” said Ada Lovelace of the Harbour Trust in Porto.\n\n".repeat(SENTENCES);
    let article = Article { text: &text, language: Some("en"), ..Article::default() };
    let mut scratch = Scratch::default();
    let mut asked = |kinds: &[AnnotationKind]| {
        let options = Options { kinds: kinds.iter().copied().collect(), ..Options::default() };
        let began = Instant::now();
        let mut asked = Asked { last: began, longest: Duration::ZERO, times: 0 };
        let summary = ANNOTATOR.annotate(&article, &options, &mut scratch, &mut asked).unwrap();
        let found = summary.sentences + summary.quotes + summary.entities;
        let share = asked.longest.as_secs_f64() / began.elapsed().as_secs_f64();
        (asked.times - usize::try_from(found).unwrap(), share)
    };
    let (sentences, _) = asked(&[AnnotationKind::Sentence]);
    let (entities, _) = asked(&[AnnotationKind::Entity]);
    let (quotes, _) = asked(&[AnnotationKind::Quote]);
    assert!(sentences >= SENTENCES, "{sentences} times while sentences are found");
    assert!(entities >= sentences + SENTENCES, "{entities} times with entities, {sentences} before");
    // Each sentence has a cue. It is looked for, what it reports is read, both are judged, and who stands beside a quotation
    // without a cue is looked for, before the quotes are put together.
    assert!(quotes >= entities + 5 * SENTENCES, "{quotes} times with quotes, {entities} before");
    // What lies between is short. Of several tries the best counts, since on a busy machine others take a turn.
    let longest = (0..5).map(|_| asked(&[]).1).fold(f64::INFINITY, f64::min);
    assert!(longest < 0.1, "not asked for {:.0} % of the time at a stretch", longest * 100.0);
}

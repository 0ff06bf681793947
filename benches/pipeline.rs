//! Speed of the whole pipeline and of each of its stages, in bytes of article text a second on one core.
//!
//! Run: `cargo bench --bench pipeline`. Beside the stages stand peers where there are some, and stages that do nothing: `null_characters`
//! looks at each character once, `null_tokens` at each token, which is the least that a stage over tokens could do.

mod support;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use glossator::annotate::{Annotator, Article, Collector, Options, Scratch};
use glossator::dateline;
use glossator::entity::{Context, Entities, Recognizer, RecognizerScratch};
use glossator::language;
use glossator::quote::{Attributor, AttributorScratch, Quotes};
use glossator::sentence::{Segmenter, Sentence};
use glossator::text::{DocumentBuffer, Span};
use glossator::token::{Token, tokenize};
use std::ops::ControlFlow;
use support::Made;
use unicode_segmentation::UnicodeSegmentation as _;

/// How many articles one measurement reads.
const ARTICLES: u64 = 60;

fn main() {
    divan::main();
}

fn articles() -> Vec<Made> {
    (0..ARTICLES).map(support::article).collect()
}

fn bytes(articles: &[Made]) -> BytesCount {
    BytesCount::new(articles.iter().map(|made| made.title.len() + made.text.len()).sum::<usize>())
}

/// What every stage needs of the ones below it, made once.
struct Prepared {
    document: DocumentBuffer,
    sentences: Vec<Sentence>,
    tokens: Vec<Token>,
    dateline: Option<Span>,
    entities: Entities,
}

fn go_on() -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn prepared(articles: &[Made]) -> Vec<Prepared> {
    let segmenter = Segmenter::builtin().expect("the built-in model is good");
    let recognizer = Recognizer::builtin().expect("the built-in model is good");
    let mut scratch = RecognizerScratch::default();
    articles
        .iter()
        .map(|made| {
            let mut buffer = DocumentBuffer::default();
            let document = buffer.fill(&made.title, &made.text);
            let dateline = dateline::find(document, None).map(|dateline| dateline.span);
            let (mut sentences, mut tokens) = (Vec::new(), Vec::new());
            let _ = segmenter.segment(document, dateline, &mut go_on, &mut sentences);
            tokenize(document.text(), Span::of_bytes(0, document.text().len()), &mut tokens);
            let mut entities = Entities::default();
            let context = Context {
                document,
                tokens: &tokens,
                sentences: &sentences,
                dateline,
                reference_date: None,
                terms: &[],
            };
            let _ = recognizer.recognize(&context, &mut go_on, &mut scratch, &mut entities);
            Prepared { document: buffer, sentences, tokens, dateline, entities }
        })
        .collect()
}

#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let annotator = Annotator::builtin().expect("the built-in models are good");
    let mut scratch = Scratch::default();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            let article = Article { title: &made.title, text: &made.text, ..Article::default() };
            let mut sink = Collector(|annotation: &glossator::annotate::Annotation<'_>| {
                black_box(annotation.id);
            });
            let _ = black_box(annotator.annotate(&article, &Options::default(), &mut scratch, &mut sink));
        }
    });
}

#[divan::bench]
fn stage_language(bencher: Bencher<'_, '_>) {
    let articles = articles();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            black_box(language::detect(&made.text));
        }
    });
}

#[divan::bench]
fn stage_document_and_dateline(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let mut buffer = DocumentBuffer::default();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            black_box(dateline::find(buffer.fill(&made.title, &made.text), None));
        }
    });
}

#[divan::bench]
fn stage_sentences(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let mut prepared = prepared(&articles);
    let segmenter = Segmenter::builtin().expect("the built-in model is good");
    let mut sentences = Vec::new();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for (made, ready) in articles.iter().zip(&mut prepared) {
            let document = ready.document.fill(&made.title, &made.text);
            let _ = black_box(segmenter.segment(document, ready.dateline, &mut go_on, &mut sentences));
        }
    });
}

#[divan::bench]
fn stage_sentences_by_sentencex(bencher: Bencher<'_, '_>) {
    let articles = articles();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            black_box(sentencex::segment("en", black_box(&made.text)).len());
        }
    });
}

#[divan::bench]
fn stage_tokens(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let mut tokens = Vec::new();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            tokens.clear();
            tokenize(&made.text, Span::of_bytes(0, made.text.len()), &mut tokens);
            black_box(&tokens);
        }
    });
}

#[divan::bench]
fn stage_tokens_by_unicode_segmentation(bencher: Bencher<'_, '_>) {
    let articles = articles();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            black_box(black_box(&made.text).split_word_bounds().count());
        }
    });
}

#[divan::bench]
fn null_characters(bencher: Bencher<'_, '_>) {
    let articles = articles();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for made in &articles {
            black_box(black_box(&made.text).chars().fold(0, |sum: u32, c| sum.wrapping_add(u32::from(c))));
        }
    });
}

#[divan::bench]
fn null_tokens(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let prepared = prepared(&articles);
    bencher.counter(bytes(&articles)).bench_local(|| {
        for ready in &prepared {
            black_box(black_box(&ready.tokens).iter().fold(0, |sum: u64, token| sum ^ token.word.bits()));
        }
    });
}

#[divan::bench]
fn stage_entities(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let mut prepared = prepared(&articles);
    let recognizer = Recognizer::builtin().expect("the built-in model is good");
    let mut scratch = RecognizerScratch::default();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for (made, ready) in articles.iter().zip(&mut prepared) {
            let context = Context {
                document: ready.document.fill(&made.title, &made.text),
                tokens: &ready.tokens,
                sentences: &ready.sentences,
                dateline: ready.dateline,
                reference_date: None,
                terms: &[],
            };
            let _ = black_box(recognizer.recognize(&context, &mut go_on, &mut scratch, &mut ready.entities));
        }
    });
}

#[divan::bench]
fn stage_quotes(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let mut prepared = prepared(&articles);
    let attributor = Attributor::builtin().expect("the built-in model is good");
    let mut scratch = AttributorScratch::default();
    let mut quotes = Quotes::default();
    bencher.counter(bytes(&articles)).bench_local(|| {
        for (made, ready) in articles.iter().zip(&mut prepared) {
            let context = Context {
                document: ready.document.fill(&made.title, &made.text),
                tokens: &ready.tokens,
                sentences: &ready.sentences,
                dateline: ready.dateline,
                reference_date: None,
                terms: &[],
            };
            let _ = black_box(attributor.attribute(
                &context,
                &ready.entities,
                &mut go_on,
                &mut scratch,
                &mut quotes,
            ));
        }
    });
}

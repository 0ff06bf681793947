//! The learner of the name tagger: gold articles, lists of names and plain text in, one model file out. It
//! must not know how the service calls it.
//!
//! Files are told apart by what is in them: `.tsv` are lists of names, `.vec` word vectors (a word and its
//! numbers a line, the most frequent first), `.jsonl` with entities are gold, `.jsonl` without are plain text
//! for word classes. What is not given at all (lists, vectors, plain text) is taken over from the built-in
//! model, so that a user's own gold is enough to train.

mod crf;
mod examples;
mod lists;
#[cfg(test)]
mod tests;

use super::clusters;
use super::corpus::{self, GoldDocument, GoldEntity};
use super::score::entities::{DEFAULT_TYPES, EntityScores};
use super::{Job, Progress, TrainError};
use crate::dateline;
use crate::entity::tagger::training::{CONFIDENCE_STEP, KIND, Knowledge, Reader, Sections, template};
use crate::entity::tagger::{Tagger, TaggerScratch};
use crate::model::{Builder, Container, Header};
use crate::text::{DocumentBuffer, Span};
use crate::token::tokenize;
use crf::{Crf, Learning, UNIT};
use examples::{Article, segmenter};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Rows of the weight table, a power of two.
const ROWS: usize = 1 << 18;

/// The weights are the mean of what is learned in so many orders of the articles: what one order alone taught
/// is chance.
const SEEDS: std::ops::Range<u64> = 17..20;

/// As many as [`SEEDS`].
const SHARES: f32 = 3.0;

/// Parts into which the articles are divided to see what a first reading makes of articles it was not
/// trained on.
const PARTS: usize = 4;

/// How much an article of a corpus counts, by the beginning of the corpus's name; 1 for any other. Corpora
/// of weight 0 are not learned from.
const WEIGHTS: &[(&str, f32)] = &[
    // Non-commercial licence, and labels made by machine.
    ("wikineural", 0.0),
    // Common nouns tagged for being defined terms of a contract.
    ("sec-filings", 0.0),
    // For research only.
    ("bbc", 0.0),
];

/// One article in so many of these corpora is learned from in small letters too: in posts and mails names are
/// written so, and few of ours are.
const SMALL_SHARE: usize = 4;

/// How much such a copy counts beside the article itself.
const SMALL_WEIGHT: f32 = 0.5;

/// The beginnings of the names of these corpora.
const SMALL_TOO: &[&str] = &["gum", "wikigold", "uner"];

/// Genres of GUM whose licence forbids commercial use.
const NON_COMMERCIAL_GUM: &[&str] = &["essay", "fiction", "letter", "podcast", "whow"];

/// Scores of one corpus.
pub type CorpusScores = (String, EntityScores);

/// What there is to learn from.
struct Material {
    articles: Vec<Article>,
    documents: Vec<GoldDocument>,
    /// Sections of the model that hold what is known beforehand.
    knowledge: Vec<([u8; 4], Vec<u8>)>,
}

/// Trains on the job's files and writes the model.
///
/// # Errors
/// [`TrainError`] for files that cannot be read or written or lines that make no sense.
pub fn train(job: &Job, progress: &dyn Progress) -> Result<(), TrainError> {
    let mut material = Material::read(&job.data, progress)?;
    let everything: Vec<usize> = (0..material.articles.len()).collect();
    let file = material.fit(&everything, progress)?;
    fs::write(&job.out, file).map_err(|source| TrainError::Io { path: job.out.clone(), source })
}

/// Trains on the gold among `data` and scores the trained model on the documents of `held_out`, corpus by
/// corpus.
///
/// # Errors
/// As [`train`].
pub fn validate(
    data: &[PathBuf],
    held_out: &[PathBuf],
    progress: &dyn Progress,
) -> Result<Vec<CorpusScores>, TrainError> {
    let mut material = Material::read(data, progress)?;
    let everything: Vec<usize> = (0..material.articles.len()).collect();
    let file = material.fit(&everything, progress)?;
    let tagger = Tagger::parse(&file).map_err(|error| TrainError::Data(error.to_string()))?;
    evaluate(&tagger, &corpus::read(held_out)?)
}

/// Holds out each of `parts` parts of the gold in turn, trains on the others, and scores all held-out
/// articles, corpus by corpus.
///
/// # Errors
/// As [`train`].
pub fn cross_validate(
    data: &[PathBuf],
    parts: usize,
    progress: &dyn Progress,
) -> Result<Vec<CorpusScores>, TrainError> {
    let mut material = Material::read(data, progress)?;
    let mut scores: BTreeMap<String, EntityScores> = BTreeMap::new();
    for part in 0..parts.max(2) {
        let (train, held_out): (Vec<usize>, Vec<usize>) =
            (0..material.articles.len()).partition(|article| article % parts.max(2) != part);
        let file = material.fit(&train, progress)?;
        let tagger = Tagger::parse(&file).map_err(|error| TrainError::Data(error.to_string()))?;
        let mut worker = Worker::new(&tagger)?;
        for article in held_out {
            let document = &material.documents[article];
            scores.entry(document.corpus.clone()).or_default().add(
                document,
                &worker.predict(document),
                &DEFAULT_TYPES,
            );
        }
    }
    Ok(scores.into_iter().collect())
}

/// Scores a tagger on gold documents from their raw text, corpus by corpus.
///
/// # Errors
/// [`TrainError::Data`] if the built-in sentence model is unusable.
pub fn evaluate(tagger: &Tagger, documents: &[GoldDocument]) -> Result<Vec<CorpusScores>, TrainError> {
    let mut worker = Worker::new(tagger)?;
    let mut scores: BTreeMap<String, EntityScores> = BTreeMap::new();
    for document in documents {
        scores.entry(document.corpus.clone()).or_default().add(
            document,
            &worker.predict(document),
            &DEFAULT_TYPES,
        );
    }
    Ok(scores.into_iter().collect())
}

/// A tagger at work on gold documents.
pub struct Worker<'a> {
    tagger: &'a Tagger,
    segmenter: crate::sentence::Segmenter,
    buffer: DocumentBuffer,
    scratch: TaggerScratch,
}

impl<'a> Worker<'a> {
    /// A worker of its own buffers.
    ///
    /// # Errors
    /// [`TrainError::Data`] if the built-in sentence model is unusable.
    pub fn new(tagger: &'a Tagger) -> Result<Self, TrainError> {
        Ok(Self {
            tagger,
            segmenter: segmenter()?,
            buffer: DocumentBuffer::default(),
            scratch: TaggerScratch::default(),
        })
    }

    /// The document with the names that the tagger finds in its text.
    pub fn predict(&mut self, document: &GoldDocument) -> GoldDocument {
        let view = self.buffer.fill("", &document.text);
        let (mut tokens, mut sentences, mut proposals) = (Vec::new(), Vec::new(), Vec::new());
        tokenize(&document.text, Span::of_bytes(0, document.text.len()), &mut tokens);
        let dateline = dateline::find(view, None).map(|dateline| dateline.span);
        let mut go_on = || ControlFlow::Continue(());
        let _ = self.segmenter.segment(view, dateline, &mut go_on, &mut sentences);
        let _ = self.tagger.tag(view, &tokens, &sentences, &mut go_on, &mut self.scratch, &mut proposals);
        let entities = proposals
            .iter()
            .map(|proposal| GoldEntity {
                start: proposal.span.start(),
                end: proposal.span.end(),
                kind: proposal.kind.name().to_owned(),
                optional: false,
                name: String::new(),
                value: String::new(),
            })
            .collect();
        GoldDocument { entities, quotes: Vec::new(), ..document.clone() }
    }
}

impl Material {
    fn read(data: &[PathBuf], progress: &dyn Progress) -> Result<Self, TrainError> {
        progress.report("reading", 0, 1);
        let files = files_of(data)?;
        let mut documents = Vec::new();
        let mut plain = Vec::new();
        for file in files.documents {
            let inside = corpus::read(&[file])?;
            if inside.iter().any(|document| !document.entities.is_empty()) {
                documents.extend(inside);
            } else {
                plain.extend(inside);
            }
        }
        for texts in [&mut documents, &mut plain] {
            texts.retain(|document| weight(document) > 0.0);
        }
        let segmenter = segmenter()?;
        let mut corpora: Vec<String> = documents.iter().map(|d| d.corpus.clone()).collect();
        corpora.sort();
        corpora.dedup();
        let marking: Vec<bool> = corpora
            .iter()
            .map(|corpus| {
                documents
                    .iter()
                    .filter(|document| document.corpus == *corpus)
                    .flat_map(|document| &document.entities)
                    .any(|entity| matches!(entity.kind.as_str(), "MISC" | "GROUP"))
            })
            .collect();
        let mut articles = Vec::with_capacity(documents.len());
        for (number, document) in documents.iter().enumerate() {
            let corpus = corpora.binary_search(&document.corpus).unwrap_or(0);
            let mut article = Article::new(document, &segmenter, marking[corpus]);
            article.weight = weight(document);
            article.fold = number % PARTS;
            if number % SMALL_SHARE == 0 && SMALL_TOO.iter().any(|name| document.corpus.starts_with(name)) {
                let mut small = document.clone();
                small.text.make_ascii_lowercase();
                let mut small = Article::new(&small, &segmenter, marking[corpus]);
                (small.weight, small.fold) = (article.weight * SMALL_WEIGHT, article.fold);
                article.small = Some(Box::new(small));
            }
            articles.push(article);
        }
        let [names, sets, word, classes, vectors, vector_classes] = Knowledge::SECTIONS;
        let [name_bytes, set_bytes] = if files.lists.is_empty() {
            Tagger::builtin_sections([names, sets])
        } else {
            lists::sections(&files.lists)?
        };
        let [word_bytes, class_bytes] = if plain.is_empty() {
            Tagger::builtin_sections([word, classes])
        } else {
            let texts: Vec<&str> = plain.iter().chain(&documents).map(|d| d.text.as_str()).collect();
            clusters::sections(&texts, progress)
        };
        let [vector_bytes, vector_class_bytes] = match files.vectors.first() {
            None => Tagger::builtin_sections([vectors, vector_classes]),
            Some(path) => group(path, progress)?,
        };
        let knowledge = vec![
            (names, name_bytes),
            (sets, set_bytes),
            (word, word_bytes),
            (classes, class_bytes),
            (vectors, vector_bytes),
            (vector_classes, vector_class_bytes),
        ];
        let mut material = Self { articles, documents, knowledge };
        material.extract(progress)?;
        Ok(material)
    }

    /// Extracts the features of the first reading.
    fn extract(&mut self, progress: &dyn Progress) -> Result<(), TrainError> {
        let knowledge = self.known()?;
        let mut reader = Reader::default();
        let count = self.articles.len() as u64;
        for (done, article) in (0..).zip(&mut self.articles) {
            progress.report("extracting features", done, count);
            article.extract(&mut reader, &knowledge);
            if let Some(small) = &mut article.small {
                small.extract(&mut reader, &knowledge);
            }
        }
        Ok(())
    }

    /// The knowledge as the tagger will have it.
    fn known(&self) -> Result<Knowledge, TrainError> {
        let file = self.file(|_| {});
        let header = Header { kind: KIND, template: template() };
        let bad = |error: crate::model::ModelError| TrainError::Data(error.to_string());
        let container = Container::parse(&file, header).map_err(bad)?;
        Knowledge::parse(&container).map_err(bad)
    }

    /// A model file with the knowledge and what `more` adds.
    fn file(&self, more: impl FnOnce(&mut Builder)) -> Vec<u8> {
        let mut builder = Builder::new(Header { kind: KIND, template: template() });
        for (name, bytes) in &self.knowledge {
            builder.section(*name, bytes);
        }
        more(&mut builder);
        builder.finish()
    }

    /// Learns from these articles and gives the model file.
    fn fit(&mut self, chosen: &[usize], progress: &dyn Progress) -> Result<Vec<u8>, TrainError> {
        let knowledge = self.known()?;
        let how = Learning {
            epochs: 4,
            rate: 0.012,
            pull: 1e-4,
            least: 2,
            rare: 3,
            hide: 0.5,
            averaged: 8,
            seed: 17,
            second: false,
        };
        let mut reader = Reader::default();
        for part in 0..PARTS {
            let mut crf = Crf::new(ROWS);
            let mut articles = self.chosen(chosen);
            articles.retain(|article| article.fold != part);
            crf.learn(&articles, &how, |epoch| {
                let done = u64::from(epoch) + u64::from(how.epochs) * part as u64;
                progress.report("learning a first reading", done, u64::from(how.epochs) * PARTS as u64);
            });
            for &article in chosen {
                let article = &mut self.articles[article];
                if article.fold != part {
                    continue;
                }
                let mut small = article.small.take();
                for article in [Some(&mut *article), small.as_deref_mut()].into_iter().flatten() {
                    let labels: Vec<Vec<u8>> =
                        article.stretches.iter().map(|stretch| crf.decode(stretch, false)).collect();
                    article.extract_second(&mut reader, &knowledge, &labels);
                }
                article.small = small;
            }
        }
        let articles = self.chosen(chosen);
        let mut crf = Crf::new(ROWS);
        for seed in SEEDS {
            let how = Learning { epochs: 12, second: true, seed, ..how };
            let mut one = Crf::new(ROWS);
            one.learn(&articles, &how, |epoch| {
                let done = u64::from(how.epochs) * (seed - SEEDS.start) + u64::from(epoch);
                let of = u64::from(how.epochs) * (SEEDS.end - SEEDS.start);
                progress.report("learning both readings", done, of);
            });
            crf.add(&one, 1.0 / SHARES);
        }
        let (rows, transitions) = crf.quantized();
        Ok(self.file(|builder| {
            builder.section(Sections::WEIGHTS, &rows);
            builder.section(Sections::TRANSITIONS, &transitions);
            builder.section(Sections::CONFIDENCE, &confidence());
        }))
    }

    /// The articles of these numbers, and those of them in small letters.
    fn chosen(&self, chosen: &[usize]) -> Vec<&Article> {
        let articles = chosen.iter().map(|&article| &self.articles[article]);
        articles.flat_map(|article| [Some(article), article.small.as_deref()]).flatten().collect()
    }
}

/// Confidence by margin: the logistic function of the model's own scores.
fn confidence() -> Vec<u8> {
    (0..64_u8)
        .flat_map(|step| {
            let margin = (f32::from(step) + 0.5) * f32::from(CONFIDENCE_STEP) / UNIT;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
            let permille = (1000.0 / (1.0 + (-margin).exp())) as u16;
            permille.to_le_bytes()
        })
        .collect()
}

fn weight(document: &GoldDocument) -> f32 {
    if document.corpus.starts_with("gum") && NON_COMMERCIAL_GUM.contains(&document.genre.as_str()) {
        return 0.0;
    }
    let known = WEIGHTS.iter().find(|(prefix, _)| document.corpus.starts_with(prefix));
    known.map_or(1.0, |&(_, weight)| weight)
}

/// Groups the words of a file of word vectors.
fn group(path: &Path, progress: &dyn Progress) -> Result<[Vec<u8>; 2], TrainError> {
    let text = fs::read_to_string(path).map_err(|source| TrainError::Io { path: path.to_owned(), source })?;
    clusters::grouped(&text, progress).map_err(|(line, problem)| TrainError::Line {
        path: path.to_owned(),
        line,
        source: problem.into(),
    })
}

/// Files by what is in them, as their endings tell.
struct Files {
    /// `.tsv`: lists of names.
    lists: Vec<PathBuf>,
    /// `.vec`: word vectors.
    vectors: Vec<PathBuf>,
    /// All others.
    documents: Vec<PathBuf>,
}

fn files_of(data: &[PathBuf]) -> Result<Files, TrainError> {
    let ends = |path: &Path, ending: &str| path.extension().is_some_and(|extension| extension == ending);
    let mut found = Files { lists: Vec::new(), vectors: Vec::new(), documents: Vec::new() };
    for path in data {
        if path.is_dir() {
            let io = |source| TrainError::Io { path: path.clone(), source };
            let mut inside = Vec::new();
            for entry in fs::read_dir(path).map_err(io)? {
                inside.push(entry.map_err(io)?.path());
            }
            inside.sort();
            found.lists.extend(inside.iter().filter(|file| ends(file, "tsv")).cloned());
            found.vectors.extend(inside.iter().filter(|file| ends(file, "vec")).cloned());
            found.documents.extend(corpus::files(std::slice::from_ref(path))?);
        } else if ends(path, "tsv") {
            found.lists.push(path.clone());
        } else if ends(path, "vec") {
            found.vectors.push(path.clone());
        } else {
            found.documents.push(path.clone());
        }
    }
    Ok(found)
}

//! Trains the decision whether a sentence ends: logistic regression over hashed features (AdaGrad: Duchi et
//! al. 2011), rounded to `i8`. Only the four operations and the square root are used, which IEEE 754 fixes
//! to the last bit: the same data give the same bytes on every machine.

mod folds;
mod usage;
mod variants;

use super::corpus::{self, GoldDocument};
use super::{Job, Progress, TrainError};
use crate::lexicon::mix;
use crate::sentence::{Bounds, Lexicon, Place, Segmenter, Usage, sample};
use crate::text::{DocumentBuffer, Span};
pub use folds::{HeldOut, cross_validate};
use std::collections::BTreeSet;
use std::fs;
use variants::Variant;

/// Rows of the weight table.
const ROWS: usize = 1 << 18;
/// Rows of the table of the brief decision.
const BRIEF_ROWS: usize = 1 << 16;
/// Passes over the samples.
const EPOCHS: u64 = 12;
/// So many orders of the samples are learned from, each from nothing. What one order makes of a rare case is chance.
const ORDERS: u64 = 8;
/// Length of a step, and how strongly weights are drawn to nothing.
const RATE: f32 = 0.04;
const DECAY: f32 = 2e-6;
/// How much more a drill counts than gold data.
const DRILL: f32 = 2.0;
/// How much of that it counts once more without its words, as one of the same form in names that were never seen: the words of
/// a dozen examples would else explain them all.
const FORM: f32 = 0.5;
/// Steps of a stored weight in one unit of log odds.
const SCALE: f32 = 20.0;

/// Genres whose licence forbids commercial use: measured on, never trained on.
const RESERVED: [&str; 5] = ["essay", "fiction", "letter", "podcast", "whow"];

/// Own sentences for what gold data have too little of: each line is a paragraph, cut at each `|`.
const DRILLS: &str = include_str!("../../data/sentence-drills.txt");

/// Where a lesson comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Gold,
    Drill,
}

/// A candidate.
#[derive(Clone, Copy, Debug)]
struct Item {
    place: Place,
    is_end: bool,
    /// How much it counts.
    weight: f32,
}

/// Candidates with their features, flat.
#[derive(Debug, Default)]
struct Samples {
    brief: Rows,
    full: Rows,
    items: Vec<Item>,
}

/// Rows of a weight table, candidate after candidate.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Rows {
    /// Adds the rows of a candidate in a table of `size` rows.
    fn add(&mut self, features: impl Iterator<Item = u64>, size: usize) {
        let row = |feature: u64| u32::try_from(feature & (size as u64 - 1)).expect("masked: this is a bug");
        self.rows.extend(features.map(row));
        self.ends.push(self.rows.len());
    }

    fn of(&self, item: usize) -> &[u32] {
        let start = if item == 0 { 0 } else { self.ends[item - 1] };
        &self.rows[start..self.ends[item]]
    }

    /// What a candidate scores by stored weights.
    fn score(&self, item: usize, weights: &[i8]) -> i32 {
        self.of(item).iter().map(|&row| i32::from(weights[row as usize])).sum()
    }
}

/// What training did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Documents learned from.
    pub documents: usize,
    /// Candidates learned from, variants included.
    pub candidates: usize,
}

/// Whether a model that ships may learn from the document.
#[must_use]
pub fn may_train(document: &GoldDocument) -> bool {
    document.corpus != "wsj" && !(document.corpus == "gum" && RESERVED.contains(&document.genre.as_str()))
}

/// Trains on the files of the job and writes the model. Documents that [`may_train`] refuses are passed over.
///
/// # Errors
/// [`TrainError`] for files that cannot be read or written, and when nothing is left to learn from.
pub fn train(job: &Job, progress: &dyn Progress) -> Result<Report, TrainError> {
    let documents = corpus::read(&job.data)?;
    let documents: Vec<_> = documents.iter().filter(|document| may_train(document)).collect();
    if documents.is_empty() {
        return Err(TrainError::Data("no document that a shipped model may learn from".into()));
    }
    let (plain, documents): (Vec<_>, Vec<_>) = documents.into_iter().partition(|d| d.sentences.is_empty());
    let usage = usage::count(&plain);
    let (model, candidates) = fit(&documents, &usage, progress);
    fs::write(&job.out, model).map_err(|source| TrainError::Io { path: job.out.clone(), source })?;
    Ok(Report { documents: documents.len(), candidates })
}

/// The model learned from the documents and the usage of words, as stored, and the number of candidates it was
/// learned from.
fn fit(documents: &[&GoldDocument], usage: &[u8], progress: &dyn Progress) -> (Vec<u8>, usize) {
    let mut samples = Samples::default();
    let usage = Usage::parse(usage).expect("the trainer's own table is whole: this is a bug");
    let lexicon = Lexicon::new(usage.clone());
    for (index, document) in documents.iter().enumerate() {
        progress.report("reading", index as u64, documents.len() as u64);
        let spans: Vec<Span> = document.sentences.iter().map(|&pair| corpus::span(pair)).collect();
        for &variant in Variant::ALL {
            if document.text.len() < 3000 && matches!(variant, Variant::Flat | Variant::FlatWide) {
                continue;
            }
            let (text, ends) = variant.of(&document.text, &spans);
            samples.add(&lexicon, &text, &ends, variant, Source::Gold);
        }
    }
    for line in crate::lexicon::entries(DRILLS) {
        let (text, spans) = drill(line);
        for &variant in Variant::FOR_DRILLS {
            let (text, ends) = variant.of(&text, &spans);
            samples.add(&lexicon, &text, &ends, variant, Source::Drill);
        }
    }
    let weights = samples.learn(&samples.full, ROWS, progress);
    let brief = samples.learn(&samples.brief, BRIEF_ROWS, progress);
    let bounds = samples.bounds(&brief, &weights);
    (Segmenter::store(&weights, &brief, bounds, usage.as_bytes()), samples.items.len())
}

/// The text and the sentences of a marked line.
fn drill(line: &str) -> (String, Vec<Span>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    for piece in line.replace("\\n", "\n").split('|') {
        let start = text.len() + piece.len() - piece.trim_start().len();
        text.push_str(piece);
        spans.push(Span::of_bytes(start, text.trim_end().len()));
    }
    (text, spans)
}

impl Samples {
    fn add(&mut self, lexicon: &Lexicon, text: &str, ends: &BTreeSet<u32>, variant: Variant, source: Source) {
        let mut buffer = DocumentBuffer::default();
        sample(lexicon, buffer.fill("", text), |place, brief, full, end| {
            let is_end = ends.contains(&end);
            let mut weight = variant.weight();
            if matches!(place, Place::Unmarked | Place::RunOn) && !is_end {
                weight *= variant.unmarked();
            }
            if source == Source::Drill {
                weight *= DRILL;
                self.brief.add(brief.without_words(), BRIEF_ROWS);
                self.full.add(full.without_words(), ROWS);
                self.items.push(Item { place, is_end, weight: weight * FORM });
            }
            self.brief.add(brief.as_slice().iter().copied(), BRIEF_ROWS);
            self.full.add(full.as_slice().iter().copied(), ROWS);
            self.items.push(Item { place, is_end, weight });
            is_end
        });
    }

    /// The scores at and beyond which the brief weights say what the full ones say: among candidates of each sort of place,
    /// none below the first is an end and every one above the second is.
    fn bounds(&self, brief: &[i8], full: &[i8]) -> [Bounds; Place::ALL.len()] {
        let mut scores: [Vec<(i32, bool)>; Place::ALL.len()] = Default::default();
        for (index, item) in self.items.iter().enumerate() {
            let score = self.brief.score(index, brief);
            scores[item.place as usize].push((score, self.full.score(index, full) > 0));
        }
        Place::ALL.map(|place| {
            let scores = &mut scores[place as usize];
            scores.sort_unstable();
            let dissent = dissent(place);
            Bounds {
                no: bound(&mut scores.iter(), false, dissent).unwrap_or(i32::MIN),
                yes: bound(&mut scores.iter().rev(), true, dissent).unwrap_or(i32::MAX),
            }
        })
    }

    /// The weights of one of the two tables, rounded: the mean of what is learned in [`ORDERS`] orders.
    fn learn(&self, table: &Rows, size: usize, progress: &dyn Progress) -> Vec<i8> {
        let mut sums = vec![0_f64; size];
        for order in 0..ORDERS {
            progress.report("training", order, ORDERS);
            self.learn_in(order, table, &mut sums);
        }
        let taken = (ORDERS * (EPOCHS - EPOCHS / 2)) as f64;
        sums.iter().map(|sum| (sum / taken * f64::from(SCALE)).round().clamp(-127.0, 127.0) as i8).collect()
    }

    /// Adds the weights after each of the later epochs; a single last state swings with the last samples.
    fn learn_in(&self, order: u64, table: &Rows, sums: &mut [f64]) {
        let mut weights = vec![0_f32; sums.len()];
        let mut squares = vec![1e-6_f32; sums.len()];
        let mut items: Vec<usize> = (0..self.items.len()).collect();
        for epoch in 0..EPOCHS {
            items.sort_by_key(|&item| mix(item as u64 ^ epoch << 40 ^ order << 50));
            for &item in &items {
                let Item { is_end, weight, .. } = self.items[item];
                let rows = table.of(item);
                let score: f32 = rows.iter().map(|&row| weights[row as usize]).sum();
                let target = if is_end { 1.0 } else { 0.0 };
                let error = (logistic(score) - target) * weight;
                for &row in rows {
                    let row = row as usize;
                    let slope = error + DECAY * weights[row];
                    squares[row] += slope * slope;
                    weights[row] -= RATE * slope / squares[row].sqrt();
                }
            }
            if epoch >= EPOCHS / 2 {
                for (sum, &weight) in sums.iter_mut().zip(&weights) {
                    *sum += f64::from(weight);
                }
            }
        }
    }
}

/// The brief decision is taken where it agrees with the full one but for one candidate in so many: most sentences end at a
/// stop, and where paragraphs were lost, the few features know too little to be trusted as far as elsewhere.
const fn dissent(place: Place) -> usize {
    match place {
        Place::Stop => 1000,
        Place::Break | Place::Unmarked => 400,
        Place::RunOn => 4000,
    }
}

/// The last score up to which the full weights say the same of all candidates, but for one in `dissent`.
fn bound(scores: &mut dyn Iterator<Item = &(i32, bool)>, says: bool, dissent: usize) -> Option<i32> {
    let (mut seen, mut against, mut bound) = (0, 0, None);
    let mut last = None;
    for &(score, end) in scores {
        // A bound lies between two scores, and takes all candidates of a score or none.
        if last.is_some_and(|last| last != score) && against * dissent <= seen {
            bound = last;
        }
        last = Some(score);
        seen += 1;
        against += usize::from(end != says);
        if against * dissent > seen + dissent * 20 {
            break;
        }
    }
    bound
}

/// 1 / (1 + e^-x) from the basic operations alone.
fn logistic(x: f32) -> f32 {
    let x = x.clamp(-16.0, 16.0);
    // e^x as (e^(x / 256))^256, the inner one by its series.
    let y = x / 256.0;
    let mut power = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0));
    for _ in 0..8 {
        power *= power;
    }
    power / (1.0 + power)
}

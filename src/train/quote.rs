//! Learns the quote model: cues, what they report and who their speakers are, from gold attributions.

mod gold;
mod learner;

use super::corpus::{self, GoldDocument};
use super::{Job, Progress, TrainError};
use crate::entity::Recognizer;
use crate::model::Builder;
use crate::quote::cue::OpenersBuilder;
use crate::quote::tagger::{HEADER, Tagger, TaggerScratch};
use crate::quote::{calibration, cue, parts};
use crate::sentence::Segmenter;
use gold::{GoldAct, Lesson, Reader};
use learner::{Example, Learned, Learner};
use std::ops::Range;

/// How many articles learn the cues that the rest is then taught with.
const FOLDS: usize = 3;
const CUE_EPOCHS: usize = 8;
const PART_EPOCHS: usize = 8;

/// Trains a model from the gold files of the job and writes it.
///
/// # Errors
/// [`TrainError`] for files that cannot be read or written, or that hold no attribution.
pub fn train(job: &Job, progress: &dyn Progress) -> Result<(), TrainError> {
    let documents = corpus::read(&job.data)?;
    let model = learn(&documents, progress)?;
    std::fs::write(&job.out, model).map_err(|source| TrainError::Io { path: job.out.clone(), source })
}

/// The bytes of a model learned from the documents.
///
/// # Errors
/// [`TrainError::Data`] if there is no attribution, or a built-in model of a lower floor is unusable.
pub fn learn(documents: &[GoldDocument], progress: &dyn Progress) -> Result<Vec<u8>, TrainError> {
    let unusable = |error: crate::model::ModelError| TrainError::Data(error.to_string());
    let segmenter = Segmenter::builtin().map_err(unusable)?;
    let recognizer = Recognizer::builtin().map_err(unusable)?;
    let reader = Reader::new(segmenter, recognizer);
    let mut lessons = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        progress.report("reading", index as u64, documents.len() as u64);
        lessons.push(reader.read(document));
    }
    if lessons.iter().all(|lesson| lesson.acts.is_empty()) {
        return Err(TrainError::Data("no attribution in the training data".into()));
    }
    let folds: Vec<Vec<Range<u32>>> = found_cues(&lessons, progress)?;
    let cues = learn_cues(lessons.iter(), progress);
    let calibrations = calibrate(&lessons, &folds, progress)?;
    let parts = learn_parts(lessons.iter().zip(&folds), progress);
    Ok(build(&cues, &parts, &calibrations))
}

/// Margins of the findings in articles that were not learned from, as shares of right ones.
#[derive(Clone, Debug, Default)]
struct Calibrations {
    acts: Vec<u8>,
    speakers: Vec<u8>,
}

fn build(cues: &LearnedCues, parts: &Learned, calibrations: &Calibrations) -> Vec<u8> {
    Builder::new(HEADER)
        .section(*b"actc", &calibrations.acts)
        .section(*b"spkc", &calibrations.speakers)
        .section(*b"cueo", &cues.openers)
        .section(*b"cuew", &cues.chain.rows)
        .section(*b"cuea", &cues.chain.arcs)
        .section(*b"prtw", &parts.rows)
        .section(*b"prta", &parts.arcs)
        .finish()
}

/// The cues that a tagger finds in each lesson that it has not learned from.
fn found_cues(lessons: &[Lesson], progress: &dyn Progress) -> Result<Vec<Vec<Range<u32>>>, TrainError> {
    let mut found = vec![Vec::new(); lessons.len()];
    let nothing = Learned::nothing(&parts::topology());
    for fold in 0..FOLDS {
        let others = lessons.iter().enumerate().filter(|(index, _)| index % FOLDS != fold).map(|(_, l)| l);
        let model = build(&learn_cues(others, progress), &nothing, &Calibrations::default());
        let tagger = Tagger::parse(&model).map_err(|error| TrainError::Data(error.to_string()))?;
        let mut scratch = TaggerScratch::default();
        for (index, lesson) in lessons.iter().enumerate().filter(|(index, _)| index % FOLDS == fold) {
            scratch.cues.clear();
            for sentence in &lesson.page.sentences {
                tagger.find_cues(&lesson.page, sentence, &mut scratch);
            }
            found[index].clone_from(&scratch.cues);
        }
    }
    Ok(found)
}

/// Learns the parts from all folds but the first, and sees how often their readings are right there.
fn calibrate(
    lessons: &[Lesson],
    found: &[Vec<Range<u32>>],
    progress: &dyn Progress,
) -> Result<Calibrations, TrainError> {
    let at = |held_out: bool| {
        let all = lessons.iter().zip(found).enumerate();
        all.filter(move |(index, _)| (index % FOLDS == 0) == held_out).map(|(_, lesson)| lesson)
    };
    let parts = learn_parts(at(false), progress);
    let model = build(&LearnedCues::nothing(), &parts, &Calibrations::default());
    let tagger = Tagger::parse(&model).map_err(|error| TrainError::Data(error.to_string()))?;
    let (mut acts, mut speakers) = (Vec::new(), Vec::new());
    let mut scratch = TaggerScratch::default();
    for (lesson, cues) in at(true) {
        scratch.cues.clone_from(cues);
        tagger.find_parts(&lesson.page, &mut scratch);
        for act in &scratch.acts {
            let contents = &scratch.contents[act.contents.start as usize..act.contents.end as usize];
            let gold = lesson.acts.iter().find(|gold| mostly_shared(contents, &gold.contents));
            acts.push((act.score, gold.is_some()));
            if let (Some(speaker), Some(gold)) = (&act.speaker, gold) {
                speakers.push((act.margin, is_speaker(speaker, gold)));
            }
        }
    }
    Ok(Calibrations { acts: calibration::fit(acts), speakers: calibration::fit(speakers) })
}

/// Whether at least half of the items of either are the other's.
fn mostly_shared(contents: &[Range<u32>], gold: &[Range<u32>]) -> bool {
    let count = |ranges: &[Range<u32>]| ranges.iter().map(ExactSizeIterator::len).sum::<usize>();
    let common: u32 = contents
        .iter()
        .flat_map(|one| gold.iter().map(move |other| (one, other)))
        .map(|(one, other)| one.end.min(other.end).saturating_sub(one.start.max(other.start)))
        .sum();
    common as usize * 2 >= count(contents).max(count(gold))
}

/// Whether it is the same noun phrase, up to what stands before or behind its head.
fn is_speaker(speaker: &Range<u32>, gold: &GoldAct) -> bool {
    let same = |gold: &Range<u32>| {
        overlaps(speaker, gold) && (speaker.start == gold.start || speaker.end == gold.end)
    };
    gold.speaker.as_ref().is_some_and(same)
}

/// What finds cues.
struct LearnedCues {
    chain: Learned,
    openers: Vec<u8>,
}

impl LearnedCues {
    /// Finds none that could be told from another.
    fn nothing() -> Self {
        Self { chain: Learned::nothing(&cue::topology()), openers: OpenersBuilder::default().finish() }
    }
}

fn learn_cues<'a>(lessons: impl Iterator<Item = &'a Lesson>, progress: &dyn Progress) -> LearnedCues {
    let mut openers = OpenersBuilder::default();
    let mut learner = Learner::new(cue::topology());
    for lesson in lessons {
        for sentence in &lesson.page.sentences {
            let outline = cue::Sentence::of(&lesson.page, sentence);
            let mut example = Example::default();
            let gold = lesson.cue_labels(sentence);
            for (at, gold) in sentence.clone().zip(gold) {
                openers.count(&lesson.page.items[at as usize], matches!(gold, cue::BEGIN | cue::UNIT));
                let values = cue::features(&lesson.page, sentence, outline, at);
                let mut banned = 0;
                if lesson.page.items[at as usize].is_quoted() {
                    banned = !(1 << cue::OUTSIDE);
                }
                learner.push(&mut example, cue::FIRST_TEMPLATE, &values, gold, banned);
            }
            learner.examples.push(example);
        }
    }
    // Missing a cue loses a quote; a cue too many can still be turned down by the second chain.
    let cost = |gold: u8, guess: u8| match (gold >= cue::BEGIN, guess >= cue::BEGIN) {
        _ if gold == guess => 0,
        (true, false) => 3,
        (false, true) => 1,
        _ => 1,
    };
    let chain = learner.learn(CUE_EPOCHS, &cost, &mut |epoch, of| progress.report("cues", epoch, of));
    LearnedCues { chain, openers: openers.finish() }
}

fn learn_parts<'a>(
    lessons: impl Iterator<Item = (&'a Lesson, &'a Vec<Range<u32>>)>,
    progress: &dyn Progress,
) -> Learned {
    let mut learner = Learner::new(parts::topology());
    let mut is_cue = Vec::new();
    for (lesson, found) in lessons {
        let page = &lesson.page;
        let mut cues = found.clone();
        for act in &lesson.acts {
            if !found.iter().any(|cue| overlaps(cue, &act.cue)) {
                cues.push(act.cue.clone());
            }
        }
        crate::quote::tagger::mark_cues(page, found, &mut is_cue);
        for cue in cues {
            let act = lesson.acts.iter().find(|act| overlaps(&act.cue, &cue));
            let window = parts::window(page, &cue, parts::REACH);
            let gold = gold::part_labels(&window, &cue, act);
            let mut rows = vec![(0, Vec::new()); window.len()];
            parts::features(page, &window, &cue, &is_cue, |at, first, values| {
                rows[(at - window.start) as usize] = (first, values.to_vec());
            });
            let mut example = Example::default();
            for ((first, values), gold) in rows.iter().zip(gold) {
                let banned = if gold == parts::CUE { !(1 << parts::CUE) } else { 1 << parts::CUE };
                learner.push(&mut example, *first, values, gold, banned);
            }
            learner.examples.push(example);
        }
    }
    // A speaker overlooked leaves a quote without one.
    let overlooked = |gold, guess| (parts::SPEAKER..parts::CUE).contains(&gold) && guess == parts::OUTSIDE;
    let cost = |gold: u8, guess: u8| i32::from(gold != guess) + i32::from(overlooked(gold, guess));
    learner.learn(PART_EPOCHS, &cost, &mut |epoch, of| progress.report("parts", epoch, of))
}

fn overlaps(a: &Range<u32>, b: &Range<u32>) -> bool {
    a.start < b.end && b.start < a.end
}

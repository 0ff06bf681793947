//! Learns the quote model: cues, what they report and who their speakers are, from gold attributions.

mod gold;
mod learner;

use super::corpus::{self, GoldDocument};
use super::{Job, Progress, TrainError};
use crate::entity::Recognizer;
use crate::model::Builder;
use crate::quote::cue::OpenersBuilder;
use crate::quote::tagger::{Act, HEADER, Tagger, TaggerScratch};
use crate::quote::{calibration, cue, judge, parts};
use crate::sentence::Segmenter;
use gold::{GoldAct, Lesson, Reader};
use learner::{Example, Learned, Learner};
use std::ops::Range;

/// How many articles learn the cues that the rest is then taught with.
const FOLDS: usize = 3;
const CUE_EPOCHS: usize = 8;
const PART_EPOCHS: usize = 8;
const JUDGE_EPOCHS: usize = 3;
/// What a wrong verdict costs, in units of the learner's margin.
const JUDGE_COST: i32 = 4;

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
    let (judge, calibrations) = learn_judge(&lessons, &folds, progress)?;
    let parts = learn_parts(lessons.iter().zip(&folds), progress);
    Ok(build(&cues, &parts, &judge, &calibrations))
}

/// Margins of the findings in articles that were not learned from, as shares of right ones.
#[derive(Clone, Debug, Default)]
struct Calibrations {
    marked: Vec<u8>,
    bare: Vec<u8>,
    acts: Vec<u8>,
    speakers: Vec<u8>,
}

fn build(cues: &LearnedCues, parts: &Learned, judge: &Learned, calibrations: &Calibrations) -> Vec<u8> {
    Builder::new(HEADER)
        .section(*b"mrkc", &calibrations.marked)
        .section(*b"barc", &calibrations.bare)
        .section(*b"actc", &calibrations.acts)
        .section(*b"spkc", &calibrations.speakers)
        .section(*b"cueo", &cues.openers)
        .section(*b"cuew", &cues.chain.rows)
        .section(*b"cuea", &cues.chain.arcs)
        .section(*b"prtw", &parts.rows)
        .section(*b"prta", &parts.arcs)
        .section(*b"jdgw", &judge.rows)
        .section(*b"jdga", &judge.arcs)
        .finish()
}

/// The cues that a tagger finds in each lesson that it has not learned from.
fn found_cues(lessons: &[Lesson], progress: &dyn Progress) -> Result<Vec<Vec<Range<u32>>>, TrainError> {
    let mut found = vec![Vec::new(); lessons.len()];
    let nothing = Learned::nothing(&parts::topology());
    let no_judge = Learned::nothing(&judge::topology());
    for fold in 0..FOLDS {
        let others = lessons.iter().enumerate().filter(|(index, _)| index % FOLDS != fold).map(|(_, l)| l);
        let model = build(&learn_cues(others, progress), &nothing, &no_judge, &Calibrations::default());
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

/// Learns to judge acts from the readings of articles that the readers had not learned from; and, from all of them
/// but the first fold's, how often what holds is right there.
fn learn_judge(
    lessons: &[Lesson],
    found: &[Vec<Range<u32>>],
    progress: &dyn Progress,
) -> Result<(Learned, Calibrations), TrainError> {
    let unusable = |error: crate::model::ModelError| TrainError::Data(error.to_string());
    let (mut all, mut others) = (Judging::new(), Judging::new());
    let mut first = None;
    let mut scratch = TaggerScratch::default();
    for fold in 0..FOLDS {
        let at = |held_out: bool| {
            let all = lessons.iter().zip(found).enumerate();
            all.filter(move |(index, _)| (index % FOLDS == fold) == held_out).map(|(_, lesson)| lesson)
        };
        let parts = learn_parts(at(false), progress);
        let nothing = Learned::nothing(&judge::topology());
        let model = build(&LearnedCues::nothing(), &parts, &nothing, &Calibrations::default());
        let tagger = Tagger::parse(&model).map_err(unusable)?;
        for (lesson, cues) in at(true) {
            scratch.cues.clone_from(cues);
            tagger.find_parts(&lesson.page, &mut scratch);
            all.add(lesson, &scratch);
            if fold > 0 {
                others.add(lesson, &scratch);
            }
        }
        if fold == 0 {
            first = Some(parts);
        }
    }
    let Some(parts) = first else { return Err(TrainError::Data("no fold to calibrate on".into())) };
    let learned = others.learn(progress);
    let mut calibrations = Calibrations::default();
    let calibrated = |calibrations: &Calibrations| {
        Tagger::parse(&build(&LearnedCues::nothing(), &parts, &learned, calibrations)).map_err(unusable)
    };
    // First what is kept, then how sure that is.
    let tagger = calibrated(&calibrations)?;
    let (mut marked, mut bare) = (Vec::new(), Vec::new());
    for (lesson, cues) in lessons.iter().zip(found).step_by(FOLDS) {
        scratch.cues.clone_from(cues);
        tagger.find_parts(&lesson.page, &mut scratch);
        judge::judge(&tagger, &lesson.page, &mut scratch);
        for act in &scratch.acts {
            let verdict = (act.verdict, holds(lesson, act, &scratch));
            if is_marked(lesson, act, &scratch) { marked.push(verdict) } else { bare.push(verdict) }
        }
    }
    calibrations.marked = calibration::fit(marked);
    calibrations.bare = calibration::fit(bare);
    let tagger = calibrated(&calibrations)?;
    let (mut acts, mut speakers) = (Vec::new(), Vec::new());
    for (lesson, cues) in lessons.iter().zip(found).step_by(FOLDS) {
        scratch.cues.clone_from(cues);
        tagger.find_parts(&lesson.page, &mut scratch);
        judge::settle(&tagger, &lesson.page, &mut scratch);
        for act in &scratch.acts {
            let gold = gold_of(lesson, act, &scratch);
            acts.push((act.verdict, gold.is_some()));
            if let (Some(speaker), Some(gold)) = (&act.speaker, gold) {
                speakers.push((act.margin, is_speaker(speaker, gold)));
            }
        }
    }
    calibrations.acts = calibration::fit(acts);
    calibrations.speakers = calibration::fit(speakers);
    Ok((all.learn(progress), calibrations))
}

/// Acts to learn judging from.
struct Judging {
    learner: Learner,
}

impl Judging {
    fn new() -> Self {
        Self { learner: Learner::new(judge::topology()) }
    }

    fn add(&mut self, lesson: &Lesson, scratch: &TaggerScratch) {
        for (at, act) in scratch.acts.iter().enumerate() {
            let values = judge::features(&lesson.page, &scratch.acts, &scratch.contents, at);
            let label = if holds(lesson, act, scratch) { judge::HOLDS } else { judge::FALLS };
            let mut example = Example::default();
            self.learner.push(&mut example, judge::FIRST_TEMPLATE, &values, label, 0);
            self.learner.examples.push(example);
        }
    }

    fn learn(&self, progress: &dyn Progress) -> Learned {
        let cost = |gold: u8, guess: u8| JUDGE_COST * i32::from(gold != guess);
        self.learner.learn(JUDGE_EPOCHS, &cost, &mut |epoch, of| progress.report("judge", epoch, of))
    }
}

/// Whether an act is one of the gold.
fn holds(lesson: &Lesson, act: &Act, scratch: &TaggerScratch) -> bool {
    gold_of(lesson, act, scratch).is_some_and(|gold| overlaps(&gold.cue, &act.cue))
}

/// Whether an act reports words between marks.
fn is_marked(lesson: &Lesson, act: &Act, scratch: &TaggerScratch) -> bool {
    let contents = &scratch.contents[act.contents.start as usize..act.contents.end as usize];
    contents.iter().flat_map(Clone::clone).any(|at| lesson.page.items[at as usize].is_quoted())
}

/// The gold act whose words an act mostly reports.
fn gold_of<'a>(lesson: &'a Lesson, act: &Act, scratch: &TaggerScratch) -> Option<&'a GoldAct> {
    let contents = &scratch.contents[act.contents.start as usize..act.contents.end as usize];
    lesson.acts.iter().find(|gold| mostly_shared(contents, &gold.contents))
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

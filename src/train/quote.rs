//! Learns the quote model: cues, what they report and who their speakers are, from gold attributions.

mod gold;
mod learner;

use super::corpus::{self, GoldDocument};
use super::{Job, Progress, TrainError};
use crate::entity::Recognizer;
use crate::model::Builder;
use crate::quote::cue::FirstLook;
use crate::quote::line::Line;
use crate::quote::tagger::{Act, HEADER, ROWS, Tagger, TaggerScratch};
use crate::quote::{calibration, cue, judge, parts};
use crate::sentence::Segmenter;
use gold::{GoldAct, Lesson, Reader};
use learner::{Example, Learned, Learner};
use std::ops::{ControlFlow, Range};

/// How many articles learn the cues that the rest is then taught with.
const FOLDS: usize = 3;
/// How many learners the weights are the mean of.
const LEARNERS: u64 = 5;
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
    let FoundCues { by_lesson: folds, least_promise } = found_cues(&lessons, progress)?;
    let cues = LearnedCues { least_promise, ..learn_cues(lessons.iter(), progress) };
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
        .section(*b"cuef", &cues.first_look)
        .section(*b"cuel", &cues.least_promise.to_le_bytes())
        .section(*b"cuew", &cues.chain.rows)
        .section(*b"cuea", &cues.chain.arcs)
        .section(*b"prtw", &parts.rows)
        .section(*b"prta", &parts.arcs)
        .section(*b"jdgw", &judge.rows)
        .section(*b"jdga", &judge.arcs)
        .finish()
}

/// Of so many cues that are found and right, the first look may lose one.
const LOSES_ONE_OF: usize = 50;

/// The cues that taggers found in lessons that they had not learned from.
struct FoundCues {
    by_lesson: Vec<Vec<Range<u32>>>,
    /// What the first look must promise.
    least_promise: i32,
}

/// Finds the cues of each lesson by a tagger that has not learned from it.
fn found_cues(lessons: &[Lesson], progress: &dyn Progress) -> Result<FoundCues, TrainError> {
    let mut found = vec![Vec::new(); lessons.len()];
    let mut right = Vec::new();
    let mut line = Line::default();
    for fold in 0..FOLDS {
        let others = lessons.iter().enumerate().filter(|(index, _)| index % FOLDS != fold).map(|(_, l)| l);
        let tagger = learn_cues(others, progress).tagger()?;
        let mut scratch = TaggerScratch::default();
        for (index, lesson) in lessons.iter().enumerate().filter(|(index, _)| index % FOLDS == fold) {
            let page = &lesson.page;
            for sentence in &page.sentences {
                scratch.cues.clear();
                tagger.find_cues(page, sentence, &mut scratch);
                line.fill(page, sentence, true);
                let outline = cue::Sentence::of(page, sentence);
                for cue in &scratch.cues {
                    let place = cue::Place::new(page, &line, outline, sentence.start, cue.start);
                    let promise = tagger.first_look.promise(&place);
                    if lesson.acts.iter().any(|act| overlaps(&act.cue, cue)) {
                        right.push(promise);
                    }
                    found[index].push((cue.clone(), promise));
                }
            }
        }
    }
    right.sort_unstable();
    let least = right.get(right.len() / LOSES_ONE_OF).copied().unwrap_or(i32::MIN);
    let seen = |cues: Vec<(Range<u32>, i32)>| {
        cues.into_iter().filter(|(_, promise)| *promise >= least).map(|(cue, _)| cue).collect()
    };
    Ok(FoundCues { by_lesson: found.into_iter().map(seen).collect(), least_promise: least })
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
            read_acts(&tagger, lesson, cues, &mut scratch);
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
        read_acts(&tagger, lesson, cues, &mut scratch);
        let _ = judge::judge(&tagger, &lesson.page, &mut || ControlFlow::Continue(()), &mut scratch);
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
        read_acts(&tagger, lesson, cues, &mut scratch);
        let _ = judge::settle(&tagger, &lesson.page, &mut || ControlFlow::Continue(()), &mut scratch);
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
        Self { learner: Learner::new(judge::topology(), ROWS) }
    }

    fn add(&mut self, lesson: &Lesson, scratch: &TaggerScratch) {
        for (at, act) in scratch.acts.iter().enumerate() {
            let keys = judge::features(&lesson.page, &scratch.acts, &scratch.contents, at);
            let label = if holds(lesson, act, scratch) { judge::HOLDS } else { judge::FALLS };
            let mut example = Example::default();
            self.learner.push(&mut example, &[&keys], label, 0);
            self.learner.examples.push(example);
        }
    }

    fn learn(&self, progress: &dyn Progress) -> Learned {
        let cost = |gold: u8, guess: u8| JUDGE_COST * i32::from(gold != guess);
        self.learner
            .learn(LEARNERS, JUDGE_EPOCHS, &cost, &mut |epoch, of| progress.report("judge", epoch, of))
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

/// Reads what the cues of a lesson report.
fn read_acts(tagger: &Tagger, lesson: &Lesson, cues: &Vec<Range<u32>>, scratch: &mut TaggerScratch) {
    scratch.cues.clone_from(cues);
    // Nobody breaks a lesson off.
    let _ = tagger.find_parts(&lesson.page, &mut || ControlFlow::Continue(()), scratch);
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
    first_look: Vec<u8>,
    least_promise: i32,
}

impl LearnedCues {
    /// Finds none that could be told from another.
    fn nothing() -> Self {
        let chain = Learned::nothing(&cue::topology());
        Self { chain, first_look: vec![0; 1 << FirstLook::BITS], least_promise: i32::MIN }
    }

    /// A tagger that finds these cues and nothing else.
    fn tagger(&self) -> Result<Tagger, TrainError> {
        let (parts, judge) = (Learned::nothing(&parts::topology()), Learned::nothing(&judge::topology()));
        let model = build(self, &parts, &judge, &Calibrations::default());
        Tagger::parse(&model).map_err(|error| TrainError::Data(error.to_string()))
    }
}

/// What a cue overlooked costs at the first look, when a look too many costs one.
const OVERLOOKED_COST: i32 = 60;
const FIRST_LOOK_EPOCHS: usize = 3;
/// Whether a cue begins with an item of this label.
fn begins(label: u8) -> bool {
    matches!(label, cue::BEGIN | cue::UNIT)
}

fn learn_cues<'a>(lessons: impl Iterator<Item = &'a Lesson>, progress: &dyn Progress) -> LearnedCues {
    let mut learner = Learner::new(cue::topology(), ROWS);
    // A chain of one item: whether a cue begins there.
    let mut first = Learner::new(judge::topology(), 1 << FirstLook::BITS);
    let mut line = Line::default();
    for lesson in lessons {
        let page = &lesson.page;
        for sentence in &page.sentences {
            let outline = cue::Sentence::of(page, sentence);
            line.fill(page, sentence, true);
            let mut example = Example::default();
            for (at, gold) in sentence.clone().zip(lesson.cue_labels(sentence)) {
                let place = cue::Place::new(page, &line, outline, sentence.start, at);
                let quoted = page.items[at as usize].is_quoted();
                let banned = if quoted { !(1 << cue::OUTSIDE) } else { 0 };
                learner.push(&mut example, &[&place.features()], gold, banned);
                if !quoted {
                    let mut example = Example::default();
                    let belongs = u8::from(begins(gold));
                    first.push(&mut example, &[&place.at_first()], belongs, 0);
                    first.examples.push(example);
                }
            }
            learner.examples.push(example);
        }
    }
    let cost = |gold: u8, guess: u8| i32::from(gold != guess) * if gold == 1 { OVERLOOKED_COST } else { 20 };
    let first =
        first.learn(1, FIRST_LOOK_EPOCHS, &cost, &mut |epoch, of| progress.report("first look", epoch, of));
    // Missing a cue loses a quote; a cue too many can still be turned down by the second chain.
    let cost = |gold: u8, guess: u8| match (gold >= cue::BEGIN, guess >= cue::BEGIN) {
        _ if gold == guess => 0,
        (true, false) => 3,
        (false, true) => 1,
        _ => 1,
    };
    let chain =
        learner.learn(LEARNERS, CUE_EPOCHS, &cost, &mut |epoch, of| progress.report("cues", epoch, of));
    // Of two labels one has the weights of the other, turned round.
    let first_look = first.rows.iter().skip(1).step_by(judge::LABELS).copied().collect();
    LearnedCues { chain, first_look, least_promise: i32::MIN }
}

fn learn_parts<'a>(
    lessons: impl Iterator<Item = (&'a Lesson, &'a Vec<Range<u32>>)>,
    progress: &dyn Progress,
) -> Learned {
    let mut learner = Learner::new(parts::topology(), ROWS);
    let (mut is_cue, mut line) = (Vec::new(), Line::default());
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
            let mut rows = vec![(Vec::new(), Vec::new()); window.len()];
            line.fill(page, &window, false);
            let question = parts::Question { line: &line, window: &window, cue: &cue, is_cue: &is_cue };
            question.features(
                |shared| shared.to_vec(),
                |at, shared, own| rows[(at - window.start) as usize] = (shared.clone(), own.to_vec()),
            );
            let mut example = Example::default();
            for ((shared, own), gold) in rows.iter().zip(gold) {
                let banned = if gold == parts::CUE { !(1 << parts::CUE) } else { 1 << parts::CUE };
                learner.push(&mut example, &[shared, own], gold, banned);
            }
            learner.examples.push(example);
        }
    }
    // A speaker overlooked leaves a quote without one.
    let overlooked = |gold, guess| (parts::SPEAKER..parts::CUE).contains(&gold) && guess == parts::OUTSIDE;
    let cost = |gold: u8, guess: u8| i32::from(gold != guess) + i32::from(overlooked(gold, guess));
    learner.learn(LEARNERS, PART_EPOCHS, &cost, &mut |epoch, of| progress.report("parts", epoch, of))
}

fn overlaps(a: &Range<u32>, b: &Range<u32>) -> bool {
    a.start < b.end && b.start < a.end
}

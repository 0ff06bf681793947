//! Classes of words that are used alike, learned from plain text: word vectors (skip-gram with negative
//! sampling: Mikolov et al. 2013), then k-means at three granularities. It must not know names or gold.

use super::Progress;
use super::random::Random;
use crate::entity::tagger::training::{CAPITALS_BITS, Fingerprints};
use crate::lexicon::{FastMap, Word};
use crate::text::Span;
use crate::token::{Case, TokenKind, tokenize};

/// Numbers in a word's vector.
const DIMENSIONS: usize = 56;

/// Words to each side that a vector learns to foretell.
const WINDOW: usize = 3;

/// Random words that it learns not to foretell, a true one.
const NEGATIVES: usize = 5;

const EPOCHS: u32 = 4;

/// Words seen less often have no class.
const LEAST_COUNT: u32 = 5;

/// Words seen this often are never skipped; others above a share of the text are, now and then.
const FREQUENT_SHARE: f32 = 5e-4;

/// Classes at each granularity, the finest first.
const CLASSES: [usize; 3] = [1000, 250, 50];

const ROUNDS: usize = 12;

/// Words of a file of vectors that have a class: the first ones, which are the most frequent.
const MOST_VECTORS: usize = 200_000;

/// Of these the classes are made; the rest only join them.
const SHAPING_VECTORS: usize = 30_000;

type Vector = [f32; DIMENSIONS];

/// A word of the plain text.
#[derive(Clone, Copy, Debug)]
struct Entry {
    word: Word,
    count: u32,
    /// How often with and without a capital behind a small word.
    capital: u32,
    small: u32,
}

/// Learns from plain texts and gives the sections `word` and `clus` of the model.
pub(super) fn sections(texts: &[&str], progress: &dyn Progress) -> [Vec<u8>; 2] {
    let (vocabulary, sequence) = read(texts);
    if vocabulary.len() < CLASSES[0] {
        return [Fingerprints::build(&[]), Vec::new()];
    }
    let vectors = vectors(&vocabulary, &sequence, progress);
    let (finest, centres) = k_means(&vectors, CLASSES[0], progress);
    let (middle, middle_centres) = k_means(&centres, CLASSES[1], progress);
    let (coarse, _) = k_means(&middle_centres, CLASSES[2], progress);
    let entries: Vec<(u64, u16)> = vocabulary
        .iter()
        .zip(&finest)
        .map(|(entry, &class)| (entry.word.bits(), (class + 1) << CAPITALS_BITS | capitals(entry)))
        .collect();
    [Fingerprints::build(&entries), coarser(&middle, &coarse)]
}

/// Groups the words of files of vectors, a word and its numbers a line, the most frequent first; gives the
/// sections of the model that hold their classes.
///
/// # Errors
/// What is wrong with a line, by its number.
pub(super) fn grouped(file: &str, progress: &dyn Progress) -> Result<[Vec<u8>; 2], (usize, String)> {
    let (mut words, mut vectors) = (Vec::new(), Vec::new());
    for (number, line) in file.lines().enumerate().take(MOST_VECTORS) {
        let mut columns = line.split(' ');
        let word = columns.next().unwrap_or_default();
        let mut vector = [0.0; DIMENSIONS];
        let mut room = vector.iter_mut();
        for column in columns {
            let value = room.next().ok_or_else(|| (number + 1, format!("more than {DIMENSIONS} numbers")))?;
            *value = column.parse().map_err(|_| (number + 1, format!("{column:?} is no number")))?;
        }
        words.push(Word::new(word));
        vectors.push(vector);
    }
    centre(&mut vectors);
    let shaping = &vectors[..vectors.len().min(SHAPING_VECTORS)];
    if shaping.len() < CLASSES[0] {
        return Ok([Fingerprints::build(&[]), Vec::new()]);
    }
    let (_, centres) = k_means(shaping, CLASSES[0], progress);
    let finest = nearest(&vectors, &centres);
    let (middle, middle_centres) = k_means(&centres, CLASSES[1], progress);
    let (coarse, _) = k_means(&middle_centres, CLASSES[2], progress);
    let entries: Vec<(u64, u16)> =
        words.iter().zip(&finest).map(|(word, &class)| (word.bits(), class + 1)).collect();
    Ok([Fingerprints::build(&entries), coarser(&middle, &coarse)])
}

/// Takes from every vector what all have in common, which parts no classes, and makes them as long as 1.
fn centre(vectors: &mut [Vector]) {
    let mut mean = [0.0; DIMENSIONS];
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
    let share = 1.0 / vectors.len().max(1) as f32;
    for vector in vectors.iter() {
        mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += share * value);
    }
    for vector in vectors {
        vector.iter_mut().zip(mean).for_each(|(value, mean)| *value -= mean);
        let length = dot(vector, vector).sqrt().max(1e-6);
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

/// The table of coarser classes. Class 0 is that of words not known.
fn coarser(middle: &[u16], coarse: &[u16]) -> Vec<u8> {
    std::iter::once([0, 0])
        .chain(middle.iter().map(|&class| [coarse[usize::from(class)] + 1, class + 1]))
        .flat_map(|[coarse, middle]| [coarse.to_le_bytes(), middle.to_le_bytes()])
        .flatten()
        .collect()
}

/// The words of the texts, and the texts as numbers of words, parted by `u32::MAX` between paragraphs.
fn read(texts: &[&str]) -> (Vec<Entry>, Vec<u32>) {
    let mut numbers: FastMap<Word, u32> = FastMap::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut sequence = Vec::new();
    let mut tokens = Vec::new();
    let number_word = Word::new("0");
    for text in texts {
        tokens.clear();
        tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
        let mut behind_small = false;
        for token in &tokens {
            if token.starts_line() {
                sequence.push(u32::MAX);
            }
            let word = if token.kind == TokenKind::Number { number_word } else { token.word };
            let number = *numbers.entry(word).or_insert_with(|| {
                entries.push(Entry { word, count: 0, capital: 0, small: 0 });
                u32::try_from(entries.len() - 1).expect("words are fewer than 2^32: this is a bug")
            });
            let entry = &mut entries[number as usize];
            entry.count += 1;
            entry.capital +=
                u32::from(behind_small && matches!(token.case, Case::Title | Case::Upper | Case::Mixed));
            entry.small += u32::from(token.case == Case::Lower);
            sequence.push(number);
            behind_small = token.case == Case::Lower;
        }
        sequence.push(u32::MAX);
    }
    let mut kept = Vec::new();
    let renumbered: Vec<Option<u32>> = entries
        .iter()
        .map(|entry| {
            (entry.count >= LEAST_COUNT).then(|| {
                kept.push(*entry);
                u32::try_from(kept.len() - 1).unwrap_or(0)
            })
        })
        .collect();
    let sequence = sequence
        .into_iter()
        .filter_map(|number| if number == u32::MAX { Some(number) } else { renumbered[number as usize] })
        .collect();
    (kept, sequence)
}

/// How often a word has a capital in the middle of sentences, 1 to 6, or 0 for too few cases.
fn capitals(entry: &Entry) -> u16 {
    let total = entry.capital + entry.small;
    if total < 3 {
        return 0;
    }
    match entry.capital * 100 / total {
        0 => 1,
        1..5 => 2,
        5..30 => 3,
        30..80 => 4,
        80..98 => 5,
        _ => 6,
    }
}

/// Learns a vector a word.
fn vectors(vocabulary: &[Entry], sequence: &[u32], progress: &dyn Progress) -> Vec<Vector> {
    let mut random = Random::new(5);
    let mut words: Vec<Vector> =
        vocabulary.iter().map(|_| std::array::from_fn(|_| (random.unit() - 0.5) / 24.0)).collect();
    let mut contexts: Vec<Vector> = vec![[0.0; DIMENSIONS]; vocabulary.len()];
    let noise = noise(vocabulary);
    #[expect(clippy::cast_precision_loss, reason = "shares need no more")]
    let keep: Vec<f32> = vocabulary
        .iter()
        .map(|entry| {
            let share = entry.count as f32 / sequence.len() as f32;
            (FREQUENT_SHARE / share).sqrt().min(1.0)
        })
        .collect();
    let mut line: Vec<u32> = Vec::new();
    for epoch in 0..EPOCHS {
        for (at, &number) in sequence.iter().enumerate() {
            if number != u32::MAX {
                if keep[number as usize] >= random.unit() {
                    line.push(number);
                }
                continue;
            }
            let done = u64::from(epoch) * sequence.len() as u64 + at as u64;
            let of = u64::from(EPOCHS) * sequence.len() as u64;
            progress.report("learning word vectors", done, of);
            #[expect(clippy::cast_precision_loss, reason = "a step size needs no more")]
            let rate = 0.03 * (1.0 - done as f32 / of as f32).max(0.01);
            for (centre, &word) in line.iter().enumerate() {
                let reach = 1 + random.below(WINDOW);
                let from = centre.saturating_sub(reach);
                for (other, &context) in line.iter().enumerate().take(centre + reach + 1).skip(from) {
                    if other != centre {
                        let vector = &mut words[word as usize];
                        foretell(vector, &mut contexts, context, &noise, rate, &mut random);
                    }
                }
            }
            line.clear();
        }
    }
    for vector in &mut words {
        let length = dot(vector, vector).sqrt().max(1e-6);
        vector.iter_mut().for_each(|value| *value /= length);
    }
    words
}

/// One step: the vector foretells `context` a little better, and random words a little less.
fn foretell(
    vector: &mut Vector,
    contexts: &mut [Vector],
    context: u32,
    noise: &[u32],
    rate: f32,
    random: &mut Random,
) {
    let mut push = [0.0; DIMENSIONS];
    for turn in 0..=NEGATIVES {
        let (target, truth) =
            if turn == 0 { (context, 1.0) } else { (noise[random.below(noise.len())], 0.0) };
        if turn > 0 && target == context {
            continue;
        }
        let other = &mut contexts[target as usize];
        let error = rate * (truth - 1.0 / (1.0 + (-dot(vector, other)).exp()));
        for index in 0..DIMENSIONS {
            push[index] += error * other[index];
            other[index] += error * vector[index];
        }
    }
    for (value, step) in vector.iter_mut().zip(push) {
        *value += step;
    }
}

/// A table to draw words from, each in proportion to its count to the power of 3/4.
fn noise(vocabulary: &[Entry]) -> Vec<u32> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let share = |count: u32| (count as f32).powf(0.75).ceil() as usize;
    (0..)
        .zip(vocabulary)
        .flat_map(|(number, entry)| std::iter::repeat_n(number, share(entry.count)))
        .collect()
}

/// Divides vectors into so many classes; gives each vector's class and each class's centre.
fn k_means(vectors: &[Vector], classes: usize, progress: &dyn Progress) -> (Vec<u16>, Vec<Vector>) {
    // The most frequent words come first in no corpus; a stride over all words is as good a beginning as any.
    let mut centres: Vec<Vector> =
        (0..classes).map(|class| vectors[class * vectors.len() / classes]).collect();
    let mut assigned = Vec::new();
    for round in 0..ROUNDS {
        progress.report("grouping words", round as u64, ROUNDS as u64);
        assigned = nearest(vectors, &centres);
        let mut sums = vec![[0.0; DIMENSIONS]; classes];
        for (&class, vector) in assigned.iter().zip(vectors) {
            for (sum, value) in sums[usize::from(class)].iter_mut().zip(vector) {
                *sum += value;
            }
        }
        for (centre, sum) in centres.iter_mut().zip(sums) {
            let length = dot(&sum, &sum).sqrt();
            if length > 1e-6 {
                *centre = sum.map(|value| value / length);
            }
        }
    }
    (assigned, centres)
}

/// The nearest centre of each vector.
fn nearest(vectors: &[Vector], centres: &[Vector]) -> Vec<u16> {
    let of = |vector: &Vector| {
        let mut best = (f32::NEG_INFINITY, 0);
        for (number, centre) in (0_u16..).zip(centres) {
            let near = dot(vector, centre);
            if near > best.0 {
                best = (near, number);
            }
        }
        best.1
    };
    vectors.iter().map(of).collect()
}

/// Sums in eight lanes, so that the compiler may use wide registers.
fn dot(left: &Vector, right: &Vector) -> f32 {
    let mut lanes = [0.0_f32; 8];
    for (l, r) in left.chunks_exact(8).zip(right.chunks_exact(8)) {
        for lane in 0..8 {
            lanes[lane] += l[lane] * r[lane];
        }
    }
    lanes.iter().sum()
}

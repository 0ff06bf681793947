//! What the word before a stop and the words behind it are known to be. It must not know what follows from
//! that: the weights say.

use crate::lexicon::{FastMap, Word, entries};

const ABBREVIATIONS: &str = include_str!("../../data/abbreviations.txt");
const OPENERS: &str = include_str!("../../data/sentence-openers.txt");
const SAYINGS: &str = include_str!("../../data/sayings.txt");

/// Bits of what a word is.
pub(super) type Traits = u16;

/// "said", "asks": a quotation's words may go on behind its mark.
pub(super) const SAYING: Traits = 1 << 15;

/// Bits below this hold the class of abbreviation, 0 for none; openers have their class above it.
pub(super) const ABBREVIATION: Traits = 0x1f;

/// Where the class of an opener stands.
pub(super) const OPENER_SHIFT: u32 = 5;

/// The class of an opener, 0 for none.
pub(super) const OPENER: Traits = 0x1f << OPENER_SHIFT;

/// The lists, compiled.
#[derive(Clone, Debug)]
pub(super) struct Lexicon(FastMap<Word, Traits>);

impl Lexicon {
    pub(super) fn builtin() -> Self {
        let mut traits = FastMap::default();
        let mut add = |list: &str, shift: u32| {
            let mut classes: Vec<&str> = Vec::new();
            for line in entries(list) {
                let Some((name, words)) = line.split_once(':') else { continue };
                let known = classes.iter().position(|&class| class == name);
                let class = known.unwrap_or_else(|| {
                    classes.push(name);
                    classes.len() - 1
                });
                for word in words.split_whitespace() {
                    // A word of two classes keeps the first.
                    let entry: &mut Traits = traits.entry(Word::new(word)).or_default();
                    if *entry >> shift & 0x1f == 0 {
                        *entry |= (u16::try_from(class).expect("few classes: this is a bug") + 1) << shift;
                    }
                }
            }
        };
        add(ABBREVIATIONS, 0);
        add(OPENERS, OPENER_SHIFT);
        for word in entries(SAYINGS).flat_map(str::split_whitespace) {
            *traits.entry(Word::new(word)).or_default() |= SAYING;
        }
        Self(traits)
    }

    /// What is known of a word.
    #[inline]
    pub(super) fn traits(&self, word: Word) -> Traits {
        self.0.get(&word).copied().unwrap_or(0)
    }
}

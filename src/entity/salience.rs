//! Salience: the share of an article that is about an entity. It knows names only; times and quantities have
//! none.
//!
//! Definition: every mention of a name weighs 1, and 3 in the headline, and 2 in the first paragraph behind it,
//! where news says what it is about; a mention in the dateline weighs nothing, because it says where the
//! reporter was. The weight of an entity is that of its mentions; its salience is its share of the weight of
//! all names, in thousandths, rounded so that the shares add up to 1.

use super::{Context, Entities, EntityKind, identity};
use crate::text::{Confidence, Part, Span};

const IN_TITLE: u64 = 3;
const IN_LEDE: u64 = 2;
const IN_TEXT: u64 = 1;

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct SalienceScratch {
    weights: Vec<u64>,
    /// What rounding took from each entity, with its index.
    remainders: Vec<(u64, u32)>,
}

/// Gives every name its salience.
pub(super) fn weigh(context: &Context<'_>, scratch: &mut SalienceScratch, entities: &mut Entities) {
    let SalienceScratch { weights, remainders } = scratch;
    let document = context.document;
    let lede = document.paragraphs().iter().find(|paragraph| paragraph.part == Part::Text);
    let lede = lede.map_or(Span::default(), |paragraph| paragraph.span);
    weights.clear();
    weights.resize(entities.entities.len(), 0);
    for mention in &entities.mentions {
        if has_salience(entities.entities[mention.entity as usize].kind) {
            let start = mention.span.start();
            weights[mention.entity as usize] += match () {
                () if context.dateline.is_some_and(|dateline| dateline.contains_offset(start)) => 0,
                () if document.title().contains_offset(start) => IN_TITLE,
                () if lede.contains_offset(start) => IN_LEDE,
                () => IN_TEXT,
            };
        }
    }
    let sum: u64 = weights.iter().sum();
    if sum == 0 {
        return;
    }
    let mut left = 1000;
    remainders.clear();
    for ((index, &weight), entity) in (0..).zip(&*weights).zip(&mut entities.entities) {
        if !has_salience(entity.kind) {
            continue;
        }
        let share = weight * 1000;
        let permille = u16::try_from(share / sum).expect("a share is at most 1000: this is a bug");
        entity.salience = Some(Confidence::from_permille(permille));
        left -= permille;
        remainders.push((share % sum, index));
    }
    // The largest remainders take what rounding left over.
    remainders.sort_unstable_by_key(|&(remainder, index)| (std::cmp::Reverse(remainder), index));
    for &(_, index) in remainders.iter().take(usize::from(left)) {
        let salience = &mut entities.entities[index as usize].salience;
        *salience = salience.map(|share| Confidence::from_permille(share.permille() + 1));
    }
}

/// Whether the kind is one of names that an article can be about.
fn has_salience(kind: EntityKind) -> bool {
    !identity::is_value(kind) && kind != EntityKind::Contact
}

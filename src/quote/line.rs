//! Items in a row, and the hashes of words and sorts that stand side by side in it: made once an item, and used by
//! every feature that asks for them. It must not know what the features are for.

use super::item::{Form, Item, join, pair};
use super::page::Page;
use std::ops::Range;

/// How many neighbours to either side an item is seen with.
const PAD: usize = 3;

/// An item and its six neighbours; the item itself is [`HERE`].
pub(crate) type Around = [Cell; 2 * PAD + 1];

/// The item itself, and those before and behind it.
pub(crate) const HERE: usize = PAD;

/// An item in a row, with the blocks of the features that begin with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    /// See [`Item::word`].
    pub(crate) word: u64,
    /// See [`Item::class`].
    pub(crate) class: u64,
    /// See [`Item::suffix`].
    pub(crate) suffix: u64,
    /// Its sort and the next one's, to be joined to more.
    pub(crate) sorts: u64,
    /// See [`Item::name`].
    pub(crate) name: u8,
    /// See [`Item::form`].
    pub(crate) form: Form,
    /// See [`Item::sentence`].
    pub(crate) sentence: u32,
    /// Its word; its word and the next; and the one after that.
    pub(crate) words: [u32; 3],
    /// Its sort; its sort and the next; and so on.
    pub(crate) classes: [u32; 4],
}

/// The last cells of a row, which nothing follows.
const LAST: Cell = Cell {
    word: Item::EDGE.word,
    class: Item::EDGE.class,
    suffix: Item::EDGE.suffix,
    sorts: pair(Item::EDGE.class, Item::EDGE.class),
    name: Item::EDGE.name,
    form: Item::EDGE.form,
    sentence: Item::EDGE.sentence,
    words: [0; 3],
    classes: [0; 4],
};

/// Items in a row; beyond its ends stands [`Item::EDGE`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    cells: Vec<Cell>,
    start: u32,
}

impl Line {
    /// Takes the items of `range`; with `beside`, also the quoted stretches that touch it count as its neighbours.
    pub(crate) fn fill(&mut self, page: &Page, range: &Range<u32>, beside: bool) {
        self.start = range.start;
        self.cells.clear();
        let edge = |at: Option<u32>| {
            let item = at.filter(|_| beside).and_then(|at| page.items.get(at as usize));
            item.filter(|item| item.is_quoted()).unwrap_or(&Item::EDGE)
        };
        let before = edge(range.start.checked_sub(1));
        let behind = edge(Some(range.end));
        let items = &page.items[range.start as usize..range.end as usize];
        let row = [&Item::EDGE, &Item::EDGE, before].into_iter().chain(items).chain([
            behind,
            &Item::EDGE,
            &Item::EDGE,
        ]);
        self.cells.extend(row.map(|item| Cell {
            word: item.word,
            class: item.class,
            suffix: item.suffix,
            name: item.name,
            form: item.form,
            sentence: item.sentence,
            ..LAST
        }));
        // From the end: what begins with an item is made of what begins with the next.
        let (mut next, mut after) = (LAST, LAST);
        for cell in self.cells.iter_mut().rev() {
            cell.sorts = pair(cell.class, next.class);
            cell.words = [
                block(1, cell.word),
                block(2, join(cell.word, next.word)),
                block(3, join(pair(cell.word, next.word), after.word)),
            ];
            cell.classes = [
                block(4, cell.class),
                block(5, join(cell.class, next.class)),
                block(6, join(cell.sorts, after.class)),
                block(7, join(cell.sorts, after.sorts)),
            ];
            (next, after) = (*cell, next);
        }
    }

    /// The item at `at`, which must be in the row, and its neighbours.
    #[inline]
    pub(crate) fn around(&self, at: u32) -> &Around {
        let start = (at - self.start) as usize;
        self.cells[start..].first_chunk().expect("a row ends with three edges: this is a bug")
    }

    /// The item that stands `offset` from `at`; [`Item::EDGE`] beyond the ends.
    #[inline]
    pub(crate) fn beside(&self, at: u32, offset: i32) -> &Cell {
        let place = i64::from(at - self.start) + i64::from(offset) + PAD as i64;
        usize::try_from(place).ok().and_then(|place| self.cells.get(place)).unwrap_or(&LAST)
    }
}

/// Log2 of the slots of a block.
const SLOT_BITS: u32 = 3;

/// The block of a feature, 28 bits: templates of one family that take the same value, as the word here is the next
/// word of the item before, share a block of eight slots, and so a line of the processor's cache.
#[inline]
const fn block(family: u64, value: u64) -> u32 {
    let salted = value ^ family.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (salted.wrapping_mul(0x94d0_49bb_1331_11eb) >> 36) as u32
}

/// The hash of a feature, 31 bits: a block, told from those of other users by `salt`, and the slot of the template.
#[inline]
pub(crate) const fn slot(block: u32, salt: u32, slot: u32) -> u32 {
    (block ^ salt) << SLOT_BITS | slot
}

/// The hash of a feature whose template has a family of its own.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "what is left of the family is less than eight")]
pub(crate) const fn lonely(family: u64, value: u64) -> u32 {
    slot(block(family, value), 0, family as u32 % (1 << SLOT_BITS))
}

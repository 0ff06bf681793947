//! The labels that the tagger gives to tokens: BIO over four classes. They know no feature and no weight.

use crate::entity::EntityKind;

/// How many labels there are.
pub(crate) const LABELS: usize = 9;

/// How many classes there are, O included.
pub(crate) const CLASSES: usize = 5;

/// Outside of every name.
pub(crate) const OUTSIDE: u8 = 0;

/// A class of names, as the tagger learns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// A person.
    Person = 1,
    /// An organization.
    Organization = 2,
    /// A place.
    Location = 3,
    /// Any other name: nationalities, events, works, products.
    Other = 4,
}

impl Class {
    /// The classes in the order of their labels.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 4] = [Self::Person, Self::Organization, Self::Location, Self::Other];

    /// The class of an entity type as the gold files name it, if the tagger learns it.
    #[cfg(feature = "train")]
    pub(crate) fn from_gold(name: &str) -> Option<Self> {
        match name {
            "PERSON" => Some(Self::Person),
            "ORGANIZATION" => Some(Self::Organization),
            "LOCATION" | "FACILITY" => Some(Self::Location),
            "MISC" | "GROUP" | "EVENT" | "WORK" | "PRODUCT" | "LAW" | "LANGUAGE" | "OTHER" => {
                Some(Self::Other)
            }
            _ => None,
        }
    }

    /// The contract's type, as far as the class alone tells it.
    pub(crate) const fn kind(self) -> EntityKind {
        match self {
            Self::Person => EntityKind::Person,
            Self::Organization => EntityKind::Organization,
            Self::Location => EntityKind::Location,
            Self::Other => EntityKind::Other,
        }
    }
}

/// The label of a class's first token.
#[cfg(any(feature = "train", test))]
pub(crate) const fn begin(class: Class) -> u8 {
    class as u8 * 2 - 1
}

/// The label of a class's later tokens.
#[cfg(any(feature = "train", test))]
pub(crate) const fn inside(class: Class) -> u8 {
    class as u8 * 2
}

/// The number of a label's class; 0 for O.
pub(crate) const fn class_number(label: u8) -> u8 {
    label.div_ceil(2)
}

/// The class of a label.
pub(crate) const fn class_of(label: u8) -> Option<Class> {
    match class_number(label) {
        1 => Some(Class::Person),
        2 => Some(Class::Organization),
        3 => Some(Class::Location),
        4 => Some(Class::Other),
        _ => None,
    }
}

/// Whether the label goes on with a name that the token before began.
pub(crate) const fn is_inside(label: u8) -> bool {
    label != OUTSIDE && label.is_multiple_of(2)
}

/// Whether `next` may stand behind `previous`: I only behind B or I of its class.
pub(crate) const fn may_follow(previous: u8, next: u8) -> bool {
    !is_inside(next) || class_number(previous) == class_number(next)
}

#[cfg(test)]
mod tests {
    use super::{Class, LABELS, OUTSIDE, begin, class_of, inside, may_follow};

    #[test]
    fn labels_and_classes_agree() {
        for class in Class::ALL {
            assert_eq!(class_of(begin(class)), Some(class));
            assert_eq!(class_of(inside(class)), Some(class));
            assert!((inside(class) as usize) < LABELS);
            assert!(may_follow(begin(class), inside(class)) && may_follow(OUTSIDE, begin(class)));
            assert!(!may_follow(OUTSIDE, inside(class)));
        }
        assert!(!may_follow(begin(Class::Person), inside(Class::Location)));
    }
}

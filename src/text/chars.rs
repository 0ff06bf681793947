//! What a character is to a reader of news: blank, letter, quotation mark, apostrophe, dash, stop. It
//! must not know where in a sentence the character stands; whoever asks does.

/// White space in the widest sense: Unicode white space, zero-width spaces and the byte order mark.
///
/// ```
/// assert!(['\u{feff}', '\u{200b}', '\u{a0}', '\r'].into_iter().all(glossator::text::chars::is_blank));
/// ```
#[must_use]
pub fn is_blank(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' ' | '\t'..='\r');
    }
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{180e}')
}

/// A character that people type for an apostrophe, the misused acute and grave accents included.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '´'
            | '’'
            | '‘'
            | '‛'
            | 'ʼ'
            | 'ʹ'
            | 'ˈ'
            | 'ʻ'
            | 'ʽ'
            | '′'
            | '＇'
            | '\u{0091}'
            | '\u{0092}'
    )
}

/// A double quotation mark of any script, in either direction; guillemets and corner brackets included.
#[must_use]
pub fn is_double_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '″'
            | '〝'
            | '〞'
            | '〟'
            | '＂'
            | '「'
            | '」'
            | '『'
            | '』'
            | '⹂'
            | '\u{0093}'
            | '\u{0094}'
    )
}

/// A single quotation mark of any script, in either direction; every apostrophe is one too.
#[must_use]
pub fn is_single_mark(c: char) -> bool {
    is_apostrophe(c) || matches!(c, '‚' | '‹' | '›')
}

/// A dash that may stand between words: hyphen-minus and its longer kin.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' | '﹣' | '－' | '\u{0096}' | '\u{0097}'
    )
}

/// A mark that can end a sentence, in any script that this crate meets.
#[must_use]
pub fn is_terminal(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '‼'
            | '⁇'
            | '⁈'
            | '⁉'
            | '。'
            | '．'
            | '！'
            | '？'
            | '｡'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '‽'
    )
}

/// A bracket that opens.
#[must_use]
pub fn is_open_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '（' | '［' | '【' | '〔')
}

/// A bracket that closes.
#[must_use]
pub fn is_close_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '）' | '］' | '】' | '〕')
}

/// A mark that rides on the character before it: combining accents, joiners, variation selectors, emoji
/// modifiers.
#[must_use]
pub fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{0300}'..='\u{036f}'
            | '\u{0483}'..='\u{0489}'
            | '\u{0591}'..='\u{05bd}'
            | '\u{0610}'..='\u{061a}'
            | '\u{064b}'..='\u{065f}'
            | '\u{0900}'..='\u{0903}'
            | '\u{093a}'..='\u{094f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200c}'..='\u{200d}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Whether the character can be part of a word: letters, digits, combining marks.
#[must_use]
pub fn is_word(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        // Dashes and quotation marks are nearly all that is not ASCII in English.
        '\u{2010}'..='\u{205e}' => false,
        _ => c.is_alphanumeric() || is_combining(c),
    }
}

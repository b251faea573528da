//! The fonts of all documents: they are part of the program, so that pages look the same anywhere.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// See `fonts/README.md` for where they come from and how they were cut.
const FILES: [&[u8]; 7] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSerif-Regular.ttf"),
    include_bytes!("../fonts/NotoSerif-Bold.ttf"),
    include_bytes!("../fonts/NotoNaskhArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoNaskhArabic-Bold.ttf"),
    include_bytes!("../fonts/NotoNastaliqUrdu-Regular.ttf"),
];

/// The fonts, read once.
pub(crate) struct Fonts {
    /// What there is.
    pub(crate) book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let font = |file: &&'static [u8]| Font::new(Bytes::new(*file), 0);
    let fonts: Vec<Font> = FILES.iter().filter_map(font).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

impl Fonts {
    /// The fonts of the program.
    pub(crate) fn all() -> &'static Self {
        &FONTS
    }

    /// The font at a place of the book.
    pub(crate) fn at(&self, place: usize) -> Option<Font> {
        self.fonts.get(place).cloned()
    }

    /// Whether any font has a character.
    pub(crate) fn have(&self, c: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_readable_and_the_signs_of_our_words_are_there() {
        let fonts = Fonts::all();
        assert_eq!(fonts.fonts.len(), FILES.len());
        for family in ["noto sans", "noto serif", "noto naskh arabic", "noto nastaliq urdu"] {
            assert!(fonts.book.contains_family(family), "{family}");
        }
        // Urdu, Sindhi, Pashto and Balochi letters, digits of both kinds, and our signs.
        for c in "abzéśĀ0٣۳پٹڈڑںھہےٻڄٿڦګڼېۍږښݨ–±ερδ“”،؛؟۔…\u{200c}\u{fffd}".chars()
        {
            assert!(fonts.have(c), "{c} {:x}", u32::from(c));
        }
        assert!(!fonts.have('漢'));
    }
}

//! The bakery's products.

/// One product.
#[derive(Debug)]
pub(crate) struct Product {
    /// The form field `item`.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) cents: u32,
    /// A drawing of ours, as SVG.
    pub(crate) picture: &'static str,
}

/// The product that `text` names, by its id or its name.
pub(crate) fn find(text: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|it| it.id.eq_ignore_ascii_case(text) || it.name.eq_ignore_ascii_case(text))
}

macro_rules! products {
    ($($id:literal $name:literal $cents:literal $about:literal)*) => {
        &[$(Product {
            id: $id,
            name: $name,
            about: $about,
            cents: $cents,
            picture: include_str!(concat!("pictures/", $id, ".svg")),
        }),*]
    };
}

/// The products, in the order of the shelf.
pub(crate) const PRODUCTS: &[Product] = products! {
    "gingersnaps" "Gingersnaps" 480 "Thin and dark, and they snap. A bag of twelve."
    "shortbread" "Shortbread fingers" 520 "Butter, sugar, flour and patience. Eight."
    "oat-biscuits" "Oat biscuits" 420 "Toasted oats and a pinch of salt. Ten."
    "lemon-rings" "Lemon rings" 490 "Iced while they are warm. Ten."
    "cinnamon-stars" "Cinnamon stars" 640 "Almond and cinnamon under white icing. Nine."
    "honey-hearts" "Honey hearts" 590 "Soft, with forest honey. Six."
    "spelt-rolls" "Spelt rolls" 360 "Baked at five this morning. Four."
    "rye-loaf" "Rye loaf" 680 "A kilo, sour, with a crust that cracks."
    "plum-tart" "Plum tart" 1850 "Ten inches of plums. Feeds eight."
    "ginger-syrup" "Ginger syrup" 720 "For tea, or for over the tart. 250 ml."
    "tea-blend" "Kitchen tea" 560 "The black tea that we drink ourselves. 100 g."
    "gift-tin" "Gift tin" 2400 "A bit of everything, in a tin to keep."
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_found_by_id_and_by_name_in_any_case() {
        assert_eq!(find("gift-tin").map(|it| it.name), Some("Gift tin"));
        assert_eq!(find("GINGERSNAPS").map(|it| it.id), Some("gingersnaps"));
        assert_eq!(find("rye loaf").map(|it| it.id), Some("rye-loaf"));
        assert!(find("screws").is_none());
    }
}

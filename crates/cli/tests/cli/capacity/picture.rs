//! `gingersnap capacity --svg`.

use svg::node::element::tag::Type;
use svg::parser::Event;

use super::*;

#[test]
fn a_picture_shows_the_figures_of_the_table() {
    let place = Place::empty("capacity_picture");
    place.succeeds(&["capacity", "--items", "10", "--svg", "cart.svg"]);
    let picture = fs::read_to_string(place.0.join("cart.svg")).unwrap();
    let said = place.json(&["capacity", "--items", "10", "--json"]);
    let mut tags = Vec::new();
    let (mut bars, mut words) = (0, Vec::new());
    for event in svg::read(&picture).unwrap() {
        match event {
            Event::Tag(name, Type::Start, _) => tags.push(name),
            Event::Tag(name, Type::End, _) => assert_eq!(tags.pop(), Some(name)),
            Event::Tag(name, Type::Empty, _) => bars += usize::from(name == "rect"),
            Event::Text(text) => words.push(text.to_owned()),
            Event::Error(error) => panic!("{error}"),
            _ => {}
        }
    }
    assert!(tags.is_empty(), "{tags:?}");
    // The page, two for each cookie, one for each library.
    assert_eq!(bars, 1 + 2 * 4 + said["lines_that_fit"].as_array().unwrap().len());
    for (form, who) in [("typed", "guest"), ("typed", "signed_in"), ("map", "guest"), ("map", "signed_in")] {
        let octets = said["octets"][form]["padded"][who].to_string();
        assert!(words.contains(&octets), "{form}, {who}: {octets} in {words:?}");
    }
    let left = |form: &str| said["limits"][0]["left"][form].to_string();
    let title = format!(
        "As a type it fits, with {} octets left at the longest; as a Map it fits, with {} octets left at the longest",
        left("typed"),
        left("map")
    );
    assert!(words.contains(&title), "{words:?}");
    assert_eq!(place.succeeds(&["capacity", "--items", "10", "--svg", "-"]), picture);
    let said = refused(&place, &["capacity", "--items", "1", "--svg", "cart.svg"], 1);
    assert!(said.contains("cannot create cart.svg: it exists already"), "{said}");
    assert_eq!(fs::read_to_string(place.0.join("cart.svg")).unwrap(), picture);
    assert!(
        refused(&place, &["capacity", "--items", "1", "--svg", "no/cart.svg"], 3)
            .contains("cannot write no/cart.svg: ")
    );
    let too_large = place.succeeds(&["capacity", "--items", "400", "--svg", "-"]);
    assert!(too_large.contains("As a type it does not fit: "), "{too_large}");
    let map_alone = place.succeeds(&["capacity", "--items", "100", "--svg", "-"]);
    assert!(map_alone.contains("As a type it fits, ") && map_alone.contains("; as a Map it does not fit: "));
}

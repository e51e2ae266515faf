//! The attacks.

use super::jar::Jar;
use super::range::Place;
use super::stored::Story;

/// One attack: the change of the cookies, and the shop that gets them.
pub(crate) struct Attack {
    /// The form's value.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
    /// The same for whose cart is in a store, where that is another story.
    pub(super) why_stored: Option<&'static str>,
    /// The same for a shop with a store, wherever carts are.
    pub(super) why_listed: Option<&'static str>,
    /// A step before it, in the range: its route and its title.
    pub(super) first: Option<(&'static str, &'static str)>,
    /// The attacker's cookies, made of the person's own and of those after `first`; none if something is missing.
    pub(super) forge: fn(own: &Jar, after: &Jar) -> Option<Jar>,
    pub(super) place: Place,
    /// What happens instead, if a session in a store is attacked.
    pub(super) story: Option<Story>,
}

const PLAIN: Attack = Attack {
    id: "",
    name: "",
    what: "",
    why: "",
    why_stored: None,
    why_listed: None,
    first: None,
    forge: |own, _| Some(own.clone()),
    place: Place::Here,
    story: None,
};

pub(crate) const ATTACKS: &[Attack] = &[
    Attack {
        id: "flip",
        name: "Flip one bit",
        what: "Your login's cookie, with one bit of it changed.",
        why: "The seal covers every bit. With one changed it does not verify, and nothing of what is inside is looked at.",
        forge: |own, _| Some(own.with_login(&flipped(own.login()?, 5)?)),
        ..PLAIN
    },
    Attack {
        id: "cut",
        name: "Cut the end off",
        what: "Your login's cookie, a few characters shorter.",
        why: "The seal's tag stands at the end and covers every byte before it. What is left does not verify.",
        forge: |own, _| Some(own.with_login(cut(own.login()?)?)),
        ..PLAIN
    },
    Attack {
        id: "quote",
        name: "Put quotes around it",
        what: "Your login's cookie in double quotes, which many servers take off.",
        why: "A token has one spelling. Any other is refused before a key is used.",
        forge: |own, _| Some(own.with_login(&format!("\"{}\"", own.login()?))),
        ..PLAIN
    },
    Attack {
        id: "disguise",
        name: "Disguise its name",
        what: "Your login's cookie under a percent-encoded name. A page of a neighbouring domain may set such a cookie.",
        why: "Browsers guard names that begin with __Host-, letter by letter. Here names are compared as they are, so this is not the login's.",
        forge: |own, _| Some(own.with_login_disguised()),
        ..PLAIN
    },
    Attack {
        id: "swap",
        name: "Pass the cart off as the login",
        what: "Your cart's cookie under the login's name.",
        why: "What a cookie is, and its name, are sealed in with it. It opens in its own place and nowhere else.",
        forge: |own, _| Some(own.with_login(own.cart()?)),
        ..PLAIN
    },
    Attack {
        id: "elsewhere",
        name: "Take it to another shop",
        what: "Your cookies, sent to a test system that has a copy of our keys.",
        why: "Each application and environment has a name, its audience, and that is sealed in too. The same keys are not enough.",
        place: Place::Elsewhere,
        ..PLAIN
    },
    Attack {
        id: "five",
        name: "Send five logins",
        what: "Your login's cookie with four changed copies of it, all under one name.",
        why: "Whoever can plant cookies could keep a server busy opening them. More than four of one name are not opened at all, the true one included.",
        forge: |own, _| {
            let login = own.login()?;
            (5..9).try_fold(own.clone(), |jar, at| Some(jar.and_login(&flipped(login, at)?)))
        },
        ..PLAIN
    },
    Attack {
        id: "beside",
        name: "Put another login beside it",
        what: "Your login's cookie and Mallory's, both as good as new, under one name.",
        why: "Both open. To choose one could put what you do under Mallory's name, so neither counts.",
        first: Some(("/log-in", "Mallory logs in")),
        forge: |own, after| Some(own.and_login(after.login()?)),
        ..PLAIN
    },
    Attack {
        id: "hour",
        name: "Come back in an hour",
        what: "Your cookies as they are now, at a shop whose clock is an hour ahead.",
        why: "A login that is left alone ends after an hour. Who asked to stay logged in is spared that: they chose an end of their own.",
        place: Place::InAnHour,
        ..PLAIN
    },
    Attack {
        id: "day",
        name: "Come back tomorrow",
        what: "Your cookies as they are now, at a shop whose clock is a day ahead.",
        why: "However busy, a login ends 24 hours after it began. Who asked to stay logged in has the end that they chose.",
        place: Place::InADay,
        ..PLAIN
    },
    Attack {
        id: "end",
        name: "Come back much later",
        what: "Your cookies as they are now, at a shop whose clock is as far ahead as the longest stay.",
        why: "There is no login without an end. A cookie that was stolen and kept is worth nothing from here on.",
        place: Place::InTheEnd,
        ..PLAIN
    },
    Attack {
        id: "rollback",
        name: "Put an old cart back",
        what: "Your cart's cookie from before the shop sent a newer one.",
        why: "This works, with any cookie that holds data: an old one is sealed as well as a new one, and nothing is kept here to compare it with. What must not come back, such as a balance or a used voucher, belongs in a store on the server, as in \u{201c}Roll back a stored session\u{201d}.",
        why_stored: Some(
            "Your cart is kept in a store, so nothing old came back: its cookie only says where it is. A cart in a cookie can be put back: an old one is sealed as well as a new one, and nothing is kept here to compare it with.",
        ),
        first: Some(("/add", "You add a gift tin")),
        ..PLAIN
    },
    Attack {
        id: "replay",
        name: "Log out, and use a copy",
        what: "Your cookies, copied before you logged out.",
        why: "This works until the login ends by itself. Logging out removes the cookies from your browser, and nobody here keeps a list of the logins that are over. To end copies at once is revocation, and takes a store on the server.",
        why_listed: Some(
            "Logging out ended the login itself: the shop's store has a list of those that are over. The server that you logged out from knows it at once, and every other within two seconds. The cookies of the copy are as good as new, and open nothing.",
        ),
        first: Some(("/log-out", "You log out")),
        ..PLAIN
    },
    Attack {
        id: "older",
        name: "Roll back a stored session",
        what: "Your cookies from before the last change, where carts are kept in a store on the server.",
        why: "The cookie only says where the cart is, and it says the same before a change and after it. There is one cart, the store's, and it opens as it is now: what was used stays used. With a cart in a cookie it works: see \u{201c}Put an old cart back\u{201d}. Who writes the store's database can still put a whole older record back; no cookie helps against that.",
        story: Some(Story::Older),
        ..PLAIN
    },
    Attack {
        id: "gone",
        name: "Use a pointer whose row is gone",
        what: "Your cookies, copied before you logged out, where carts are kept in a store on the server.",
        why: "Logging out ended the login of the copy, and removed the cart's row: a pointer to no row opens nothing, not even for you when you log in again.",
        story: Some(Story::Gone),
        ..PLAIN
    },
    Attack {
        id: "plant",
        name: "Plant a pointer",
        what: "A guest's pointer of Mallory's, put into your browser before you log in, where carts are kept in a store.",
        why: "When you log in, the guest's cart becomes yours. Its row stays where it is, and whose it is stands inside its seal: Mallory's pointer leads to it still, and opens nothing without your login. Before that, the two of you share the cart. So what a guest types into a form belongs in a cookie.",
        story: Some(Story::Planted),
        ..PLAIN
    },
];

/// The text with one bit of its bytes changed, `from_end` characters before its end.
fn flipped(text: &str, from_end: usize) -> Option<String> {
    let at = text.len().checked_sub(from_end)?;
    let character = text.get(at..=at)?;
    let number = ALPHABET.find(character)? ^ 1;
    Some(format!("{}{}{}", text.get(..at)?, ALPHABET.get(number..=number)?, text.get(at + 1..)?))
}

/// The text without its last whole group of four characters, so that what is left is base64url still.
fn cut(text: &str) -> Option<&str> {
    text.get(..(text.len() / 4).checked_sub(1)? * 4)
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

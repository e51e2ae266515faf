//! A report on what a sign-in did with the guest's data.

/// The guest's sessions that a sign-in found, by their cookies' full names. It goes out with the response that signs in.
///
/// What that response then has no room for ([`response_budget`](crate::SessionLayerBuilder::response_budget)) is left to the
/// person's next write, or removed where they have data of their own, with an event.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Adoption {
    /// These are the person's now: there was nothing of theirs.
    pub adopted: Vec<String>,
    /// These and the person's own are one now ([`SessionData::merge`](crate::SessionData::merge)).
    pub merged: Vec<String>,
    /// These are gone: the person has their own, which did not merge with them, or they may be somebody else's.
    pub removed: Vec<String>,
}

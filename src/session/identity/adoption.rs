//! A report on a sign-in's treatment of the guest's data.

/// The guest's sessions that a sign-in found, by their cookies' full names. The changes go out with the response that signs in.
///
/// If that response has no room for one ([`response_budget`](crate::SessionLayerBuilder::response_budget)), it is left to the
/// person's next write, or removed if they have data of their own, with an event.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Adoption {
    /// The sessions that are the person's now: the person had none of these.
    pub adopted: Vec<String>,
    /// The sessions that were merged with the person's own ([`SessionData::merge`](crate::SessionData::merge)).
    pub merged: Vec<String>,
    /// The sessions that are gone: the person's own did not merge with them, or they may be somebody else's.
    pub removed: Vec<String>,
}

//! The application's own type, and its encoding as bytes.

mod adopt;
mod decide;
mod encoding;
pub(crate) mod live;
mod newest;
pub(crate) mod rows;
mod saved;
mod session;
mod sight;
pub(crate) mod slot;
mod view;
pub(crate) mod who;

use core::cmp::Ordering;

use encoding::{decode, encode, to_bytes};
pub(crate) use encoding::{keeps_order, merge, print_of};
use serde::Serialize;
use serde::de::DeserializeOwned;
pub use session::{Parked, Session};
pub use view::View;

/// A type that a session can hold. Typed structs are the paved path: a cart of ten lines takes 202 bytes,
/// against 486 in a [`Map`](super::Map).
///
/// ```
/// use gingersnap::SessionData;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Default, Deserialize, Serialize, SessionData)]
/// #[session(tag = "cart", version = 1)]
/// struct Cart {
///     lines: Vec<(String, u32)>,
/// }
/// ```
///
/// The derive (feature `derive`, a default) writes the two constants. For anything more, write the `impl`.
///
/// # Changing the struct
///
/// The encoding is postcard's, which carries no field names: **every change of the struct needs a new
/// [`VERSION`](Self::VERSION)**, a renamed field too. Old data then goes through [`migrate`](Self::migrate) or is
/// refused.
///
/// If you forget the version, the sessions that are out are lost, and you are told. A print of the struct's shape, two bytes,
/// stands before the data. Data with another print is refused as [`ChangedShape`](crate::Refusal::ChangedShape), with an event at
/// ERROR. Two shapes share a print, and are misread, one time in 65,536. The print sees the names and the order of fields and
/// variants, and kinds. It does not see fields behind one that refuses every sample, names of types, or a change of meaning, as
/// from cents to euros. Pin the print in a test with `testing::print`, and you learn of a change before the deploy.
///
/// Types that such an encoding cannot carry are refused when the layer is built
/// ([`BuildError::NotCarried`](crate::BuildError::NotCarried)), and the error names the field. They are: `#[serde(flatten)]`;
/// enums that are `untagged` or have a `tag`; `skip_serializing_if`; parts skipped or renamed in one direction alone; a variant
/// after a skipped one; `serialize_with` and `deserialize_with` that disagree; and types such as `serde_json::Value`, which read
/// whatever comes. To find out, [`build`](crate::SessionLayerBuilder::build) lets `Deserialize` read made-up values and
/// `Serialize` write them; if they refuse or panic, that says nothing.
///
/// Here is a third version, while cookies of the first are still out and nodes with the second still run:
///
/// ```
/// # use gingersnap::SessionData;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Clone, Default, Deserialize, Serialize)]
/// struct CartV2 {
///     lines: Vec<(String, u32)>,
/// }
/// # impl SessionData for CartV2 { const TAG: &'static str = "cart"; const VERSION: u16 = 2; }
/// #[derive(Clone, Default, Deserialize, Serialize)]
/// struct Cart {
///     lines: Vec<(String, u32)>,
///     voucher: Option<String>,
/// }
///
/// impl SessionData for Cart {
///     const TAG: &'static str = "cart";
///     const VERSION: u16 = 3;
///
///     fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
///         let old = CartV2::read(version, bytes)?; // which migrates the first itself
///         Some(Self { lines: old.lines, voucher: None })
///     }
///
///     // Until no node runs the second version: `.session::<Cart>("session").write_version::<Cart>(2)`
///     fn downgrade(&self, version: u16) -> Option<Vec<u8>> {
///         CartV2 { lines: self.lines.clone() }.write(version)
///     }
/// }
/// ```
///
/// A node that is rolled back to an older program reads newer data as a fresh session, refuses to write over it, and leaves the
/// cookie alone. Nobody is signed out, since the identity is a cookie of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type that a session can hold",
    label = "a session's data is `SessionData`",
    note = "write `#[derive(Clone, Default, serde::Deserialize, serde::Serialize, gingersnap::SessionData)]`\n\
            and `#[session(tag = \"…\", version = 1)]` above `{Self}`, or use a `Map`"
)]
pub trait SessionData: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// Names the type. It is authenticated with each token, so that no other type's data is ever read as this one.
    const TAG: &'static str;

    /// The version of the struct's shape.
    const VERSION: u16;

    /// The print, if it is not taken from the shape.
    #[doc(hidden)]
    const PRINT: Option<[u8; 2]> = None;

    /// Reads data that an older version sealed; `None` refuses it.
    ///
    /// It runs when a session is opened. The cookie keeps its old bytes until the next change. Keep the older struct, and let it
    /// [`read`](Self::read): it knows the versions before its own, and checks the print in front of `bytes`.
    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        let _ = (version, bytes);
        None
    }

    /// The bytes of this data in an older version, as that version's struct [writes](Self::write) them, for
    /// [`SessionLayerBuilder::write_version`](crate::SessionLayerBuilder::write_version); `None` if that cannot be.
    fn downgrade(&self, version: u16) -> Option<Vec<u8>> {
        let _ = version;
        None
    }

    /// Makes one session out of two. The two are a person's and a guest's, when the person signs in and has both; or, in a store,
    /// those that two requests made of one session at the same time. The default is `None`. Then a sign-in keeps the person's and
    /// removes the guest's, and the slower of two requests is a [conflict](crate::SessionError::Conflict), unless it only reads.
    ///
    /// `base` is the data that both began with: [`Default`] at a sign-in. `merge` must be idempotent: merging `theirs` once more
    /// changes nothing, since a response that is lost is followed by another. With the feature `testing` that is asserted at a
    /// sign-in. Only the difference to `base` counts: a sum of both would count `base` twice.
    ///
    /// ```
    /// # use gingersnap::SessionData;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Clone, Default, Deserialize, Serialize)]
    /// # struct Cart { lines: Vec<String> }
    /// impl SessionData for Cart {
    ///     const TAG: &'static str = "cart";
    ///     const VERSION: u16 = 1;
    ///
    ///     fn merge(base: &Self, ours: &Self, theirs: &Self) -> Option<Self> {
    ///         let is_left = |line: &&String| theirs.lines.contains(line) || !base.lines.contains(line);
    ///         let is_new = |line: &&String| !ours.lines.contains(line) && !base.lines.contains(line);
    ///         let ours_left = ours.lines.iter().filter(is_left);
    ///         let lines = ours_left.chain(theirs.lines.iter().filter(is_new)).cloned().collect();
    ///         Some(Self { lines })
    ///     }
    /// }
    /// ```
    fn merge(base: &Self, ours: &Self, theirs: &Self) -> Option<Self> {
        let _ = (base, ours, theirs);
        None
    }

    /// Data of any version up to this one.
    fn read(version: u16, bytes: &[u8]) -> Option<Self> {
        decode(print_of::<Self>(), version, bytes).ok()
    }

    /// The bytes of this data in any version up to this one.
    fn write(&self, version: u16) -> Option<Vec<u8>> {
        match version.cmp(&Self::VERSION) {
            Ordering::Equal => to_bytes(print_of::<Self>(), self).ok(),
            Ordering::Less => self.downgrade(version),
            Ordering::Greater => None,
        }
    }
}

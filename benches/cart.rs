//! The standard cart as a typed session, for what tells its size.

use gingersnap::SessionData;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct Cart {
    pub(crate) user_id: u64,
    pub(crate) email: String,
    pub(crate) csrf: String,
    pub(crate) items: Vec<Item>,
}

#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct Item {
    sku: String,
    qty: u32,
    price_cents: u32,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

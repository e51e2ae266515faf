//! What handlers and browsers meet: sessions through the tower layer.

mod browser;
mod changes;

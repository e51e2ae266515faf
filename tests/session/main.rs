//! What handlers and browsers meet: sessions through the tower layer.

mod browser;
mod events;
mod rings;

mod changes;
mod debug;
mod duplicates;
mod errors;
mod flash;
mod headers;
mod identity;
mod late;
mod laziness;
mod lending;
mod ownership;
mod refusals;
mod statuses;
mod times;
mod too_late;

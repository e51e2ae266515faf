//! The shop in a real browser: Chromium, through its WebDriver.
//!
//! If chromium or chromedriver is not installed, the tests skip themselves and say so, unless
//! `GINGERSNAP_BROWSER=required`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking"
)]

mod browser;
mod dir;
mod older;
#[path = "../../../../tests/cookie/pairs.rs"]
mod pairs;
mod proxy;
#[cfg(feature = "redis")]
#[path = "../../../../tests/servers/mod.rs"]
mod servers;
mod shop;
#[cfg(feature = "tls")]
mod sibling;
mod webdriver;

mod attacks;
mod carts;
mod cookies;
mod devices;
mod elsewhere;
mod late;
mod login;
mod moving;
mod pictures;
mod restart;
mod stories;
mod together;
#[cfg(feature = "tls")]
mod tossing;
mod visit;

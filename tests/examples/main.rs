//! The examples that documents quote do what the documents say, and the documents quote them as they are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

#[path = "../../examples/merged_cart.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod cart_that_merges;
#[path = "../../examples/from_flask.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod from_flask;
#[path = "../../examples/from_tower_sessions.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod from_tower_sessions;
#[path = "../../examples/json_api/main.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod json_of_an_api;
#[path = "../../examples/moving_in/main.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod moving_in_from_tower_sessions;
#[path = "../../examples/oauth/main.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod oauth_with_a_provider;
#[path = "../../examples/own_store/main.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod own_store;
#[path = "../../examples/templates.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod pages_from_templates;
#[path = "../../examples/permissions.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod permissions_of_roles;
#[cfg(feature = "sqlite")]
#[path = "../../examples/readme_production.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod readme_production;
#[path = "../../examples/reload.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod reload_of_a_ring;
#[path = "../../examples/testing_your_app.rs"]
#[expect(dead_code, reason = "its `main` is the example's own")]
mod testing_your_app;

mod both_applications;
mod browser;
mod busy_store;
mod json_api;
mod lesson;
mod merged_cart;
mod moving_in;
mod oauth;
mod permissions;
mod quotes;
mod readme;
#[cfg(feature = "sqlite")]
mod readme_with_a_store;
mod reload;
mod templates;
mod tower_sessions;

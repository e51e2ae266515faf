//! gingersnap: without an owner, and signed in.

use crate::sides::Side;

/// Both sides.
#[cfg(not(feature = "gingersnap"))]
pub fn sides() -> Vec<Side> {
    Vec::new()
}

#[cfg(feature = "gingersnap")]
pub use with_layer::sides;

#[cfg(feature = "gingersnap")]
mod with_layer {
    use axum::Router;
    use axum::extract::Path;
    use axum::routing::{get, post};
    use gingersnap::{Identity, Session, SessionData, SessionLayer};

    use super::Side;
    use crate::base::untouched;
    use crate::cart::Cart;

    impl SessionData for Cart {
        const TAG: &'static str = "cart";
        const VERSION: u16 = 1;
    }

    /// Both sides.
    pub fn sides() -> Vec<Side> {
        vec![
            Side { name: "gingersnap", router: router(post(seed)) },
            Side { name: "gingersnap, signed in", router: router(post(seed_signed_in)) },
        ]
    }

    async fn read(cart: Session<Cart>) -> String {
        cart.page()
    }

    async fn write(mut cart: Session<Cart>) -> String {
        cart.change();
        cart.page()
    }

    async fn seed(Path(lines): Path<usize>, mut cart: Session<Cart>) {
        *cart = Cart::standard(lines);
    }

    async fn seed_signed_in(Path(lines): Path<usize>, mut identity: Identity, mut cart: Session<Cart>) {
        identity.sign_in("ada.lovelace@example.com").expect("a subject short enough");
        *cart = Cart::standard(lines);
    }

    fn router(seed: axum::routing::MethodRouter) -> Router {
        let layer = SessionLayer::builder(keyring(), "bench")
            .session::<Cart>("session")
            .build()
            .expect("a sound configuration");
        Router::new()
            .route("/untouched", get(untouched))
            .route("/read", get(read))
            .route("/write", post(write))
            .route("/seed/{lines}", seed)
            .layer(layer)
    }
}

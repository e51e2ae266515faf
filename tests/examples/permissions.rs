//! examples/permissions.rs.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use gingersnap::SessionError;
use gingersnap::testing::{self, Browser};

use crate::permissions_of_roles::{Users, app};

fn browser() -> Browser<Router> {
    let users = HashMap::from([("ann", 1), ("bob", 3), ("cyd", 2)]);
    Browser::new(app(testing::keyring(), Users(Arc::new(users))).unwrap())
}

#[tokio::test]
async fn who_lacks_a_permission_gets_403_and_nobody_gets_401() {
    let mut browser = browser();
    for (login, drafts, publish, admin) in [
        (None, 401, 401, 401),
        (Some("email=ann"), 200, 403, 403),
        (Some("email=bob"), 200, 200, 200),
        (Some("email=cyd"), 403, 403, 200),
        (Some("email=eve"), 403, 403, 403),
    ] {
        if let Some(form) = login {
            assert_eq!(browser.post("/login", form).await.status, 200);
        }
        assert_eq!(browser.get("/drafts").await.status, drafts, "{login:?}");
        assert_eq!(browser.post("/admin/publish", "").await.status, publish, "{login:?}");
        assert_eq!(browser.get("/admin").await.status, admin, "{login:?}");
    }
}

#[tokio::test]
async fn the_handler_knows_who_it_is_and_the_refusal_of_nobody_is_a_sessions_error() {
    let mut browser = browser();
    assert_eq!(browser.get("/drafts").await.error, Some(SessionError::NotSignedIn));
    browser.post("/login", "email=bob").await;
    assert_eq!(browser.get("/drafts").await.body, "The drafts of bob\n");
    assert_eq!(browser.post("/admin/publish", "").await.body, "Published by bob\n");
}

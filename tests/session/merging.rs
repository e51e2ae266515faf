//! A guest's data and a person's as one, where the type says how.

use axum::Router;
use axum::routing::get;
use gingersnap::{Identity, Session, SessionData, View};
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, TestClock, builder};

/// Merges while the guest has at most one wish.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Few(Vec<String>);

impl SessionData for Few {
    const TAG: &'static str = "few";
    const VERSION: u16 = 1;

    fn merge(_: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        let new = guests.0.iter().filter(|it| !hers.0.contains(it));
        (guests.0.len() <= 1).then(|| Self(hers.0.iter().chain(new).cloned().collect()))
    }
}

#[tokio::test]
async fn whether_a_guests_data_merges_does_not_depend_on_when_a_handle_lets_go() {
    async fn wish(mut few: Session<Few>) {
        few.0.push("one".into());
    }
    let held = async |mut few: Session<Few>, mut who: Identity| {
        few.0.push("two".into());
        who.sign_in("ann").await.unwrap();
        drop(few);
    };
    let dropped = async |mut few: Session<Few>, mut who: Identity| {
        few.0.push("two".into());
        drop(few);
        who.sign_in("ann").await.map(drop)
    };
    let saved = async |mut few: Session<Few>, mut who: Identity| {
        few.save().await.unwrap();
        few.0.push("two".into());
        drop(few);
        who.sign_in("ann").await.map(drop)
    };
    let routes = Router::new()
        .route("/wish", get(wish))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/show", get(async |few: View<Few>| few.0.join(" ")))
        .route("/held", get(held))
        .route("/saved", get(saved))
        .route("/dropped", get(dropped));
    let layer = builder(&TestClock::new()).session::<Few>("few").build().unwrap();
    let mut browser = Browser::new(routes.layer(layer));
    for path in ["/in", "/wish"] {
        browser.get(path).await;
    }
    browser.jar.remove("__Host-id");
    browser.get("/wish").await;
    for path in ["/held", "/dropped", "/saved"] {
        let mut browser = browser.clone();
        assert_eq!(browser.get(path).await.sets(), "__Host-id -__Host-few", "{path}");
        assert_eq!(browser.get("/show").await.body, "one", "{path}");
    }
}

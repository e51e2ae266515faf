//! examples/oauth, with its provider on loopback.

use axum::Router;
use gingersnap::SessionLayer;
use gingersnap::testing::{self, Answer, Browser, TestClock};
use http::Request;
use reqwest::Url;
use tokio::net::TcpListener;

use crate::oauth_with_a_provider::provider::provider;
use crate::oauth_with_a_provider::{app, client};

/// Both sites, until the runtime of the test ends.
struct Sites {
    app: Router,
    provider: Router,
    clock: TestClock,
}

async fn sites() -> Sites {
    let (provider, clock) = (provider(), TestClock::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let served = provider.clone();
    tokio::spawn(async move { axum::serve(listener, served).await });
    let sessions = SessionLayer::builder(testing::keyring(), "oauth test").clock(clock.clone());
    Sites { app: app(sessions, client("https://shop.example", &at)).unwrap(), provider, clock }
}

impl Sites {
    fn browser(&self) -> Browser<Router> {
        Browser::new(self.app.clone())
    }

    /// Agrees at the provider to what `url` asks, and returns the form that its page posts.
    async fn agree(&self, url: &Url) -> String {
        let path = format!("{}?{}", url.path(), url.query().unwrap());
        let page = Browser::new(self.provider.clone()).get(&path).await.body;
        let value = |name: &str| {
            let (_, rest) = page.split_once(&format!("name={name} value=\"")).unwrap();
            rest.split('"').next().unwrap()
        };
        assert!(page.contains("action=\"https://shop.example/oauth/callback\""), "{page}");
        format!("state={}&code={}", value("state"), value("code"))
    }

    /// Posts that form as a browser does from another site, and returns where the answer leads.
    async fn call_back(&self, form: &str) -> Url {
        let request = Request::post("/oauth/callback").header("sec-fetch-site", "cross-site");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = self.browser().send(request.body(form.to_owned()).unwrap()).await;
        answer.assert_untouched();
        location(&answer)
    }
}

fn location(answer: &Answer) -> Url {
    assert_eq!(answer.status, 303);
    let to = answer.headers.get("location").unwrap().to_str().unwrap();
    Url::parse("https://shop.example").unwrap().join(to).unwrap()
}

async fn follow(browser: &mut Browser<Router>, url: &Url) -> Answer {
    browser.get(&format!("{}?{}", url.path(), url.query().unwrap_or_default())).await
}

/// A sign-in until the page that finishes it.
async fn begin(sites: &Sites, browser: &mut Browser<Router>) -> Url {
    let asked = location(&browser.get("/login").await);
    sites.call_back(&sites.agree(&asked).await).await
}

const NOBODY: &str = "<a href=/login>Log in</a>\n";

#[tokio::test]
async fn who_agrees_at_the_provider_is_signed_in_on_a_page_of_our_own() {
    let sites = sites().await;
    let mut browser = sites.browser();
    let asked = location(&browser.get("/login").await);
    let challenge = asked.query_pairs().find(|(name, _)| name == "code_challenge").unwrap().1.into_owned();
    assert_eq!(challenge.len(), 43);
    let finish = sites.call_back(&sites.agree(&asked).await).await;
    let answer = follow(&mut browser, &finish).await;
    assert_eq!(location(&answer).path(), "/");
    answer.assert_sets("__Host-id -__Host-begun");
    assert!(browser.get("/").await.body.starts_with("ann "));
    assert_eq!(browser.post("/logout", "").await.status, 200);
    assert_eq!(browser.get("/").await.body, NOBODY);
}

#[tokio::test]
async fn an_answer_is_taken_once_and_within_ten_minutes() {
    let sites = sites().await;
    let mut browser = sites.browser();
    let finish = begin(&sites, &mut browser).await;
    let copy = browser.clone();
    follow(&mut browser, &finish).await;
    assert_eq!(follow(&mut browser, &finish).await.status, 400);
    assert_eq!(follow(&mut copy.clone(), &finish).await.status, 502, "the provider gives no second token");
    let finish = begin(&sites, &mut browser).await;
    sites.clock.advance(601);
    assert_eq!(follow(&mut browser, &finish).await.status, 400);
}

#[tokio::test]
async fn an_answer_to_somebody_else_signs_nobody_in() {
    let sites = sites().await;
    let (mut eve, mut ann) = (sites.browser(), sites.browser());
    let eves = begin(&sites, &mut eve).await;
    // In a browser that began nothing, and in one that did.
    assert_eq!(follow(&mut ann, &eves).await.status, 400);
    begin(&sites, &mut ann).await;
    assert_eq!(follow(&mut ann, &eves).await.status, 400);
    assert_eq!(ann.get("/").await.body, NOBODY);
    assert_eq!(
        follow(&mut ann, &Url::parse("https://shop.example/oauth/finish?state=&code=x").unwrap())
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_code_that_was_made_for_another_browser_is_worth_nothing() {
    let sites = sites().await;
    let (mut eve, mut ann) = (sites.browser(), sites.browser());
    let (stolen, mut eves) = (begin(&sites, &mut ann).await, begin(&sites, &mut eve).await);
    let of =
        |url: &Url, wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
    let pairs = [("state", of(&eves, "state")), ("code", of(&stolen, "code"))];
    eves.query_pairs_mut().clear().extend_pairs(pairs);
    assert_eq!(follow(&mut eve, &eves).await.status, 502, "PKCE");
    assert_eq!(eve.get("/").await.body, NOBODY);
}

#[tokio::test]
async fn a_token_with_another_nonce_signs_nobody_in() {
    let sites = sites().await;
    let mut browser = sites.browser();
    let mut asked = location(&browser.get("/login").await);
    let pairs = asked.query_pairs().into_owned().map(|(name, value)| match &*name {
        "nonce" => (name, "of another sign-in".into()),
        _ => (name, value),
    });
    let pairs = pairs.collect::<Vec<_>>();
    asked.query_pairs_mut().clear().extend_pairs(pairs);
    let finish = sites.call_back(&sites.agree(&asked).await).await;
    assert_eq!(follow(&mut browser, &finish).await.status, 400);
    assert_eq!(browser.get("/").await.body, NOBODY);
}

#[tokio::test]
async fn who_refuses_at_the_provider_is_not_signed_in_and_may_begin_again() {
    let sites = sites().await;
    let mut browser = sites.browser();
    let asked = location(&browser.get("/login").await);
    let state = asked.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let finish = sites.call_back(&format!("state={state}&error=access_denied")).await;
    assert_eq!(follow(&mut browser, &finish).await.status, 400);
    let finish = begin(&sites, &mut browser).await;
    assert_eq!(follow(&mut browser, &finish).await.status, 303);
}

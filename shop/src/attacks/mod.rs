//! Attacks on one's own session, and the session layer's answer to each.
//!
//! A request brings the cookies that are attacked, and they are the request's own: the page says nothing about anybody
//! else's. It does name the refusals, which a client otherwise never learns; here the client is the operator's guest.

mod jar;
mod range;
mod sandbox;
mod stored;
mod table;

use std::time::{Duration, Instant};

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gingersnap::keyring::LiveKeyring;
use gingersnap::{Flash, Identity, Refusal, SignedIn};
use serde::Deserialize;

pub(crate) use range::Range;

use crate::frame::{Frame, html};
use crate::site::Site;
use jar::Jar;
use range::{Answer, Place};
use table::{ATTACKS, Attack};

/// What is attacked.
#[derive(Clone)]
pub(crate) struct Targets {
    pub(crate) keyring: LiveKeyring,
    pub(crate) site: Site,
}

/// The attacks, and how the last one went.
#[derive(Template)]
#[template(path = "attacks/attacks.html")]
struct Attacks {
    frame: Frame,
    is_signed_in: bool,
    result: Option<Fought>,
}

/// `GET /attacks`
pub(crate) async fn show(identity: Identity, mut flash: Flash) -> Response {
    let is_signed_in = identity.subject().is_some();
    let frame = Frame::new("session", &identity, &mut flash);
    html(StatusCode::OK, &Attacks { frame, is_signed_in, result: None })
}

/// The field of `POST /attacks`.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    attack: String,
}

/// `POST /attacks`
pub(crate) async fn run(
    State(targets): State<Targets>,
    who: SignedIn,
    mut flash: Flash,
    headers: HeaderMap,
    Form(chosen): Form<Chosen>,
) -> Response {
    let Some(attack) = ATTACKS.iter().find(|attack| attack.id == chosen.attack) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    // Of its own for each attack: what one leaves in its copy of the store the next does not find.
    let Ok(range) = Range::new(&targets.keyring, &targets.site) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match Fought::new(attack, &range, &headers).await {
        Err(status) => status.into_response(),
        Ok(result) => {
            let frame = Frame::new("session", &who, &mut flash);
            html(StatusCode::OK, &Attacks { frame, is_signed_in: true, result: Some(result) })
        }
    }
}

/// An attack, and how it went.
struct Fought {
    attack: &'static Attack,
    steps: Vec<Step>,
    verdict: Verdict,
    why: &'static str,
}

/// Some cookies, and the answer to them.
struct Step {
    title: &'static str,
    cookies: Vec<String>,
    who: String,
    login: String,
    cart: String,
}

/// The outcome.
struct Verdict {
    /// A message's level, for its colour.
    level: &'static str,
    word: String,
    text: String,
}

impl Fought {
    async fn new(attack: &'static Attack, range: &Range, headers: &HeaderMap) -> Result<Self, StatusCode> {
        let own = Jar::of(headers, &range.names);
        let sent = range.ask(Place::Here, &own).await?;
        let why = attack.why_stored.filter(|_| sent.is_stored);
        let why = why.or(attack.why_listed.filter(|_| range.has_list)).unwrap_or(attack.why);
        let mut steps = vec![Step::new("What you send", &own, sent)];
        if let Some(story) = attack.story {
            let verdict = story.play(range, &own, &mut steps).await?;
            return Ok(Self { attack, steps, verdict, why });
        }
        #[expect(clippy::disallowed_methods, reason = "how soon an end is true is worth a word")]
        let begun = Instant::now();
        let mut after = own.clone();
        if let Some((path, title)) = attack.first {
            after = range.after(Place::Here, path, &own).await?;
            steps.push(Step::new(title, &after, range.ask(Place::Here, &after).await?));
        }
        let Some(forged) = (attack.forge)(&own, &after) else {
            return Ok(Self { attack, steps, verdict: Verdict::missing(), why });
        };
        let answer = range.ask(attack.place, &forged).await?;
        let verdict = Verdict::of(&answer).after_an_end(&answer, begun.elapsed());
        steps.push(Step::new("What the attacker sends", &forged, answer));
        Ok(Self { attack, steps, verdict, why })
    }
}

impl Step {
    fn new(title: &'static str, jar: &Jar, answer: Answer) -> Self {
        let cart = cart(&answer);
        let Answer { who, login_refused, .. } = answer;
        let login = match (login_refused, &who) {
            (Some(refusal), _) => format!("refused, {}", refusal.name()),
            (None, Some(_)) => "accepted".to_owned(),
            (None, None) => "none found".to_owned(),
        };
        Self { title, cookies: jar.shortened(), who: who.unwrap_or_else(|| "nobody".to_owned()), login, cart }
    }
}

impl Verdict {
    fn of(answer: &Answer) -> Self {
        match (answer.login_refused, &answer.who) {
            (Some(refusal), _) => {
                Self::new("success", format!("Refused ({})", refusal.name()), refusal.to_string())
            }
            (None, None) => Self::new("success", "Ignored", "no cookie has the login's name"),
            (None, Some(_)) => Self::accepted(answer),
        }
    }

    /// Says how long ago the login was ended that was refused for that.
    fn after_an_end(mut self, answer: &Answer, time: Duration) -> Self {
        if answer.login_refused == Some(Refusal::Ended) {
            self.text += &format!(", {} ms after you logged out", time.as_millis().max(1));
        }
        self
    }

    fn accepted(answer: &Answer) -> Self {
        let (who, cart) = (answer.who.as_deref().unwrap_or("nobody"), cart(answer));
        Self::new("warning", "Accepted", format!("to the shop this is {who}, cart: {cart}"))
    }

    fn missing() -> Self {
        Self::new("info", "Not tried", "there is no cart to take; put something into it and come back")
    }

    fn new(level: &'static str, word: impl Into<String>, text: impl Into<String>) -> Self {
        Self { level, word: word.into(), text: text.into() }
    }
}

fn cart(answer: &Answer) -> String {
    match answer.cart_refused {
        Some(refusal) => format!("refused, {}", refusal.name()),
        None => pieces(answer.pieces),
    }
}

fn pieces(number: u32) -> String {
    match number {
        0 => "nothing".to_owned(),
        1 => "1 piece".to_owned(),
        many => format!("{many} pieces"),
    }
}

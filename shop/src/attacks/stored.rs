//! Attacks on a session in a store. They play in the range, on a copy of the shop's own store, or in memory if it has none.

use axum::http::StatusCode;

use super::jar::Jar;
use super::range::{Answer, MALLORY, Place, Range};
use super::{Step, Verdict, pieces};

/// What is done to a session in a store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Story {
    /// The cookies of before a change are put back.
    Older,
    /// The pointer is used after a log-out removed its row.
    Gone,
    /// A guest's pointer is put into somebody's browser, who then logs in.
    Planted,
}

impl Story {
    /// Plays it, adds its steps, and returns the outcome.
    pub(super) async fn play(
        self,
        range: &Range,
        own: &Jar,
        steps: &mut Vec<Step>,
    ) -> Result<Verdict, StatusCode> {
        let mut scene = Scene { range, steps };
        match self {
            Self::Older => scene.older(own).await,
            Self::Gone => scene.gone(own).await,
            Self::Planted => scene.planted(own).await,
        }
    }
}

/// The range, and what happened there so far.
struct Scene<'r> {
    range: &'r Range,
    steps: &'r mut Vec<Step>,
}

impl Scene<'_> {
    async fn older(&mut self, own: &Jar) -> Result<Verdict, StatusCode> {
        let before = self.add(own).await?;
        self.shows("You add a gift tin", &before).await?;
        let after = self.add(&before).await?;
        let newest = self.shows("You add another", &after).await?;
        let answer = self.shows("The older copy, put back", &before).await?;
        if answer.is_stored && answer.pieces == newest.pieces {
            let text = format!("the cart is the newest there is, with {}", pieces(answer.pieces));
            return Ok(Verdict::new("success", "Nothing came back", text));
        }
        Ok(Verdict::accepted(&answer))
    }

    async fn gone(&mut self, own: &Jar) -> Result<Verdict, StatusCode> {
        let you = self.range.ask(Place::InStore, own).await?.who.unwrap_or_default();
        let copy = self.add(own).await?;
        self.shows("You add a gift tin", &copy).await?;
        let after = self.range.after(Place::InStore, "/log-out", &copy).await?;
        self.shows("You log out", &after).await?;
        self.shows(ATTACKER, &copy).await?;
        let again = self.range.after_login(Place::InStore, &you, &copy).await?;
        let answer = self.shows("You log in again beside the old pointer", &again).await?;
        Ok(match answer.cart_refused {
            Some(refusal) => {
                Verdict::new("success", format!("Refused ({})", refusal.name()), refusal.to_string())
            }
            None => Verdict::accepted(&answer),
        })
    }

    async fn planted(&mut self, own: &Jar) -> Result<Verdict, StatusCode> {
        let you = self.range.ask(Place::InStore, own).await?.who.unwrap_or_default();
        let pointer = self.add(&own.emptied()).await?;
        self.shows("Mallory, a guest, adds a gift tin", &pointer).await?;
        let yours = self.range.after_login(Place::InStore, &you, &pointer).await?;
        let yours = self.add(&yours).await?;
        self.shows("You log in with it planted, and add another", &yours).await?;
        let guest = self.shows("What Mallory sends", &pointer).await?;
        let mallorys = self.range.after_login(Place::InStore, MALLORY, &pointer).await?;
        let person = self.shows("What she sends when logged in", &mallorys).await?;
        Ok(match [guest, person].into_iter().find(|answer| answer.pieces > 0) {
            Some(answer) => Verdict::accepted(&answer),
            None => {
                let text = "to whoever planted it the cart is empty, logged in or not";
                Verdict::new("success", "It opens nothing", text)
            }
        })
    }

    /// One more gift tin: the cart is in the store after that.
    async fn add(&self, jar: &Jar) -> Result<Jar, StatusCode> {
        self.range.after(Place::InStore, "/add", jar).await
    }

    /// Asks what the shop makes of these cookies, and adds that as a step.
    async fn shows(&mut self, title: &'static str, jar: &Jar) -> Result<Answer, StatusCode> {
        let answer = self.range.ask(Place::InStore, jar).await?;
        self.steps.push(Step::new(title, jar, answer.clone()));
        Ok(answer)
    }
}

const ATTACKER: &str = "What the attacker sends";

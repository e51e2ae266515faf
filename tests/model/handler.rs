//! A handler that carries out a script.

use gingersnap::{Adoption, ChangeError, Flash, Identity, Level, Session, SessionError};
use http::request::Parts;

use crate::course::{Taken, Why};
use crate::site::{Cart, Deed, Job, Saw, Script, Told, of, texts};

/// A handler that takes the handles which its script needs, and no others.
pub(crate) struct Handler<'a> {
    parts: &'a Parts,
    script: Script,
    cart: Option<Session<Cart>>,
    who: Option<Identity>,
}

impl<'a> Handler<'a> {
    pub(crate) async fn new(parts: &'a Parts, script: Script) -> Result<Self, SessionError> {
        let cart = if script.has_cart() { Some(Session::from_parts(parts).await?) } else { None };
        let who = if script.has_verb() { Some(Identity::from_parts(parts).await?) } else { None };
        if script.has_messages() {
            Flash::from_parts(parts).await?;
        }
        Ok(Self { parts, script, cart, who })
    }

    pub(crate) async fn run(mut self, job: Job) -> Result<Saw, SessionError> {
        let cart = self.cart.as_ref().map(|cart| cart.0.clone()).unwrap_or_default();
        let mut told = Vec::new();
        if !self.script.holds {
            self.cart = None;
        }
        job.gate.await.unwrap();
        for (deed, number) in self.script.numbered(job.number) {
            told.push(match (deed.is_of_cart(), deed.is_verb()) {
                (true, _) => self.shop(deed, number).await?,
                (_, true) => self.identify(deed).await?,
                _ => self.message(deed, number).await?,
            });
        }
        Ok(Saw { cart, told, ..self.who.as_ref().map(of).unwrap_or_default() })
    }

    async fn shop(&mut self, deed: Deed, item: u32) -> Result<Told, SessionError> {
        let mut cart = match self.cart.take() {
            Some(cart) => cart,
            None => Session::<Cart>::from_parts(self.parts).await?,
        };
        let told = match deed {
            Deed::Add | Deed::Stuff => {
                cart.0.push(item);
                if deed == Deed::Stuff {
                    cart.1 = vec![0; TOO_MUCH];
                }
                Told::Cart(cart.0.clone())
            }
            Deed::Try => {
                let add = |cart: &mut Cart| {
                    cart.0.push(item);
                    Ok::<_, ()>(cart.0.clone())
                };
                match cart.try_change(add) {
                    Ok(items) => Told::Cart(items),
                    Err(ChangeError::Session(error)) => Told::Refused(why(error)?),
                    Err(_) => panic!("nothing rejects it"),
                }
            }
            Deed::Save => match cart.save().await {
                Ok(()) => Told::Done,
                Err(error) => Told::Refused(why(error)?),
            },
            _ => {
                cart.destroy();
                return Ok(Told::Done);
            }
        };
        self.cart = Some(cart).filter(|_| self.script.holds);
        Ok(told)
    }

    async fn identify(&mut self, deed: Deed) -> Result<Told, SessionError> {
        let who = self.who.as_mut().ok_or(SessionError::NotSignedIn)?;
        match deed {
            Deed::SignIn { subject, remember } => {
                let adoption = match remember {
                    Some(seconds) => who.sign_in_and_remember(subject, seconds).await?,
                    None => who.sign_in(subject).await?,
                };
                let tells = self.script.tells_of_adoption();
                return Ok(Told::SignedIn(if tells { taken(&adoption) } else { Taken::Nothing }));
            }
            Deed::Renew => drop(who.renew().await?),
            Deed::Reauthenticate => drop(who.reauthenticate().await?),
            _ => who.sign_out().await?,
        }
        Ok(Told::Done)
    }

    async fn message(&mut self, deed: Deed, number: u32) -> Result<Told, SessionError> {
        let mut flash = Flash::from_parts(self.parts).await?;
        if deed == Deed::Show {
            return Ok(Told::Messages(texts(&mut flash)));
        }
        flash.push(Level::Info, number.to_string());
        Ok(Told::Done)
    }
}

fn why(error: SessionError) -> Result<Why, SessionError> {
    match error {
        SessionError::Unsettled(_) => Ok(Why::Unsettled),
        SessionError::Ended => Ok(Why::Ended),
        SessionError::DoesNotFit(_) => Ok(Why::DoesNotFit),
        error => Err(error),
    }
}

fn taken(Adoption { adopted, merged, removed, .. }: &Adoption) -> Taken {
    match [adopted, merged, removed].map(|names| names.iter().any(|name| name == "__Host-cart")) {
        [false, false, false] => Taken::Nothing,
        [true, false, false] => Taken::Adopted,
        [false, true, false] => Taken::Merged,
        [false, false, true] => Taken::Removed,
        _ => panic!("two fates of one cart"),
    }
}

/// A cookie has no room for so many bytes.
const TOO_MUCH: usize = 5_000;
